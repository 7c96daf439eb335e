"""Learning rates over a run, and Muon beside AdamW."""

import math

import torch

from stream_aligner_trainer.config import Training


def lr_scale(training: Training, progress: float, step: int, steps: int) -> float:
    """The share of the peak learning rate. `progress` is the share of the run that is over, `step` the steps taken."""
    if training.warmup_steps:
        warm = (step + 1) / training.warmup_steps
    elif training.max_minutes:
        warm = max(progress, 1e-3) / training.warmup_ratio if training.warmup_ratio else 1.0
    else:
        warm = (step + 1) / max(1.0, steps * training.warmup_ratio)
    shape = {"cosine": 0.5 * (1 + math.cos(math.pi * progress)), "linear": 1 - progress, "constant": 1.0}
    return min(1.0, warm) * (training.final_lr + (1 - training.final_lr) * shape[training.schedule])


class MuonAndAdamW(torch.optim.Optimizer):
    """Muon for the layers' matrices, AdamW for embeddings, head and norms, as one optimizer."""

    def __init__(self, model, training: Training):
        named = [(name, parameter) for name, parameter in model.named_parameters() if parameter.requires_grad]
        hidden = [parameter for name, parameter in named if parameter.dim() == 2 and ".layers." in name]
        others = [parameter for name, parameter in named if parameter.dim() != 2 or ".layers." not in name]
        self.parts = [
            torch.optim.AdamW(others, lr=training.lr, betas=tuple(training.betas), weight_decay=0.0),
            torch.optim.Muon(
                hidden, lr=training.muon_lr, weight_decay=training.weight_decay, adjust_lr_fn="match_rms_adamw"
            ),
        ]
        super().__init__([*others, *hidden], {})
        self.share_groups()

    def share_groups(self) -> None:
        """A scheduler that sets these groups sets the parts'."""
        self.param_groups = [group for part in self.parts for group in part.param_groups]

    def step(self, closure=None):
        for part in self.parts:
            part.step()

    def state_dict(self) -> dict:
        return {"parts": [part.state_dict() for part in self.parts]}

    def load_state_dict(self, state: dict) -> None:
        for part, found in zip(self.parts, state["parts"]):
            part.load_state_dict(found)
        self.share_groups()
