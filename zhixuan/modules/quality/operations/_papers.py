"""Numbers of papers without gaps, and the ids of what a paper posts in the ledger."""

from __future__ import annotations

from uuid import UUID, uuid5

from zhixuan.shared import numbers

INSPECTION, LOSS, RECALL = "ZJ", "BS", "ZH"
"""What stands in the numbers: 质检, 报损, 召回."""


def hold(kind: str, place: object, year: int) -> None:
    """Whoever sends the same paper of a facility or area twice waits here."""
    numbers.hold(f"quality.{kind}", place, year)


def next_number(kind: str, place: object, year: int, code: str) -> str:
    """The next number, without gaps: WA-BS-2026-0007."""
    return f"{code}-{kind}-{year}-{numbers.next_number(f'quality.{kind}', place, year):04d}"


def ledger_command(command_id: UUID, *parts: object) -> UUID:
    """The command id of a slip that a paper posts: the same paper always posts the same slips."""
    return uuid5(command_id, "-".join(str(part) for part in parts))
