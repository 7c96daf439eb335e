"""Writes a checkpoint as a GGUF file that llama.cpp loads.

    python -m tiny.export_gguf --checkpoint out/best.pt --tokenizer tokenizer.json --out model.gguf --name "..."
"""

import argparse
import json
import os

from tiny.chat import CHAT_TEMPLATE
from tiny.threads import use_one_thread
from tiny.tokenizer import END_OF_TEXT, IM_END, SPECIAL_TOKENS

LAYER_NAMES = {
    "attn_norm": "attn_norm",
    "attn.q": "attn_q",
    "attn.k": "attn_k",
    "attn.v": "attn_v",
    "attn.output": "attn_output",
    "ffn_norm": "ffn_norm",
    "gate": "ffn_gate",
    "up": "ffn_up",
    "down": "ffn_down",
}
OUTER_NAMES = {"embed.weight": "token_embd.weight", "norm.weight": "output_norm.weight", "head.weight": "output.weight"}


def gguf_name(name: str) -> str:
    if name in OUTER_NAMES:
        return OUTER_NAMES[name]
    _, number, rest = name.split(".", 2)
    return f"blk.{number}.{LAYER_NAMES[rest.removesuffix('.weight')]}.weight"


def export_gguf(checkpoint: str, tokenizer: str, out: str, name: str, description: str = "", license: str = "") -> None:
    import gguf

    from tiny.checkpoint import load_model

    model = load_model(checkpoint)
    config = model.config
    partial = f"{out}.partial"
    writer = gguf.GGUFWriter(partial, "llama")
    writer.add_type(gguf.GGUFType.MODEL)
    writer.add_name(name)
    if description:
        writer.add_description(description)
    if license:
        writer.add_license(license)
    writer.add_size_label(f"{model.parameter_count() / 1e6:.2f}M")
    writer.add_uint64("general.parameter_count", model.parameter_count())
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_vocab_size(config.vocab)
    writer.add_context_length(config.context)
    writer.add_embedding_length(config.dim)
    writer.add_block_count(config.layers)
    writer.add_feed_forward_length(config.ffn)
    writer.add_head_count(config.heads)
    writer.add_head_count_kv(config.heads)
    writer.add_rope_dimension_count(config.dim // config.heads)
    writer.add_rope_freq_base(config.rope_theta)
    writer.add_layer_norm_rms_eps(config.norm_eps)
    add_tokenizer(writer, tokenizer, config.vocab)
    for key, tensor in model.state_dict().items():
        writer.add_tensor(gguf_name(key), tensor.float().contiguous().numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    os.replace(partial, out)


def add_tokenizer(writer, path: str, vocab: int) -> None:
    """tokenizer.json already has tokens in GPT-2's byte-to-unicode form, which
    model `gpt2` expects."""
    import gguf

    with open(path, encoding="utf-8") as file:
        found = json.load(file)
    ids = found["model"]["vocab"]
    if sorted(ids.values()) != list(range(vocab)):
        raise SystemExit(f"{path} has {len(ids)} tokens, the model {vocab}: not the tokenizer it was trained with")
    tokens = sorted(ids, key=ids.get)
    special = set(SPECIAL_TOKENS)
    types = [gguf.TokenType.CONTROL if token in special else gguf.TokenType.NORMAL for token in tokens]
    merges = [merge if isinstance(merge, str) else " ".join(merge) for merge in found["model"]["merges"]]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(tokens)
    writer.add_token_types(types)
    writer.add_token_merges(merges)
    writer.add_bos_token_id(ids[END_OF_TEXT])
    writer.add_eos_token_id(ids[IM_END])
    writer.add_eot_token_id(ids[IM_END])
    writer.add_pad_token_id(ids[END_OF_TEXT])
    writer.add_add_bos_token(False)
    writer.add_chat_template(CHAT_TEMPLATE)


def main() -> None:
    parser = argparse.ArgumentParser(description="Write a checkpoint as GGUF (F32).")
    parser.add_argument("--checkpoint", required=True)
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--name", required=True, help="general.name")
    parser.add_argument("--description", default="")
    parser.add_argument("--license", default="", help="SPDX name, such as apache-2.0")
    args = parser.parse_args()

    use_one_thread()
    export_gguf(args.checkpoint, args.tokenizer, args.out, args.name, args.description, args.license)
    print(f"{args.out}: {os.path.getsize(args.out) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
