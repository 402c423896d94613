"""The life of a count, and who may do which step."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from zhixuan.rules.refusal import N_, Refused


class CountState(StrEnum):
    """Where a count stands."""

    OPENED = "opened"
    COUNTING = "counting"
    COUNTED = "counted"
    RECOUNT = "recount"
    APPROVED = "approved"
    POSTED = "posted"
    CANCELLED = "cancelled"


class Step(StrEnum):
    """What can be done with a count."""

    ENTER = "enter"
    FINISH = "finish"
    SEND_BACK = "send_back"
    JUDGE = "judge"
    APPROVE = "approve"
    POST = "post"
    CANCEL = "cancel"


NEXT: dict[tuple[CountState, Step], CountState] = {
    (CountState.OPENED, Step.ENTER): CountState.COUNTING,
    (CountState.COUNTING, Step.ENTER): CountState.COUNTING,
    (CountState.RECOUNT, Step.ENTER): CountState.RECOUNT,
    (CountState.OPENED, Step.FINISH): CountState.COUNTED,
    (CountState.COUNTING, Step.FINISH): CountState.COUNTED,
    (CountState.RECOUNT, Step.FINISH): CountState.COUNTED,
    (CountState.COUNTED, Step.SEND_BACK): CountState.RECOUNT,
    (CountState.RECOUNT, Step.SEND_BACK): CountState.RECOUNT,
    (CountState.APPROVED, Step.SEND_BACK): CountState.RECOUNT,
    (CountState.COUNTED, Step.JUDGE): CountState.COUNTED,
    (CountState.RECOUNT, Step.JUDGE): CountState.RECOUNT,
    (CountState.COUNTED, Step.APPROVE): CountState.APPROVED,
    (CountState.APPROVED, Step.APPROVE): CountState.APPROVED,
    (CountState.COUNTED, Step.POST): CountState.POSTED,
    (CountState.APPROVED, Step.POST): CountState.POSTED,
} | {
    (state, Step.CANCEL): CountState.CANCELLED
    for state in CountState
    if state not in {CountState.POSTED, CountState.CANCELLED}
}

ENDED = frozenset({CountState.POSTED, CountState.CANCELLED})

WHY_NOT: dict[CountState, str] = {
    CountState.OPENED: N_("This count has only been opened. Count first."),
    CountState.COUNTING: N_("This count is not finished. Finish counting first."),
    CountState.COUNTED: N_("This count is finished. Send lots back to be counted again if they are wrong."),
    CountState.RECOUNT: N_("Some lots are being counted again. Finish that first."),
    CountState.APPROVED: N_("This count is approved. Post it, or send lots back to be counted again."),
    CountState.POSTED: N_("This count has been posted. Open a new count to correct it."),
    CountState.CANCELLED: N_("This count was cancelled. Open a new one."),
}


def after(state: CountState, step: Step) -> CountState:
    """The state after a step.

    Raises:
        Refused: the step is not possible now; says what is.
    """
    following = NEXT.get((state, step))
    if following is None:
        raise Refused(WHY_NOT[state], code="wrong_state")
    return following


def can(state: CountState, step: Step) -> bool:
    return (state, step) in NEXT


def check_approver(approver_id: int | None, counter_ids: Collection[int | None]) -> None:
    """Who keeps the books or counts does not approve what was found (domain.md 5.1, 记账≠盘点审批).

    Raises:
        Refused: the approver is a program, or one of the counters.
    """
    if approver_id is None:
        raise Refused(N_("A count is approved by a person who is signed in."), code="no_person")
    if approver_id in counter_ids:
        raise Refused(
            N_("You counted here yourself. Somebody else who may approve counts has to look at the differences."),
            code="own_count",
        )
