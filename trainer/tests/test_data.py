import numpy as np
import pytest
from conftest import write_rows

from stream_aligner_trainer.data import Batches, load_rows, warm_up_rows
from stream_aligner_trainer.errors import TrainerError


def batches(lengths, **changes):
    return Batches(np.array(lengths), **{"rows": 0, "tokens": 256, "grouped": True, "seed": 1} | changes)


LENGTHS = np.random.default_rng(3).integers(5, 120, 500)


def test_an_epoch_has_each_row_once():
    for options in ({}, {"rows": 7, "tokens": 0}, {"rows": 7, "tokens": 0, "grouped": False}):
        found = batches(LENGTHS, **options)
        assert sorted(row for batch in found for row in batch) == list(range(500))


def test_batches_keep_to_their_tokens_with_little_padding():
    found = list(batches(LENGTHS))
    padded = sum(len(batch) * LENGTHS[batch].max() for batch in found)
    assert all(len(batch) * LENGTHS[batch].max() <= 256 for batch in found)
    assert padded < 1.1 * LENGTHS.sum()


def test_epochs_differ_and_repeat_exactly():
    found = batches(LENGTHS)
    first = list(found)
    found.epoch = 1
    assert list(found) != first
    found.epoch = 0
    assert list(found) == first


def test_batches_divide_among_processes():
    assert len(batches(LENGTHS, multiple=4)) % 4 == 0
    assert len(batches([9, 9], multiple=4)) == 4


def test_weights_repeat_and_thin_rows(config, chat, folder):
    path = str(folder / "rows.jsonl")
    data = {"train": [{"path": path, "weight": 2.5}, {"path": path, "weight": 0.25}]}
    rows = load_rows(config(data=data), chat)
    assert len(rows.ids) == 550
    assert [source["rows"] for source in rows.sources] == [200, 200]
    keeps = warm_up_rows(rows, 0.1, seed=1)
    assert len(keeps.ids) == 55 and all(keeps.keeps)


def test_mistakes_in_files_are_named(config, chat, tmp_path):
    bad = tmp_path / "bad.jsonl"
    for text, message in (("\n{oops\n", "bad.jsonl:2: not JSON"), ("[1]\n", "bad.jsonl:1: expected an object")):
        bad.write_text(text)
        with pytest.raises(TrainerError, match=message):
            load_rows(config(data={"train": [{"path": str(bad)}]}), chat)
    with pytest.raises(TrainerError, match="none.jsonl: cannot be read"):
        load_rows(config(data={"train": [{"path": str(tmp_path / "none.jsonl")}]}), chat)
    row = {"question": "x" * 999, "prefix": "", "last": "a", "correction": "a"}
    with pytest.raises(TrainerError, match="no row is left"):
        load_rows(config(data={"train": [{"path": write_rows(bad, [row])}]}), chat)
