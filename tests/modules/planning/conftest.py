"""Every test here begins with a township store that hands out 300 condoms a month and holds 100."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.builders import NOW
from tests.order_builders import OrderingCounty, an_ordering_county
from zhixuan.config.wiring import JOBS
from zhixuan.shared import jobs
from zhixuan.shared.worker import Worker


@pytest.fixture
def county(db: None) -> OrderingCounty:
    return an_ordering_county()


@dataclass
class OneJob:
    """A worker inside this test's transaction: what waits is done at once.

    Only this thread writes. The heartbeat and the threads in which models grow have connections of their own, which
    would wait for this transaction's lock for ever: it ends after them.
    """

    worker: Worker

    def run(self) -> None:
        mine, note = threading.current_thread(), jobs.note_progress

        def noted_here(*said: Any, **more: Any) -> None:
            if threading.current_thread() is mine:
                note(*said, **more)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(jobs, "note_progress", noted_here)
            patch.setattr("zhixuan.shared.worker.BEAT_SECONDS", threading.TIMEOUT_MAX)
            while claimed := jobs.claim(worker=self.worker.name, kinds=list(JOBS), at=NOW):
                self.worker._do(claimed)


@pytest.fixture
def worker(tmp_path: Path) -> OneJob:
    return OneJob(Worker(handlers=JOBS, periodic=(), pulse_file=tmp_path / "pulse"))
