"""Cells to values: whole numbers, decimals, dates, codes. Pure; says why by a code, knows no row or column."""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal

from zhixuan.rules.periods import Month
from zhixuan.rules.refusal import Refused
from zhixuan.shared.spreadsheets.cells import Cell, Unreadable, shown

NUMBER = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d*)?", re.ASCII)
NUMBER_LENGTH = 40
SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+\d{2,3}")
DATE = re.compile(
    r"(\d{4})(?:-(\d{1,2})-|/(\d{1,2})/|\.(\d{1,2})\.|年(\d{1,2})月)(\d{1,2})(?:日|号)?"
    r"(?:[T ]00:00(?::00)?(?:\.0+)?)?",
    re.ASCII,
)
COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
EARLIEST = date(1900, 3, 1)
"""Excel counts a 29 February 1900 that never was; dates before the next day cannot be trusted."""


class NotOne(Exception):
    """The cell is not one of what was asked for; the code says why."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def evened(text: str) -> str:
    """Full-width letters, digits and signs made plain, the many minus signs one."""
    return unicodedata.normalize("NFKC", text).replace("−", "-").replace("–", "-").strip()


def to_text(cell: Cell) -> str:
    """The cell as text.

    Raises:
        NotOne: the value is lost: an error value, or a number shortened by Excel.
    """
    if isinstance(cell, Unreadable):
        raise NotOne(cell.why)
    text = shown(cell)
    if isinstance(cell, str) and SCIENTIFIC.fullmatch(text):
        raise NotOne("digits-lost")
    return text


def to_code(cell: Cell) -> str:
    """A code, number or identifier as text: full-width characters made plain, no blanks inside.

    Raises:
        NotOne: as `to_text`; a date or number with a fraction, which Excel made out of a code.
    """
    if isinstance(cell, date | float):
        raise NotOne("code-changed")
    return "".join(evened(to_text(cell)).split())


def to_decimal(cell: Cell) -> Decimal:
    """A number, exact. From Excel the 15 digits that Excel shows; from text with or without thousands commas.

    Raises:
        NotOne: not a number.
    """
    if isinstance(cell, bool | date):
        raise NotOne("number")
    if isinstance(cell, int):
        return Decimal(cell)
    if isinstance(cell, float):
        return _shown_decimal(cell)
    text = evened(to_text(cell)).replace(" ", "")
    if len(text) > NUMBER_LENGTH or not NUMBER.fullmatch(text):
        raise NotOne("number")
    return Decimal(text.replace(",", ""))


def _shown_decimal(number: float) -> Decimal:
    if not math.isfinite(number):
        raise NotOne("not-a-number")
    return Decimal(f"{number:.15g}")


def to_whole(cell: Cell) -> int:
    """A whole number; 5.0 is one, 5.5 and TRUE are not.

    Raises:
        NotOne: not a whole number.
    """
    try:
        value = to_decimal(cell)
    except NotOne as no:
        raise NotOne("whole" if no.why == "number" else no.why) from no
    if value != value.to_integral_value():
        raise NotOne("whole")
    return int(value)


def to_date(cell: Cell) -> date:
    """A day: an Excel date, or text with the year first: 2025-06-01, 2025/6/1, 2025.6.1, 2025年6月1日, 20250601.

    Raises:
        NotOne: no day, or one whose order of day and month would have to be guessed.
    """
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, bool | float):
        raise NotOne("date")
    text = re.sub(r"\s*([年月日号./-])\s*", r"\1", evened(to_text(cell)))
    match = DATE.fullmatch(text) or COMPACT_DATE.fullmatch(text)
    if not match:
        raise NotOne("date")
    year, month, day = (int(part) for part in match.groups() if part is not None)
    try:
        return date(year, month, day)
    except ValueError as error:
        raise NotOne("date-impossible") from error


def to_last_day(cell: Cell) -> date:
    """An expiry as printed: a day, or a month alone (2029-04), which means its last day.

    Raises:
        NotOne: neither.
    """
    month = _month(cell)
    return month.last_day if month else to_date(cell)


def to_first_day(cell: Cell) -> date:
    """The day of making as printed: a day, or a month alone, which means its first day.

    Raises:
        NotOne: neither.
    """
    month = _month(cell)
    return month.first_day if month else to_date(cell)


def _month(cell: Cell) -> Month | None:
    """The month, where the cell holds the text of one and no day."""
    try:
        return Month.parse(cell) if isinstance(cell, str) else None
    except Refused:
        return None
