"""`zhixuan work`: the worker process."""

from __future__ import annotations

import logging
import signal
from typing import Annotated

import typer
from django.conf import settings

from zhixuan.config import running, wiring
from zhixuan.shared.worker import Worker

PULSE_FILE = "worker.pulse"


def work(
    *,
    once: Annotated[bool, typer.Option("--once", help="End when nothing waits 做完即停")] = False,
    parent: Annotated[int, typer.Option(hidden=True)] = 0,
) -> None:
    """Seal the ledger, do jobs. May be killed at any moment; SIGTERM lets it put its job back first."""
    logging.getLogger("zhixuan.worker").info("worker begins")
    with running.held():
        worker = Worker(wiring.JOBS, wiring.PERIODIC, settings.DATA / PULSE_FILE)
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: worker.stop.set())
        if parent:
            running.end_with(parent, worker.stop.set)
        worker.run(until_idle=once)
