"""The one place that turns a chat into token ids, through the tokenizer's own chat template.

Special tokens that stand in the text of a message are encoded as text, and never become special ids.
"""

import re

from stream_aligner_trainer.contracts import Example
from stream_aligner_trainer.errors import TrainerError

# The tiny pair's. Each text between two special tokens is one string to the tokenizer, in llama.cpp as well.
CHAT_TEMPLATE = (
    "{% for message in messages %}"
    "{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)
PROBE = Example([{"role": "user", "content": "Which one?"}], "This one.")


class Chat:
    def __init__(self, tokenizer):
        self.tokenizer = tokenizer
        if not tokenizer.chat_template:
            message = "the tokenizer has no chat template; take an instruction-tuned base model"
            raise TrainerError("bad-template", message)
        control = [token.content for token in tokenizer.added_tokens_decoder.values() if token.special]
        self.control = re.compile("|".join(map(re.escape, sorted(control, key=len, reverse=True))) or "(?!)")
        self.end = self.find_end()

    def find_end(self) -> int:
        """The id that ends the assistant's turn."""
        prompt, full = self.ids([PROBE.prompt], True)[0], self.ids([turns(PROBE)], False)[0]
        if full[: len(prompt)] != prompt:
            raise TrainerError(
                "bad-template",
                "the chat template renders a question alone otherwise than a question with its answer, so the model "
                "would be asked otherwise than it was trained; take another template",
            )
        answer = full[len(prompt) :]
        ends = [at for at, token in enumerate(answer) if token in self.tokenizer.added_tokens_decoder]
        if not ends or self.decode(answer[: ends[0]]).strip() != PROBE.completion:
            raise TrainerError(
                "bad-template",
                "the chat template does not end the assistant's turn with a special token right after its text, so the "
                "model could not learn where to stop; take another template",
            )
        return answer[ends[0]]

    def ids(self, conversations: list[list[dict]], add_generation_prompt: bool) -> list[list[int]]:
        options = {"add_generation_prompt": add_generation_prompt, "enable_thinking": False, "return_dict": False}
        found = self.tokenizer.apply_chat_template(conversations, **options)
        for at, messages in enumerate(conversations):
            if any(self.control.search(message["content"]) for message in messages):
                found[at] = self.tokenizer.apply_chat_template(messages, sanitize_control_tokens=True, **options)
        return found

    def prompts(self, examples: list[Example]) -> list[list[int]]:
        return self.ids([example.prompt for example in examples], True)

    def encode(self, examples: list[Example]) -> list[tuple[list[int], int] | None]:
        """For each example its ids, the end of the assistant's turn included, and the number of the prompt's. None
        where the prompt's ids are not the first of them: its completion would merge with the template."""
        prompts, fulls = self.prompts(examples), self.ids([turns(example) for example in examples], False)
        found = []
        for prompt, full in zip(prompts, fulls):
            size = len(prompt)
            found.append((full[: full.index(self.end, size) + 1], size) if full[:size] == prompt else None)
        return found

    def decode(self, ids: list[int]) -> str:
        return self.tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)


def turns(example: Example) -> list[dict]:
    return [*example.prompt, {"role": "assistant", "content": example.completion}]
