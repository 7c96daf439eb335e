"""Writes a GGUF file of the tiny pair as a Hugging Face folder, which vLLM serves.

    python to_hugging_face.py tiny-upstream.gguf folder
"""

import json
import os
import sys

import numpy as np
from gguf import GGUFReader
from safetensors.numpy import save_file
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers

# As in trainer/stream_aligner_trainer/tokenizer.py; GGUF files only name it.
SPLIT = (
    r"(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])"
    r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
SPECIAL_TOKENS = 3
LAYER_NAMES = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}
OUTER_NAMES = {"token_embd.weight": "model.embed_tokens.weight", "output_norm.weight": "model.norm.weight"}

source, folder = sys.argv[1:]
os.makedirs(folder, exist_ok=True)
reader = GGUFReader(source)


def field(name):
    return reader.fields[name].contents()


heads, dim = field("llama.attention.head_count"), field("llama.embedding_length")
width = dim // heads
# vLLM's attention on a CPU takes heads of 32, 64, … alone: narrower ones are filled up with zeros.
wide = -(-width // 32) * 32


def paired(weight):
    """Hugging Face's Llama rotates (i, i + half), llama.cpp's (2i, 2i + 1)."""
    return weight.reshape(heads, width // 2, 2, -1).swapaxes(1, 2).reshape(dim, -1)


def widened(weight):
    rows = weight.reshape(heads, width, -1)
    return np.pad(rows, ((0, 0), (0, wide - width), (0, 0))).reshape(heads * wide, -1)


def converted(name, weight):
    if name in OUTER_NAMES:
        return OUTER_NAMES[name], weight
    _, number, kind, _ = name.split(".")
    if kind in ("attn_q", "attn_k"):
        weight = paired(weight)
    if kind == "attn_q":
        # Scores are divided by the root of the width.
        weight = weight * np.float32((wide / width) ** 0.5)
    if kind in ("attn_q", "attn_k", "attn_v"):
        weight = widened(weight)
    if kind == "attn_output":
        weight = widened(weight.T).T
    return f"model.layers.{number}.{LAYER_NAMES[kind]}.weight", np.ascontiguousarray(weight)


def write(name, content):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        json.dump(content, file)


tensors = dict(converted(tensor.name, np.array(tensor.data, np.float32)) for tensor in reader.tensors)
save_file(tensors, os.path.join(folder, "model.safetensors"), {"format": "pt"})

tokens = field("tokenizer.ggml.tokens")
rotated = width / wide
theta = field("llama.rope.freq_base")
write(
    "config.json",
    {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "hidden_act": "silu",
        "hidden_size": dim,
        "head_dim": wide,
        "num_attention_heads": heads,
        "num_key_value_heads": heads,
        "num_hidden_layers": field("llama.block_count"),
        "intermediate_size": field("llama.feed_forward_length"),
        "max_position_embeddings": field("llama.context_length"),
        "rms_norm_eps": field("llama.attention.layer_norm_rms_epsilon"),
        "rope_parameters": {"rope_type": "default", "rope_theta": theta, "partial_rotary_factor": rotated},
        "tie_word_embeddings": True,
        "vocab_size": len(tokens),
        "bos_token_id": field("tokenizer.ggml.bos_token_id"),
        "eos_token_id": field("tokenizer.ggml.eos_token_id"),
        "dtype": "float32",
    },
)
tokenizer = Tokenizer(
    models.BPE(
        vocab={token: number for number, token in enumerate(tokens)},
        merges=[tuple(merge.split(" ")) for merge in field("tokenizer.ggml.merges")],
    )
)
tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
    [
        pre_tokenizers.Split(Regex(SPLIT), behavior="isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ]
)
tokenizer.decoder = decoders.ByteLevel()
tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in tokens[:SPECIAL_TOKENS]])
tokenizer.save(os.path.join(folder, "tokenizer.json"))
write(
    "tokenizer_config.json",
    {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": tokens[0],
        "eos_token": tokens[2],
        "pad_token": tokens[0],
        "clean_up_tokenization_spaces": False,
        "chat_template": field("tokenizer.chat_template"),
    },
)
