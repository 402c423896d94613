"""What state an order is in: a fold over the steps recorded, and over what documents and ledger say of its goods."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from zhixuan.rules.orders.progress import LineProgress
from zhixuan.rules.refusal import N_, Refused


class State(StrEnum):
    DRAWN = "drawn"
    SUBMITTED = "submitted"
    REVIEWED = "reviewed"
    APPROVED = "approved"
    BEING_SENT = "being_sent"
    SENT_PARTLY = "sent_partly"
    SENT = "sent"
    RECEIVED = "received"
    CLOSED = "closed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Verb(StrEnum):
    DRAW = "draw"
    CHANGE = "change"
    SUBMIT = "submit"
    REVIEW = "review"
    APPROVE = "approve"
    REFUSE = "refuse"
    SEND = "send"
    CLOSE = "close"
    WITHDRAW = "withdraw"
    SEE = "see"


class Side(StrEnum):
    """Who of an order: the place that asks, the place that is asked, an officer over both."""

    ASKER = "asker"
    ANSWERER = "answerer"
    ABOVE = "above"


@dataclass(frozen=True, slots=True)
class Step:
    """One recorded step; `by` names the person, the same text for the same person."""

    verb: Verb
    by: str


SIDE_OF: Final[Mapping[Verb, Side]] = {
    Verb.DRAW: Side.ASKER,
    Verb.CHANGE: Side.ASKER,
    Verb.SUBMIT: Side.ASKER,
    Verb.WITHDRAW: Side.ASKER,
    Verb.REVIEW: Side.ANSWERER,
    Verb.APPROVE: Side.ANSWERER,
    Verb.REFUSE: Side.ANSWERER,
    Verb.SEND: Side.ANSWERER,
    Verb.CLOSE: Side.ANSWERER,
    Verb.SEE: Side.ABOVE,
}

LEADS_TO: Final[Mapping[Verb, State]] = {
    Verb.DRAW: State.DRAWN,
    Verb.SUBMIT: State.SUBMITTED,
    Verb.REVIEW: State.REVIEWED,
    Verb.APPROVE: State.APPROVED,
    Verb.REFUSE: State.REFUSED,
    Verb.WITHDRAW: State.WITHDRAWN,
    Verb.CLOSE: State.CLOSED,
}

_OPEN: Final = frozenset({State.SUBMITTED, State.REVIEWED})
ALLOWED_IN: Final[Mapping[Verb, frozenset[State]]] = {
    Verb.CHANGE: frozenset({State.DRAWN}),
    Verb.SUBMIT: frozenset({State.DRAWN}),
    Verb.WITHDRAW: _OPEN | {State.DRAWN},
    Verb.REVIEW: _OPEN,
    Verb.APPROVE: _OPEN,
    Verb.REFUSE: _OPEN,
    Verb.SEND: frozenset({State.APPROVED, State.BEING_SENT, State.SENT_PARTLY}),
    Verb.CLOSE: frozenset({State.APPROVED, State.SENT_PARTLY}),
    Verb.SEE: frozenset(State) - {State.DRAWN, State.WITHDRAWN},
}

WAITING: Final = _OPEN
"""Somebody has asked and nobody has answered yet."""

LIVE: Final = _OPEN | {State.APPROVED}
"""By the recorded steps alone: goods may still come of it."""

_ASKING: Final = frozenset({Verb.DRAW, Verb.CHANGE, Verb.SUBMIT})
_JUDGING: Final = frozenset({Verb.REVIEW, Verb.APPROVE, Verb.REFUSE})

STATE_LABELS: Final[Mapping[State, str]] = {
    State.DRAWN: N_("Not yet sent in"),
    State.SUBMITTED: N_("Waits for an answer"),
    State.REVIEWED: N_("Being reviewed"),
    State.APPROVED: N_("Approved"),
    State.BEING_SENT: N_("Being packed"),
    State.SENT_PARTLY: N_("Partly sent"),
    State.SENT: N_("All sent"),
    State.RECEIVED: N_("All received"),
    State.CLOSED: N_("Closed"),
    State.REFUSED: N_("Refused"),
    State.WITHDRAWN: N_("Withdrawn"),
}

VERB_LABELS: Final[Mapping[Verb, str]] = {
    Verb.DRAW: N_("Drawn up"),
    Verb.CHANGE: N_("Changed"),
    Verb.SUBMIT: N_("Sent in"),
    Verb.REVIEW: N_("Reviewed"),
    Verb.APPROVE: N_("Approved"),
    Verb.REFUSE: N_("Refused"),
    Verb.SEND: N_("Issue document drawn"),
    Verb.CLOSE: N_("Remainder closed"),
    Verb.WITHDRAW: N_("Withdrawn"),
    Verb.SEE: N_("Seen by the officer above"),
}


def stage(steps: Iterable[Step]) -> State:
    """The state by the recorded steps alone, never one of sending and receiving.

    Raises:
        ValueError: there is no step, or the first is not the drawing.
    """
    reached: State | None = None
    for step in steps:
        if (reached is None) != (step.verb is Verb.DRAW):
            raise ValueError("an order begins with being drawn, once")
        reached = LEADS_TO.get(step.verb, reached)
    if reached is None:
        raise ValueError("an order begins with being drawn, once")
    return reached


def state(reached: State, lines: Collection[LineProgress]) -> State:
    """The state with what documents and ledger say: only an approved order travels.

    Args:
        reached: by the steps alone.
    """
    if reached is not State.APPROVED:
        return reached
    sent = sum(line.sent for line in lines)
    if not any(line.to_send for line in lines) and not any(line.drawn for line in lines) and sent:
        settled = sum(line.accepted + line.damaged + line.missing for line in lines)
        return State.RECEIVED if settled >= sent else State.SENT
    if sent:
        return State.SENT_PARTLY
    return State.BEING_SENT if any(line.drawn for line in lines) else State.APPROVED


def check(verb: Verb, now: State, steps: Iterable[Step], by: str) -> None:
    """Whether this person may take this step now; that the person acts for the right side is asked elsewhere.

    Raises:
        Refused: the order is past that, or the person asked for the goods and may not judge the asking.
    """
    if now not in ALLOWED_IN[verb]:
        if verb is Verb.CLOSE and now is State.BEING_SENT:
            raise Refused(
                N_("An issue document of this order is still being packed. Post it or drop it, then close the rest."),
                code="being_sent",
            )
        raise Refused(
            N_("This order is in the state “{state}”: that is not possible any more."),
            code="wrong_state",
            state=STATE_LABELS[now],
        )
    if verb in _JUDGING and any(step.verb in _ASKING and step.by == by for step in steps):
        raise Refused(
            N_("You asked for these goods yourself. Somebody else at the supplier must answer the order."),
            code="own_order",
        )


def possible(now: State, steps: Collection[Step], by: str, sides: Collection[Side]) -> frozenset[Verb]:
    """Every step this person could take now, for the buttons on the page."""
    found = set()
    for verb, side in SIDE_OF.items():
        if verb is Verb.DRAW or side not in sides:
            continue
        try:
            check(verb, now, steps, by)
        except Refused:
            continue
        found.add(verb)
    return frozenset(found)
