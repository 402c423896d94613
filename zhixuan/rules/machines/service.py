"""How well a machine serves: the share of time it worked, days without stock, vends that failed, who must go there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Final

from zhixuan.rules.machines.records import Kind
from zhixuan.rules.machines.slots import Fill
from zhixuan.rules.refusal import N_

DOWN: Final = frozenset({Kind.JAM})
UP: Final = frozenset({Kind.VEND, Kind.RESTART})
VISIT: Final = "visit"
"""Somebody stood before the machine: a refill or a count. It works again afterwards, or a new record says that not."""


def time_down(changes: Iterable[tuple[datetime, str]], *, since: datetime, until: datetime) -> timedelta:
    """Time a machine was out of order: from a jam to the next vend, restart or visit.

    Args:
        changes: (moment, kind of record or VISIT), in any order; earlier ones say in which state the time began.
    """
    down_from: datetime | None = None
    total = timedelta()
    for moment, kind in sorted(changes):
        if moment >= until:
            break
        if kind in DOWN:
            down_from = down_from or moment
        elif (kind in UP or kind == VISIT) and down_from is not None:
            total += max(moment - max(down_from, since), timedelta())
            down_from = None
    if down_from is not None:
        total += until - max(down_from, since)
    return total


def share_in_service(down: timedelta, *, since: datetime, until: datetime) -> Fraction | None:
    """Share of the time the machine worked; None when no time has passed."""
    whole = until - since
    if whole <= timedelta():
        return None
    return 1 - Fraction(down // timedelta(seconds=1), whole // timedelta(seconds=1))


def days_empty(now: int, changes: Mapping[date, int], *, first: date, last: date) -> int:
    """Days, both ends included, at whose end nothing was left.

    Args:
        now: pieces at the end of `last`.
        changes: net pieces by day, complete from `first` on.
    """
    empty, balance, until = 0, now, last
    for day in sorted((one for one in changes if first <= one <= last), reverse=True):
        if balance <= 0:
            empty += (until - day).days + 1
        balance -= changes[day]
        until = day - timedelta(days=1)
    if balance <= 0 and until >= first:
        empty += (until - first).days + 1
    return empty


def failed_share(vends: int, failed: int) -> Fraction | None:
    """Vends that failed among all that were tried; None when none was."""
    return Fraction(failed, vends + failed) if vends + failed else None


class Trouble(StrEnum):
    """Why somebody must go to a machine, worst first."""

    JAM = "jam"
    FAULT = "fault"
    EMPTY = "empty"
    EXPIRED = "expired"
    SILENT = "silent"
    LOW = "low"
    UNKNOWN_SLOT = "unknown_slot"
    DIFFERENCE = "difference"
    COUNT_AGAIN = "count_again"


TROUBLE_LABELS: Final = {
    Trouble.JAM: N_("Jammed"),
    Trouble.FAULT: N_("Fault reported"),
    Trouble.EMPTY: N_("Slot empty"),
    Trouble.EXPIRED: N_("Expired inside"),
    Trouble.SILENT: N_("Nothing heard of it"),
    Trouble.LOW: N_("Refill soon"),
    Trouble.UNKNOWN_SLOT: N_("Records of a slot that is not in the plan"),
    Trouble.DIFFERENCE: N_("Slots and books differ"),
    Trouble.COUNT_AGAIN: N_("Count again: vends from before the last count were reversed"),
}


@dataclass(frozen=True, slots=True)
class State:
    """What is known of a machine now."""

    fills: tuple[Fill, ...] = ()
    jammed: bool = False
    open_faults: int = 0
    expired_pieces: int = 0
    last_heard_on: date | None = None
    silent_after_days: int = 7
    unknown_slots: int = 0
    differs: bool = False
    count_undermined: bool = False


def troubles(state: State, *, today: date) -> list[Trouble]:
    """Everything that needs a person, worst first."""
    silent = state.last_heard_on is None or (today - state.last_heard_on).days > state.silent_after_days
    found = {
        Trouble.JAM: state.jammed,
        Trouble.FAULT: state.open_faults > 0,
        Trouble.EMPTY: Fill.EMPTY in state.fills,
        Trouble.EXPIRED: state.expired_pieces > 0,
        Trouble.SILENT: silent,
        Trouble.LOW: Fill.LOW in state.fills,
        Trouble.UNKNOWN_SLOT: state.unknown_slots > 0,
        Trouble.DIFFERENCE: state.differs,
        Trouble.COUNT_AGAIN: state.count_undermined,
    }
    return [trouble for trouble in Trouble if found[trouble]]
