"""Trains aligners, and the tiny upstream, with TRL's SFTTrainer; exports them as safetensors and GGUF."""
