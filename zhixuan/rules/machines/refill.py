"""What to load into a machine on a visit: from what it is expected to give out until the next one, and what fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Final

SAFETY_DAYS: Final = 7
"""A visit may be late by a week."""
FULL_DAYS_MIN: Final = 3
"""Use is known when the slot had stock on at least so many days."""


@dataclass(frozen=True, slots=True)
class SlotUse:
    """A slot before the visit.

    Args:
        given_pieces: vended in the window.
        days_with_stock: days of the window on which it had something to give.
    """

    slot_id: int
    item_id: int
    capacity: int
    pieces: int
    given_pieces: int
    days_with_stock: int
    pieces_per_pack: int = 1
    active: bool = True


@dataclass(frozen=True, slots=True)
class Load:
    """What is proposed for a slot, with the figures it comes from.

    Args:
        per_day: pieces a day it had stock; None when that is not known yet.
        expected: pieces until the next visit and the days of safety; None as above.
        wanted: pieces that should be in the slot after the visit.
        load: pieces to put in: whole packs that fit.
        short: pieces fewer than wanted because the giver has no more.
    """

    slot_id: int
    item_id: int
    per_day: Fraction | None
    expected: int | None
    wanted: int
    load: int
    short: int = 0


def propose(slots: Sequence[SlotUse], *, next_visit_days: int, at_giver: dict[int, int]) -> list[Load]:
    """A load for each slot. Where use is not known yet, the slot is filled.

    Args:
        at_giver: pieces in whole packs that the giver can send, by item; what is short is shared out slot by slot,
            the emptiest first.
    """
    left = dict(at_giver)
    loads: dict[int, Load] = {}
    for slot in sorted(slots, key=lambda one: (Fraction(max(one.pieces, 0), one.capacity), one.slot_id)):
        load = _load(slot, next_visit_days)
        given = min(load.load, left.get(slot.item_id, 0) // slot.pieces_per_pack * slot.pieces_per_pack)
        left[slot.item_id] = left.get(slot.item_id, 0) - given
        loads[slot.slot_id] = Load(
            load.slot_id, load.item_id, load.per_day, load.expected, load.wanted, given, load.load - given
        )
    return [loads[slot.slot_id] for slot in slots]


def _load(slot: SlotUse, next_visit_days: int) -> Load:
    if not slot.active:
        return Load(slot.slot_id, slot.item_id, None, None, 0, 0)
    per_day = expected = None
    wanted = slot.capacity
    if slot.days_with_stock >= FULL_DAYS_MIN:
        per_day = Fraction(slot.given_pieces, slot.days_with_stock)
        expected = ceil(per_day * (next_visit_days + SAFETY_DAYS))
        wanted = min(slot.capacity, max(expected, slot.pieces_per_pack))
    here = max(slot.pieces, 0)
    packs = -(-max(wanted - here, 0) // slot.pieces_per_pack)
    fitting = max(slot.capacity - here, 0) // slot.pieces_per_pack
    return Load(slot.slot_id, slot.item_id, per_day, expected, wanted, min(packs, fitting) * slot.pieces_per_pack)
