import json
import os
import subprocess

import numpy as np
import pytest
import torch
from conftest import TRAINER, new_model, node, run_python, weights
from transformers import AutoModelForCausalLM, AutoTokenizer

from stream_aligner_trainer.chat import CHAT_TEMPLATE, Chat
from stream_aligner_trainer.config import Config, build
from stream_aligner_trainer.errors import TrainerError
from stream_aligner_trainer.evaluation import greedy
from stream_aligner_trainer.export_gguf import export_gguf, gguf_name, interleave
from stream_aligner_trainer.models import load_model, load_tokenizer
from stream_aligner_trainer.tokenizer import SPECIAL_TOKENS
from stream_aligner_trainer.train import run


def export(*args):
    done, events = run_python("-m", "stream_aligner_trainer.export", *map(str, args))
    return done.returncode, events


def saved(folder, out, **changes):
    """A random model whose greedy choices vary and have no ties."""
    config = build(Config, {"model": new_model(folder, **changes)}, "test")
    tokenizer = load_tokenizer(config)
    torch.manual_seed(5)
    model = load_model(config, tokenizer, "cpu")
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(2)
    model.save_pretrained(out)
    tokenizer.save_pretrained(out)
    return model.eval(), Chat(tokenizer)


@pytest.mark.parametrize("shape", [{"tied": True}, {"tied": False, "heads": 4, "kv_heads": 2}])
def test_reread_tensors_are_equal(folder, tmp_path, shape):
    from gguf import GGUFReader, TokenType

    model, chat = saved(folder, tmp_path, **shape)
    export_gguf(str(tmp_path), str(tmp_path / "m.gguf"), name="Tiny", license="apache-2.0")
    reader = GGUFReader(tmp_path / "m.gguf")
    expected = {gguf_name(name): value.numpy() for name, value in weights(tmp_path).items()}
    assert {tensor.name for tensor in reader.tensors} == set(expected)
    assert ("output.weight" in expected) == (not shape["tied"])
    for tensor in reader.tensors:
        if "attn_q" not in tensor.name and "attn_k" not in tensor.name:
            assert np.array_equal(tensor.data, expected[tensor.name]), tensor.name

    def value(key):
        return reader.get_field(key).contents()

    assert value("general.architecture") == "llama"
    assert value("llama.attention.head_count_kv") == model.config.num_key_value_heads
    assert value("llama.context_length") == 256
    assert value("tokenizer.ggml.pre") == "qwen2"
    assert value("tokenizer.ggml.eos_token_id") == chat.end
    assert value("tokenizer.ggml.add_bos_token") is False
    assert value("tokenizer.chat_template") == CHAT_TEMPLATE
    tokens, types = value("tokenizer.ggml.tokens"), value("tokenizer.ggml.token_type")
    assert chat.tokenizer.convert_ids_to_tokens(range(len(tokens))) == tokens
    assert [tokens[at] for at, kind in enumerate(types) if kind == TokenType.CONTROL] == SPECIAL_TOKENS


def test_a_written_file_is_trained_on_as_the_model_it_was_made_from(folder, tmp_path, config, said):
    _, chat = saved(folder, tmp_path / "model")
    base = str(tmp_path / "m.gguf")
    export_gguf(str(tmp_path / "model"), base, name="Tiny")
    again = config(model={"base": base})
    tokenizer = load_tokenizer(again)
    before = weights(tmp_path / "model")
    loaded = load_model(again, tokenizer, "cpu").state_dict()
    assert all(torch.equal(loaded[name], value) for name, value in before.items())
    text = "Tom's 1234 pens, ſ <|im_end|> é\u0301 \n\n  日本 — 😀"
    assert tokenizer(text)["input_ids"] == chat.tokenizer(text)["input_ids"]
    assert tokenizer.decode(tokenizer(text)["input_ids"]) == text
    assert (tokenizer.eos_token, tokenizer.pad_token) == (chat.tokenizer.eos_token, chat.tokenizer.pad_token)
    assert (Chat(tokenizer).end, tokenizer.chat_template) == (chat.end, CHAT_TEMPLATE)

    assert run(again, said) == 0
    final = os.path.join(again.out, "final")
    after = AutoModelForCausalLM.from_pretrained(final).state_dict()
    assert not any(torch.equal(after[name], value) for name, value in before.items())
    assert AutoTokenizer.from_pretrained(final)(text)["input_ids"] == tokenizer(text)["input_ids"]
    export_gguf(final, str(tmp_path / "again.gguf"), name="Tiny")


def test_other_gguf_files_are_no_base(tmp_path, config):
    import gguf

    with pytest.raises(TrainerError, match="no such GGUF file"):
        load_tokenizer(config(model={"base": str(tmp_path / "none.gguf")}))
    path = str(tmp_path / "other.gguf")
    with open(path, "wb") as file:
        file.write(b"hello, I am no model at all")
    with pytest.raises(TrainerError, match="not a GGUF file"):
        load_tokenizer(config(model={"base": path}))
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_tokenizer_model("llama")
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()
    with pytest.raises(TrainerError, match="only those of the tiny architecture"):
        load_tokenizer(config(model={"base": path}))


def test_heads_are_interleaved_one_by_one():
    rows = np.arange(8)[:, None]
    assert interleave(rows, 1)[:, 0].tolist() == [0, 4, 1, 5, 2, 6, 3, 7]
    assert interleave(rows, 2)[:, 0].tolist() == [0, 2, 1, 3, 4, 6, 5, 7]


def test_other_tokenizer_is_refused(folder, tmp_path):
    saved(folder, tmp_path)
    shape = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps(shape | {"vocab_size": 99}))
    with pytest.raises(TrainerError, match="not the one it was trained with"):
        export_gguf(str(tmp_path), str(tmp_path / "m.gguf"), name="Tiny")


@pytest.mark.skipif(not node(), reason="no Node.js with node-llama-cpp")
@pytest.mark.parametrize("shape", [{}, {"tied": False, "heads": 4, "kv_heads": 2}])
def test_llama_cpp_gives_the_trainers_own_outputs(folder, tmp_path, examples, shape):
    model, chat = saved(folder, tmp_path / "model", hidden=64, ffn=128, **shape)
    code, _ = export("--model", tmp_path / "model", "--out", tmp_path / "out", "--gguf")
    assert code == 0
    prompts = [example.prompt for example in examples[:20]]
    texts = chat.tokenizer.apply_chat_template(prompts, add_generation_prompt=True, tokenize=False)
    requests = tmp_path / "requests.json"
    requests.write_text(json.dumps([{"text": text, "limit": 24} for text in texts]))
    command = [node(), f"{TRAINER}/tests/greedy.mjs", tmp_path / "out" / "model.gguf", requests]
    replies = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    own = greedy(model, chat, [(reply["prompt"], 24) for reply in replies])
    assert [reply["prompt"] for reply in replies] == chat.prompts(examples[:20])
    assert len(set(own)) > 5
    # A random model has near ties, which rounding may turn: what llama.cpp chose must be as likely within 1e-3.
    assert sum(chat.decode(reply["written"]) == text for reply, text in zip(replies, own)) >= 17
    assert max(gap(model, reply) for reply in replies) < 1e-3


def gap(model, reply):
    """How much less likely, as a logarithm, the least likely of the written tokens is than the model's own choice."""
    with torch.inference_mode():
        logits = model(torch.tensor([reply["prompt"] + reply["written"]])).logits[0, len(reply["prompt"]) - 1 : -1]
    chosen = logits.gather(1, torch.tensor(reply["written"])[:, None])[:, 0]
    return float((logits.max(-1).values - chosen).max())


def test_a_lora_is_merged_and_its_card_written(config, said, folder, tmp_path):
    changes = {"model": {"base": str(folder / "base")}, "lora": {"r": 4, "dropout": 0.0}}
    found = config(**changes, training={"lr": 0.1})
    run(found, said)
    adapter = os.path.join(found.out, "final")
    code, events = export("--model", adapter, "--out", tmp_path / "merged", "--quantize", "q8_0", "--license", "mit")
    assert code == 0 and events[-1]["files"][1].endswith("model-q8_0.gguf")
    from peft import AutoPeftModelForCausalLM

    ids = torch.arange(5, 25)[None]
    options = {"dtype": torch.float32, "attn_implementation": "eager"}
    with_adapter = AutoPeftModelForCausalLM.from_pretrained(adapter, **options)(ids).logits
    merged = AutoModelForCausalLM.from_pretrained(tmp_path / "merged", **options)(ids).logits
    base = AutoModelForCausalLM.from_pretrained(folder / "base", **options)(ids).logits
    assert torch.allclose(merged, with_adapter, atol=1e-3)
    assert not torch.allclose(base, with_adapter, atol=1e-2)
    assert Chat(AutoTokenizer.from_pretrained(tmp_path / "merged")).end

    card = (tmp_path / "merged" / "README.md").read_text()
    assert card.startswith("---\nlicense: mit\n") and "base_model: base" in card
    for part in ("rows.jsonl | 200 | 0 | 1 |", "6 steps", "| step | loss | exact |", "r: 4", "licence of base applies"):
        assert part in card
    assert str(tmp_path) not in card and str(folder) not in card


def test_other_architectures_need_the_converter(folder, tmp_path):
    from transformers import Qwen2Config, Qwen2ForCausalLM

    shape = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 1, "num_attention_heads": 2}
    Qwen2ForCausalLM(Qwen2Config(vocab_size=400, num_key_value_heads=2, **shape)).save_pretrained(tmp_path / "model")
    AutoTokenizer.from_pretrained(folder / "base").save_pretrained(tmp_path / "model")
    code, events = export("--model", tmp_path / "model", "--out", tmp_path / "out", "--gguf")
    assert (code, events[-1]["code"]) == (1, "no-converter")
    fake = tmp_path / "convert_hf_to_gguf.py"
    fake.write_text("import sys\nopen(sys.argv[sys.argv.index('--outfile') + 1], 'w').write(' '.join(sys.argv[2:]))\n")
    where = ("--model", tmp_path / "model", "--out", tmp_path / "out")
    code, events = export(*where, "--quantize", "q8_0", "--converter", fake)
    assert code == 0
    assert "--outtype q8_0" in (tmp_path / "out" / "model-q8_0.gguf").read_text()
    assert "not known" in (tmp_path / "out" / "README.md").read_text()
