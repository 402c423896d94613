"""A recall: where every piece of the lot is or went, who has answered, and who is late."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction

from zhixuan.rules.refusal import N_, Refused, raise_all
from zhixuan.rules.stock import rates
from zhixuan.rules.stock.ledger import EventKind, PlaceKind


class RecallClass(StrEnum):
    """How grave it is: I may do lasting harm, II passing harm, III none but it is not as it should be."""

    ONE = "1"
    TWO = "2"
    THREE = "3"


class RecallKind(StrEnum):
    """A recall takes the lot back; a stop only keeps it from being used until more is known."""

    RECALL = "recall"
    STOP = "stop"


class NoticeState(StrEnum):
    """How far a facility has come with a notice."""

    SENT = "sent"
    READ = "read"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Flow:
    """Pieces of the lot that moved from one kind of place to another. `inside`: at facilities of the recall's area."""

    kind: str
    from_kind: str
    from_inside: bool
    to_kind: str
    to_inside: bool
    pieces: int


@dataclass(slots=True)
class Balance:
    """Where every piece of the lot in the area is. It closes when nothing is unaccounted for."""

    received: int = 0
    found: int = 0
    dispensed: int = 0
    destroyed: int = 0
    lost: int = 0
    returned: int = 0
    now: dict[str, int] = field(default_factory=dict)

    @property
    def now_pieces(self) -> int:
        return sum(self.now.values())

    @property
    def accounted_for(self) -> int:
        return self.now_pieces + self.dispensed + self.destroyed + self.lost + self.returned

    @property
    def unaccounted_for(self) -> int:
        """Nought when the balance closes."""
        return self.received + self.found - self.accounted_for


_FIELDS: dict[str, str] = {
    PlaceKind.SUPPLIER: "returned",
    PlaceKind.OPENING: "received",
    PlaceKind.CLIENTS: "dispensed",
    PlaceKind.DAMAGED: "destroyed",
    PlaceKind.EXPIRED: "destroyed",
    PlaceKind.LOST: "lost",
    PlaceKind.DIFFERENCE: "found",
}
_GAINS = frozenset({"received", "found"})


def balance(flows: Iterable[Flow], now: dict[str, int]) -> Balance:
    """Everything that came into the area against everything that is there or went.

    A reversal counts against what it undoes. Count differences are one figure, more or less. What came back from
    clients or out of a loss counts against what went there.

    Args:
        now: pieces by kind of place, from the balances of the ledger, not from the flows.
    """
    found = Balance(now=dict(now))
    for flow in flows:
        if flow.from_inside == flow.to_inside:
            continue
        gained = flow.pieces if flow.to_inside else -flow.pieces
        other = flow.from_kind if flow.to_inside else flow.to_kind
        name = _field_of(other, gained, reversal=flow.kind == EventKind.REVERSAL)
        setattr(found, name, getattr(found, name) + (gained if name in _GAINS else -gained))
    return found


def _field_of(other: str, gained: int, *, reversal: bool) -> str:
    """A place of another area, or the supplier: what comes from there is received, what goes there returned."""
    name = _FIELDS.get(other, "returned")
    if name != "returned":
        return name
    comes = gained > 0
    return "received" if comes is not reversal else "returned"


@dataclass(frozen=True, slots=True)
class Answers:
    """How far the notices have come."""

    sent: int
    read: int
    done: int
    overdue: int

    @property
    def share_done(self) -> Fraction | None:
        return rates.share(self.done, self.sent)


def answers(states: Collection[NoticeState], *, answer_by: date, today: date) -> Answers:
    """Counts of notices; read ones are those opened, done or not. Late from the day after `answer_by`."""
    done = sum(state is NoticeState.DONE for state in states)
    read = sum(state is not NoticeState.SENT for state in states)
    return Answers(len(states), read, done, len(states) - done if today > answer_by else 0)


def is_overdue(state: NoticeState, *, answer_by: date, today: date) -> bool:
    """Not done, and the day has passed."""
    return state is not NoticeState.DONE and today > answer_by


def check_recall(*, lot_number: str, reason: str, action: str, answer_by: date, today: date) -> None:
    """A recall that can be issued.

    Raises:
        Refused: everything that is missing, at once.
    """
    found = []
    if not lot_number.strip():
        found.append(Refused(N_("Give the lot number that is printed on the pack."), field="lot_number"))
    if not reason.strip():
        found.append(Refused(N_("Say why the lot is recalled."), field="reason"))
    if not action.strip():
        found.append(Refused(N_("Say what every facility has to do."), field="action"))
    if answer_by < today:
        found.append(Refused(N_("The last day for answers has passed: choose today or later."), field="answer_by"))
    raise_all(found)


def check_answer(*, found_pieces: int, book_pieces: int, note: str) -> None:
    """What a facility found of the lot; a difference to the books has to be explained.

    Raises:
        Refused: fewer than none, or a difference without a note.
    """
    if found_pieces < 0:
        raise Refused(N_("Enter how many pieces you found, 0 or more."), field="found_pieces")
    if found_pieces != book_pieces and not note.strip():
        raise Refused(
            N_("The books say {book} pieces and you found {found}. Count again, or say in the note why they differ."),
            field="note",
            code="differs",
            book=book_pieces,
            found=found_pieces,
        )
