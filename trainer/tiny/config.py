"""One YAML per run. A key that is not a field below is refused, because a
mistyped key that falls back to its default costs a whole run."""

import dataclasses
import os
from dataclasses import dataclass, field


@dataclass
class TrainConfig:
    out: str = ""  # folder for checkpoints and log
    tokenizer: str = ""  # tokenizer.json
    data: list = field(default_factory=list)  # [{path, weight}]; weight 2 = twice an epoch, 0.5 = a random half
    eval_file: str = ""  # rows with user and assistant; empty: no accuracy
    eval_rows: int = 200
    eval_max_new: int = 256
    eval_every_minutes: float = 5.0  # also the interval of checkpoints

    dim: int = 128
    layers: int = 4
    heads: int = 4
    ffn: int = 384
    context: int = 1024  # longer rows are left out, with a count
    tied: bool = True

    init_from: str = ""  # checkpoint whose weights to start from (the optimizer starts fresh)
    resume: bool = False  # go on from out/checkpoint.pt where there is one
    seed: int = 1
    optimizer: str = "muon"  # muon (hidden matrices; AdamW for the rest) or adamw
    lr: float = 3e-3  # AdamW
    muon_lr: float = 6e-3  # scaled so that its updates have AdamW's size
    weight_decay: float = 0.05
    batch_tokens: int = 4096  # padding included
    max_tokens: int = 0  # padding left out; 0: no limit
    max_minutes: float = 0.0  # wall time, evaluations included; 0: no limit
    warmup_steps: int = 100
    final_lr: float = 0.1  # share of the peak at the end of the cosine
    grad_clip: float = 1.0
    user_loss: float = 1.0  # weight of the tokens before the answer
    device: str = ""  # cpu or cuda; empty: cuda where there is one. Accuracy is always measured on the cpu
    bf16: bool = True  # three times the speed where the CPU has avx512_bf16; weights stay float32
    compile: bool = True  # 1.4 times the speed after half a minute; needs g++
    log_every_steps: int = 200


def load_config(path: str, overrides: list[str] = (), directory: str = "") -> TrainConfig:
    """Reads the YAML, then applies `key=value` overrides, whose values are YAML too.

    Relative paths in the result begin at `directory`."""
    import yaml

    with open(path, encoding="utf-8") as file:
        values = yaml.safe_load(file) or {}
    if not isinstance(values, dict):
        raise SystemExit(f"{path}: expected keys and values")
    for override in overrides:
        key, separator, value = override.partition("=")
        if not separator:
            raise SystemExit(f"--set {override}: expected key=value")
        values[key] = yaml.safe_load(value)
    config = make_config(values, path)
    for key in ("out", "tokenizer", "eval_file", "init_from"):
        if found := getattr(config, key):
            setattr(config, key, os.path.join(directory, found))
    for source in config.data:
        source["path"] = os.path.join(directory, source["path"])
    return config


def make_config(values: dict, origin: str = "config") -> TrainConfig:
    fields = {found.name: found for found in dataclasses.fields(TrainConfig)}
    for key, value in values.items():
        if key not in fields:
            raise SystemExit(f"{origin}: unknown key {key!r}; known keys: {', '.join(fields)}")
        values[key] = convert(value, fields[key].type, f"{origin}: {key}")
    config = TrainConfig(**values)
    for key in ("out", "tokenizer", "data"):
        if not getattr(config, key):
            raise SystemExit(f"{origin}: key {key!r} is needed")
    for source in config.data:
        if not isinstance(source, dict) or "path" not in source or set(source) - {"path", "weight"}:
            raise SystemExit(f"{origin}: data: expected items with path and weight, got {source!r}")
    if config.optimizer not in ("muon", "adamw"):
        raise SystemExit(f"{origin}: optimizer is muon or adamw, not {config.optimizer!r}")
    if not config.max_tokens and not config.max_minutes:
        raise SystemExit(f"{origin}: set max_tokens or max_minutes, else the schedule has no end")
    return config


def convert(value, kind, origin: str):
    """YAML reads 3e-3 as a string (its floats need a dot), and 50e6 too."""
    try:
        if kind in (int, float) and not isinstance(value, bool):
            number = float(value)
            if kind is float or number == int(number):
                return kind(number)
        elif isinstance(value, kind):
            return value
    except (TypeError, ValueError):
        pass
    raise SystemExit(f"{origin}: expected {kind.__name__}, got {value!r}")
