"""Rows to batches: encoded once, then grouped by length with little padding."""

import hashlib
import os
from dataclasses import dataclass

import numpy as np

from tiny.chat import Chat
from tiny.rows import read_rows

LENGTH_STEP = 8  # batch widths are multiples of this
ENCODE_ROWS = 10000


@dataclass
class Encoded:
    """All rows of one file, end to end."""

    ids: np.ndarray
    starts: np.ndarray  # rows + 1 offsets into ids
    answers: np.ndarray  # per row, where the assistant's text starts

    def __len__(self) -> int:
        return len(self.answers)


def load_encoded(path: str, tokenizer_path: str, cache_dir: str) -> Encoded:
    """The cache is keyed by content, so that changed data is never trained on stale."""
    digest = hashlib.sha256()
    for name in (path, tokenizer_path):
        with open(name, "rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    cached = os.path.join(cache_dir, f"{os.path.basename(path)}.{digest.hexdigest()[:16]}.npz")
    if not os.path.exists(cached):
        os.makedirs(cache_dir, exist_ok=True)
        encoded = encode_file(path, Chat.load(tokenizer_path))
        partial = f"{cached}.{os.getpid()}.npz"  # two runs may encode the same file at once
        np.savez(partial, ids=encoded.ids, starts=encoded.starts, answers=encoded.answers)
        os.replace(partial, cached)
    with np.load(cached) as arrays:
        return Encoded(arrays["ids"], arrays["starts"], arrays["answers"])


def encode_file(path: str, chat: Chat) -> Encoded:
    parts, lengths, answers, rows = [], [], [], []

    def flush():
        for ids, answer in chat.examples(rows):
            parts.append(np.array(ids, dtype=np.uint16))
            lengths.append(len(ids))
            answers.append(answer)
        rows.clear()

    for row in read_rows(path):
        rows.append(row)
        if len(rows) == ENCODE_ROWS:
            flush()
    flush()
    if not parts:
        raise SystemExit(f"{path}: no rows")
    starts = np.concatenate([[0], np.cumsum(lengths)])
    return Encoded(np.concatenate(parts), starts, np.array(answers, dtype=np.int32))


class Batches:
    """Endless batches, a pure function of (seed, epoch): to resume, only the
    epoch and the position within it need keeping."""

    def __init__(self, sources: list[Encoded], weights: list[float], batch_tokens: int, context: int, seed: int):
        self.weights, self.batch_tokens, self.seed = weights, batch_tokens, seed
        bases = np.cumsum([0] + [len(source.ids) for source in sources])
        self.ids = np.concatenate([source.ids for source in sources])
        self.starts = np.concatenate([source.starts[:-1] + base for source, base in zip(sources, bases)])
        self.lengths = np.concatenate([np.diff(source.starts) for source in sources])
        self.answers = np.concatenate([source.answers for source in sources])
        firsts = np.cumsum([0] + [len(source) for source in sources])
        fits = self.lengths - 1 <= context
        self.too_long = int((~fits).sum())
        self.rows = [np.flatnonzero(fits[a:b]) + a for a, b in zip(firsts, firsts[1:])]
        if not sum(len(rows) for rows in self.rows):
            raise SystemExit(f"every row is longer than context {context}")

    def epoch(self, number: int) -> list[np.ndarray]:
        """Row indices of each batch. Rows left over in a length group move up to
        the next longer one; only the very last batch may be short."""
        random = np.random.default_rng([self.seed, number])
        chosen = np.concatenate([repeat(rows, weight, random) for rows, weight in zip(self.rows, self.weights)])
        random.shuffle(chosen)
        widths = width_of(self.lengths[chosen])
        batches, rest = [], np.array([], dtype=np.int64)
        for width in np.unique(widths):
            group = np.concatenate([rest, chosen[widths == width]])
            size = max(1, self.batch_tokens // int(width))
            full = len(group) - len(group) % size
            batches.extend(group[:full].reshape(-1, size))
            rest = group[full:]
        if len(rest):
            batches.append(rest)
        return [batches[i] for i in random.permutation(len(batches))]

    def tensors(self, rows: np.ndarray, user_loss: float):
        """Inputs, targets and loss weights, padded on the right, and the count of real tokens."""
        width = int(width_of(self.lengths[rows]).max())
        shape = (max(len(rows), self.batch_tokens // width), width)  # a short batch gets empty rows: equal shapes
        inputs = np.zeros(shape, dtype=np.int64)
        targets = np.zeros(shape, dtype=np.int64)
        weights = np.zeros(shape, dtype=np.float32)
        for i, row in enumerate(rows):
            start, length = self.starts[row], self.lengths[row]
            ids = self.ids[start : start + length]
            inputs[i, : length - 1] = ids[:-1]
            targets[i, : length - 1] = ids[1:]
            weights[i, : self.answers[row] - 1] = user_loss
            weights[i, self.answers[row] - 1 : length - 1] = 1.0
        return inputs, targets, weights, int(self.lengths[rows].sum())


def width_of(lengths):
    """Inputs are one shorter than rows, since the last id is only a target."""
    return -(-(lengths - 1) // LENGTH_STEP) * LENGTH_STEP


def repeat(rows: np.ndarray, weight: float, random) -> np.ndarray:
    whole = int(weight)
    some = random.permutation(len(rows))[: round(len(rows) * (weight - whole))]
    return np.concatenate([np.tile(rows, whole), rows[some]])
