"""The one place that turns a chat into token ids.

    <|im_start|>user\\n{user}<|im_end|>\\n<|im_start|>assistant\\n{assistant}<|im_end|>

Text from data never becomes a special token: "<|im_end|>" inside a message is
encoded as plain bytes, and the real ones are inserted by id. Each fragment
between two special tokens is encoded as one string, as llama.cpp does it, so
that a message starting with a newline gives equal ids on both sides.
"""

from tiny.tokenizer import END_OF_TEXT, IM_END, IM_START

CHAT_TEMPLATE = (
    "{% for message in messages %}"
    "{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)


class Chat:
    def __init__(self, tokenizer):
        # The name misleads: True means that special tokens in text are encoded as text.
        tokenizer.encode_special_tokens = True
        self.tokenizer = tokenizer
        self.start = tokenizer.token_to_id(IM_START)
        self.end = tokenizer.token_to_id(IM_END)
        self.pad = tokenizer.token_to_id(END_OF_TEXT)
        self.newline = self.encode("\n")
        self.header_length = len(self.encode("assistant\n"))

    @classmethod
    def load(cls, path: str) -> "Chat":
        from tokenizers import Tokenizer

        return cls(Tokenizer.from_file(path))

    def encode(self, text: str) -> list[int]:
        return self.tokenizer.encode(text, add_special_tokens=False).ids

    def decode(self, ids: list[int]) -> str:
        return self.tokenizer.decode(ids, skip_special_tokens=True)

    def prompt(self, user: str, prefix: str = "") -> list[int]:
        """Ids up to where the assistant goes on. `prefix` is the answer so far; it
        must end before a space, because a space belongs to the token after it."""
        return self._join(self.encode("user\n" + user), self.encode("assistant\n" + prefix))

    def examples(self, rows: list[dict]) -> list[tuple[list[int], int]]:
        """For each row its ids and the index at which the assistant's text starts."""
        users = self._encode_batch(["user\n" + row["user"] for row in rows])
        answers = self._encode_batch(["assistant\n" + row["assistant"] for row in rows])
        found = []
        for user, answer in zip(users, answers):
            ids = self._join(user, answer) + [self.end]
            found.append((ids, len(ids) - 1 - len(answer) + self.header_length))
        return found

    def _join(self, user: list[int], answer: list[int]) -> list[int]:
        return [self.start, *user, self.end, *self.newline, self.start, *answer]

    def _encode_batch(self, texts: list[str]) -> list[list[int]]:
        return [found.ids for found in self.tokenizer.encode_batch(texts, add_special_tokens=False)]
