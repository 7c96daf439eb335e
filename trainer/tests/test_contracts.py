import json
import subprocess

import pytest
from conftest import ROOT, node

from stream_aligner_trainer.contracts import escape_text, example_of, load_contract, render, unescape_text
from stream_aligner_trainer.errors import TrainerError


def test_golden_cases_of_the_escape():
    for case in load_contract("escape")["golden"]:
        assert escape_text(case["text"]) == case["escaped"]
        assert unescape_text(case["escaped"]) == case["text"]


@pytest.mark.parametrize("name", ["stream-aligner", "aligner"])
def test_golden_cases_of_a_contract(name):
    for case in load_contract(name)["golden"]:
        values = {key: value for key, value in case.items() if key != "rendered"}
        assert render(name, **values) == case["rendered"]


@pytest.mark.skipif(not node(), reason="no Node.js with the workspace's packages")
def test_typescript_renders_the_same_bytes():
    command = [node(), "--conditions=@stream-aligner/source", "trainer/tests/contract-cases.ts", "500"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    cases = json.loads(done.stdout)
    assert len(cases) == 500
    assert sum(case["escaped"] != case["draft"] for case in cases) > 100
    for case in cases:
        question, prefix, draft = case["question"], case["prefix"], case["draft"]
        assert escape_text(draft) == case["escaped"]
        assert unescape_text(draft) == case["unescaped"]
        assert unescape_text(case["escaped"]) == draft
        assert render("stream-aligner", question=question, prefix=prefix, draft=draft) == case["stream"]
        assert render("aligner", question=question, answer=draft) == case["whole"]


def test_examples_of_rows():
    row = {"question": "Q", "prefix": "", "last": "a <|x", "correction": "a <|x", "provenance": {}}
    example = example_of("stream-aligner")("f:1", row)
    assert example.completion == "a <\\|x"
    assert example.keep
    assert example.prompt[0]["content"].startswith("##Question: Q | ##Answer_Prefix:  | ")
    whole = example_of("aligner")("f:1", {"question": "Q", "answer": "a", "correction": "b"})
    assert (whole.keep, whole.completion) == (False, "b")
    turns = [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "A"}]
    pair = {"prompt": turns[:1], "completion": turns[1:]}
    for row in ({"messages": turns}, {"prompt": "Q", "completion": "A"}, pair):
        chat = example_of("chat")("f:1", row)
        assert (chat.prompt, chat.completion, chat.keep) == (turns[:1], "A", None)


@pytest.mark.parametrize(
    ("contract", "row", "message"),
    [
        ("stream-aligner", {"question": "Q", "prefix": "", "last": "secret"}, "f.jsonl:3: field 'correction' is miss"),
        ("stream-aligner", {"question": 1}, "f.jsonl:3: field 'question' is not text"),
        ("chat", {"prompt": "Q"}, "f.jsonl:3: 'completion' must hold messages"),
        ("chat", {"messages": [{"role": "user", "content": "secret"}]}, "the last message must be the assistant's"),
    ],
)
def test_rows_with_mistakes_are_named(contract, row, message):
    with pytest.raises(TrainerError) as found:
        example_of(contract)("f.jsonl:3", row)
    assert message in str(found.value)
    assert "secret" not in str(found.value)
