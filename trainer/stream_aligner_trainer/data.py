"""Rows to token ids, and batches with little padding."""

import hashlib
import itertools
from dataclasses import dataclass, field

import numpy as np

from stream_aligner_trainer.chat import Chat
from stream_aligner_trainer.config import Config, shown
from stream_aligner_trainer.contracts import Example, example_of
from stream_aligner_trainer.errors import TrainerError
from stream_aligner_trainer.rows import read_rows

ENCODED_AT_ONCE = 1000
LENGTH_STEP = 8  # batches are padded to multiples of this


@dataclass
class Rows:
    """Encoded rows, end to end."""

    ids: list[np.ndarray] = field(default_factory=list)
    prompt_sizes: list[int] = field(default_factory=list)
    keeps: list[bool] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=lambda: {"too_long": 0, "merged_with_template": 0})
    sources: list[dict] = field(default_factory=list)  # what the model card says of the files

    def select(self, chosen: np.ndarray) -> "Rows":
        return Rows(*([values[at] for at in chosen] for values in (self.ids, self.prompt_sizes, self.keeps)))

    def extend(self, other: "Rows") -> None:
        self.ids += other.ids
        self.prompt_sizes += other.prompt_sizes
        self.keeps += other.keeps
        for reason, count in other.left_out.items():
            self.left_out[reason] += count

    def dataset(self, loss_on: str):
        """As SFTTrainer takes rows that are tokenised already: -100 marks a token that is not learnt."""
        import pyarrow as pa
        from datasets import Dataset

        flat = np.concatenate(self.ids)
        offsets = np.concatenate([[0], np.cumsum([len(ids) for ids in self.ids])])
        labels = flat.copy()
        if loss_on == "completion":
            for start, size in zip(offsets, self.prompt_sizes):
                labels[start : start + size] = -100
        columns = {
            name: pa.LargeListArray.from_arrays(pa.array(offsets, pa.int64()), pa.array(values))
            for name, values in (("input_ids", flat), ("labels", labels))
        }
        return Dataset(pa.table(columns))


def load_rows(config: Config, chat: Chat) -> Rows:
    """All training rows, each source as often as its weight says."""
    rows, random = Rows(), np.random.default_rng(config.seed)
    for source in config.data.train:
        found = encode_file(source.path, config.contract, chat, config.training.max_length)
        whole = int(source.weight)
        some = random.permutation(len(found.ids))[: round(len(found.ids) * (source.weight - whole))]
        weighted = found.select(np.concatenate([np.tile(np.arange(len(found.ids)), whole), some]).astype(int))
        weighted.left_out = found.left_out
        rows.extend(weighted)
        rows.sources.append(
            {
                "file": shown(config, source.path),
                "sha256": digest(source.path),
                "rows": len(found.ids) + sum(found.left_out.values()),
                "left_out": sum(found.left_out.values()),
                "weight": source.weight,
            }
        )
    if not rows.ids:
        raise TrainerError("no-rows", f"no row is left to train on; left out: {rows.left_out}")
    return rows


def encode_file(path: str, contract: str, chat: Chat, max_length: int) -> Rows:
    make, rows, source = example_of(contract), Rows(), read_rows(path)
    while some := [make(where, row) for where, row in itertools.islice(source, ENCODED_AT_ONCE)]:
        rows.extend(rows_of(some, chat, max_length))
    return rows


def rows_of(examples: list[Example], chat: Chat, max_length: int) -> Rows:
    rows = Rows()
    for example, encoded in zip(examples, chat.encode(examples)):
        if encoded is None:
            rows.left_out["merged_with_template"] += 1
        elif len(encoded[0]) > max_length:
            rows.left_out["too_long"] += 1
        else:
            rows.ids.append(np.array(encoded[0], np.int32))
            rows.prompt_sizes.append(encoded[1])
            rows.keeps.append(bool(example.keep))
    return rows


def load_eval(config: Config, chat: Chat) -> list[Example]:
    """Those of the first eval_rows rows that would be trained on."""
    if not config.data.eval:
        return []
    make, rows = example_of(config.contract), itertools.islice(read_rows(config.data.eval), config.data.eval_rows)
    examples = [make(where, row) for where, row in rows]
    fits = [encoded and len(encoded[0]) <= config.training.max_length for encoded in chat.encode(examples)]
    return [example for example, fit in zip(examples, fits) if fit]


def warm_up_rows(rows: Rows, share: float, seed: int) -> Rows:
    """Rows that keep their draft, as many as `share` of all rows, or all there are."""
    keeps = np.flatnonzero(rows.keeps)
    if not len(keeps):
        raise TrainerError("no-rows", "warm_up: no training row keeps its draft; leave warm_up out")
    return rows.select(np.random.default_rng(seed).permutation(keeps)[: max(1, round(share * len(rows.ids)))])


class Batches:
    """The row numbers of each batch: a pure function of seed and epoch, so that a resumed run finds its place.

    Batches hold `rows` rows, or as many as fit `tokens` tokens with padding. `multiple`: there are as many batches as a
    multiple of it, for processes that must take equally many.
    """

    def __init__(self, lengths: np.ndarray, *, rows: int, tokens: int, grouped: bool, seed: int, multiple: int = 1):
        self.widths = -(-lengths // LENGTH_STEP) * LENGTH_STEP
        self.rows, self.tokens, self.grouped, self.seed, self.multiple = rows, tokens, grouped, seed, multiple
        self.epoch = 0  # set before each epoch
        self.count = len(self.plan(0)) // multiple * multiple or multiple

    def __len__(self) -> int:
        return self.count

    def __iter__(self):
        plan = self.plan(self.epoch)
        return iter([plan[at % len(plan)].tolist() for at in range(self.count)])

    def plan(self, epoch: int) -> list[np.ndarray]:
        """Rows left over in a length group move up to the next longer one; only the very last batch may be short."""
        random = np.random.default_rng([self.seed, epoch])
        order = random.permutation(len(self.widths))
        widths = self.widths[order] if self.grouped else np.full(len(order), self.widths.max())
        batches, rest = [], np.array([], dtype=np.int64)
        for width in np.unique(widths):
            group = np.concatenate([rest, order[widths == width]])
            size = self.rows or max(1, self.tokens // int(width))
            full = len(group) - len(group) % size
            batches.extend(group[:full].reshape(-1, size))
            rest = group[full:]
        if len(rest):
            batches.append(rest)
        return [batches[at] for at in random.permutation(len(batches))]


def digest(path: str) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
