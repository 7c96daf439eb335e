"""Writes the tiny architecture (Llama with our tokenizer) as a GGUF file that llama.cpp loads.

Other architectures go through llama.cpp's own converter (export.py).
"""

import json
import os

import numpy as np

from stream_aligner_trainer.errors import TrainerError
from stream_aligner_trainer.tokenizer import END_OF_TEXT, IM_END, SPECIAL_TOKENS, SPLIT

OUTER_NAMES = {
    "model.embed_tokens.weight": "token_embd.weight",
    "model.norm.weight": "output_norm.weight",
    "lm_head.weight": "output.weight",
}
LAYER_NAMES = {
    "input_layernorm": "attn_norm",
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "post_attention_layernorm": "ffn_norm",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}


def is_ours(folder: str) -> bool:
    """Whether a model folder holds the tiny architecture, with a tokenizer that this file knows how to write."""
    if read_json(folder, "config.json").get("model_type") != "llama":
        return False
    steps = (read_json(folder, "tokenizer.json").get("pre_tokenizer") or {}).get("pretokenizers") or [{}]
    return steps[0].get("pattern") == {"Regex": SPLIT}


def gguf_name(name: str) -> str:
    if name in OUTER_NAMES:
        return OUTER_NAMES[name]
    _, _, number, rest = name.split(".", 3)
    return f"blk.{number}.{LAYER_NAMES[rest.removesuffix('.weight')]}.weight"


def interleave(weight: np.ndarray, heads: int) -> np.ndarray:
    """Hugging Face's Llama rotates the pairs (i, i + half) of a head, llama.cpp's the pairs (2i, 2i + 1)."""
    rows, columns = weight.shape
    return weight.reshape(heads, 2, rows // heads // 2, columns).swapaxes(1, 2).reshape(rows, columns)


def export_gguf(folder: str, out: str, *, name: str, license: str = "", quantize: str = "") -> None:
    """F32, or `q8_0` for the matrices whose rows are whole blocks."""
    import gguf
    from safetensors.numpy import load_file

    config, weights = read_json(folder, "config.json"), load_file(os.path.join(folder, "model.safetensors"))
    partial = f"{out}.partial"
    writer = gguf.GGUFWriter(partial, "llama")
    count = sum(weight.size for weight in weights.values())
    writer.add_type(gguf.GGUFType.MODEL)
    writer.add_name(name)
    if license:
        writer.add_license(license)
    writer.add_size_label(f"{count / 1e6:.2f}M")
    writer.add_uint64("general.parameter_count", count)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0 if quantize else gguf.LlamaFileType.ALL_F32)
    heads, kv_heads = config["num_attention_heads"], config["num_key_value_heads"]
    writer.add_vocab_size(config["vocab_size"])
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(heads)
    writer.add_head_count_kv(kv_heads)
    writer.add_rope_dimension_count(config["hidden_size"] // heads)
    writer.add_rope_freq_base(config["rope_parameters"]["rope_theta"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    add_tokenizer(writer, folder, config["vocab_size"])
    for key, weight in weights.items():
        weight = np.ascontiguousarray(weight, np.float32)
        if key.endswith("q_proj.weight") or key.endswith("k_proj.weight"):
            weight = interleave(weight, heads if key.endswith("q_proj.weight") else kv_heads)
        add_tensor(writer, gguf_name(key), weight, quantize)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    os.replace(partial, out)


def add_tensor(writer, name: str, weight: np.ndarray, quantize: str) -> None:
    import gguf

    kind = gguf.GGMLQuantizationType.Q8_0
    if quantize and weight.ndim == 2 and weight.shape[1] % gguf.GGML_QUANT_SIZES[kind][0] == 0:
        writer.add_tensor(name, gguf.quants.quantize(weight, kind), raw_dtype=kind)
    else:
        writer.add_tensor(name, weight)


def add_tokenizer(writer, folder: str, vocabulary: int) -> None:
    """tokenizer.json already has tokens in GPT-2's byte-to-unicode form, which model `gpt2` expects."""
    import gguf

    found = read_json(folder, "tokenizer.json")
    ids = found["model"]["vocab"]
    if sorted(ids.values()) != list(range(vocabulary)):
        message = f"the tokenizer has {len(ids)} tokens and the model {vocabulary}: not the one it was trained with"
        raise TrainerError("bad-model", message)
    tokens = sorted(ids, key=ids.get)
    types = [gguf.TokenType.CONTROL if token in SPECIAL_TOKENS else gguf.TokenType.NORMAL for token in tokens]
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
    with open(os.path.join(folder, "chat_template.jinja"), encoding="utf-8") as file:
        writer.add_chat_template(file.read())


def read_json(folder: str, name: str) -> dict:
    with open(os.path.join(folder, name), encoding="utf-8") as file:
        return json.load(file)
