import json
import random

import pytest

from tiny.threads import use_one_thread

use_one_thread()

from tiny.config import TrainConfig  # noqa: E402
from tiny.tokenizer import texts_of, train_tokenizer  # noqa: E402


@pytest.fixture(scope="session")
def rows():
    chosen = random.Random(1)
    found = []
    for _ in range(300):
        a, b = chosen.randint(1, 99), chosen.randint(1, 99)
        extra = " Read with care." * chosen.randint(0, 4)
        found.append({"user": f"Tom has {a} pens and buys {b}.{extra}", "assistant": f"{a} + {b} = {a + b}. Done."})
    return found


@pytest.fixture(scope="session")
def files(rows, tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    data = folder / "rows.jsonl"
    data.write_text("".join(json.dumps(row) + "\n" for row in rows))
    tokenizer = folder / "tokenizer.json"
    train_tokenizer(texts_of([str(data)], 1000), 320).save(str(tokenizer))
    return {"data": str(data), "tokenizer": str(tokenizer)}


@pytest.fixture
def config(files, tmp_path):
    return TrainConfig(
        out=str(tmp_path / "run"),
        tokenizer=files["tokenizer"],
        data=[{"path": files["data"], "weight": 1.0}],
        eval_file=files["data"],
        eval_rows=4,
        eval_max_new=8,
        dim=16,
        layers=2,
        heads=2,
        ffn=32,
        context=128,
        batch_tokens=512,
        max_tokens=6000,
        warmup_steps=2,
        bf16=False,
        compile=False,
    )
