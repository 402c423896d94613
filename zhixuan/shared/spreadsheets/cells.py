"""What one cell holds, and how it travels from the child process as JSON."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeAlias

EXACT_BELOW = 10**15
"""Excel keeps 15 digits; of a longer number the last ones are already zeros when the file arrives."""

INVISIBLE = dict.fromkeys(
    [*range(9), 11, 12, *range(14, 32), 127, *range(128, 160), 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF]
)
ERROR_VALUE = re.compile(r"#(?:N/A|DIV/0!|REF!|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!)")
DEFUSED = re.compile(r"'['\s]*[=+\-@＝＋－＠]")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A cell whose value cannot be known: kept as itself, so that it is never taken for a value or for nothing.

    `why` is digits-lost, error-value, no-result or not-a-number; `shown` is what is left of the value.
    """

    why: str
    shown: str


Cell: TypeAlias = str | int | float | date | datetime | bool | Unreadable | None
"""datetime only where a cell has a time of day; a time alone is text HH:MM:SS. Whole numbers are always int."""


def cleaned(text: str) -> str:
    """Text without invisible characters and outer blanks (the full-width blank too), lines ended by \n."""
    if text.isprintable():
        return text.strip()
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(INVISIBLE).strip()


def from_text(text: str) -> Cell:
    """A CSV cell: text always; the quote that keeps an exported text from being a formula is taken off again."""
    value = cleaned(text)
    if not value:
        return None
    if value[0] == "'" and DEFUSED.match(value):
        return value[1:]
    if value[0] == "#" and ERROR_VALUE.fullmatch(value):
        return Unreadable("error-value", value)
    return value


def from_workbook(value: object) -> Cell:
    """A cell as the workbook parser gives it."""
    if isinstance(value, str):
        return cleaned(value) or None
    if isinstance(value, bool | date | None):
        return value
    if isinstance(value, float | int):
        return _number(value)
    if isinstance(value, time):
        return value.isoformat(timespec="seconds")
    if isinstance(value, timedelta):
        return str(value)
    return cleaned(str(value)) or None


def _number(value: float) -> Cell:
    if not math.isfinite(value):
        return Unreadable("not-a-number", str(value))
    if value == int(value):
        whole = int(value)
        return whole if abs(whole) < EXACT_BELOW else Unreadable("digits-lost", str(whole))
    return value


def packed(cell: Cell) -> object:
    """The cell as JSON can carry it: plain where JSON has the type, else a pair."""
    if isinstance(cell, datetime):
        return ["moment", cell.isoformat()]
    if isinstance(cell, date):
        return ["date", cell.isoformat()]
    if isinstance(cell, Unreadable):
        return [cell.why, cell.shown]
    return cell


def unpacked(value: object) -> Cell:
    """The reverse of `packed`.

    Raises:
        ValueError: not something that `packed` makes.
    """
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if not isinstance(value, list) or len(value) != 2 or not all(isinstance(part, str) for part in value):
        raise ValueError("not a cell")
    kind, text = value
    if kind == "date":
        return date.fromisoformat(text)
    return datetime.fromisoformat(text) if kind == "moment" else Unreadable(kind, text)


def shown(cell: Cell) -> str:
    """The cell as a person sees it in Excel: 15 digits at most, dates as 2025-06-01, blanks empty."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return f"{cell:.15g}"
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "minutes")
    if isinstance(cell, date):
        return cell.isoformat()
    return cell.shown if isinstance(cell, Unreadable) else str(cell)
