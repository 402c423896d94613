"""How many packs may be taken in how many days, without knowing by whom (decisions/010).

A limit can never make a document compulsory: without one a small amount is always given. There is no limit until
somebody sets one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from zhixuan.rules import rights_guard
from zhixuan.rules.refusal import N_, Refused, raise_all

PACKS_MAX: Final = 100
DAYS_MAX: Final = 92
QUARTER_MONTHS: Final = 3
BLINDED: Final = re.compile(r"[0-9a-f]{64}")
"""What a machine sends in place of a document number: 32 bytes it made with the key of its door, in hexadecimal."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit for a group of machines.

    Args:
        packs: that one token may take in a window.
        days: length of a window.
        packs_without: that are given at once to whoever shows nothing; at least 1.
    """

    name_zh: str
    name_en: str
    packs: int
    days: int
    packs_without: int
    note: str = ""


def check_limit(limit: Limit) -> None:
    """A limit may be set like this.

    Raises:
        Refused: every figure that is out of range, a limit that makes a document compulsory, words that aim at people.
    """
    found = []
    if not 1 <= limit.packs <= PACKS_MAX:
        found.append(Refused(N_("Enter from 1 to {most} packs."), field="packs", most=PACKS_MAX))
    if not 1 <= limit.days <= DAYS_MAX:
        found.append(Refused(N_("Enter from 1 to {most} days."), field="days", most=DAYS_MAX))
    if limit.packs_without < 1:
        found.append(
            Refused(
                N_("At least 1 pack must be given without any document: free contraceptives are for everybody."),
                field="packs_without",
                code="document_compulsory",
            )
        )
    elif limit.packs_without > PACKS_MAX:
        found.append(Refused(N_("Enter from 1 to {most} packs."), field="packs_without", most=PACKS_MAX))
    words = {"name": [limit.name_zh, limit.name_en], "note": limit.note}
    found += rights_guard.breaches(words, file=limit.name_zh or limit.name_en or "-")
    for one in found:
        if one.field.startswith("name"):
            one.field = "name_en" if one.field.endswith("[2]") else "name_zh"
    raise_all(found)


def quarter_of(day: date) -> str:
    """2026Q4"""
    return f"{day.year}Q{(day.month - 1) // QUARTER_MONTHS + 1}"


def quarter_first(day: date) -> date:
    return date(day.year, (day.month - 1) // QUARTER_MONTHS * QUARTER_MONTHS + 1, 1)


def window_of(day: date, days: int) -> tuple[date, date]:
    """First and last day of the window a day lies in: the quarter cut into pieces of `days` days, the last one shorter.

    With the quarter its key and all counts go, so no window reaches beyond it; whoever took something on the last day
    of a window may take again on the first of the next.
    """
    first = quarter_first(day)
    begin = first + timedelta(days=(day - first).days // days * days)
    next_quarter = quarter_first(first + timedelta(days=QUARTER_MONTHS * 31))
    return begin, min(begin + timedelta(days=days), next_quarter) - timedelta(days=1)


def token_text(limit_id: int, window: tuple[date, date], blinded: str) -> str:
    """What the quarter's key is applied to: tokens of two windows, or of two limits, have nothing in common."""
    return f"pick-up/{limit_id}/{window[0].isoformat()}/{blinded}"


def packs_allowed(limit: Limit | None, *, taken: int | None, wanted: int) -> int:
    """How many of the wanted packs may be taken.

    Args:
        limit: None: there is none, everything is given.
        taken: packs the token took in this window; None: nothing was shown.
    """
    if limit is None:
        return wanted
    if taken is None:
        return min(wanted, limit.packs_without)
    return min(wanted, max(limit.packs - taken, 0))
