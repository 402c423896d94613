"""Slots of a machine: how full they are, and what they have against the books."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from zhixuan.rules.refusal import N_, Refused

CAPACITY_MAX: Final = 10_000


class Fill(StrEnum):
    """What people at the machine, and those who refill it, need to know of a slot."""

    EMPTY = "empty"
    LOW = "low"
    AVAILABLE = "available"
    OFF = "off"


FILL_LABELS: Final = {
    Fill.EMPTY: N_("Empty"),
    Fill.LOW: N_("Few left"),
    Fill.AVAILABLE: N_("Available"),
    Fill.OFF: N_("Not in use"),
}


def refill_point(capacity: int, percent: int) -> int:
    """Pieces at or below which a slot should be refilled: that share of its capacity, rounded up."""
    return -(-capacity * percent // 100)


def fill(pieces: int, capacity: int, *, percent: int, pieces_per_vend: int = 1, active: bool = True) -> Fill:
    """How full a slot is. Fewer pieces than one vend gives are as good as none."""
    if not active:
        return Fill.OFF
    if pieces < pieces_per_vend:
        return Fill.EMPTY
    return Fill.LOW if pieces <= refill_point(capacity, percent) else Fill.AVAILABLE


def best(fills: Iterable[Fill]) -> Fill:
    """What a product that lies in several slots is to the one who wants it."""
    order = (Fill.AVAILABLE, Fill.LOW, Fill.EMPTY, Fill.OFF)
    return min(fills, key=order.index, default=Fill.EMPTY)


def differences(in_slots: Mapping[int, int], in_books: Mapping[int, int]) -> dict[int, int]:
    """Pieces by which the slots have more (+) or less (-) than the books, by product; those that agree are left out."""
    found = {
        product_id: in_slots.get(product_id, 0) - in_books.get(product_id, 0)
        for product_id in in_slots.keys() | in_books.keys()
    }
    return {product_id: pieces for product_id, pieces in sorted(found.items()) if pieces}


@dataclass(frozen=True, slots=True)
class SlotPlan:
    """A slot as it is to be.

    Args:
        pieces_per_vend: that come out at once.
        pieces_now: that it holds now.
        item_now: the item it holds now; None for a new slot.
    """

    number: int
    item_id: int
    capacity: int
    pieces_per_vend: int
    active: bool = True
    pieces_now: int = 0
    item_now: int | None = None


def plan_problems(plans: Iterable[SlotPlan]) -> list[Refused]:
    """Everything that is wrong with a plan of slots, on fields `slots-0-number` and so on."""
    found: list[Refused] = []
    seen: set[int] = set()
    for index, plan in enumerate(plans):
        where = f"slots-{index}-"
        row = index + 1
        if not 1 <= plan.number <= 999 or plan.number in seen:
            found.append(
                Refused(
                    N_("Line {row}: give each slot a number of its own, 1 to 999."), field=f"{where}number", row=row
                )
            )
        seen.add(plan.number)
        if not 1 <= plan.capacity <= CAPACITY_MAX:
            found.append(
                Refused(N_("Line {row}: a slot holds from 1 to 10,000 pieces."), field=f"{where}capacity", row=row)
            )
        if not 1 <= plan.pieces_per_vend <= max(plan.capacity, 1):
            found.append(
                Refused(
                    N_("Line {row}: one vend gives at least 1 piece and no more than the slot holds."),
                    field=f"{where}pieces_per_vend",
                    row=row,
                )
            )
        if plan.item_now is not None and plan.item_now != plan.item_id and plan.pieces_now:
            found.append(
                Refused(
                    N_("Line {row}: {pieces} pieces of the other item are still in this slot. Count it out first."),
                    field=f"{where}item",
                    row=row,
                    pieces=plan.pieces_now,
                )
            )
    return found
