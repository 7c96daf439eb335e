"""Reading JSONL rows, with mistakes named by file and line."""

import json
from collections.abc import Iterator

from stream_aligner_trainer.errors import TrainerError


def read_rows(path: str) -> Iterator[tuple[str, dict]]:
    """Each row with the place it is from, such as "tuples.jsonl:12"."""
    try:
        file = open(path, encoding="utf-8")
    except OSError as error:
        message = f"{path}: cannot be read ({error.strerror}); check the recipe's paths and --dir"
        raise TrainerError("missing-file", message) from None
    with file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            where = f"{path}:{number}"
            try:
                row = json.loads(line)
            except json.JSONDecodeError as error:
                raise TrainerError("bad-row", f"{where}: not JSON ({error.msg} at column {error.colno})") from None
            if not isinstance(row, dict):
                raise TrainerError("bad-row", f"{where}: expected an object with fields")
            yield where, row
