import json
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest
import torch
import yaml
from conftest import TRAINER, new_model, run_python, weights, write_rows
from transformers import AutoModelForCausalLM

from stream_aligner_trainer.errors import TrainerError
from stream_aligner_trainer.train import run


def final(config):
    return os.path.join(config.out, "final")


def close(first, second, tolerance=1e-5):
    assert first.keys() <= second.keys()  # FSDP writes tied weights twice
    return all(torch.allclose(first[name], second[name], atol=tolerance) for name in first)


@pytest.mark.parametrize("optimizer", ["adamw", "muon"])
@pytest.mark.parametrize("tied", [True, False])
def test_every_parameter_moves(config, said, folder, optimizer, tied):
    found = config(model=new_model(folder, tied=tied), training={"optimizer": optimizer, "max_steps": 2})
    start = config(out=found.out + "-0", model=new_model(folder, tied=tied), training={"lr": 0.0, "max_steps": 1})
    run(start, said)
    run(found, said)
    before, after = weights(final(start)), weights(final(found))
    assert ("lm_head.weight" in after) == (not tied)
    for name, value in after.items():
        assert not torch.equal(value, before[name]), name


def test_what_a_run_says(config, said):
    found = config(training={"eval_steps": 3, "save_steps": 4})
    assert run(found, said) == 0
    assert [event["event"] for event in said.events] == ["start", "log", "eval", "log", "saved", "log", "eval", "end"]
    start, end = said.events[0], said.events[-1]
    assert (start["rows"], start["rows_left_out"], start["steps"], start["device"]) == (200, 0, 6, "cpu")
    assert start["parameters"] == start["trained"] > 10_000
    log = said.of("log")[-1]
    assert (log["step"], log["steps"], log["progress"]) == (6, 6, 1.0)
    assert log["tokens"] > 0 and log["tokens_per_second"] > 0 and log["loss"] < said.of("log")[0]["loss"]
    assert {"loss", "keep", "over_edit", "exact_rewrite"} <= set(said.of("eval")[0])
    assert end["finished"] and end["path"] == final(found)
    with open(os.path.join(found.out, "log.jsonl")) as file:
        assert [json.loads(line) for line in file] == said.events
    assert run(found, said) == 0
    assert said.events[-1]["already"]
    with pytest.raises(TrainerError) as refused:
        run(config(resume="never"), said)
    assert refused.value.code == "earlier-run"


@pytest.mark.parametrize("optimizer", ["adamw", "muon"])
def test_resumed_run_equals_uninterrupted(config, said, tmp_path, optimizer):
    training = {"optimizer": optimizer, "max_steps": 40, "save_steps": 30}  # 25 steps an epoch
    whole = config(out=str(tmp_path / "whole"), training=training)
    run(whole, said)
    # As if killed after the checkpoint of step 30: what came later is gone.
    parts = config(out=str(tmp_path / "parts"), training=training)
    os.rename(tmp_path / "whole" / "final", tmp_path / "kept")
    os.rename(tmp_path / "whole", tmp_path / "parts")
    run(parts, said)
    assert said.of("start")[-1]["resumed_from"].endswith("checkpoint-30")
    assert close(weights(str(tmp_path / "kept")), weights(final(parts)))


def test_lora_moves_only_adapters(config, said, folder):
    base, training = {"base": str(folder / "base")}, {"gradient_checkpointing": True}
    found = config(model=base, lora={"r": 4, "alpha": 8}, training=training)
    run(found, said)
    start = said.of("start")[0]
    assert start["trained"] < start["parameters"]
    adapters = weights(final(found))
    assert all("lora_" in name for name in adapters)
    assert any(value.abs().max() > 0 for name, value in adapters.items() if "lora_B" in name)


def test_warm_up_comes_first_and_hands_over(config, said, folder):
    changes = {"model": {"base": str(folder / "base")}, "lora": {"r": 4}, "warm_up": {"share": 0.1}}
    found = config(**changes, training={"lr": 0.0})
    run(found, said)
    assert [(event["stage"], event["rows"]) for event in said.of("start")] == [("warm-up", 20), ("main", 200)]
    first, second = weights(os.path.join(found.out, "warm-up", "final")), weights(final(found))
    assert close(first, second, tolerance=0)


def test_packing_learns_as_separate_rows_do(config, said, tuples, tmp_path):
    rows, losses = write_rows(tmp_path / "few.jsonl", tuples[:20]), []
    for packing in (False, True):
        training = {"max_steps": 1, "batch_rows": 20, "packing": packing, "log_steps": 1}
        run(config(out=str(tmp_path / str(packing)), data={"train": [{"path": rows}]}, training=training), said)
        losses.append(said.of("log")[-1]["loss"])
    assert losses[0] == losses[1]
    assert close(weights(str(tmp_path / "True" / "final")), weights(str(tmp_path / "False" / "final")))


def test_bf16_and_compile(config, said):
    run(config(training={"bf16": True, "compile": True, "max_steps": 2}), said)
    assert said.events[-1]["finished"]


def test_time_bounds_a_run(config, said):
    run(config(training={"max_steps": 0, "max_minutes": 0.02, "eval_every_minutes": 0.01}), said)
    end = said.events[-1]
    assert end["progress"] == 1.0 and 0.02 <= end["minutes"] < 0.2
    assert "steps" not in end
    assert said.of("saved")


def test_a_model_learns_what_it_is_taught(config, said, folder):
    model = new_model(folder, hidden=64)
    run(config(model=model, training={"max_steps": 120, "batch_rows": 32, "optimizer": "muon", "lr": 5e-3}), said)
    assert said.events[-1]["exact"] >= 0.5


def test_wrong_machines_and_models(config, said, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(TrainerError, match="no-gpu|needs a GPU.*training.device=cpu"):
        run(config(training={"device": "cuda"}), said)
    with pytest.raises(TrainerError, match="nobody/nothing: no model could be loaded"):
        run(config(model={"base": "nobody/nothing"}), said)


def test_too_little_memory(config, said, folder, monkeypatch):
    from stream_aligner_trainer import models

    monkeypatch.setattr(models, "free_ram", lambda: 1000)
    with pytest.raises(TrainerError, match="recipes/lora.yaml") as found:
        run(config(model={"base": str(folder / "base")}), said)
    assert found.value.code == "out-of-memory"


def test_a_signal_saves_and_leaves(recipe, tmp_path):
    path = tmp_path / "run.yaml"
    path.write_text(yaml.safe_dump(recipe(training={"max_steps": 100000})))
    command = [sys.executable, "-m", "stream_aligner_trainer.train", "--config", str(path)]
    child = subprocess.Popen(command, cwd=TRAINER, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    for line in child.stdout:
        if json.loads(line)["event"] == "log":
            break
    child.send_signal(signal.SIGTERM)
    events = [json.loads(line) for line in child.communicate()[0].splitlines()]
    assert child.returncode == 128 + signal.SIGTERM
    assert [event["event"] for event in events[-2:]] == ["saved", "end"]
    assert events[-1]["finished"] is False


def test_errors_are_events(recipe, tmp_path):
    path = tmp_path / "run.yaml"
    path.write_text(yaml.safe_dump(recipe(training={"epoch": 1})))
    done, events = run_python("-m", "stream_aligner_trainer.train", "--config", str(path))
    assert done.returncode == 1
    assert events[0]["code"] == "bad-config" and "unknown key 'epoch'" in events[0]["message"]


def test_two_processes_under_fsdp_learn_as_one(recipe, config, said, folder, tmp_path):
    model = {"base": str(folder / "base")}
    alone = config(out=str(tmp_path / "alone"), model=model, training={"batch_rows": 4, "accumulate": 2})
    run(alone, said)
    path, two = tmp_path / "run.yaml", tmp_path / "two"
    path.write_text(yaml.safe_dump(recipe(out=str(two), model=model, training={"batch_rows": 4, "save_steps": 3})))
    launcher = ["-m", "accelerate.commands.launch", f"--config_file={TRAINER}/recipes/fsdp.yaml", "--num_processes=2"]
    command = [*launcher, "--main_process_port=0", f"{TRAINER}/tests/fsdp_on_cpu.py", "--config", str(path)]

    done, events = run_python(*command, ACCELERATE_USE_CPU="true", PYTHONPATH=TRAINER)
    assert done.returncode == 0, done.stderr[-3000:]
    assert events[0]["processes"] == 2 and events[-1]["finished"]
    before, after = weights(folder / "base"), weights(two / "final")
    assert all(not torch.equal(before[name], after[name]) for name in before)
    assert close(weights(final(alone)), after, tolerance=1e-3)
    assert AutoModelForCausalLM.from_pretrained(two / "final").num_parameters() > 0

    os.rename(two / "final", tmp_path / "whole")
    shutil.rmtree(two / "checkpoint-6")
    _, events = run_python(*command, ACCELERATE_USE_CPU="true", PYTHONPATH=TRAINER)
    assert events[0]["resumed_from"].endswith("checkpoint-3")
    assert close(weights(tmp_path / "whole"), weights(two / "final"))
