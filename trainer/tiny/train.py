"""Trains one model on one core.

    python -m tiny.train --config runs/upstream.yaml [--dir DIR] [--set key=value ...]

Prints one JSON line per log step and per evaluation, and keeps them in
out/log.jsonl. out/checkpoint.pt is the latest state, to resume from; out/best.pt
has the weights with the best accuracy so far. SIGINT or SIGTERM writes a
checkpoint before leaving.
"""

import argparse
import copy
import json
import math
import os
import signal
import time
from dataclasses import asdict

from tiny.config import TrainConfig, load_config
from tiny.threads import use_one_thread


def train(config: TrainConfig, stop_after: int = 0):
    """`stop_after` steps leaves early with a checkpoint, as a signal does (for tests)."""
    import torch

    from tiny.chat import Chat
    from tiny.checkpoint import load_checkpoint, save_checkpoint
    from tiny.data import Batches, load_encoded
    from tiny.model import Llama, ModelConfig, weighted_loss
    from tiny.rows import read_rows

    torch.set_num_threads(1)
    torch.manual_seed(config.seed)
    os.makedirs(config.out, exist_ok=True)
    latest = os.path.join(config.out, "checkpoint.pt")
    log = open(os.path.join(config.out, "log.jsonl"), "a", encoding="utf-8")

    def say(**values):
        line = json.dumps(values)
        print(line, flush=True)
        log.write(line + "\n")
        log.flush()

    chat = Chat.load(config.tokenizer)
    sources = [load_encoded(s["path"], config.tokenizer, os.path.join(config.out, "cache")) for s in config.data]
    weights = [float(source.get("weight", 1.0)) for source in config.data]
    batches = Batches(sources, weights, config.batch_tokens, config.context, config.seed)
    eval_rows = [row for row, _ in zip(read_rows(config.eval_file), range(config.eval_rows))] if config.eval_file else []

    shape = {name: getattr(config, name) for name in ("dim", "layers", "heads", "ffn", "context", "tied")}
    device = config.device or ("cuda" if torch.cuda.is_available() else "cpu")
    model = Llama(ModelConfig(vocab=chat.tokenizer.get_vocab_size(), **shape)).to(device)
    optimizers = make_optimizers(model, config)
    # `done` is what a resumed run goes on from; `minutes` counts all its sittings.
    done = {"step": 0, "tokens": 0, "minutes": 0.0, "epoch": 0, "batch": 0, "best": -1.0}
    if config.resume and os.path.exists(latest):
        found = load_checkpoint(latest)
        model.load_state_dict(found["model"])
        for optimizer, state in zip(optimizers, found["optimizers"]):
            optimizer.load_state_dict(state)
        done = found["done"]
    elif config.init_from:
        model.load_state_dict(load_checkpoint(config.init_from)["model"])

    say(
        event="start",
        parameters=model.parameter_count(),
        rows=sum(map(len, batches.rows)),
        rows_too_long=batches.too_long,
        tokens_per_epoch=int(sum(w * batches.lengths[rows].sum() for w, rows in zip(weights, batches.rows))),
        batches_per_epoch=len(batches.epoch(0)),
        resumed_at_step=done["step"],
    )
    # Dynamic shapes: one compilation of half a minute serves every batch width.
    compute_loss = torch.compile(weighted_loss, dynamic=True) if config.compile else weighted_loss
    stopped = []
    earlier = {number: signal.signal(number, lambda number, _: stopped.append(number)) for number in STOP_SIGNALS}
    began = time.monotonic() - done["minutes"] * 60
    window = {"loss": torch.zeros((), device=device), "steps": 0, "tokens": 0, "since": time.monotonic()}
    next_eval = done["minutes"] + config.eval_every_minutes

    def save(name: str, **rest):
        save_checkpoint(os.path.join(config.out, name), model, config=asdict(config), done=done, **rest)

    def report(event: str, **values):
        nonlocal window
        seconds = time.monotonic() - window["since"]
        say(
            event=event,
            step=done["step"],
            epoch=done["epoch"],
            tokens=done["tokens"],
            minutes=round(done["minutes"], 2),
            loss=round(float(window["loss"]) / max(1, window["steps"]), 4),
            tokens_per_s=round(window["tokens"] / seconds) if seconds else 0,
            lr_scale=round(lr_scale(config, done), 3),
            **values,
        )
        window = {"loss": torch.zeros((), device=device), "steps": 0, "tokens": 0, "since": time.monotonic()}

    def checkpoint():
        save("checkpoint.pt", optimizers=[optimizer.state_dict() for optimizer in optimizers])

    def evaluate(event: str):
        started = time.monotonic()
        accuracy = exact_match(model, chat, eval_rows, config) if eval_rows else None
        better = accuracy is not None and accuracy >= done["best"]
        if better:
            done["best"] = accuracy
        checkpoint()
        if better:
            save("best.pt")
        report(event, accuracy=accuracy, eval_seconds=round(time.monotonic() - started, 1))

    plan = batches.epoch(done["epoch"])
    while progress(config, done) < 1:
        if done["batch"] == len(plan):
            done["epoch"], done["batch"] = done["epoch"] + 1, 0
            plan = batches.epoch(done["epoch"])
        *arrays, real = batches.tensors(plan[done["batch"]], config.user_loss)
        inputs, targets, token_weights = (torch.from_numpy(array).to(device) for array in arrays)
        scale = lr_scale(config, done)
        for optimizer in optimizers:
            for group in optimizer.param_groups:
                group["lr"] = scale * group["peak_lr"]
        with torch.autocast(device, torch.bfloat16, enabled=config.bf16):
            loss = compute_loss(model, inputs, targets, token_weights)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), config.grad_clip)
        for optimizer in optimizers:
            optimizer.step()
            optimizer.zero_grad()

        done["step"] += 1
        done["batch"] += 1
        done["tokens"] += real
        done["minutes"] = (time.monotonic() - began) / 60
        window["loss"] += loss.detach()
        window["steps"] += 1
        window["tokens"] += real
        if stopped or done["step"] == stop_after:
            checkpoint()
            report("stopped")
            break
        if done["minutes"] >= next_eval:
            evaluate("eval")
            done["minutes"] = (time.monotonic() - began) / 60
            next_eval = done["minutes"] + config.eval_every_minutes
        elif done["step"] % config.log_every_steps == 0:
            report("log")
    else:
        evaluate("end")
    for number, handler in earlier.items():
        signal.signal(number, handler)
    log.close()
    return model


STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def make_optimizers(model, config: TrainConfig) -> list:
    """Muon for the layers' matrices, AdamW for the rest. Weight decay leaves the
    embedding and the norms alone."""
    import torch

    hidden = [p for name, p in model.named_parameters() if p.dim() == 2 and name.startswith("layers.")]
    others = [p for name, p in model.named_parameters() if not (p.dim() == 2 and name.startswith("layers."))]
    groups = [{"params": others, "weight_decay": 0.0, "peak_lr": config.lr}]
    optimizers = []
    if config.optimizer == "muon":
        optimizers.append(
            torch.optim.Muon(
                [{"params": hidden, "peak_lr": config.muon_lr}],
                lr=config.muon_lr,
                weight_decay=config.weight_decay,
                adjust_lr_fn="match_rms_adamw",
            )
        )
    else:
        groups.append({"params": hidden, "weight_decay": config.weight_decay, "peak_lr": config.lr})
    return [*optimizers, torch.optim.AdamW(groups, lr=config.lr, betas=(0.9, 0.98), fused=True)]


def progress(config: TrainConfig, done: dict) -> float:
    """The larger share used up, of tokens or of time."""
    tokens = done["tokens"] / config.max_tokens if config.max_tokens else 0.0
    minutes = done["minutes"] / config.max_minutes if config.max_minutes else 0.0
    return max(tokens, minutes)


def lr_scale(config: TrainConfig, done: dict) -> float:
    cosine = 0.5 * (1 + math.cos(math.pi * min(1.0, progress(config, done))))
    warmup = min(1.0, (done["step"] + 1) / max(1, config.warmup_steps))
    return warmup * (config.final_lr + (1 - config.final_lr) * cosine)


def exact_match(model, chat, rows: list[dict], config: TrainConfig) -> float:
    """Share of rows whose greedy answer equals the expected one, letter for letter."""
    from tiny.generation import generate

    on_cpu = copy.deepcopy(model).cpu()
    outputs = generate(on_cpu, [chat.prompt(row["user"]) for row in rows], chat.end, config.eval_max_new)
    right = sum(chat.decode(ids) == row["assistant"] for ids, row in zip(outputs, rows))
    return round(right / len(rows), 4)


def main() -> None:
    parser = argparse.ArgumentParser(description="Train a tiny Llama model from scratch or from a checkpoint.")
    parser.add_argument("--config", required=True, help="YAML of the run")
    parser.add_argument("--dir", default="../.cache/tiny", help="where the run's relative paths begin (%(default)s)")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="override one key")
    args = parser.parse_args()

    use_one_thread()
    train(load_config(args.config, args.set, args.dir))


if __name__ == "__main__":
    main()
