import json
import sys

import torch

from tiny import generate as command
from tiny.checkpoint import save_checkpoint
from tiny.generation import generate
from tiny.model import Llama, ModelConfig


def tiny_model(seed=0):
    torch.manual_seed(seed)
    model = Llama(ModelConfig(vocab=40, dim=16, layers=2, heads=2, ffn=32, context=64))
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(3)  # spread the logits, so that greedy choices vary and ties do not occur
    return model.eval()


def greedy_without_cache(model, prompt, end, max_new):
    ids = list(prompt)
    for _ in range(max_new):
        if len(ids) >= model.config.context:
            break
        token = int(model(torch.tensor([ids]))[0, -1].argmax())
        if token == end:
            break
        ids.append(token)
    return ids[len(prompt) :]


def test_batched_equals_unbatched():
    model = tiny_model()
    random = torch.Generator().manual_seed(3)
    prompts = [torch.randint(0, 40, (1 + i * 7 % 60,), generator=random).tolist() for i in range(50)]
    expected = [greedy_without_cache(model, prompt, 5, 30) for prompt in prompts]
    assert len({len(ids) for ids in expected}) > 3  # some rows end early, some at the context, some at max_new
    assert generate(model, prompts, 5, 30, batch=16) == expected
    assert generate(model, prompts, 5, 30, batch=1) == expected


def test_sampling_follows_its_seed():
    model = tiny_model()
    prompts = [[1, 2, 3], [4]]
    first = generate(model, prompts, 5, 20, temperature=1.0, seed=1)
    assert generate(model, prompts, 5, 20, temperature=1.0, seed=1) == first
    assert generate(model, prompts, 5, 20, temperature=1.0, seed=2) != first


def test_command_keeps_rows_in_order(files, tmp_path, monkeypatch):
    from tiny.chat import Chat

    vocab = Chat.load(files["tokenizer"]).tokenizer.get_vocab_size()
    checkpoint, source, out = (str(tmp_path / name) for name in ("c.pt", "in.jsonl", "out.jsonl"))
    save_checkpoint(checkpoint, Llama(ModelConfig(vocab=vocab, dim=16, layers=1, heads=2, ffn=32, context=64)))
    rows = [{"user": "x" * 200, "n": 0}, {"user": "Tom", "prefix": "1 + 1 = 2.", "n": 1}, {"user": "a b", "n": 2}]
    with open(source, "w") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    monkeypatch.setattr(
        sys, "argv", f"g --checkpoint {checkpoint} --tokenizer {files['tokenizer']} --in {source} --out {out}".split()
    )
    command.main()
    with open(out) as file:
        found = [json.loads(line) for line in file]
    assert [row["n"] for row in found] == [0, 1, 2]
    assert found[0]["output"] is None
    assert isinstance(found[1]["output"], str)
