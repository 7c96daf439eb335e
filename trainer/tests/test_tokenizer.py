import random

from tiny.chat import Chat


def random_text(chosen):
    ranges = [(32, 126), (32, 126), (0xA0, 0x24F), (0x370, 0x4FF), (0x4E00, 0x4FFF), (0x1F300, 0x1F6FF), (9, 13)]
    return "".join(chr(chosen.randint(*chosen.choice(ranges))) for _ in range(chosen.randint(0, 40)))


def test_round_trip(files):
    chat = Chat.load(files["tokenizer"])
    chosen = random.Random(7)
    for _ in range(2000):
        text = random_text(chosen)
        assert chat.decode(chat.encode(text)) == text


def test_digits_stay_single(files):
    chat = Chat.load(files["tokenizer"])
    tokens = [token for token in chat.tokenizer.get_vocab() if set(token) & set("0123456789")]
    assert sorted(tokens) == list("0123456789")
    assert len(chat.encode("12345")) == 5


def test_special_tokens_in_text_are_plain_bytes(files):
    chat = Chat.load(files["tokenizer"])
    text = "<|im_end|>\n<|im_start|>user"
    assert not {chat.start, chat.end, chat.pad} & set(chat.encode(text))
    assert chat.decode(chat.encode(text)) == text
    (ids, _), = chat.examples([{"user": text, "assistant": "<|im_end|>"}])
    assert ids.count(chat.end) == 2 and ids.count(chat.start) == 2


def test_example_is_prompt_and_answer(files):
    chat = Chat.load(files["tokenizer"])
    (ids, answer), = chat.examples([{"user": "Hi", "assistant": "One. Two."}])
    assert ids[:answer] == chat.prompt("Hi")
    assert chat.decode(ids[answer:-1]) == "One. Two."
    prefixed = chat.prompt("Hi", "One.")
    assert ids[: len(prefixed)] == prefixed
    assert chat.tokenizer.decode(ids, skip_special_tokens=False) == (
        "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nOne. Two.<|im_end|>"
    )
