"""Expiry dates as they are printed on packs: with a day, or with the month only."""

from __future__ import annotations

import re
from datetime import date

from zhixuan.rules.periods import FIRST_YEAR, LAST_YEAR, Month
from zhixuan.rules.refusal import N_, Refused
from zhixuan.rules.units import to_half_width

_DAY = re.compile(
    r"(\d{4})\s*(?:([-/.])\s*(\d{1,2})\s*\2\s*(\d{1,2})|年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*[日号])", re.ASCII
)


def parse_expiry(text: str) -> date:
    """Last day on which a lot may be used. A month without a day means its last day (as GS1 reads day 00).

    Raises:
        Refused: neither a day nor a month.
    """
    plain = to_half_width(text)
    found = _DAY.fullmatch(plain)
    try:
        if found is not None:
            return _day(int(found[1]), int(found[3] or found[5]), int(found[4] or found[6]))
        return Month.parse(plain).last_day
    except (ValueError, Refused):
        raise Refused(
            N_("“{typed}” is not an expiry date: write it like 2026-11-30, or 2026-11 when only the month is printed."),
            typed=text.strip(),
        ) from None


def _day(year: int, month: int, day: int) -> date:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"year {year} is outside {FIRST_YEAR}-{LAST_YEAR}")
    return date(year, month, day)
