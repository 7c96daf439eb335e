"""One YAML a run. A key that is not a field below is refused, because a mistyped key that falls back to its default
costs a whole run."""

import dataclasses
import os
import types
import typing
from dataclasses import dataclass, field

from stream_aligner_trainer.errors import TrainerError

CONTRACTS = ("stream-aligner", "aligner", "chat")


@dataclass
class New:
    """A Llama from scratch, for the tiny pair."""

    tokenizer: str = ""  # tokenizer.json
    hidden: int = 128
    layers: int = 4
    heads: int = 4
    kv_heads: int = 0  # 0: as many as heads
    ffn: int = 384
    context: int = 1024
    tied: bool = True  # input and output embeddings are one matrix


@dataclass
class Model:
    base: str = ""  # a folder, an id on the Hugging Face hub, or a GGUF file of the tiny architecture
    new: New | None = None  # instead of base
    attention: str = "auto"  # auto: eager on a CPU, sdpa on a GPU; or any that transformers knows
    dtype: str = "auto"  # of the weights; auto: bfloat16 under LoRA (adapters stay float32), else float32


@dataclass
class Source:
    path: str = ""
    weight: float = 1.0  # 2: each row twice an epoch; 0.5: a random half of the rows


@dataclass
class Data:
    train: list[Source] = field(default_factory=list)
    eval: str = ""  # rows that are not trained on; empty: no evaluation
    eval_rows: int = 200  # how many of them, from the file's start


@dataclass
class WarmUp:
    """Aligner's identity warm-up: a stage before the main one, on rows that keep their draft."""

    share: float = 0.2  # of the main stage's rows
    epochs: float = 1.0


@dataclass
class Lora:
    r: int = 16
    alpha: int = 32
    dropout: float = 0.05
    targets: str | list = "all-linear"  # names of modules, or all-linear


@dataclass
class Training:
    epochs: float = 0.0  # how long: exactly one of epochs, max_steps and max_minutes
    max_steps: int = 0
    max_minutes: float = 0.0  # wall clock over all sittings, evaluations included; the schedule follows it
    lr: float = 2e-5  # of AdamW
    muon_lr: float = 6e-3  # of Muon's matrices, scaled so that its updates have AdamW's size
    optimizer: str = "adamw"  # adamw; or muon: for the layers' matrices, AdamW for the rest
    betas: list = field(default_factory=lambda: [0.9, 0.95])
    weight_decay: float = 0.0
    max_grad_norm: float = 1.0
    schedule: str = "cosine"  # cosine, linear or constant
    final_lr: float = 0.0  # share of lr at the schedule's end
    warmup_ratio: float = 0.03  # share of the run during which lr rises
    warmup_steps: int = 0  # instead of warmup_ratio
    batch_rows: int = 0  # rows on each device: exactly one of batch_rows and batch_tokens
    batch_tokens: int = 0  # tokens on each device, padding included
    accumulate: int = 1  # batches a step
    max_length: int = 4096  # in tokens; longer rows are left out with a count, never cut
    group_by_length: bool = True  # rows of like length share a batch
    packing: bool = False  # rows end to end in max_length tokens, apart from each other; needs batch_rows, and on a GPU
    # model.attention=flash_attention_2, without which its memory grows with the square of a batch
    gradient_checkpointing: bool = False
    bf16: bool = True
    compile: bool = False  # torch.compile; half a minute first, then faster
    device: str = "auto"  # auto, cpu or cuda; cuda is refused where there is none
    threads: int = 0  # of the CPU; 0: as many as torch likes
    log_steps: int = 10
    eval_steps: int = 0  # every so many steps, or
    eval_every_minutes: float = 0.0  # so many minutes; the end is always evaluated
    save_steps: int = 0  # every so many steps; with eval_every_minutes also after each evaluation
    keep_checkpoints: int = 2


@dataclass
class Config:
    out: str = ""  # folder for checkpoints, log and the final model
    contract: str = "stream-aligner"  # what rows hold and how they are asked: stream-aligner, aligner or chat
    model: Model = field(default_factory=Model)
    data: Data = field(default_factory=Data)
    training: Training = field(default_factory=Training)
    lora: Lora | None = None  # absent: all parameters are trained
    warm_up: WarmUp | None = None
    loss_on: str = "completion"  # or all
    seed: int = 1
    resume: str = "auto"  # auto: go on from the latest checkpoint in out; never: refuse if there is one


def load_config(path: str, overrides: list[str] = (), directory: str = "") -> Config:
    """Reads the YAML, then applies `a.b=value` overrides, whose values are YAML too. Relative paths begin at
    `directory`."""
    import yaml

    try:
        with open(path, encoding="utf-8") as file:
            values = yaml.safe_load(file) or {}
    except OSError as error:
        raise TrainerError("missing-file", f"{path}: cannot be read ({error.strerror})") from None
    except yaml.YAMLError as error:
        raise TrainerError("bad-config", f"{path}: not YAML: {error}") from None
    for override in overrides:
        put(values, override)
    config = build(Config, values, path)
    check(config, path)
    resolve(config, directory)
    return config


def put(values: dict, override: str) -> None:
    import yaml

    dotted, separator, text = override.partition("=")
    if not separator:
        raise TrainerError("bad-config", f"--set {override}: expected key=value")
    *outer, last = dotted.split(".")
    for key in outer:
        if values.get(key) is None:
            values[key] = {}
        values = values[key]
        if not isinstance(values, dict):
            raise TrainerError("bad-config", f"--set {override}: {key} holds no keys")
    values[last] = yaml.safe_load(text)


def build(kind, values, origin: str):
    """`values` as the dataclass `kind`."""
    if not isinstance(values, dict):
        raise TrainerError("bad-config", f"{origin}: expected keys and values")
    fields = {found.name: found.type for found in dataclasses.fields(kind)}
    for key in values:
        if key not in fields:
            raise TrainerError("bad-config", f"{origin}: unknown key {key!r}; known keys: {', '.join(fields)}")
    return kind(**{key: convert(fields[key], value, f"{origin}: {key}") for key, value in values.items()})


def convert(kind, value, origin: str):
    if isinstance(kind, types.UnionType):
        options = typing.get_args(kind)
        if value is None and types.NoneType in options:
            return None
        if list in options and isinstance(value, list):
            return value
        return convert(options[0], value, origin)
    if dataclasses.is_dataclass(kind):
        return build(kind, value, origin)
    if typing.get_origin(kind) is list:
        if not isinstance(value, list):
            raise TrainerError("bad-config", f"{origin}: expected a list, got {value!r}")
        return [convert(typing.get_args(kind)[0], item, f"{origin}[{at}]") for at, item in enumerate(value)]
    if kind in (int, float):
        return convert_number(kind, value, origin)
    if isinstance(value, kind):
        return value
    raise TrainerError("bad-config", f"{origin}: expected {kind.__name__}, got {value!r}")


def convert_number(kind, value, origin: str):
    """YAML reads 3e-4 as a string, since its floats need a dot."""
    try:
        if not isinstance(value, bool):
            number = float(value)
            if kind is float or number == int(number):
                return kind(number)
    except (TypeError, ValueError, OverflowError):
        pass
    raise TrainerError("bad-config", f"{origin}: expected {kind.__name__}, got {value!r}")


def check(config: Config, origin: str) -> None:
    training = config.training
    choices = {
        "contract": (config.contract, CONTRACTS),
        "loss_on": (config.loss_on, ("completion", "all")),
        "resume": (config.resume, ("auto", "never")),
        "model.dtype": (config.model.dtype, ("auto", "float32", "bfloat16")),
        "training.optimizer": (training.optimizer, ("adamw", "muon")),
        "training.schedule": (training.schedule, ("cosine", "linear", "constant")),
        "training.device": (training.device, ("auto", "cpu", "cuda")),
    }
    for key, (value, known) in choices.items():
        if value not in known:
            raise TrainerError("bad-config", f"{origin}: {key} is {' or '.join(known)}, not {value!r}")
    rules = {
        "out: a folder is needed": config.out,
        "data.train: at least one item with a path is needed": config.data.train
        and all(source.path and source.weight > 0 for source in config.data.train),
        "model: exactly one of base and new is needed": bool(config.model.base) != bool(config.model.new),
        "model.new.tokenizer: a tokenizer.json is needed": not config.model.new or config.model.new.tokenizer,
        "training: exactly one of epochs, max_steps and max_minutes is needed": [
            training.epochs > 0,
            training.max_steps > 0,
            training.max_minutes > 0,
        ].count(True)
        == 1,
        "training: exactly one of batch_rows and batch_tokens is needed": (training.batch_rows > 0)
        != (training.batch_tokens > 0),
        "training.packing: needs batch_rows": not training.packing or training.batch_rows,
        "training.optimizer: muon trains all parameters, so it does not go with lora": training.optimizer != "muon"
        or not config.lora,
        "lora: needs a base in a folder or on the hub, which the adapter is merged into later": not config.lora
        or not config.model.base.endswith(".gguf"),
        "training.betas: expected two numbers": len(training.betas) == 2,
        "warm_up: needs rows that keep a draft, which the chat contract has not": not config.warm_up
        or config.contract != "chat",
    }
    for message, fine in rules.items():
        if not fine:
            raise TrainerError("bad-config", f"{origin}: {message}")
    training.betas = [convert_number(float, beta, f"{origin}: training.betas") for beta in training.betas]


def resolve(config: Config, directory: str) -> None:
    def under(path: str) -> str:
        return os.path.join(directory, path) if path else path

    config.out = under(config.out)
    config.data.eval = under(config.data.eval)
    for source in config.data.train:
        source.path = under(source.path)
    if config.model.new:
        config.model.new.tokenizer = under(config.model.new.tokenizer)
    if config.model.base and os.path.exists(under(config.model.base)):  # else it is a hub id
        config.model.base = under(config.model.base)


def shown(config: Config, path: str) -> str:
    """A path as cards tell it: from where the run's own folder lies, or else its name alone, since how somebody's machine
    is laid out is nobody's business."""
    if not path:
        return path
    inside = os.path.relpath(path, os.path.dirname(os.path.normpath(config.out)) or ".")
    return os.path.basename(os.path.normpath(path)) if inside.startswith("..") else inside
