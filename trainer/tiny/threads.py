"""One thread per process.

The matrices of these models are so small that a second thread spends its time
spinning; with two runs on two cores that costs twenty times the speed. The
libraries read these variables when they are first imported, so call this
before importing numpy, torch or tokenizers.
"""

import os


def use_one_thread() -> None:
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"):
        os.environ[name] = "1"
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
