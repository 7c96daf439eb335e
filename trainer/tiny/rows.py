"""Reading and writing JSONL rows."""

import json
import os
from collections.abc import Iterable, Iterator


def read_rows(path: str) -> Iterator[dict]:
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                yield json.loads(line)
            except json.JSONDecodeError as error:
                raise SystemExit(f"{path}:{number}: not a JSON row: {error}") from None


def write_rows(path: str, rows: Iterable[dict]) -> None:
    """Writes beside the target and renames, so that no reader sees half a file."""
    partial = f"{path}.partial"
    with open(partial, "w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    os.replace(partial, path)
