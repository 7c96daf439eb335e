"""The Llama architecture, small and plain.

Rotary embedding turns the pairs (2i, 2i+1), as llama.cpp does for architecture
`llama`, so that the weights go into a GGUF file unchanged. (Hugging Face's
Llama turns (i, i + half) and needs a permutation.)
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn


@dataclass
class ModelConfig:
    vocab: int
    dim: int = 128
    layers: int = 4
    heads: int = 4
    ffn: int = 384
    context: int = 1024
    tied: bool = True
    rope_theta: float = 10000.0
    norm_eps: float = 1e-5


class Cache:
    """Keys and values of one layer, written at the same column for every row."""

    def __init__(self, keys: torch.Tensor, values: torch.Tensor):
        self.keys, self.values = keys, values

    def put(self, keys, values, at: int):
        end = at + keys.shape[2]
        self.keys[:, :, at:end] = keys
        self.values[:, :, at:end] = values
        return self.keys[:, :, :end], self.values[:, :, :end]

    def keep_rows(self, rows: torch.Tensor) -> None:
        self.keys, self.values = self.keys[rows], self.values[rows]


def rotate(x, cos, sin):
    even, odd = x.unflatten(-1, (-1, 2)).unbind(-1)
    return torch.stack((even * cos - odd * sin, even * sin + odd * cos), -1).flatten(-2).type_as(x)


def causal_mask(columns: int, device):
    return torch.ones(columns, columns, dtype=torch.bool, device=device).tril()


def attend(q, k, v, mask):
    """Attention written out. On a CPU, at a hundred tokens and 32 wide heads,
    F.scaled_dot_product_attention with its backward takes twice the time of the
    whole rest of the model. The large negative number, where -inf is usual, saves
    a pass over the scores; no real score comes near it."""
    scores = (q * q.shape[-1] ** -0.5) @ k.transpose(-1, -2)
    scores = scores + torch.where(mask, 0.0, -1e4).to(scores.dtype)
    with torch.autocast(q.device.type, enabled=False):
        chances = torch.softmax(scores, -1)
    return chances @ v


class Attention(nn.Module):
    def __init__(self, config: ModelConfig):
        super().__init__()
        self.heads = config.heads
        self.q = nn.Linear(config.dim, config.dim, bias=False)
        self.k = nn.Linear(config.dim, config.dim, bias=False)
        self.v = nn.Linear(config.dim, config.dim, bias=False)
        self.output = nn.Linear(config.dim, config.dim, bias=False)

    def forward(self, x, cos, sin, mask, cache, at):
        q, k, v = (
            linear(x).unflatten(-1, (self.heads, -1)).transpose(1, 2) for linear in (self.q, self.k, self.v)
        )
        q, k = rotate(q, cos, sin), rotate(k, cos, sin)
        if cache is not None:
            k, v = cache.put(k, v, at)
        found = attend(q, k, v, causal_mask(x.shape[1], x.device) if mask is None else mask)
        return self.output(found.transpose(1, 2).flatten(2))


class Layer(nn.Module):
    def __init__(self, config: ModelConfig):
        super().__init__()
        self.attn_norm = nn.RMSNorm(config.dim, config.norm_eps)
        self.attn = Attention(config)
        self.ffn_norm = nn.RMSNorm(config.dim, config.norm_eps)
        self.gate = nn.Linear(config.dim, config.ffn, bias=False)
        self.up = nn.Linear(config.dim, config.ffn, bias=False)
        self.down = nn.Linear(config.ffn, config.dim, bias=False)

    def forward(self, x, cos, sin, mask, cache, at):
        x = x + self.attn(self.attn_norm(x), cos, sin, mask, cache, at)
        h = self.ffn_norm(x)
        return x + self.down(F.silu(self.gate(h)) * self.up(h))


class Llama(nn.Module):
    def __init__(self, config: ModelConfig):
        super().__init__()
        if config.dim % (2 * config.heads):
            raise SystemExit(f"dim {config.dim} does not split into {config.heads} heads of even width")
        self.config = config
        self.embed = nn.Embedding(config.vocab, config.dim)
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.layers))
        self.norm = nn.RMSNorm(config.dim, config.norm_eps)
        self.head = None if config.tied else nn.Linear(config.dim, config.vocab, bias=False)
        half = config.dim // config.heads // 2
        angles = torch.outer(
            torch.arange(config.context, dtype=torch.float32),
            config.rope_theta ** (-torch.arange(half, dtype=torch.float32) / half),
        )
        self.register_buffer("cos", angles.cos(), persistent=False)
        self.register_buffer("sin", angles.sin(), persistent=False)
        self.reset()

    def reset(self) -> None:
        """GPT-2's initialisation: what feeds the residual stream starts smaller with depth."""
        for name, parameter in self.named_parameters():
            if parameter.dim() < 2:
                continue
            feeds_stream = name.endswith(("attn.output.weight", "down.weight"))
            scale = (2 * self.config.layers) ** -0.5 if feeds_stream else 1.0
            fan_in = self.config.dim if "embed" not in name else 2500
            nn.init.normal_(parameter, std=scale * fan_in**-0.5)

    def forward(self, ids, positions=None, mask=None, caches=None, at: int = 0):
        """Logits for every position. Without `mask` attention is causal over the
        whole row; padding then has to stand on the right. With `caches`, column
        `at` is where these ids start."""
        if positions is None:
            cos, sin = self.cos[: ids.shape[1]], self.sin[: ids.shape[1]]
        else:
            cos, sin = self.cos[positions][:, None], self.sin[positions][:, None]
        x = self.embed(ids)
        for number, layer in enumerate(self.layers):
            x = layer(x, cos, sin, mask, None if caches is None else caches[number], at)
        if caches is not None:
            x = x[:, -1:]
        x = self.norm(x)
        return F.linear(x, self.embed.weight) if self.head is None else self.head(x)

    def new_caches(self, rows: int, columns: int) -> list[Cache]:
        shape = (rows, self.config.heads, columns, self.config.dim // self.config.heads)
        return [Cache(torch.zeros(shape), torch.zeros(shape)) for _ in self.layers]

    def parameter_count(self) -> int:
        return sum(parameter.numel() for parameter in self.parameters())


def weighted_loss(model, ids, targets, weights):
    """Mean cross-entropy over the tokens that count."""
    logits = model(ids).float().flatten(0, 1)
    each = F.cross_entropy(logits, targets.flatten(), reduction="none")
    weights = weights.flatten()
    return (each * weights).sum() / weights.sum()
