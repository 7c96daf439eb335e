"""Trains a model: the one script to read.

    python -m stream_aligner_trainer.train --config recipes/lora.yaml [--dir DIR] [--set training.lr=1e-4 ...]
    accelerate launch --config_file recipes/fsdp.yaml -m stream_aligner_trainer.train --config recipes/paper.yaml

stdout is JSON lines, also kept in out/log.jsonl. out/final/ is the finished model (or adapter) with its tokenizer, and
out/checkpoint-N/ what a run goes on from. SIGINT and SIGTERM save a checkpoint before leaving.
"""

import argparse
import dataclasses
import os
import sys

from stream_aligner_trainer.config import Config, load_config
from stream_aligner_trainer.errors import TrainerError, fail
from stream_aligner_trainer.report import Report
from stream_aligner_trainer.threads import use_threads

ENDLESS = 10**9  # steps of a run that ends by the clock
SMALL_VOCABULARY = 8192  # below it the logits of a batch are small enough to be made at once, which is faster


def main() -> int:
    parser = argparse.ArgumentParser(description="Fine-tune an aligner, or train the tiny pair from scratch.")
    parser.add_argument("--config", required=True, help="YAML of the run, such as recipes/lora.yaml")
    parser.add_argument("--dir", default="", help="where the recipe's relative paths begin (default: here)")
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="override one key, such as training.lr=1e-4"
    )
    args = parser.parse_args()

    report = Report(speaks=os.environ.get("RANK", "0") == "0")
    try:
        config = load_config(args.config, args.set, args.dir)
        use_threads(config.training.threads)
        return run(config, report)
    except Exception as error:
        return fail(error, report)


def run(config: Config, report) -> int:
    """0, or 128 plus the number of the signal that ended it."""
    import torch

    from stream_aligner_trainer.chat import Chat
    from stream_aligner_trainer.data import load_eval, load_rows, warm_up_rows
    from stream_aligner_trainer.models import check_memory, load_tokenizer, pick_device

    if config.training.threads:
        torch.set_num_threads(config.training.threads)
    device = pick_device(config)
    check_memory(config, device)
    chat = Chat(load_tokenizer(config))
    rows, examples = load_rows(config, chat), load_eval(config, chat)
    start = ""
    if config.warm_up:
        keeps = warm_up_rows(rows, config.warm_up.share, config.seed)
        if stopped := train_stage(warm_up_config(config), "warm-up", keeps, examples, chat, device, report):
            return stopped
        start = os.path.join(config.out, "warm-up", "final")
    return train_stage(config, "main", rows, examples, chat, device, report, start)


def warm_up_config(config: Config) -> Config:
    """The same recipe, for the length of the warm-up."""
    training = dataclasses.replace(config.training, epochs=config.warm_up.epochs, max_steps=0, max_minutes=0.0)
    return dataclasses.replace(config, out=os.path.join(config.out, "warm-up"), training=training)


def train_stage(config: Config, stage: str, rows, examples, chat, device: str, report, start: str = "") -> int:
    """`start` is the folder of an earlier stage's model; without it, the recipe's model is where this begins."""
    from transformers import set_seed

    from stream_aligner_trainer.card import write_record
    from stream_aligner_trainer.evaluation import evaluate
    from stream_aligner_trainer.models import load_model
    from stream_aligner_trainer.progress import Pace, latest_checkpoint

    final = os.path.join(config.out, "final")
    if os.path.isdir(final) and config.resume == "auto":
        report.say("end", stage=stage, finished=True, already=True, path=final)
        return 0
    checkpoint, seconds = latest_checkpoint(config.out)
    if config.resume == "never" and (checkpoint or os.path.isdir(final)):
        message = f"{config.out} holds an earlier run and resume is never; name another folder as out"
        raise TrainerError("earlier-run", message)
    report.write_to(os.path.join(config.out, "log.jsonl"))

    set_seed(config.seed)
    pace = Pace(config.training, report, stage, lambda model: evaluate(model, chat, examples))
    pace.restore(seconds)
    model = load_model(config, chat.tokenizer, device, start)
    trainer = make_trainer(config, model, chat, rows, examples, pace, device)
    pace.start = {
        "parameters": trainer.model.num_parameters(),
        "trained": trainer.model.num_parameters(only_trainable=True),
        "rows": len(rows.ids),
        "rows_left_out": sum(rows.left_out.values()),
        "left_out": rows.left_out,
        "tokens_per_epoch": sum(map(len, rows.ids)),
        "device": device,
        "processes": trainer.args.world_size,
        "resumed_from": checkpoint,
    }
    with pace.listening():
        trainer.train(resume_from_checkpoint=checkpoint or None)
    if pace.stopped_by:
        pace.say("end", trainer.state, finished=False)
        return 128 + pace.stopped_by
    if examples and pace.evaluated_at != trainer.state.global_step:
        trainer.evaluate()
    partial = f"{final}.partial"
    trainer.save_model(partial)
    if trainer.args.should_save:
        os.remove(os.path.join(partial, "training_args.bin"))
        write_record(partial, config, rows, pace, trainer.state)
        os.replace(partial, final)
    trainer.accelerator.wait_for_everyone()  # the next stage reads what the first process wrote
    pace.say("end", trainer.state, finished=True, path=final, **pace.metrics)
    return 0


def make_trainer(config: Config, model, chat, rows, examples, pace, device: str):
    import numpy as np
    import torch
    from torch.optim.lr_scheduler import LambdaLR
    from torch.utils.data import DataLoader
    from transformers import PrinterCallback
    from trl import SFTTrainer

    from stream_aligner_trainer.data import Batches, rows_of
    from stream_aligner_trainer.optimizer import MuonAndAdamW, lr_scale

    training = config.training
    model.generation_config.eos_token_id = chat.end

    class AlignerTrainer(SFTTrainer):
        """With batches of like length, schedules that follow the clock, and a faster loss for small models."""

        def get_train_dataloader(self):
            lengths = np.array([len(ids) for ids in self.train_dataset["input_ids"]])
            pace.sampler = Batches(
                lengths,
                rows=training.batch_rows,
                tokens=training.batch_tokens,
                grouped=training.group_by_length and not training.packing,
                seed=config.seed,
                multiple=self.args.world_size,
            )
            dataset = self._remove_unused_columns(self.train_dataset)
            loader = DataLoader(dataset, batch_sampler=pace.sampler, collate_fn=self.data_collator)
            return self.accelerator.prepare(loader)

        def create_optimizer(self, model=None):
            if training.optimizer == "muon" and self.optimizer is None:
                self.optimizer = MuonAndAdamW(self.model if model is None else model, training)
            return super().create_optimizer(model)

        def create_scheduler(self, num_training_steps, optimizer=None):
            def scale(step):
                over = pace.progress(self.state) if training.max_minutes else step / num_training_steps
                return lr_scale(training, over, step, num_training_steps)

            self.lr_scheduler = LambdaLR(optimizer or self.optimizer, scale)
            return self.lr_scheduler

        def compute_loss(self, model, inputs, return_outputs=False, num_items_in_batch=None):
            if len(chat.tokenizer) >= SMALL_VOCABULARY or self.args.world_size > 1:
                return super().compute_loss(model, inputs, return_outputs, num_items_in_batch)
            compute = compiled if self.model.training and training.compile else plain_loss
            return compute(model, {**inputs, "use_cache": False}, num_items_in_batch)

        def create_model_card(self, *_, **__):
            """Exports write it."""

    def plain_loss(model, inputs, count):
        return model(**inputs, num_items_in_batch=count).loss

    # Dynamic shapes: one compilation serves every batch width.
    compiled = torch.compile(plain_loss, dynamic=True)
    trainer = AlignerTrainer(
        model=model,
        args=arguments(config, device, bool(examples)),
        train_dataset=rows.dataset(config.loss_on),
        eval_dataset=rows_of(examples, chat, training.max_length).dataset("completion") if examples else None,
        processing_class=chat.tokenizer,
        callbacks=[pace],
    )
    trainer.remove_callback(PrinterCallback)
    return trainer


def arguments(config: Config, device: str, evaluates: bool):
    from trl import SFTConfig

    training = config.training
    return SFTConfig(
        output_dir=config.out,
        seed=config.seed,
        num_train_epochs=training.epochs or 1,
        max_steps=ENDLESS if training.max_minutes else training.max_steps or -1,
        per_device_train_batch_size=training.batch_rows or 1,
        per_device_eval_batch_size=training.batch_rows or 32,
        gradient_accumulation_steps=training.accumulate,
        learning_rate=training.lr,
        weight_decay=training.weight_decay,
        adam_beta1=training.betas[0],
        adam_beta2=training.betas[1],
        max_grad_norm=training.max_grad_norm,
        max_length=training.max_length,
        packing=training.packing,
        eval_packing=False,
        dataset_kwargs={"skip_prepare_dataset": not training.packing},
        pad_to_multiple_of=8,
        activation_checkpointing=training.gradient_checkpointing,
        bf16=training.bf16,
        use_cpu=device == "cpu",
        logging_steps=training.log_steps,
        include_num_input_tokens_seen="non_padding",
        do_eval=evaluates,
        prediction_loss_only=True,
        save_strategy="no",  # Pace says when
        save_total_limit=training.keep_checkpoints,
        report_to=[],
        disable_tqdm=True,
    )


if __name__ == "__main__":
    sys.exit(main())
