"""What is said about a plan in threads, each open until somebody settles it; saying more opens it again."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from zhixuan.rules.refusal import N_, Refused

TEXT_MAX: Final = 1000


class Saying(StrEnum):
    SAY = "say"
    SETTLE = "settle"


def check(saying: Saying, text: str, *, is_open: bool) -> None:
    """It can be said now. Settling needs no words.

    Args:
        is_open: the thread that it is said in; a new one is.

    Raises:
        Refused: there is nothing in it, it is too long, or somebody has settled the thread already.
    """
    if saying is Saying.SAY and not text.strip():
        raise Refused(N_("Write what you have to say first."), field="text", code="empty")
    if len(text.strip()) > TEXT_MAX:
        raise Refused(
            N_("This is {length} characters long; at most {most} fit. Say it in two comments."),
            field="text",
            code="too_long",
            length=len(text.strip()),
            most=TEXT_MAX,
        )
    if saying is Saying.SETTLE and not is_open:
        raise Refused(N_("Somebody has settled this comment already."), code="settled")


def check_approval(open_count: int, *, although_open: bool) -> None:
    """A plan with open comments is approved only by somebody who says that they know.

    Raises:
        Refused: there are some, and nobody said so.
    """
    if open_count and not although_open:
        raise Refused(
            N_("Comments still open: {count}. Read them and settle them, or tick that you approve although they are."),
            field="although_open",
            code="open_comments",
            count=open_count,
        )
