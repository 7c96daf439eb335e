import numpy as np
import pytest
import torch

from tiny.checkpoint import save_checkpoint
from tiny.export_gguf import export_gguf, gguf_name
from tiny.model import Llama, ModelConfig


@pytest.mark.parametrize("tied", [True, False])
def test_reread_tensors_are_equal(files, tmp_path, tied):
    from gguf import GGUFReader, TokenType

    from tiny.chat import CHAT_TEMPLATE, Chat

    chat = Chat.load(files["tokenizer"])
    vocab = chat.tokenizer.get_vocab_size()
    model = Llama(ModelConfig(vocab=vocab, dim=16, layers=2, heads=2, ffn=32, context=64, tied=tied))
    checkpoint, out = str(tmp_path / "c.pt"), str(tmp_path / "m.gguf")
    save_checkpoint(checkpoint, model)
    export_gguf(checkpoint, files["tokenizer"], out, name="Tiny", description="A test", license="apache-2.0")

    reader = GGUFReader(out)
    expected = {gguf_name(name): value for name, value in model.state_dict().items()}
    assert {tensor.name for tensor in reader.tensors} == set(expected)
    assert ("output.weight" in expected) == (not tied)
    for tensor in reader.tensors:
        assert np.array_equal(tensor.data, expected[tensor.name].numpy()), tensor.name

    def value(key):
        return reader.get_field(key).contents()

    assert value("general.architecture") == "llama"
    assert value("llama.rope.dimension_count") == 8
    assert value("llama.context_length") == 64
    assert value("tokenizer.ggml.pre") == "qwen2"
    assert value("tokenizer.ggml.eos_token_id") == chat.end
    assert value("tokenizer.ggml.add_bos_token") is False
    assert value("tokenizer.chat_template") == CHAT_TEMPLATE
    tokens, types = value("tokenizer.ggml.tokens"), value("tokenizer.ggml.token_type")
    assert [chat.tokenizer.id_to_token(i) for i in range(vocab)] == tokens
    assert [tokens[i] for i, kind in enumerate(types) if kind == TokenType.CONTROL] == [
        "<|endoftext|>",
        "<|im_start|>",
        "<|im_end|>",
    ]
    assert all(len(merge.split(" ")) == 2 for merge in value("tokenizer.ggml.merges"))


def test_other_tokenizer_is_refused(files, tmp_path):
    checkpoint = str(tmp_path / "c.pt")
    save_checkpoint(checkpoint, Llama(ModelConfig(vocab=99, dim=16, layers=1, heads=2, ffn=32)))
    with pytest.raises(SystemExit, match="not the tokenizer"):
        export_gguf(checkpoint, files["tokenizer"], str(tmp_path / "m.gguf"), name="Tiny")


def test_rotation_turns_neighbouring_pairs():
    from tiny.model import rotate

    angle = torch.tensor([[0.5]])
    turned = rotate(torch.tensor([[1.0, 0.0]]), angle.cos(), angle.sin())
    assert torch.allclose(turned, torch.tensor([[angle.cos(), angle.sin()]]))
