"""What the rows of a data file hold, and how a model is asked with them.

The templates and the escape are core's JSON files, so that the trainer and the gateway send the same bytes.
"""

import functools
import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass

from stream_aligner_trainer.errors import TrainerError

FOLDER_VARIABLE = "STREAM_ALIGNER_CONTRACTS"
CHECKOUT = os.path.join(os.path.dirname(__file__), "..", "..", "packages", "core", "src", "contracts")


@dataclass
class Example:
    """What is trained on: the model shall answer `completion` to `prompt`."""

    prompt: list[dict]  # messages
    completion: str
    keep: bool | None = None  # whether the completion repeats the draft; None where there is no draft


@functools.cache
def load_contract(name: str) -> dict:
    folder = os.environ.get(FOLDER_VARIABLE) or CHECKOUT
    try:
        with open(os.path.join(folder, f"{name}.json"), encoding="utf-8") as file:
            return json.load(file)
    except OSError:
        raise TrainerError(
            "missing-file",
            f"contract {name}.json is not in {folder}; set {FOLDER_VARIABLE} to the folder of core's contracts",
        ) from None


@functools.cache
def escapable(backslashes: str) -> re.Pattern:
    guarded = load_contract("escape")["guarded"]
    places = (f"(?<={re.escape(word[0])}){backslashes}(?={re.escape(word[1:])})" for word in guarded)
    return re.compile("|".join(places))


def escape_text(text: str) -> str:
    """Text in which nothing can be read as a contract's delimiter or a special token."""
    return escapable(r"\\*").sub(lambda found: found[0] + "\\", text)


def unescape_text(text: str) -> str:
    return escapable(r"\\+").sub(lambda found: found[0][1:], text)


def fill(template: str, values: dict[str, str]) -> str:
    """One pass, so that a value that looks like a place is left alone."""
    return re.sub(r"\{([A-Za-z0-9_]+)\}", lambda place: values.get(place[1], place[0]), template)


def render(contract: str, **values: str) -> str:
    """The user turn of a contract with all values escaped."""
    return fill(load_contract(contract)["template"], {key: escape_text(value) for key, value in values.items()})


def example_of(contract: str) -> Callable[[str, dict], Example]:
    """The function that makes an example of a row; `where` names the row in errors."""
    return {"stream-aligner": from_tuple, "aligner": from_whole_answer, "chat": from_chat}[contract]


def from_tuple(where: str, row: dict) -> Example:
    question, prefix, last, correction = strings(where, row, "question", "prefix", "last", "correction")
    user = render("stream-aligner", question=question, prefix=prefix, draft=last)
    return Example([{"role": "user", "content": user}], escape_text(correction), last == correction)


def from_whole_answer(where: str, row: dict) -> Example:
    question, answer, correction = strings(where, row, "question", "answer", "correction")
    user = render("aligner", question=question, answer=answer)
    return Example([{"role": "user", "content": user}], escape_text(correction), answer == correction)


def from_chat(where: str, row: dict) -> Example:
    if "messages" in row:
        messages = messages_of(where, row, "messages")
    else:
        messages = messages_of(where, row, "prompt", "user") + messages_of(where, row, "completion", "assistant")
    if len(messages) < 2 or messages[-1]["role"] != "assistant":
        raise TrainerError("bad-row", f"{where}: the last message must be the assistant's, after another one")
    return Example(messages[:-1], messages[-1]["content"])


def messages_of(where: str, row: dict, field: str, role: str = "") -> list[dict]:
    value = row.get(field)
    if role and isinstance(value, str):
        return [{"role": role, "content": value}]
    if not isinstance(value, list) or not value:
        hint = "a chat row has messages, or prompt and completion"
        raise TrainerError("bad-row", f"{where}: {field!r} must hold messages; {hint}")
    for message in value:
        if not isinstance(message, dict):
            raise TrainerError("bad-row", f"{where}: {field!r} holds something that is no message")
        strings(where, message, "role", "content")
    return [{"role": message["role"], "content": message["content"]} for message in value]


def strings(where: str, row: dict, *fields: str) -> list[str]:
    for field in fields:
        if not isinstance(row.get(field), str):
            raise TrainerError("bad-row", f"{where}: field {field!r} is {'not text' if field in row else 'missing'}")
    return [row[field] for field in fields]
