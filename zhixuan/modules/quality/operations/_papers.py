"""Numbers of papers without gaps, and the ids of what a paper posts in the ledger."""

from __future__ import annotations

from uuid import UUID, uuid5

from django.db import transaction

from zhixuan.modules.quality.models import PaperCounter

INSPECTION, LOSS, RECALL = "ZJ", "BS", "ZH"
"""What stands in the numbers: 质检, 报损, 召回."""


def lock(kind: str, place: str, year: int) -> PaperCounter:
    """The counter of a place and year, locked: whoever sends the same paper twice waits here."""
    counter, _made = PaperCounter.objects.get_or_create(kind=kind, place=place, year=year, defaults={"last": 0})
    return PaperCounter.objects.select_for_update().get(pk=counter.pk)


def next_number(counter: PaperCounter, code: str) -> str:
    """The next number of a locked counter: WA-BS-2026-0007. Without gaps, because it moves in the same transaction."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("numbers are given inside the transaction that uses them")
    counter.last += 1
    counter.save(update_fields=["last"])
    return f"{code}-{counter.kind}-{counter.year}-{counter.last:04d}"


def ledger_command(command_id: UUID, *parts: object) -> UUID:
    """The command id of a slip that a paper posts: the same paper always posts the same slips."""
    return uuid5(command_id, "-".join(str(part) for part in parts))
