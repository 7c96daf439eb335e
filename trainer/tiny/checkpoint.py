"""Checkpoints: a dict of plain values and tensors, loadable without unpickling code."""

import os
from dataclasses import asdict

import torch

from tiny.model import Llama, ModelConfig


def save_checkpoint(path: str, model: Llama, **rest) -> None:
    """Atomic: a run stopped while writing leaves the earlier checkpoint whole."""
    partial = f"{path}.partial"
    torch.save({"model_config": asdict(model.config), "model": model.state_dict(), **rest}, partial)
    os.replace(partial, path)


def load_checkpoint(path: str) -> dict:
    return torch.load(path, map_location="cpu", weights_only=True)


def load_model(path: str) -> Llama:
    found = load_checkpoint(path)
    model = Llama(ModelConfig(**found["model_config"]))
    model.load_state_dict(found["model"])
    return model.eval()
