"""Steps of an allocation plan: sent in, returned with a word, approved by another person, revoked by its own."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from zhixuan.rules.refusal import N_, Refused


class AllocationState(StrEnum):
    DRAWN = "drawn"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    REVOKED = "revoked"


class AllocationVerb(StrEnum):
    SUBMIT = "submit"
    RETURN = "return"
    APPROVE = "approve"
    REVOKE = "revoke"


EDITABLE: Final = frozenset({AllocationState.DRAWN, AllocationState.RETURNED})
DECIDING: Final = frozenset({AllocationVerb.RETURN, AllocationVerb.APPROVE})
"""Steps of another person than those who worked on the plan."""
FROM: Final[Mapping[AllocationVerb, frozenset[AllocationState]]] = {
    AllocationVerb.SUBMIT: EDITABLE,
    AllocationVerb.RETURN: frozenset({AllocationState.SUBMITTED}),
    AllocationVerb.APPROVE: frozenset({AllocationState.SUBMITTED}),
    AllocationVerb.REVOKE: EDITABLE | {AllocationState.SUBMITTED},
}
LEADS_TO: Final[Mapping[AllocationVerb, AllocationState]] = {
    AllocationVerb.SUBMIT: AllocationState.SUBMITTED,
    AllocationVerb.RETURN: AllocationState.RETURNED,
    AllocationVerb.APPROVE: AllocationState.APPROVED,
    AllocationVerb.REVOKE: AllocationState.REVOKED,
}
STATE_LABELS: Final[Mapping[AllocationState, str]] = {
    AllocationState.DRAWN: N_("Allocation: draft"),
    AllocationState.SUBMITTED: N_("Allocation: waits for approval"),
    AllocationState.RETURNED: N_("Allocation: returned"),
    AllocationState.APPROVED: N_("Allocation: approved"),
    AllocationState.REVOKED: N_("Allocation: revoked"),
}


def check(verb: AllocationVerb, state: AllocationState, *, worked_on_it: bool, note: str) -> None:
    """The step is possible now and for this person.

    Args:
        worked_on_it: the person drew the plan, changed it or sent it in.

    Raises:
        Refused: it is not.
    """
    if state not in FROM[verb]:
        raise Refused(
            N_("The plan has moved on meanwhile. Load the page again and look at its state."), code="moved_on"
        )
    if verb in DECIDING and worked_on_it:
        raise Refused(N_("You worked on this plan yourself; somebody else has to decide on it."), code="own_plan")
    if verb is AllocationVerb.RETURN and not note.strip():
        raise Refused(N_("Say what is to be mended, so that they know."), field="note", code="reason_needed")


def check_editable(state: AllocationState) -> None:
    """A plan changes only before it is sent in, or after it came back.

    Raises:
        Refused: it does not now.
    """
    if state not in EDITABLE:
        raise Refused(
            N_(
                "This allocation plan is not open for changes: it changes before it is sent in, or once it is returned."
            ),
            code="sent_in",
        )
