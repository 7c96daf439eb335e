"""Trains the tiny pair's byte-level BPE tokenizer.

    python -m stream_aligner_trainer.tokenizer --out tokenizer.json --vocab-size 768 [--contract chat] a.jsonl b.jsonl

The pre-tokenizer is the one llama.cpp calls `qwen2`, so that a GGUF file with `tokenizer.ggml.model = gpt2` and
`tokenizer.ggml.pre = qwen2` yields equal ids.
"""

import argparse
import itertools

from stream_aligner_trainer.config import CONTRACTS
from stream_aligner_trainer.contracts import example_of
from stream_aligner_trainer.rows import read_rows
from stream_aligner_trainer.threads import use_threads

END_OF_TEXT = "<|endoftext|>"
IM_START = "<|im_start|>"
IM_END = "<|im_end|>"
SPECIAL_TOKENS = [END_OF_TEXT, IM_START, IM_END]

# Written out as in llama.cpp instead of Qwen's `(?i:'s|...)`: case folding in the latter also matches U+017F (long s),
# which llama.cpp does not.
SPLIT = (
    r"(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])"
    r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def byte_level_bpe(vocabulary: dict[str, int] | None = None, merges: list[tuple[str, str]] | None = None):
    """A tokenizer of these tokens and merges, or of none yet."""
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers

    tokenizer = Tokenizer(models.BPE(vocabulary, merges))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(SPLIT), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def with_chat(template: str, context: int, **source):
    """A tokenizer of ours as models are trained and saved with. `source`: `tokenizer_file` or `tokenizer_object`."""
    from transformers import PreTrainedTokenizerFast

    return PreTrainedTokenizerFast(
        **source,
        eos_token=IM_END,
        pad_token=END_OF_TEXT,
        chat_template=template,
        model_max_length=context,
        clean_up_tokenization_spaces=False,
    )


def train_tokenizer(texts, vocab_size: int = 768):
    from tokenizers import pre_tokenizers, trainers

    tokenizer = byte_level_bpe()
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size,
        special_tokens=SPECIAL_TOKENS,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def texts_of(paths: list[str], contract: str, limit: int):
    """The fragments between two special tokens: role headers belong to the text."""
    make = example_of(contract)
    for path in paths:
        for where, row in itertools.islice(read_rows(path), limit):
            example = make(where, row)
            for message in example.prompt:
                yield f"{message['role']}\n{message['content']}"
            yield f"assistant\n{example.completion}"


def main() -> None:
    parser = argparse.ArgumentParser(description="Train a byte-level BPE tokenizer on JSONL files.")
    parser.add_argument("files", nargs="+", help="JSONL files, or contract=file for a file of another contract")
    parser.add_argument("--out", required=True, help="tokenizer.json to write")
    parser.add_argument("--vocab-size", type=int, default=768, help="special tokens included (default 768)")
    parser.add_argument("--contract", choices=CONTRACTS, default="chat", help="what rows hold (default chat)")
    parser.add_argument("--limit", type=int, default=20000, help="rows read per file (default 20000)")
    args = parser.parse_args()

    use_threads(1)
    texts = itertools.chain.from_iterable(texts_of([path], contract, args.limit) for contract, path in split(args))
    tokenizer = train_tokenizer(texts, args.vocab_size)
    tokenizer.save(args.out)
    print(f"{args.out}: {tokenizer.get_vocab_size()} tokens")


def split(args) -> list[tuple[str, str]]:
    found = []
    for file in args.files:
        contract, separator, path = file.partition("=")
        found.append((contract, path) if separator and contract in CONTRACTS else (args.contract, file))
    return found


if __name__ == "__main__":
    main()
