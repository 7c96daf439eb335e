"""Training of the tiny upstream and aligner, from generated text to GGUF files."""
