"""Steps of an allocation plan: sent in, returned with a word, approved by another person, revoked, worked out anew."""

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
    REWORK = "rework"
    """A revoked plan becomes a draft again; a draft, worked out again, keeps its state."""


EDITABLE: Final = frozenset({AllocationState.DRAWN, AllocationState.RETURNED})
REWORKABLE: Final = EDITABLE | {AllocationState.REVOKED}
DECIDING: Final = frozenset({AllocationVerb.RETURN, AllocationVerb.APPROVE})
"""Steps of another person than those who worked on the plan."""
FROM: Final[Mapping[AllocationVerb, frozenset[AllocationState]]] = {
    AllocationVerb.SUBMIT: EDITABLE,
    AllocationVerb.RETURN: frozenset({AllocationState.SUBMITTED}),
    AllocationVerb.APPROVE: frozenset({AllocationState.SUBMITTED}),
    AllocationVerb.REVOKE: EDITABLE | {AllocationState.SUBMITTED, AllocationState.APPROVED},
    AllocationVerb.REWORK: frozenset({AllocationState.REVOKED}),
}
LEADS_TO: Final[Mapping[AllocationVerb, AllocationState]] = {
    AllocationVerb.SUBMIT: AllocationState.SUBMITTED,
    AllocationVerb.RETURN: AllocationState.RETURNED,
    AllocationVerb.APPROVE: AllocationState.APPROVED,
    AllocationVerb.REVOKE: AllocationState.REVOKED,
    AllocationVerb.REWORK: AllocationState.DRAWN,
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
    of_approved = verb is AllocationVerb.REVOKE and state is AllocationState.APPROVED
    if (verb in DECIDING or of_approved) and worked_on_it:
        raise Refused(N_("You worked on this plan yourself; somebody else has to decide on it."), code="own_plan")
    if verb is AllocationVerb.RETURN and not note.strip():
        raise Refused(N_("Say what is to be mended, so that they know."), field="note", code="reason_needed")
    if of_approved and not note.strip():
        raise Refused(
            N_("Say why, so that the stores and places know why nothing comes."), field="note", code="reason_needed"
        )


def check_not_all_sent(orders: int, sent: int) -> None:
    """Something of an approved plan can still be taken back.

    Args:
        orders: that came of it; sent: of which something has left the store.

    Raises:
        Refused: all of them have been sent.
    """
    if orders and sent == orders:
        raise Refused(
            N_("Everything this plan gave has been sent; nothing of it can be taken back. Draw up another plan."),
            code="all_sent",
        )


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


def check_reworkable(state: AllocationState) -> None:
    """A plan is worked out again while it is open for changes, or once it is revoked.

    Raises:
        Refused: it is not now.
    """
    if state not in REWORKABLE:
        check_editable(state)
