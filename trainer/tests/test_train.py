import json
import os
from dataclasses import replace

import pytest
import torch

from tiny.checkpoint import load_checkpoint, load_model
from tiny.config import load_config
from tiny.data import Batches, load_encoded
from tiny.model import Llama, ModelConfig
from tiny.train import train


@pytest.mark.parametrize("optimizer", ["muon", "adamw"])
@pytest.mark.parametrize("tied", [True, False])
def test_every_parameter_moves(config, optimizer, tied):
    config = replace(config, optimizer=optimizer, tied=tied)
    torch.manual_seed(config.seed)
    model = train(config, stop_after=3)
    torch.manual_seed(config.seed)
    before = Llama(model.config).state_dict()
    for name, parameter in model.named_parameters():
        assert not torch.equal(parameter, before[name]), name


@pytest.mark.parametrize("optimizer", ["muon", "adamw"])
def test_resumed_run_equals_uninterrupted(config, tmp_path, optimizer):
    config = replace(config, optimizer=optimizer)
    whole = train(replace(config, out=str(tmp_path / "whole")))
    parts = replace(config, out=str(tmp_path / "parts"), resume=True)
    train(parts, stop_after=5)
    assert load_checkpoint(os.path.join(parts.out, "checkpoint.pt"))["done"]["step"] == 5
    resumed = train(parts)
    for name, value in whole.state_dict().items():
        assert torch.equal(value, resumed.state_dict()[name]), name


def test_init_from_starts_with_those_weights(config, tmp_path):
    first = replace(config, out=str(tmp_path / "first"))
    train(first)
    start = os.path.join(first.out, "checkpoint.pt")
    second = train(replace(config, out=str(tmp_path / "second"), init_from=start, lr=0.0, muon_lr=0.0), stop_after=2)
    for name, value in load_model(start).state_dict().items():
        assert torch.equal(value, second.state_dict()[name]), name


def test_log_has_accuracy_and_speed(config):
    train(config)
    with open(os.path.join(config.out, "log.jsonl")) as file:
        last = [json.loads(line) for line in file][-1]
    assert last["event"] == "end"
    assert 0 <= last["accuracy"] <= 1
    assert last["tokens"] >= config.max_tokens
    assert last["tokens_per_s"] > 0


def test_init_from_another_tokenizer_size_fails(config, tmp_path):
    path = str(tmp_path / "other.pt")
    torch.save({"model": Llama(ModelConfig(vocab=50, dim=16, layers=2, heads=2, ffn=32)).state_dict()}, path)
    with pytest.raises(RuntimeError, match="size mismatch"):
        train(replace(config, init_from=path))


def test_unknown_key_is_refused(tmp_path):
    path = tmp_path / "run.yaml"
    path.write_text("out: x\nbatch_token: 3\n")
    with pytest.raises(SystemExit, match="batch_token"):
        load_config(str(path))
    path.write_text("out: x\ntokenizer: t\ndata: [{path: d}]\nmax_tokens: 5e6\nlr: 1e-3\n")
    assert load_config(str(path), ["seed=7"]).seed == 7
    assert load_config(str(path)).max_tokens == 5000000
    with pytest.raises(SystemExit, match="unknown key 'sed'"):
        load_config(str(path), ["sed=7"])
    with pytest.raises(SystemExit, match="expected int, got 'many'"):
        load_config(str(path), ["layers=many"])


def test_an_epoch_has_each_row_once(files, tmp_path):
    encoded = load_encoded(files["data"], files["tokenizer"], str(tmp_path))
    batches = Batches([encoded], [1.0], 512, 128, seed=1)
    seen = sorted(row for batch in batches.epoch(0) for row in batch)
    assert seen == list(range(len(encoded)))
    twice = Batches([encoded, encoded], [2.0, 0.5], 512, 128, seed=1)
    assert sum(map(len, twice.epoch(0))) == 2 * len(encoded) + round(len(encoded) / 2)


def test_user_loss_weighs_only_what_precedes_the_answer(files, tmp_path, rows):
    from tiny.chat import Chat

    chat = Chat.load(files["tokenizer"])
    batches = Batches([load_encoded(files["data"], files["tokenizer"], str(tmp_path))], [1.0], 512, 128, seed=1)
    chosen = batches.epoch(0)[0]
    inputs, targets, weights, _ = batches.tensors(chosen, user_loss=0.0)
    for i, row in enumerate(chosen):
        counted = targets[i][weights[i] == 1].tolist()
        assert counted[-1] == chat.end
        assert chat.decode(counted[:-1]) == rows[row]["assistant"]
        assert inputs[i, 0] == chat.start
