"""How many threads the arithmetic may use.

For the tiny models one is best: their matrices are so small that a second thread spends its time spinning, and with two
runs on two cores that costs twenty times the speed. The libraries read these variables when they are first imported,
so call this before importing numpy, torch or tokenizers.
"""

import os

VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS")


def use_threads(count: int) -> None:
    """0 leaves the libraries' own choice."""
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    if count:
        for name in VARIABLES:
            os.environ[name] = str(count)
