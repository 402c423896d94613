"""Every test here begins with a township store that hands out 300 condoms a month and holds 100."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

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
    """A worker inside this test's transaction: what waits is done at once."""

    worker: Worker

    def run(self) -> None:
        while claimed := jobs.claim(worker=self.worker.name, kinds=list(JOBS), at=NOW):
            self.worker._do(claimed)


@pytest.fixture
def worker(tmp_path: Path) -> OneJob:
    return OneJob(Worker(handlers=JOBS, periodic=(), pulse_file=tmp_path / "pulse"))
