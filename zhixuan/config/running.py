"""Whether the system runs on this data folder, and processes that end with the one that started them.

Who serves or works holds a lock that a restore needs for itself.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO

from django.conf import settings

LOCK_FILE = "running.lock"
PARENT_VARIABLE = "ZHIXUAN_SERVED_BY"
PARENT_CHECK_SECONDS = 1.0


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


def end_with(parent: int, end: Callable[[], object]) -> None:
    """Call `end` once the process that started this one is gone, however it died: no orphan keeps the port."""
    waiting = threading.Event()

    def watch() -> None:
        while os.getppid() == parent:
            waiting.wait(PARENT_CHECK_SECONDS)
        end()

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()


def _lock_file() -> IO[str]:
    return (settings.DATA / LOCK_FILE).open("w")
