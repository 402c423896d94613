"""When a month of a store can be closed, and opened again."""

from __future__ import annotations

from datetime import date

from zhixuan.rules.periods import Month
from zhixuan.rules.refusal import N_, Refused


def check_closable(month: Month, *, today: date, last_closed: Month | None, first: Month | None) -> None:
    """Months are closed in order, once they are over.

    Args:
        first: the month of the store's first movement; None when nothing has moved.

    Raises:
        Refused: the month is not over, or an earlier month is still open.
    """
    if today <= month.last_day:
        raise Refused(N_("{month} is not over yet. Close it from {day} on."), month=month, day=month.next.first_day)
    expected = last_closed.next if last_closed else first
    if expected is not None and month > expected:
        raise Refused(N_("Close {month} first: months are closed in order."), month=expected)
    if last_closed is not None and month <= last_closed:
        raise Refused(N_("The books are closed up to {month} already."), month=last_closed)


def check_reopenable(month: Month, *, last_closed: Month | None) -> None:
    """Only the latest closed month can be opened again.

    Raises:
        Refused: it is not closed, or a later month is.
    """
    if last_closed is None or month > last_closed:
        raise Refused(N_("{month} is not closed."), month=month)
    if month < last_closed:
        raise Refused(N_("Open {month} first: months are opened again from the latest back."), month=last_closed)
