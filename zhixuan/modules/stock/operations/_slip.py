"""What an operation hands to `_posting`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from zhixuan.rules.stock.ledger import EventKind, Move


@dataclass(frozen=True, slots=True)
class Slip:
    """An event that is ready to be posted: numbers and digests are given when it is."""

    command_id: UUID
    kind: EventKind
    place_id: int
    facility_code: str
    on: date
    moves: tuple[Move, ...]
    suspense_ids: frozenset[int] = frozenset()
    other_place_id: int | None = None
    reverses_id: int | None = None
    answers_id: int | None = None
    reference: str = ""
    note: str = ""
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trace:
    """What the audit trail says of a slip: the operation, where it was done, and what a later reader needs."""

    verb: str
    area_path: str
    details: dict[str, Any] = field(default_factory=dict)
