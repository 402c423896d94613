"""What the receiving side wrote back (签收回执), laid beside the lines of the slip that sent the goods."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

DAMAGED, MISSING = "damaged_on_the_way", "missing_on_arrival"
"""Reasons on the lines of a receipt; a line without one was accepted."""


@dataclass(frozen=True, slots=True)
class WrittenBack:
    """Pieces of one sent line, by what the receiver found: together they are what was sent."""

    accepted: int = 0
    damaged: int = 0
    missing: int = 0


def written_back(sent: Sequence[tuple[int, int]], received: Iterable[tuple[int, int, str]]) -> list[WrittenBack]:
    """For each line sent what was written back.

    A receipt knows lots, not the sender's lines: where a lot stands on several lines its accepted pieces fill them in
    order, then the damaged ones, then the missing ones.

    Args:
        sent: (lot id, pieces) of each line, in the order of the slip.
        received: (lot id, pieces, reason) of the receipt that stands.
    """
    left: dict[int, dict[str, int]] = {}
    for lot_id, pieces, reason in received:
        by_reason = left.setdefault(lot_id, {})
        by_reason[reason] = by_reason.get(reason, 0) + pieces
    return [_line(left.get(lot_id, {}), pieces) for lot_id, pieces in sent]


def _line(left: dict[str, int], pieces: int) -> WrittenBack:
    taken = []
    for reason in ("", DAMAGED, MISSING):
        part = min(left.get(reason, 0), pieces)
        if part:
            left[reason] -= part
        pieces -= part
        taken.append(part)
    return WrittenBack(*taken)
