"""Jobs are done once, seen while they are done, and taken over from a worker that died."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.databases import FreshDatabase
from zhixuan.rules.refusal import Refused
from zhixuan.shared import command_ids, jobs
from zhixuan.shared.access import Actor, Scope
from zhixuan.shared.jobs import Cancelled, Claim
from zhixuan.shared.models import Job
from zhixuan.shared.worker import JobInHand, Periodic, Worker

AT = datetime(2026, 3, 1, 8, tzinfo=UTC)
CLERK = Actor(7, "Clerk")


def wanted(kind: str = "count", *, at: datetime = AT, area_path: str = "/42/", **arguments: Any) -> UUID:
    return jobs.enqueue(kind, arguments, CLERK, area_path, at, command_ids.new())


def claimed(worker: str = "one", at: datetime = AT) -> Claim:
    claim = jobs.claim(worker=worker, kinds=["count"], at=at)
    assert claim is not None
    return claim


@pytest.mark.django_db
def test_a_job_waits_is_claimed_once_and_finishes_with_its_outcome() -> None:
    first, second = wanted(to=3), wanted(to=4, at=AT + timedelta(seconds=1))
    claim = claimed()
    assert (claim.id, claim.arguments, claim.actor_id, claim.actor_name) == (first, {"to": 3}, 7, "Clerk")
    assert claimed("two").id == second
    assert jobs.claim(worker="three", kinds=["count"], at=AT) is None
    jobs.note_progress(claim, progress=1, total=3, message="one", at=AT)
    assert jobs.finish(claim, {"counted": 3}, AT)
    job = jobs.job_of(first)
    assert job is not None
    assert (job.state, job.progress, job.total, job.outcome) == ("done", 1, 3, {"counted": 3})


@pytest.mark.django_db
def test_the_same_id_again_is_the_same_job() -> None:
    job_id = command_ids.new()
    for _ in range(2):
        jobs.enqueue("count", {}, CLERK, "/42/", AT, job_id)
    assert Job.objects.count() == 1


@pytest.mark.django_db
def test_kinds_that_a_worker_does_not_know_are_left_to_others() -> None:
    wanted("other")
    assert jobs.claim(worker="one", kinds=["count"], at=AT) is None


@pytest.mark.django_db
def test_a_cancelled_job_stops_at_its_next_sign_of_progress() -> None:
    job_id = wanted()
    claim = claimed()
    assert jobs.cancel(job_id, AT)
    with pytest.raises(Cancelled):
        jobs.note_progress(claim, progress=1, total=2, at=AT)
    assert not jobs.finish(claim, {}, AT)
    assert not jobs.cancel(job_id, AT)


@pytest.mark.django_db
def test_a_silent_worker_loses_its_job_and_cannot_finish_it() -> None:
    wanted()
    lost = claimed("dead")
    assert jobs.requeue_dead(AT + timedelta(seconds=59)) == 0
    assert jobs.beat(lost, AT + timedelta(seconds=30))
    assert jobs.requeue_dead(AT + timedelta(seconds=61)) == 0
    assert jobs.requeue_dead(AT + timedelta(seconds=91)) == 1
    assert claimed("alive").id == lost.id
    assert not jobs.beat(lost, AT)
    assert not jobs.finish(lost, {}, AT)


@pytest.mark.django_db
def test_a_job_that_kills_its_workers_fails_after_three() -> None:
    job_id = wanted()
    for _ in range(jobs.BEGUN_TIMES_MAX):
        claimed()
        assert jobs.requeue_dead(AT + timedelta(minutes=2)) == 1
    job = jobs.job_of(job_id)
    assert job is not None
    assert job.state == "failed"
    assert "died" in job.message


@pytest.mark.django_db
def test_people_see_the_jobs_of_their_areas() -> None:
    own, _ = wanted(area_path="/42/4201/"), wanted(area_path="/43/")
    assert [job.id for job in jobs.jobs_in(Scope(area_paths=("/42/",)))] == [own]
    assert not jobs.jobs_in(Scope())


def worker(folder: Path, *periodic: Periodic, **handlers: Any) -> Worker:
    return Worker(handlers, periodic, folder / "pulse")


def test_the_worker_does_what_waits(fresh_database: FreshDatabase, tmp_path: Path) -> None:
    def count(job: JobInHand) -> dict[str, int]:
        job.show(1, 2)
        return {"to": job.claim.arguments["to"]}

    def refuse(job: JobInHand) -> dict[str, int]:
        raise Refused("Only {n} left.", n=3)

    def break_down(job: JobInHand) -> dict[str, int]:
        raise ZeroDivisionError("by design")

    ids = {"count": wanted("count", to=5), "refuse": wanted("refuse"), "break_down": wanted("break_down")}
    worker(tmp_path, count=count, refuse=refuse, break_down=break_down).run(until_idle=True)
    ended = {kind: Job.objects.get(pk=job_id) for kind, job_id in ids.items()}
    assert (ended["count"].state, ended["count"].outcome, ended["count"].progress) == ("done", {"to": 5}, 1)
    assert (ended["refuse"].state, ended["refuse"].message) == ("failed", "Only 3 left.")
    assert ended["refuse"].outcome == {"refused": [{"message": "Only {n} left.", "fields": {"n": "3"}}]}
    assert (ended["break_down"].state, ended["break_down"].message) == ("failed", "ZeroDivisionError: by design")
    assert (tmp_path / "pulse").exists()


def test_a_worker_asked_to_stop_puts_its_job_back(fresh_database: FreshDatabase, tmp_path: Path) -> None:
    def never_ends(job: JobInHand) -> dict[str, int]:
        stopping.stop.set()
        while True:
            job.show(1, 2)

    job_id = wanted("never_ends")
    stopping = worker(tmp_path, never_ends=never_ends)
    stopping.run()
    assert Job.objects.get(pk=job_id).state == "waiting"


def test_periodic_work_goes_on_although_one_fails(fresh_database: FreshDatabase, tmp_path: Path) -> None:
    done: list[datetime] = []

    def fails(at: datetime) -> None:
        raise ValueError("by design")

    running = worker(tmp_path, Periodic("fails", 0, fails), Periodic("counts", 3600, done.append))
    for _ in range(3):
        running.do_round()
    assert len(done) == 1


def test_two_workers_never_do_the_same_job(fresh_database: FreshDatabase, tmp_path: Path) -> None:
    done: list[UUID] = []
    wanted_ids = [wanted("count", at=AT + timedelta(seconds=n)) for n in range(40)]

    def count(job: JobInHand) -> dict[str, int]:
        done.append(job.claim.id)
        return {}

    threads = [threading.Thread(target=_work, args=(worker(tmp_path, count=count),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == sorted(wanted_ids)


def _work(running: Worker) -> None:
    from django.db import connection

    running.run(until_idle=True)
    connection.close()
