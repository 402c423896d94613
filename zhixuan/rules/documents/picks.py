"""The lots a document proposed when it was drawn, against those the ledger takes when it is sent."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Pieces = Mapping[int, int]
"""Pieces by lot id."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A line whose lots are others now. `row` counts from 1."""

    row: int
    was: dict[int, int]
    now: dict[int, int]


def pieces_by_lot(lots: Sequence[Mapping[str, Any]]) -> dict[int, int]:
    """The lots taken of an explanation as the ledger keeps it with an event."""
    return {int(lot["lot"]): int(lot["pieces"]) for lot in lots if lot["why"] == "taken" and lot["pieces"]}


def changes(was: Sequence[Pieces], now: Sequence[Pieces]) -> list[Changed]:
    """Lines that take other lots, or other pieces of them, than was proposed."""
    return [
        Changed(row, dict(before), dict(after))
        for row, (before, after) in enumerate(zip(was, now, strict=True), 1)
        if dict(before) != dict(after)
    ]


def seal_of(changed: Sequence[Changed]) -> str:
    """What a sender confirms: a short name of exactly these new lots; empty when nothing changed."""
    if not changed:
        return ""
    told = ";".join(
        f"{line.row}:" + ",".join(f"{lot}x{pieces}" for lot, pieces in sorted(line.now.items())) for line in changed
    )
    return hashlib.sha256(told.encode()).hexdigest()[:32]
