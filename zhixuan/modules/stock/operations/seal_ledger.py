"""Chain the committed events, so that taking one away, adding one or changing one is seen."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max

from zhixuan.modules.stock.models import Event, Seal
from zhixuan.modules.stock.operations import _digests, _head
from zhixuan.modules.stock.operations._posting import SEALER_LOCK

EVENTS_PER_SEAL = 1000


def seal_ledger(*, at: datetime) -> int:
    """Seal every event committed since the last seal; answers how many. Several may run, one works at a time."""
    sealed = 0
    final_id = _last_final_id()
    while True:
        with transaction.atomic():
            count = _seal_next(final_id, at)
        sealed += count
        if count < EVENTS_PER_SEAL:
            return sealed


def _last_final_id() -> int:
    """The last event id below which nothing can still be committed.

    On PostgreSQL ids are drawn before the commit: an instant alone with the lock that posters share proves that none is
    under way. On SQLite there is one writer at a time.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEALER_LOCK])
        return Event.objects.aggregate(last=Max("id"))["last"] or 0


def _seal_next(final_id: int, at: datetime) -> int:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEALER_LOCK + 1])
    previous = Seal.objects.order_by("-id").first()
    after = previous.last_event_id if previous else 0
    links = list(
        Event.objects.filter(id__gt=after, id__lte=final_id)
        .order_by("id")
        .values_list("id", "digest")[:EVENTS_PER_SEAL]
    )
    if links:
        seal = Seal(
            id=previous.id + 1 if previous else 1,
            first_event_id=links[0][0],
            last_event_id=links[-1][0],
            events=len(links),
            sealed_at=at,
        )
        seal.digest = _digests.of_seal(seal, previous.digest if previous else "", links)
        seal.save(force_insert=True)
        transaction.on_commit(lambda: _head.move_to(seal))
    return len(links)
