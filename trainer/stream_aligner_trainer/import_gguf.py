"""A GGUF file of the tiny architecture as a base to train on: what export_gguf.py wrote, read back.

transformers reads the weights; its tokenizers for GGUF files cut numbers otherwise than ours.
"""

import os

from stream_aligner_trainer.errors import TrainerError


def is_gguf(name: str) -> bool:
    return name.endswith(".gguf")


def place_of(name: str) -> tuple[str, dict]:
    """A model's name as `from_pretrained` takes it, and the options that go with it."""
    if not is_gguf(name):
        return name, {}
    folder, file = os.path.split(name)
    return folder or ".", {"gguf_file": file}


def tokenizer_of_gguf(path: str):
    import gguf

    from stream_aligner_trainer.tokenizer import SPECIAL_TOKENS, byte_level_bpe, with_chat

    fields = fields_of(path)
    if [fields.get(f"tokenizer.ggml.{name}") for name in ("model", "pre")] != ["gpt2", "qwen2"]:
        raise not_ours(path)
    tokens, types = fields["tokenizer.ggml.tokens"], fields["tokenizer.ggml.token_type"]
    control = [token for token, kind in zip(tokens, types) if kind == gguf.TokenType.CONTROL]
    if control != SPECIAL_TOKENS:
        raise not_ours(path)
    merges = [tuple(merge.split(" ")) for merge in fields["tokenizer.ggml.merges"]]
    tokenizer = byte_level_bpe({token: at for at, token in enumerate(tokens)}, merges)
    tokenizer.add_special_tokens(control)
    return with_chat(
        fields["tokenizer.chat_template"], fields["llama.context_length"], tokenizer_object=tokenizer
    )


def fields_of(path: str) -> dict:
    import gguf

    if not os.path.isfile(path):
        raise TrainerError("missing-file", f"{path}: no such GGUF file")
    try:
        return {name: field.contents() for name, field in gguf.GGUFReader(path).fields.items()}
    except ValueError as error:
        raise TrainerError("bad-model", f"{path}: not a GGUF file ({error})") from None


def not_ours(path: str) -> TrainerError:
    message = (
        "of GGUF files only those of the tiny architecture can be trained on, such as the embedded pair; for any other "
        "model name the folder or hub id that the file was made from"
    )
    return TrainerError("bad-model", f"{path}: {message}")
