"""What a command says: JSON lines on stdout, of a run also in its log.jsonl.

Nothing else reaches stdout: whatever a library prints goes to stderr.
"""

import json
import os


class Report:
    def __init__(self, speaks: bool = True):
        self.stream = os.fdopen(os.dup(1), "w", encoding="utf-8")
        os.dup2(2, 1)
        self.speaks = speaks
        self.log = None

    def write_to(self, path: str) -> None:
        if self.speaks:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            self.log = open(path, "a", encoding="utf-8")

    def say(self, event: str, **values) -> None:
        if not self.speaks:
            return
        line = json.dumps({"event": event, **values})
        print(line, file=self.stream, flush=True)
        if self.log:
            print(line, file=self.log, flush=True)
