"""Whether the system runs on this data folder: who serves or works holds a lock that a restore needs for itself."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from django.conf import settings

LOCK_FILE = "running.lock"


class StillRunning(Exception):
    """Somebody serves or works on this data folder."""


@contextmanager
def held() -> Iterator[None]:
    """Say, until the block ends, that the system runs here; the kernel takes it back from a process that dies."""
    with _lock_file() as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        yield


@contextmanager
def stopped() -> Iterator[None]:
    """Keep the system from starting until the block ends.

    Raises:
        StillRunning: it runs now.
    """
    with _lock_file() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as busy:
            raise StillRunning from busy
        yield


def _lock_file() -> IO[str]:
    return (settings.DATA / LOCK_FILE).open("w")
