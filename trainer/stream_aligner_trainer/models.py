"""The model that is trained: a Llama from scratch, or a base model, whole or with LoRA adapters."""

import os

from stream_aligner_trainer.chat import CHAT_TEMPLATE
from stream_aligner_trainer.config import Config, New
from stream_aligner_trainer.errors import TrainerError
from stream_aligner_trainer.import_gguf import is_gguf, place_of, tokenizer_of_gguf
from stream_aligner_trainer.tokenizer import with_chat

ADAM_BYTES = 8  # two float32 moments for a trained parameter


def pick_device(config: Config) -> str:
    import torch

    asked, found = config.training.device, torch.cuda.is_available()
    if asked == "cuda" and not found:
        raise TrainerError(
            "no-gpu",
            "this recipe needs a GPU (training.device: cuda) and none is visible; on a CPU, --set training.device=cpu "
            "trains the same, many times slower: LoRA on a model of 0.5B parameters is about the largest to be borne",
        )
    if not found or asked == "cpu":
        return "cpu"
    if config.training.bf16 and not torch.cuda.is_bf16_supported(including_emulation=False):
        raise TrainerError("no-gpu", "this GPU does not compute in bfloat16; --set training.bf16=false")
    return "cuda"


def load_tokenizer(config: Config):
    from transformers import AutoTokenizer

    new = config.model.new
    if not new:
        base = config.model.base
        return tokenizer_of_gguf(base) if is_gguf(base) else from_hub(AutoTokenizer, base)
    if not os.path.isfile(new.tokenizer):
        hint = "train one with python -m stream_aligner_trainer.tokenizer"
        raise TrainerError("missing-file", f"{new.tokenizer}: no such tokenizer; {hint}")
    return with_chat(CHAT_TEMPLATE, new.context, tokenizer_file=new.tokenizer)


def load_model(config: Config, tokenizer, device: str, start: str = ""):
    """`start` is a folder of an earlier stage to go on from."""
    from transformers import AutoModelForCausalLM

    if config.model.new and not start:
        return new_model(config.model.new, tokenizer, attention(config, device))
    options = {"dtype": dtype(config), "attn_implementation": attention(config, device)}
    whole = start if start and not config.lora else config.model.base
    model = from_hub(AutoModelForCausalLM, whole, **options)
    if is_gguf(whole):  # transformers takes its weights for quantized, and they are numbers like any other's by now
        model.is_quantized = False
        del model.hf_quantizer, model.config.quantization_config
    return add_adapters(model, config, start) if config.lora else model


def add_adapters(model, config: Config, start: str):
    from peft import LoraConfig, PeftModel, get_peft_model

    if start:
        return PeftModel.from_pretrained(model, start, is_trainable=True)
    lora = config.lora
    shape = {"r": lora.r, "lora_alpha": lora.alpha, "lora_dropout": lora.dropout, "target_modules": lora.targets}
    return get_peft_model(model, LoraConfig(task_type="CAUSAL_LM", **shape))


def attention(config: Config, device: str) -> str:
    """On a CPU, at a hundred tokens and narrow heads, sdpa with its backward takes twice the time of the whole rest."""
    if config.model.attention != "auto":
        return config.model.attention
    return "sdpa" if device == "cuda" else "eager"


def dtype(config: Config) -> str:
    if config.model.dtype != "auto":
        return config.model.dtype
    return "bfloat16" if config.lora else "float32"


def from_hub(kind, name: str, **options):
    place, more = place_of(name)
    try:
        return kind.from_pretrained(place, **options, **more)
    except (OSError, ValueError) as error:
        raise TrainerError(
            "no-model",
            f"{name}: no model could be loaded from this folder or hub id ({first_line(error)}); check the name, the "
            "network, and HF_TOKEN for gated models",
        ) from error
    except ImportError as error:
        raise TrainerError("bad-config", f"{name}: a package is missing: {first_line(error)}") from error


def first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [""])[0]


def new_config(new: New, tokenizer):
    from transformers import LlamaConfig

    if new.hidden % (2 * new.heads):
        message = f"model.new: hidden {new.hidden} does not split into {new.heads} heads of even width"
        raise TrainerError("bad-config", message)
    return LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=new.hidden,
        intermediate_size=new.ffn,
        num_hidden_layers=new.layers,
        num_attention_heads=new.heads,
        num_key_value_heads=new.kv_heads or new.heads,
        max_position_embeddings=new.context,
        tie_word_embeddings=new.tied,
        rms_norm_eps=1e-5,
        bos_token_id=tokenizer.pad_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )


def new_model(new: New, tokenizer, attention: str):
    """With GPT-2's initialisation for narrow layers: what feeds the residual stream starts smaller with depth."""
    import torch
    from transformers import LlamaForCausalLM

    config = new_config(new, tokenizer)
    config._attn_implementation = attention
    model = LlamaForCausalLM(config)
    for name, parameter in model.named_parameters():
        if parameter.dim() == 2:
            deviation = 0.02 if "embed" in name else new.hidden**-0.5
            if name.endswith(("o_proj.weight", "down_proj.weight")):
                deviation *= (2 * new.layers) ** -0.5
            torch.nn.init.normal_(parameter, std=deviation)
    return model


def check_memory(config: Config, device: str) -> None:
    """Refuses a model whose weights, gradients and optimizer cannot fit, before hours go into loading it."""
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM

    if config.model.new:
        return
    shape = from_hub(AutoConfig, config.model.base)
    with torch.device("meta"):
        count = AutoModelForCausalLM.from_config(shape).num_parameters()
    weight = 2 if dtype(config) == "bfloat16" else 4
    each = weight if config.lora else 2 * weight + ADAM_BYTES * weight // 4
    sharded = os.environ.get("ACCELERATE_USE_FSDP") == "true"
    needed = count * each / (int(os.environ["WORLD_SIZE"]) if sharded else 1)
    free = torch.cuda.mem_get_info()[0] if device == "cuda" else free_ram()
    if needed > free:
        remedy = (
            "a smaller base model, or a larger GPU"
            if config.lora
            else "LoRA (recipes/lora.yaml), model.dtype=bfloat16, or more GPUs with FSDP (recipes/fsdp.yaml)"
        )
        raise TrainerError(
            "out-of-memory",
            f"{count / 1e9:.2f}B parameters at {each} bytes need {needed / 2**30:.1f} GiB on this device before any "
            f"activation, and {free / 2**30:.1f} GiB are free; use {remedy}",
        )


def free_ram() -> int:
    import psutil

    return psutil.virtual_memory().available
