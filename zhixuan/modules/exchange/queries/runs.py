"""Imports that were made, and whether files have been imported already."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from zhixuan.modules.exchange import permissions
from zhixuan.modules.exchange.models import ImportedFile, ImportRun
from zhixuan.shared.access import Actor, the_one

KIND = "lmis"
State = ImportRun.State


def imported_last(content_hash: str) -> ImportRun | None:
    """The latest run that wrote anything, when it was of these very files and came to its end."""
    wrote = ImportRun.objects.filter(kind=KIND, state__in=[State.DONE, State.POSTING, State.CANCELLED, State.FAILED])
    latest = wrote.order_by("-started_at", "-id").first()
    return latest if latest and latest.state == State.DONE and latest.content_hash == content_hash else None


def runs_for(actor: Actor) -> QuerySet[ImportRun]:
    """Imports of areas in the actor's sight, and the actor's own, latest first."""
    paths = actor.scope(permissions.VIEW_RUNS).area_paths
    if "/" in paths:
        return ImportRun.objects.order_by("-started_at", "-id")
    in_sight = Q(pk__in=[]) if actor.user_id is None else Q(started_by=actor.user_id)
    for path in paths:
        in_sight |= Q(area_path__startswith=path)
    return ImportRun.objects.filter(in_sight).order_by("-started_at", "-id")


def run(actor: Actor, run_id: UUID) -> ImportRun:
    """One import in the actor's sight.

    Raises:
        Unknown: there is none, or it is of another area.
    """
    return the_one(runs_for(actor).filter(pk=run_id))


def uploads_of(run_id: UUID) -> list[tuple[str, bytes]]:
    """Names and contents of the files of a run that is not imported yet; for whoever may see the run."""
    rows = ImportedFile.objects.filter(run=run_id).order_by("name").values_list("name", "content")
    return [(name, bytes(content)) for name, content in rows]


def of_job(run_id: UUID) -> ImportRun:
    """The run a job works on, whoever asked for it."""
    return ImportRun.objects.get(pk=run_id)
