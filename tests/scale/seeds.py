"""The seed of this run of the random tests: SEED=... repeats one; it stands in the tests' names or output."""

from __future__ import annotations

import os
import random
from zlib import crc32


def base_seed() -> int:
    """The same for all workers of one run."""
    if given := os.environ.get("SEED"):
        return int(given)
    if run := os.environ.get("PYTEST_XDIST_TESTRUNUID"):
        return crc32(run.encode())
    return random.SystemRandom().randrange(1, 2**32)
