"""What a vending machine tells of itself: which records are the same one told twice, whose clock was wrong, what is
missing between their numbers, and to which day of the ledger a vend belongs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Final, NamedTuple

from zhixuan.rules.refusal import N_, Refused

NUMBER_MAX: Final = 2**53
SLOT_MAX: Final = 999
PIECES_AT_ONCE_MAX: Final = 1000
EARLY: Final = timedelta(days=366 * 3)
"""No machine keeps records longer before it sends them: an older one comes from a clock that was not set."""
AHEAD: Final = timedelta(minutes=10)
"""How far the clock of a machine may be fast before its word is doubted."""


class Kind(StrEnum):
    VEND = "vend"
    FAILED_VEND = "failed_vend"
    JAM = "jam"
    DOOR_OPEN = "door_open"
    DOOR_CLOSED = "door_closed"
    EMPTY = "empty"
    RESTART = "restart"
    ALIVE = "alive"


KIND_LABELS: Final = {
    Kind.VEND: N_("Vend"),
    Kind.FAILED_VEND: N_("Failed vend"),
    Kind.JAM: N_("Jam"),
    Kind.DOOR_OPEN: N_("Door opened"),
    Kind.DOOR_CLOSED: N_("Door closed"),
    Kind.EMPTY: N_("Slot ran empty"),
    Kind.RESTART: N_("Restart"),
    Kind.ALIVE: N_("Sign of life"),
}
OF_A_SLOT: Final = frozenset({Kind.VEND, Kind.FAILED_VEND, Kind.EMPTY})
"""Kinds that say nothing without the slot they happened at."""


class Clock(StrEnum):
    """What is thought of the time a machine told."""

    GOOD = "good"
    TOO_EARLY = "too_early"
    FUTURE = "future"
    MISSING = "missing"


CLOCK_LABELS: Final = {
    Clock.GOOD: N_("Clock right"),
    Clock.TOO_EARLY: N_("Clock not set: the time told is years ago"),
    Clock.FUTURE: N_("Clock fast: the time told is in the future"),
    Clock.MISSING: N_("No time told"),
}


class Told(NamedTuple):
    """One record as it came; a tuple, for a file of a vendor holds thousands of them.

    Args:
        kind: what happened.
        happened_at: as the machine says, aware; None when it says nothing.
        number: the machine's own running number; None when it has none.
        slot: number of the slot; None for what concerns the whole machine.
        pieces: that came out; None: what the slot gives at once. Vends only.
    """

    kind: Kind
    happened_at: datetime | None = None
    number: int | None = None
    slot: int | None = None
    pieces: int | None = None


YEARS: Final = range(1970, 2200)
"""Beyond them no clock of a machine is believed, nor can every database keep the time."""


def tellable(happened_at: datetime | None) -> datetime | None:
    """The time told, or None when no calendar in use knows it."""
    return happened_at if happened_at is not None and happened_at.year in YEARS else None


def problems(told: Told, *, prefix: str = "") -> Iterator[Refused]:
    """What makes a record impossible to keep; nothing about stock, for what happened has happened."""
    if told.kind in OF_A_SLOT and told.slot is None:
        yield Refused(N_("Name the slot at which it happened."), field=f"{prefix}slot", code="slot_needed")
    if told.slot is not None and not 1 <= told.slot <= SLOT_MAX:
        yield Refused(N_("A slot has a number from 1 to {most}."), field=f"{prefix}slot", most=SLOT_MAX)
    if told.number is not None and not 0 <= told.number <= NUMBER_MAX:
        yield Refused(N_("The record's number must be a whole number, 0 or more."), field=f"{prefix}number")
    if told.pieces is not None and not 1 <= told.pieces <= PIECES_AT_ONCE_MAX:
        yield Refused(
            N_("A vend gives from 1 to {most} pieces."), field=f"{prefix}pieces", most=PIECES_AT_ONCE_MAX
        )  # fmt: skip


def identities(records: Sequence[Told]) -> list[str]:
    """What makes each record this one and no other, so that a record told twice is known again.

    With a number: number, kind, slot and minute; a machine that begins to count afresh after a repair is not mistaken
    for one that repeats itself. Without: kind, slot, time, and which of its like it is in the batch, for a file that
    tells whole minutes may well hold two vends of one minute.
    """
    seen: Counter[str] = Counter()
    keys = []
    for kind, happened_at, number, slot, pieces in records:
        where = "" if slot is None else slot
        if number is not None:
            keys.append(f"n{number}/{kind}/{where}/{_plain(happened_at)[:12]}")
            continue
        content = f"c/{kind}/{where}/{_plain(happened_at)}/{pieces or ''}"
        seen[content] += 1
        keys.append(f"{content}/{seen[content]}")
    return keys


def _plain(moment: datetime | None) -> str:
    """20261123080509 in UTC: the same instant told in two time zones is one."""
    if moment is None:
        return ""
    text = (moment if moment.tzinfo is UTC else moment.astimezone(UTC)).isoformat()
    return f"{text[:4]}{text[5:7]}{text[8:10]}{text[11:13]}{text[14:16]}{text[17:19]}"


def clock_of(happened_at: datetime | None, *, received_at: datetime) -> Clock:
    """Whether the time told can be true. Late is no fault: machines are out of reach for weeks."""
    if happened_at is None:
        return Clock.MISSING
    if happened_at > received_at + AHEAD:
        return Clock.FUTURE
    if happened_at < received_at - EARLY:
        return Clock.TOO_EARLY
    return Clock.GOOD


def ledger_day(told_day: date | None, *, clock: Clock, received_day: date, closed_until: date | None) -> date:
    """The day a vend is posted to: its own; the day it was received when the clock was wrong; the first open day when
    its month is closed.

    Args:
        told_day: local day of the time told.
        closed_until: last day of the machine's latest closed month.
    """
    day = told_day if clock is Clock.GOOD and told_day is not None else received_day
    day = min(day, received_day)
    if closed_until is not None and day <= closed_until:
        return min(closed_until + timedelta(days=1), received_day)
    return day


def gaps(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Numbers missing between those that came, as (first, last): records that never arrived, or are on their way."""
    ordered = sorted(set(numbers))
    return [(before + 1, after - 1) for before, after in pairwise(ordered) if after > before + 1]
