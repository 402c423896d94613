"""The loop of `zhixuan work`: periodic work and jobs, one at a time, until told to stop.

Crash-only: nothing is kept in memory that matters, so a worker may be killed at any moment and started again. When it
is asked to stop it ends the job in hand at its next sign of progress and puts it back.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import DatabaseError, close_old_connections, connection, transaction
from django.utils import timezone

from zhixuan.rules.refusal import Refused
from zhixuan.shared import jobs
from zhixuan.shared.jobs import Cancelled, Claim

logger = logging.getLogger("zhixuan.worker")

IDLE_SECONDS = 1.0
BEAT_SECONDS = 10.0
SILENCE_CHECK_SECONDS = 15.0
PAUSE_AFTER_FAULT_SECONDS = 5.0


class Stopping(Exception):
    """The worker was asked to stop while a job was under way."""


@dataclass(frozen=True, slots=True)
class Periodic:
    """Work done every so many seconds. Several workers may do it at once: it must be safe to repeat."""

    name: str
    every_seconds: float
    run: Callable[[datetime], object]


@dataclass(frozen=True, slots=True)
class JobInHand:
    """What a handler is given: the job, and how to say how far it is."""

    claim: Claim
    _stop: threading.Event

    def show(self, progress: int, total: int, message: str = "") -> None:
        """Note how far it is; call it between transactions.

        Raises:
            Cancelled: somebody took the job back.
            Stopping: the worker is asked to end.
        """
        if self._stop.is_set():
            raise Stopping
        jobs.note_progress(self.claim, progress=progress, total=total, message=message, at=timezone.now())


Handler = Callable[[JobInHand], Mapping[str, Any]]


@dataclass(slots=True)
class Worker:
    """One worker process.

    Args:
        handlers: what does each kind of job; its answer is kept as the outcome (JSON values).
        periodic: what is done every so often.
        pulse_file: touched on every round, so that others see that a worker lives here.
    """

    handlers: Mapping[str, Handler]
    periodic: Sequence[Periodic]
    pulse_file: Path
    name: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}")
    stop: threading.Event = field(default_factory=threading.Event)
    _due: dict[str, float] = field(default_factory=dict)

    def run(self, *, until_idle: bool = False) -> None:
        """Work until `stop` is set, or, for tests and scripts, until nothing waits."""
        while not self.stop.is_set():
            try:
                worked = self.do_round()
            except DatabaseError:
                # The database restarts or is away: crash-only would do, but a pause keeps the log readable.
                logger.exception("the database does not answer; trying again")
                connection.close()
                self.stop.wait(PAUSE_AFTER_FAULT_SECONDS)
                continue
            if not worked:
                if until_idle:
                    return
                self.stop.wait(IDLE_SECONDS)

    def do_round(self) -> bool:
        """Whatever is due, then at most one job; says whether there was a job."""
        close_old_connections()
        self.pulse_file.touch()
        self._do_periodic()
        claimed = jobs.claim(worker=self.name, kinds=list(self.handlers), at=timezone.now())
        if claimed is None:
            return False
        self._do(claimed)
        return True

    def _do_periodic(self) -> None:
        for work in (Periodic("requeue", SILENCE_CHECK_SECONDS, jobs.requeue_dead), *self.periodic):
            if self.stop.is_set() or time.monotonic() < self._due.get(work.name, 0):
                continue
            self._due[work.name] = time.monotonic() + work.every_seconds
            try:
                work.run(timezone.now())
            except DatabaseError:
                raise
            except Exception:
                logger.exception("%s failed; it is tried again in %s s", work.name, work.every_seconds)

    def _do(self, claimed: Claim) -> None:
        logger.info("job %s %s begins", claimed.kind, claimed.id)
        try:
            with self._beating(claimed):
                outcome = self.handlers[claimed.kind](JobInHand(claimed, self.stop))
        except Stopping:
            jobs.give_back(claimed)
        except Cancelled:
            logger.info("job %s %s was taken back", claimed.kind, claimed.id)
        except Refused as refused:
            reasons = [{"message": one.message, "fields": _as_text(one.fields)} for one in refused.reasons]
            jobs.fail(claimed, str(refused), timezone.now(), {"refused": reasons})
        except Exception as fault:
            logger.exception("job %s %s failed", claimed.kind, claimed.id)
            jobs.fail(claimed, f"{type(fault).__name__}: {fault}", timezone.now())
        else:
            jobs.finish(claimed, outcome, timezone.now())

    @contextmanager
    def _beating(self, claimed: Claim) -> Iterator[None]:
        """A second thread says that the worker lives, however long the job is silent."""
        done = threading.Event()

        def beat() -> None:
            while not done.wait(BEAT_SECONDS):
                try:
                    # The time is read after the write lock is had: a beat that waited for it is not old.
                    with transaction.atomic():
                        jobs.beat(claimed, timezone.now())
                    self.pulse_file.touch()
                except DatabaseError:
                    logger.warning("job %s: no heartbeat could be written", claimed.id)
            connection.close()

        beating = threading.Thread(target=beat, name="heartbeat", daemon=True)
        beating.start()
        try:
            yield
        finally:
            done.set()
            beating.join()


def _as_text(fields: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in fields.items()}
