"""What the model writes to rows it has not learnt from, greedily, and how often it is right."""

from stream_aligner_trainer.chat import Chat
from stream_aligner_trainer.contracts import Example

ROWS_AT_ONCE = 64
ROOM = 16  # tokens a right answer may be exceeded by before generation stops


def evaluate(model, chat: Chat, examples: list[Example]) -> dict[str, float]:
    written = generate(model, chat, examples)
    return score(examples, written)


def score(examples: list[Example], written: list[str]) -> dict[str, float]:
    """Shares, left out where there are no rows of the kind.

    exact: equal to the completion. keep: of rows to keep, copied exactly; over_edit: the rest of them.
    exact_rewrite: of rows to rewrite, equal to the correction.
    """
    right = [text.strip() == example.completion.strip() for example, text in zip(examples, written)]
    kept = [found for example, found in zip(examples, right) if example.keep]
    rewritten = [found for example, found in zip(examples, right) if example.keep is False]
    shares = {"exact": share(right)}
    if kept:
        shares |= {"keep": share(kept), "over_edit": round(1 - share(kept), 4)}
    if rewritten:
        shares["exact_rewrite"] = share(rewritten)
    return shares


def share(found: list[bool]) -> float:
    return round(sum(found) / len(found), 4)


def generate(model, chat: Chat, examples: list[Example], room: int = ROOM) -> list[str]:
    """Greedy answers. Rows of a batch are padded on the left; those of like length share one."""
    limits = [len(full) - size + room for full, size in chat.encode(examples)]
    return greedy(model, chat, list(zip(chat.prompts(examples), limits)))


def greedy(model, chat: Chat, prompts: list[tuple[list[int], int]]) -> list[str]:
    """`prompts` are ids with the number of tokens to write at most."""
    import torch

    order = sorted(range(len(prompts)), key=lambda at: len(prompts[at][0]))
    outputs = [""] * len(prompts)
    training = model.training
    model.eval()
    with torch.inference_mode():
        for first in range(0, len(order), ROWS_AT_ONCE):
            chosen = order[first : first + ROWS_AT_ONCE]
            for at, ids in zip(chosen, greedy_batch(model, chat, [prompts[at] for at in chosen])):
                outputs[at] = chat.decode(ids)
    model.train(training)
    return outputs


def greedy_batch(model, chat: Chat, prompts: list[tuple[list[int], int]]) -> list[list[int]]:
    import torch
    from transformers import GenerationConfig

    width, most = max(len(ids) for ids, _ in prompts), max(limit for _, limit in prompts)
    pad = chat.tokenizer.pad_token_id if chat.tokenizer.pad_token_id is not None else chat.end
    ids = torch.tensor([[pad] * (width - len(ids)) + ids for ids, _ in prompts], device=model.device)
    mask = torch.tensor([[0] * (width - len(ids)) + [1] * len(ids) for ids, _ in prompts], device=model.device)
    # Said in full, since what is not said is taken from the base model's own settings.
    settings = GenerationConfig(
        do_sample=False,
        num_beams=1,
        repetition_penalty=1.0,
        max_new_tokens=most,
        eos_token_id=chat.end,
        pad_token_id=pad,
    )
    found = model.generate(input_ids=ids, attention_mask=mask, generation_config=settings)[:, width:].tolist()
    return [row[: row.index(chat.end)] if chat.end in row else row for row in found]
