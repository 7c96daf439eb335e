"""Batched generation with a key-value cache.

Rows of a batch are padded on the left, with padding masked out and positions
counted from each row's first token, so that a row's result does not depend on
its neighbours (beyond float rounding).
"""

import torch

from tiny.model import Llama

REFRESH = 0.75  # drop finished rows once fewer than this share go on


@torch.inference_mode()
def generate(
    model: Llama,
    prompts: list[list[int]],
    end: int,
    max_new: int = 256,
    temperature: float = 0.0,
    seed: int = 0,
    batch: int = 256,
) -> list[list[int]]:
    """New ids per prompt, without `end`. A prompt that leaves no room gives no ids."""
    order = sorted(range(len(prompts)), key=lambda i: len(prompts[i]))
    random = torch.Generator().manual_seed(seed)
    outputs: list[list[int]] = [[] for _ in prompts]
    for first in range(0, len(order), batch):
        chosen = order[first : first + batch]
        found = generate_batch(model, [prompts[i] for i in chosen], end, max_new, temperature, random)
        for i, ids in zip(chosen, found):
            outputs[i] = ids
    return outputs


def generate_batch(model, prompts, end, max_new, temperature, random) -> list[list[int]]:
    context = model.config.context
    width = max(map(len, prompts))
    if width > context:
        raise SystemExit(f"a prompt has {width} tokens, more than the model's context {context}")
    lengths = torch.tensor([len(prompt) for prompt in prompts])
    pads = width - lengths
    ids = torch.tensor([[0] * (width - len(prompt)) + prompt for prompt in prompts])
    outputs: list[list[int]] = [[] for _ in prompts]
    alive = torch.arange(len(prompts))
    done = torch.zeros(len(prompts), dtype=torch.bool)

    columns = torch.arange(width)
    causal = columns[None, :] <= columns[:, None]
    # A padding column sees itself: a row without any key would give NaN.
    visible = (columns[None, None, :] >= pads[:, None, None]) | torch.eye(width, dtype=torch.bool)
    mask = (causal & visible)[:, None]
    positions = (columns - pads[:, None]).clamp(min=0)
    caches = model.new_caches(len(prompts), width + max_new)
    logits = model(ids, positions, mask, caches)[:, -1]

    for step in range(max_new):
        token = pick(logits, temperature, random)
        done |= (token == end) | (lengths + step >= context)
        finished = done.tolist()
        for row, value, stop in zip(alive.tolist(), token.tolist(), finished):
            if not stop:
                outputs[row].append(value)
        if all(finished) or step == max_new - 1:
            break
        if sum(finished) > (1 - REFRESH) * len(finished):
            going = torch.nonzero(~done).flatten()
            alive, pads, lengths, token, done = (x[going] for x in (alive, pads, lengths, token, done))
            for cache in caches:
                cache.keep_rows(going)
        at = width + step
        mask = (torch.arange(at + 1) >= pads[:, None])[:, None, None]
        positions = (lengths + step).clamp(max=context - 1)[:, None]  # the clamp is for finished rows
        logits = model(token[:, None], positions, mask, caches, at)[:, -1]
    return outputs


def pick(logits, temperature: float, random):
    if temperature == 0:
        return logits.argmax(-1)
    chances = torch.softmax(logits / temperature, -1)
    return torch.multinomial(chances, 1, generator=random).flatten()
