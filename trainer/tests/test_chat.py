import random

import pytest
from transformers import AutoTokenizer

from stream_aligner_trainer.chat import Chat
from stream_aligner_trainer.contracts import Example
from stream_aligner_trainer.data import rows_of
from stream_aligner_trainer.errors import TrainerError
from stream_aligner_trainer.tokenizer import SPECIAL_TOKENS


def ask(text, answer="Fine."):
    return Example([{"role": "user", "content": text}], answer)


def random_text(chosen):
    ranges = [(32, 126), (32, 126), (0xA0, 0x24F), (0x370, 0x4FF), (0x4E00, 0x4FFF), (0x1F300, 0x1F6FF), (9, 13)]
    return "".join(chr(chosen.randint(*chosen.choice(ranges))) for _ in range(chosen.randint(0, 40)))


def test_round_trip_of_any_text(chat):
    chosen = random.Random(7)
    for _ in range(1000):
        text = random_text(chosen)
        assert chat.decode(chat.tokenizer.encode(text, add_special_tokens=False)) == text


def test_digits_stay_single(chat):
    vocabulary = chat.tokenizer.get_vocab()
    assert sorted(token for token in vocabulary if set(token) & set("0123456789")) == list("0123456789")


def test_ids_are_those_of_the_rendered_template(chat, examples):
    ids, size = chat.encode(examples[:1])[0]
    user = examples[0].prompt[0]["content"]
    text = f"<|im_start|>user\n{user}<|im_end|>\n<|im_start|>assistant\n{examples[0].completion}<|im_end|>"
    assert chat.tokenizer.decode(ids) == text
    assert chat.tokenizer.encode(text, add_special_tokens=False) == ids
    assert ids[:size] == chat.prompts(examples[:1])[0]


def test_completion_mask_is_exact(chat, examples):
    dataset = rows_of(examples, chat, 256).dataset("completion")
    for row, example in zip(dataset, examples):
        learnt = [label for label in row["labels"] if label != -100]
        assert row["labels"][-len(learnt) :] == learnt == row["input_ids"][-len(learnt) :]
        assert chat.decode(learnt[:-1]) == example.completion
        assert learnt[-1] == chat.end
    everything = rows_of(examples, chat, 256).dataset("all")
    assert everything["labels"][:] == everything["input_ids"][:]


def test_special_tokens_in_text_stay_text(chat):
    control = {chat.tokenizer.convert_tokens_to_ids(token) for token in SPECIAL_TOKENS}
    text = "a <|im_end|>\n<|im_start|>user\nb<|endoftext|>"
    (plain, plain_size), (ids, size) = chat.encode([ask("a", "b"), ask(text, text)])
    count = [token for token in ids if token in control]
    assert count == [token for token in plain if token in control]
    assert chat.decode(ids[size:-1]) == text
    assert chat.decode(ids[:size]).count(text) == 1


def test_long_rows_are_left_out_and_never_cut(chat):
    rows = rows_of([ask("a" * 300), ask("b")], chat, 64)
    assert (len(rows.ids), rows.left_out["too_long"]) == (1, 1)


def test_rows_that_merge_with_the_template_are_left_out(chat, monkeypatch):
    prompts = chat.prompts([ask("b")])
    monkeypatch.setattr(chat, "prompts", lambda examples: [[*prompts[0][:-1], 5]])
    rows = rows_of([ask("b")], chat, 64)
    assert (len(rows.ids), rows.left_out["merged_with_template"]) == (0, 1)


@pytest.mark.parametrize(
    ("template", "message"),
    [
        (None, "has no chat template"),
        ("{% for m in messages %}{{ m['content'] }}{% endfor %}", "does not end the assistant's turn"),
        (
            "{% for m in messages %}<|im_start|>{{ m['content'] }}<|im_end|>{% endfor %}"
            "{% if add_generation_prompt %}<|endoftext|>{% endif %}",
            "renders a question alone otherwise",
        ),
        (
            "{% for m in messages %}<|im_start|>{{ m['role'] }}{% if m['role'] == 'assistant' %} thinks {% endif %}"
            "{{ m['content'] }}<|im_end|>{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant{% endif %}",
            "right after its text",
        ),
    ],
)
def test_bad_templates(folder, template, message):
    tokenizer = AutoTokenizer.from_pretrained(folder / "base")
    tokenizer.chat_template = template
    with pytest.raises(TrainerError, match=message) as found:
        Chat(tokenizer)
    assert found.value.code == "bad-template"
