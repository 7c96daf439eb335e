import json
import os
import random
import shutil
import subprocess
import sys

import pytest

from stream_aligner_trainer.threads import use_threads

use_threads(1)
os.environ["HF_HUB_OFFLINE"] = "1"

from stream_aligner_trainer.config import Config, build, check  # noqa: E402
from stream_aligner_trainer.contracts import example_of  # noqa: E402
from stream_aligner_trainer.tokenizer import texts_of, train_tokenizer  # noqa: E402

TRAINER = os.path.dirname(os.path.dirname(__file__))
ROOT = os.path.dirname(TRAINER)


def make_tuples(count, seed=1):
    """Half keeps, half rewrites of a wrong sum."""
    chosen, found = random.Random(seed), []
    for _ in range(count):
        a, b = chosen.randint(1, 49), chosen.randint(1, 49)
        wrong = chosen.choice([0, 1])
        extra = " Read with care." * chosen.randint(0, 4)
        found.append(
            {
                "question": f"Tom has {a} pens and buys {b}.{extra}",
                "prefix": chosen.choice(["", "He counts."]),
                "last": f"{a} + {b} = {a + b + wrong}.",
                "correction": f"{a} + {b} = {a + b}.",
            }
        )
    return found


def write_rows(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


@pytest.fixture(scope="session")
def tuples():
    return make_tuples(200)


@pytest.fixture(scope="session")
def folder(tmp_path_factory, tuples):
    """Rows, a tokenizer, and a tiny random base model."""
    found = tmp_path_factory.mktemp("data")
    rows = write_rows(found / "rows.jsonl", tuples)
    train_tokenizer(texts_of([rows], "stream-aligner", 1000), 400).save(str(found / "tokenizer.json"))
    from stream_aligner_trainer.models import load_model, load_tokenizer

    config = build(Config, {"model": new_model(found)}, "test")
    tokenizer = load_tokenizer(config)
    model = load_model(config, tokenizer, "cpu")
    model.save_pretrained(found / "base")
    tokenizer.save_pretrained(found / "base")
    return found


def new_model(folder, **changes):
    shape = {"hidden": 32, "layers": 2, "heads": 2, "ffn": 64, "context": 256}
    return {"new": {"tokenizer": str(folder / "tokenizer.json"), **shape, **changes}}


@pytest.fixture
def recipe(folder, tmp_path):
    """A function that gives a recipe's values, with changes."""

    rows = str(folder / "rows.jsonl")

    def make(**changes):
        values = {
            "out": str(tmp_path / "run"),
            "model": new_model(folder),
            "data": {"train": [{"path": rows}], "eval": rows, "eval_rows": 4},
            "training": {"max_steps": 6, "lr": 1e-2, "batch_rows": 8, "max_length": 256, "bf16": False, "device": "cpu"}
            | {"log_steps": 2, "threads": 1}
            | changes.pop("training", {}),
        }
        return values | changes

    return make


@pytest.fixture
def config(recipe):
    def make(**changes):
        found = build(Config, recipe(**changes), "test")
        check(found, "test")
        return found

    return make


class Said:
    """A report that keeps what was said."""

    def __init__(self):
        self.events = []
        self.log = None

    def write_to(self, path):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        self.log = open(path, "a")

    def say(self, event, **values):
        self.events.append({"event": event, **values})
        if self.log:
            print(json.dumps(self.events[-1]), file=self.log, flush=True)

    def of(self, event):
        return [found for found in self.events if found["event"] == event]


@pytest.fixture
def said():
    return Said()


@pytest.fixture(scope="session")
def chat(folder):
    from transformers import AutoTokenizer

    from stream_aligner_trainer.chat import Chat

    return Chat(AutoTokenizer.from_pretrained(folder / "base"))


@pytest.fixture(scope="session")
def examples(tuples):
    return [example_of("stream-aligner")("test:1", row) for row in tuples]


def weights(path):
    from safetensors.torch import load_file

    names = [name for name in os.listdir(path) if name.endswith(".safetensors")]
    return {key: value for name in names for key, value in load_file(os.path.join(path, name)).items()}


def run_python(*args, **environment):
    """The finished process, and the events it said."""
    options = {"cwd": TRAINER, "env": {**os.environ, **environment}, "capture_output": True, "text": True}
    done = subprocess.run([sys.executable, *args], **options, check=False)
    return done, [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def node():
    """Node.js with the workspace's packages beside it, or None."""
    found = os.path.join(ROOT, "node_modules", ".bin", "node")
    found = found if os.path.exists(found) else shutil.which("node")
    return found if found and os.path.isdir(os.path.join(ROOT, "node_modules", "node-llama-cpp")) else None
