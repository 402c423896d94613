"""Comments on a plan: what may be said in a thread, and what an approval asks about open ones."""

from __future__ import annotations

import pytest

from zhixuan.rules.planning.comments import TEXT_MAX, Saying, check, check_approval
from zhixuan.rules.refusal import Refused


@pytest.mark.parametrize(
    ("saying", "text", "is_open", "code"),
    [
        (Saying.SAY, " \n", True, "empty"),
        (Saying.SAY, "", False, "empty"),
        (Saying.SAY, "词" * (TEXT_MAX + 1), True, "too_long"),
        (Saying.SETTLE, "词" * (TEXT_MAX + 1), True, "too_long"),
        (Saying.SETTLE, "", False, "settled"),
    ],
)
def test_what_cannot_be_said(saying: Saying, text: str, is_open: bool, code: str) -> None:
    with pytest.raises(Refused) as refused:
        check(saying, text, is_open=is_open)
    assert refused.value.code == code


def test_what_can_be_said() -> None:
    check(Saying.SAY, " " + "词" * TEXT_MAX + " ", is_open=True)
    check(Saying.SAY, "again", is_open=False)
    check(Saying.SETTLE, "", is_open=True)


def test_an_approval_asks_about_open_comments_and_does_not_stand_in_the_way() -> None:
    check_approval(0, although_open=False)
    check_approval(3, although_open=True)
    with pytest.raises(Refused, match="3"):
        check_approval(3, although_open=False)
