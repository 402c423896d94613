"""Every test here begins with a township store that hands out 300 condoms a month and holds 100."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.builders import NOW
from tests.order_builders import OrderingCounty, an_ordering_county
from zhixuan.config.wiring import JOBS
from zhixuan.shared import jobs
from zhixuan.shared.jobs import Claim
from zhixuan.shared.worker import Handler, JobInHand, Worker


@pytest.fixture
def county(db: None) -> OrderingCounty:
    return an_ordering_county()


class _InOneThread(JobInHand):
    """Says how far it is only from the test's own thread.

    Models grow in threads, each with a connection of its own. There the job is not in sight on PostgreSQL, and on
    SQLite the test's transaction holds the write lock: thread and test would wait for each other.
    """

    def show(self, progress: int, total: int, message: str = "") -> None:
        if threading.current_thread() is threading.main_thread():
            super().show(progress, total, message)


class _WithoutHeartbeat(Worker):
    @contextmanager
    def _beating(self, claimed: Claim) -> Iterator[None]:
        """A heartbeat is a thread too."""
        yield


@dataclass
class OneJob:
    """A worker inside this test's transaction: what waits is done at once."""

    worker: Worker

    def run(self) -> None:
        while claimed := jobs.claim(worker=self.worker.name, kinds=list(JOBS), at=NOW):
            self.worker._do(claimed)


@pytest.fixture
def worker(tmp_path: Path) -> OneJob:
    handlers = {kind: _here(handler) for kind, handler in JOBS.items()}
    return OneJob(_WithoutHeartbeat(handlers=handlers, periodic=(), pulse_file=tmp_path / "pulse"))


def _here(handler: Handler) -> Handler:
    return lambda job: handler(_InOneThread(job.claim, job._stop))
