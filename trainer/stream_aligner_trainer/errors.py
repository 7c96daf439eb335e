"""The one error that a user is meant to read: what happened, why, what to do. Never the text of a row."""

import sys
import traceback

MEMORY_FULL = (
    "the GPU's memory is full; lower training.batch_rows and raise training.accumulate by the same factor, set "
    "training.gradient_checkpointing=true, lower training.max_length, or use LoRA"
)


class TrainerError(Exception):
    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code


def fail(error: Exception, report) -> int:
    """Reports an error that ends a command, and gives the exit code."""
    if isinstance(error, TrainerError):
        code, message = error.code, str(error)
    elif type(error).__name__ == "OutOfMemoryError":
        code, message = "out-of-memory", MEMORY_FULL
    else:
        traceback.print_exception(error, file=sys.stderr)
        code, message = "unexpected", f"{type(error).__name__}; the traceback is on stderr"
    report.say("error", code=code, message=message)
    return 1
