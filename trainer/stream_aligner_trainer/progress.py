"""What a run does by the clock, and what it says of itself."""

import contextlib
import json
import os
import signal
import time

from transformers import TrainerCallback

from stream_aligner_trainer.config import Training
from stream_aligner_trainer.report import Report

CLOCK_FILE = "clock.json"
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Pace(TrainerCallback):
    """Evaluates, saves and stops when it is time, and reports. Time counts all sittings of a run.

    `evaluate` gives the metrics of what the model writes.
    """

    def __init__(self, training: Training, report: Report, stage: str, evaluate):
        self.training, self.report, self.stage, self.evaluate = training, report, stage, evaluate
        self.stopped_by = 0
        self.start: dict = {}  # of the event that opens the run
        self.metrics: dict = {}
        self.evaluated_at = -1  # step
        self.restore(0.0)
        self.sampler = None  # set when the trainer makes its batches
        self.window = (time.monotonic(), 0)

    def restore(self, seconds: float) -> None:
        """Goes on from the clock of an earlier sitting."""
        self.began = time.monotonic() - seconds
        self.seconds = seconds
        self.evaluated = seconds

    @contextlib.contextmanager
    def listening(self):
        """A signal ends the run after its present step, with a checkpoint."""

        def stop(number, _):
            self.stopped_by = number

        earlier = {number: signal.signal(number, stop) for number in STOP_SIGNALS}
        try:
            yield
        finally:
            for number, handler in earlier.items():
                signal.signal(number, handler)

    @property
    def minutes(self) -> float:
        return self.seconds / 60

    def progress(self, state) -> float:
        if self.training.max_minutes:
            return min(1.0, self.minutes / self.training.max_minutes)
        return state.global_step / max(1, state.max_steps)

    def say(self, event: str, state, **values) -> None:
        counts = {"stage": self.stage, "step": state.global_step, "progress": round(self.progress(state), 4)}
        if not self.training.max_minutes:
            counts["steps"] = state.max_steps
        counts |= {"tokens": int(state.num_input_tokens_seen), "minutes": round(self.minutes, 3)}
        self.report.say(event, **counts, **values)

    def on_train_begin(self, args, state, control, **_):
        self.window = (time.monotonic(), state.num_input_tokens_seen)
        length = {"minutes": self.training.max_minutes} if self.training.max_minutes else {"steps": state.max_steps}
        self.report.say("start", stage=self.stage, **self.start, **length)

    def on_epoch_begin(self, args, state, control, **_):
        self.sampler.epoch = int((state.epoch or 0) + 1e-6)

    def on_step_end(self, args, state, control, **_):
        training = self.training
        now, stopped_by = agree(time.monotonic() - self.began, self.stopped_by, device=args.device)
        self.seconds, self.stopped_by = now, int(stopped_by)
        due = training.eval_every_minutes and self.seconds - self.evaluated >= training.eval_every_minutes * 60
        if due or (training.eval_steps and state.global_step % training.eval_steps == 0):
            control.should_evaluate = args.do_eval
            self.evaluated = self.seconds
        if due or (training.save_steps and state.global_step % training.save_steps == 0):
            control.should_save = True
        if self.stopped_by:
            control.should_save = control.should_training_stop = True
        if training.max_minutes and self.minutes >= training.max_minutes:
            control.should_training_stop = True

    def on_log(self, args, state, control, logs=None, **_):
        if "loss" not in logs:
            return
        since, before = self.window
        self.window = (time.monotonic(), state.num_input_tokens_seen)
        self.say(
            "log",
            state,
            loss=round(logs["loss"], 4),
            lr=logs["learning_rate"],
            grad_norm=round(float(logs.get("grad_norm", 0)), 4),
            epoch=round(logs.get("epoch", 0), 4),
            tokens_per_second=round((self.window[1] - before) / max(1e-9, self.window[0] - since)),
        )

    def on_evaluate(self, args, state, control, metrics=None, model=None, **_):
        self.evaluated_at = state.global_step
        self.metrics = {"loss": round(metrics["eval_loss"], 4), **self.evaluate(model)}
        self.say("eval", state, **self.metrics)
        self.window = (time.monotonic(), state.num_input_tokens_seen)

    def on_save(self, args, state, control, **_):
        folder = os.path.join(args.output_dir, f"checkpoint-{state.global_step}")
        if state.is_world_process_zero:
            # Last of all files, so that a folder with it is whole.
            with open(os.path.join(folder, CLOCK_FILE), "w", encoding="utf-8") as file:
                json.dump({"seconds": self.seconds}, file)
        self.report.say("saved", stage=self.stage, step=state.global_step, path=folder)


def agree(*values: float, device) -> list[float]:
    """The largest of each value among all processes, so that they act alike."""
    import torch
    import torch.distributed as dist

    if not dist.is_initialized():
        return list(values)
    found = torch.tensor(values, dtype=torch.float64 if device.type == "cpu" else torch.float32, device=device)
    dist.all_reduce(found, dist.ReduceOp.MAX)
    return found.tolist()


def latest_checkpoint(folder: str) -> tuple[str, float]:
    """The newest whole checkpoint and its clock in seconds, or ("", 0)."""
    found = []
    for name in os.listdir(folder) if os.path.isdir(folder) else []:
        step = name.removeprefix("checkpoint-")
        if step.isdigit() and os.path.exists(os.path.join(folder, name, CLOCK_FILE)):
            found.append(int(step))
    if not found:
        return "", 0.0
    path = os.path.join(folder, f"checkpoint-{max(found)}")
    with open(os.path.join(path, CLOCK_FILE), encoding="utf-8") as file:
        return path, json.load(file)["seconds"]
