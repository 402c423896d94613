"""Steps of a yearly demand plan: sent in, returned with a word, approved by the level above."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from zhixuan.rules.refusal import N_, Refused


class State(StrEnum):
    DRAWN = "drawn"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"


class Verb(StrEnum):
    SUBMIT = "submit"
    RETURN = "return"
    APPROVE = "approve"


EDITABLE: Final = frozenset({State.DRAWN, State.RETURNED})
ABOVE: Final = frozenset({Verb.RETURN, Verb.APPROVE})
"""Steps of the level above: whoever drew a plan up does not take them."""
FROM: Final[Mapping[Verb, frozenset[State]]] = {
    Verb.SUBMIT: EDITABLE,
    Verb.RETURN: frozenset({State.SUBMITTED}),
    Verb.APPROVE: frozenset({State.SUBMITTED}),
}
LEADS_TO: Final[Mapping[Verb, State]] = {
    Verb.SUBMIT: State.SUBMITTED,
    Verb.RETURN: State.RETURNED,
    Verb.APPROVE: State.APPROVED,
}
STATE_LABELS: Final[Mapping[State, str]] = {
    State.DRAWN: N_("Demand plan: draft"),
    State.SUBMITTED: N_("Demand plan: sent in"),
    State.RETURNED: N_("Demand plan: returned"),
    State.APPROVED: N_("Demand plan: approved"),
}


def check(verb: Verb, state: State, *, from_above: bool, wrote_in_it: bool, note: str) -> None:
    """The step is possible now and for this person.

    Args:
        from_above: the person answers for the level above the plan's area.
        wrote_in_it: the person drew the plan up, changed a line or sent it in.

    Raises:
        Refused: it is not.
    """
    if state not in FROM[verb]:
        raise Refused(
            N_("The plan has moved on meanwhile. Load the page again and look at its state."), code="moved_on"
        )
    if verb in ABOVE and not from_above:
        raise Refused(N_("A plan is approved or returned by the level above it."), code="level_above")
    if verb in ABOVE and wrote_in_it:
        raise Refused(N_("You worked on this plan yourself; somebody else has to decide on it."), code="own_plan")
    if verb is Verb.RETURN and not note.strip():
        raise Refused(N_("Say what is to be mended, so that they know."), field="note", code="reason_needed")


def check_editable(state: State) -> None:
    """Lines change only before the plan is sent in, or after it came back.

    Raises:
        Refused: they do not now.
    """
    if state not in EDITABLE:
        raise Refused(N_("The plan has been sent in. Its lines change only when it is returned."), code="sent_in")
