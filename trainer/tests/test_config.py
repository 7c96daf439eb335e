import os

import pytest
import yaml
from conftest import TRAINER

from stream_aligner_trainer.config import Config, load_config, shown
from stream_aligner_trainer.errors import TrainerError

TRAINING = {"max_steps": 3, "batch_rows": 2}


@pytest.fixture
def path(tmp_path):
    def write(**values):
        found = tmp_path / "run.yaml"
        base = {"out": "o", "model": {"base": "org/name"}, "data": {"train": [{"path": "d.jsonl"}]}}
        found.write_text(yaml.safe_dump(base | {"training": TRAINING} | values))
        return str(found)

    return write


def test_values_and_overrides(path):
    overrides = ["training.weight_decay=1e-2", "lora.r=4", "seed=7"]
    config = load_config(path(training={**TRAINING, "lr": "3e-4"}), overrides, "dir")
    assert config.training.lr == 3e-4
    assert config.training.weight_decay == 0.01
    assert (config.lora.r, config.lora.targets, config.seed) == (4, "all-linear", 7)
    assert (config.out, config.data.train[0].path, config.model.base) == ("dir/o", "dir/d.jsonl", "org/name")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"ouput": "o"}, "unknown key 'ouput'; known keys: out, contract, model"),
        ({"training": {**TRAINING, "lrr": 1}}, "training: unknown key 'lrr'; known keys: epochs"),
        ({"training": {**TRAINING, "max_steps": "many"}}, "max_steps: expected int, got 'many'"),
        ({"training": {**TRAINING, "max_steps": 2.5}}, "max_steps: expected int, got 2.5"),
        ({"training": {**TRAINING, "bf16": 1}}, "bf16: expected bool, got 1"),
        ({"training": {**TRAINING, "epochs": 2}}, "exactly one of epochs, max_steps and max_minutes"),
        ({"training": {"max_steps": 3}}, "exactly one of batch_rows and batch_tokens"),
        ({"training": {**TRAINING, "optimizer": "sgd"}}, "training.optimizer is adamw or muon, not 'sgd'"),
        ({"data": {"train": [{"file": "x"}]}}, "unknown key 'file'; known keys: path, weight"),
        ({"data": {"train": []}}, "data.train: at least one item"),
        ({"model": {"base": "m.gguf"}, "lora": {}}, "lora: needs a base in a folder"),
        ({"model": {}}, "model: exactly one of base and new"),
        ({"contract": "chat", "warm_up": {}}, "warm_up: needs rows that keep"),
        ({"lora": 3}, "lora: expected keys and values"),
    ],
)
def test_mistakes_are_named(path, values, message):
    with pytest.raises(TrainerError) as found:
        load_config(path(**values))
    assert found.value.code == "bad-config"
    assert message in str(found.value)


def test_override_of_an_unknown_key(path):
    with pytest.raises(TrainerError, match="unknown key 'sed'"):
        load_config(path(), ["sed=7"])
    with pytest.raises(TrainerError, match="expected key=value"):
        load_config(path(), ["seed"])


def test_missing_file():
    with pytest.raises(TrainerError, match="nowhere.yaml: cannot be read"):
        load_config("nowhere.yaml")


@pytest.mark.parametrize("name", sorted(set(os.listdir(f"{TRAINER}/recipes")) - {"fsdp.yaml"}))
def test_recipes_are_valid(name):
    assert load_config(f"{TRAINER}/recipes/{name}").out


def test_cards_tell_paths_from_the_run_on_and_nothing_of_the_machine(tmp_path):
    config = Config(out=str(tmp_path / "data" / "aligner"))
    assert shown(config, config.out) == "aligner"
    assert shown(config, str(tmp_path / "data" / "drafts" / "train.jsonl")) == os.path.join("drafts", "train.jsonl")
    assert shown(config, str(tmp_path / "elsewhere" / "train.jsonl")) == "train.jsonl"
    assert shown(Config(out="aligner"), "base/final") == os.path.join("base", "final")
    assert shown(config, "") == ""
