"""The life of a document: drawn, checked, posted, closed; cancelled or returned on the way. Pure: no database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from zhixuan.rules.refusal import N_, Refused
from zhixuan.rules.stock.flow import Deed, same_person

DocumentKind = Deed
"""The papers of a store: goods-receipt note, issue slip, return slip."""


class DocumentState(StrEnum):
    """Where a document stands. Received by the other side is not kept: the ledger says it."""

    DRAWN = "drawn"
    RETURNED = "returned"
    CHECKED = "checked"
    POSTED = "posted"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Step(StrEnum):
    """What somebody does with a document."""

    DRAW = "draw"
    CHANGE = "change"
    CHECK = "check"
    SEND_BACK = "send_back"
    TAKE_BACK = "take_back"
    POST = "post"
    CLOSE = "close"
    CANCEL = "cancel"


EDITABLE = frozenset({DocumentState.DRAWN, DocumentState.RETURNED})
OPEN = frozenset({*EDITABLE, DocumentState.CHECKED})

TRANSITIONS: dict[tuple[DocumentState, Step], DocumentState] = {
    (DocumentState.DRAWN, Step.CHANGE): DocumentState.DRAWN,
    (DocumentState.DRAWN, Step.CHECK): DocumentState.CHECKED,
    (DocumentState.DRAWN, Step.SEND_BACK): DocumentState.RETURNED,
    (DocumentState.DRAWN, Step.POST): DocumentState.POSTED,
    (DocumentState.DRAWN, Step.CANCEL): DocumentState.CANCELLED,
    (DocumentState.RETURNED, Step.CHANGE): DocumentState.DRAWN,
    (DocumentState.RETURNED, Step.CANCEL): DocumentState.CANCELLED,
    (DocumentState.CHECKED, Step.TAKE_BACK): DocumentState.DRAWN,
    (DocumentState.CHECKED, Step.SEND_BACK): DocumentState.RETURNED,
    (DocumentState.CHECKED, Step.POST): DocumentState.POSTED,
    (DocumentState.CHECKED, Step.CANCEL): DocumentState.CANCELLED,
    (DocumentState.POSTED, Step.CLOSE): DocumentState.CLOSED,
}

_REASON_NEEDED = frozenset({Step.SEND_BACK, Step.TAKE_BACK, Step.CANCEL})

_NOT_NOW: dict[DocumentState, str] = {
    DocumentState.DRAWN: N_("Document {number} is only drawn. Have it checked first."),
    DocumentState.RETURNED: N_("Document {number} was returned for correction. Correct it first."),
    DocumentState.CHECKED: N_(
        "Document {number} is checked. Take it back before you change it; then it is checked again."
    ),
    DocumentState.POSTED: N_("Document {number} is posted. Reverse its slip in the ledger if it is wrong."),
    DocumentState.CLOSED: N_("Document {number} is closed. Nothing more can be done with it."),
    DocumentState.CANCELLED: N_("Document {number} was cancelled. Draw a new one."),
}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account, or a program by its name."""

    user_id: int | None
    name: str

    def is_same(self, other: Person) -> bool:
        return same_person((self.user_id, self.name), (other.user_id, other.name))


def next_state(state: DocumentState, step: Step, *, number: str, reason: str = "-") -> DocumentState:
    """The state after a step.

    Raises:
        Refused: this step is not for a document in that state, or a reason is needed and missing.
    """
    after = TRANSITIONS.get((state, step))
    if after is None:
        raise Refused(_NOT_NOW[state], code=f"is_{state.value}", number=number)
    if step in _REASON_NEEDED and not reason.strip():
        raise Refused(N_("Say why, in a few words."), field="reason", code="reason_needed")
    return after


def check_checker(checker: Person, authors: Iterable[Person], *, number: str) -> None:
    """Whoever drew a document, or changed it since, does not check it.

    Raises:
        Refused: the checker is one of them.
    """
    if any(checker.is_same(author) for author in authors):
        raise Refused(
            N_("You drew or changed document {number} yourself. Somebody else must check it."),
            code="same_person",
            number=number,
        )


def check_ready(state: DocumentState, *, two_needed: bool, number: str) -> None:
    """Where two people are needed, a document is posted only after it was checked.

    Raises:
        Refused: it is drawn, and nobody has checked it.
    """
    if two_needed and state is DocumentState.DRAWN:
        raise Refused(_NOT_NOW[DocumentState.DRAWN], code="not_checked", number=number)


PREFIXES: dict[Deed, str] = {Deed.RECEIPT: "RK", Deed.ISSUE: "CK", Deed.RETURN: "TH"}
"""入库, 出库, 退回: the letters that stores print on their slips."""


def document_number(facility_code: str, kind: Deed, year: int, number: int) -> str:
    """How a document is called on paper and on screens: T01-CK2026-00012."""
    return f"{facility_code}-{PREFIXES[kind]}{year}-{number:05d}"
