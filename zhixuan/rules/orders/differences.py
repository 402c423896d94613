"""When the receiver counted other than was sent: who says what, until both sides agree or the officer above decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from zhixuan.rules.refusal import N_, Refused


class CaseState(StrEnum):
    WAITS_FOR_SENDER = "waits_for_sender"
    WAITS_FOR_RECEIVER = "waits_for_receiver"
    DISPUTED = "disputed"
    WAITS_FOR_OFFICER = "waits_for_officer"
    AGREED = "agreed"
    DECIDED = "decided"


class CaseVerb(StrEnum):
    """What can be said. ACCEPT: it is lost or spoiled. NOT_SENT: it still stood on the sender's shelf. DISPUTE: it was
    sent. CONFIRM: the receiver agrees. TURNED_UP: the receiver found it after all. INSIST: it is not here. DECIDE."""

    ACCEPT = "accept"
    NOT_SENT = "not_sent"
    DISPUTE = "dispute"
    CONFIRM = "confirm"
    TURNED_UP = "turned_up"
    INSIST = "insist"
    DECIDE = "decide"


class CaseSide(StrEnum):
    SENDER = "sender"
    RECEIVER = "receiver"
    OFFICER = "officer"


@dataclass(frozen=True, slots=True)
class CaseStep:
    verb: CaseVerb
    by: str


SIDE_OF: Final[Mapping[CaseVerb, CaseSide]] = {
    CaseVerb.ACCEPT: CaseSide.SENDER,
    CaseVerb.NOT_SENT: CaseSide.SENDER,
    CaseVerb.DISPUTE: CaseSide.SENDER,
    CaseVerb.CONFIRM: CaseSide.RECEIVER,
    CaseVerb.TURNED_UP: CaseSide.RECEIVER,
    CaseVerb.INSIST: CaseSide.RECEIVER,
    CaseVerb.DECIDE: CaseSide.OFFICER,
}

_W, _R, _D, _O = (
    CaseState.WAITS_FOR_SENDER,
    CaseState.WAITS_FOR_RECEIVER,
    CaseState.DISPUTED,
    CaseState.WAITS_FOR_OFFICER,
)
TRANSITIONS: Final[Mapping[tuple[CaseState, CaseVerb], CaseState]] = {
    (_W, CaseVerb.ACCEPT): CaseState.AGREED,
    (_W, CaseVerb.NOT_SENT): _R,
    (_W, CaseVerb.DISPUTE): _D,
    (_W, CaseVerb.TURNED_UP): CaseState.AGREED,
    (_R, CaseVerb.CONFIRM): CaseState.AGREED,
    (_R, CaseVerb.INSIST): _O,
    (_D, CaseVerb.ACCEPT): CaseState.AGREED,
    (_D, CaseVerb.NOT_SENT): _R,
    (_D, CaseVerb.TURNED_UP): CaseState.AGREED,
    (_D, CaseVerb.INSIST): _O,
    (_O, CaseVerb.ACCEPT): CaseState.AGREED,
    (_O, CaseVerb.NOT_SENT): _R,
    (_O, CaseVerb.TURNED_UP): CaseState.AGREED,
    **{(open_state, CaseVerb.DECIDE): CaseState.DECIDED for open_state in (_W, _R, _D, _O)},
}

CLOSED: Final = frozenset({CaseState.AGREED, CaseState.DECIDED})
NEEDS_PIECES: Final = frozenset({CaseVerb.NOT_SENT, CaseVerb.TURNED_UP})
NEEDS_NOTE: Final = frozenset(
    {CaseVerb.NOT_SENT, CaseVerb.DISPUTE, CaseVerb.INSIST, CaseVerb.DECIDE, CaseVerb.TURNED_UP}
)

STATE_LABELS: Final[Mapping[CaseState, str]] = {
    CaseState.WAITS_FOR_SENDER: N_("Waits for the sender"),
    CaseState.WAITS_FOR_RECEIVER: N_("Waits for the receiver"),
    CaseState.DISPUTED: N_("Disputed by the sender"),
    CaseState.WAITS_FOR_OFFICER: N_("Waits for the officer above"),
    CaseState.AGREED: N_("Both sides agree"),
    CaseState.DECIDED: N_("Decided by the officer above"),
}

VERB_LABELS: Final[Mapping[CaseVerb, str]] = {
    CaseVerb.ACCEPT: N_("The sender accepts the loss"),
    CaseVerb.NOT_SENT: N_("It was not sent: it is back on the sender's shelf"),
    CaseVerb.DISPUTE: N_("The sender says it was sent"),
    CaseVerb.CONFIRM: N_("The receiver agrees"),
    CaseVerb.TURNED_UP: N_("It turned up at the receiver"),
    CaseVerb.INSIST: N_("The receiver stands by the count"),
    CaseVerb.DECIDE: N_("Decided by the officer above"),
}


def case_state(steps: Iterable[CaseStep]) -> CaseState:
    """Where a case stands after its steps; a case opens with the receiver's count.

    Raises:
        ValueError: a step that was not possible then.
    """
    now = CaseState.WAITS_FOR_SENDER
    for step in steps:
        if (now, step.verb) not in TRANSITIONS:
            raise ValueError(f"{step.verb} is not possible in {now}")
        now = TRANSITIONS[now, step.verb]
    return now


def check(verb: CaseVerb, steps: Iterable[CaseStep], *, by: str, counted_by: str, note: str) -> None:
    """Whether this may be said now by this person.

    Raises:
        Refused: the case is past that, a note is missing, or who counted answers for the sender.
    """
    now = case_state(steps)
    if (now, verb) not in TRANSITIONS:
        raise Refused(
            N_("This case is in the state “{state}”: that is not possible now."),
            code="wrong_state",
            state=STATE_LABELS[now],
        )
    if SIDE_OF[verb] is CaseSide.SENDER and by == counted_by:
        raise Refused(N_("You counted this delivery. Somebody else must answer for the sender."), code="own_count")
    if verb in NEEDS_NOTE and not note.strip():
        raise Refused(N_("Say what you found and how you know."), field="note", code="note_needed")
