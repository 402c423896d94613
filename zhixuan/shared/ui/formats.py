"""Figures, dates and months as every page writes them: the same in both languages, so that nobody misreads a day."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

NOTHING = "–"


def number(value: int | float | Decimal | None, places: int | None = None) -> str:
    """Grouped by thousands: 12,345. Fractions show at most two places unless `places` says how many."""
    if value is None:
        return NOTHING
    if places is not None:
        return f"{value:,.{places}f}"
    if isinstance(value, int) or value == int(value):
        return f"{int(value):,}"
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def day(value: date | datetime | None) -> str:
    """2026-11-23; a moment is taken in the time zone of the page."""
    if value is None:
        return NOTHING
    return _local(value).strftime("%Y-%m-%d")


def moment(value: datetime | None) -> str:
    """2026-11-23 14:05 in the time zone of the page."""
    return NOTHING if value is None else _local(value).strftime("%Y-%m-%d %H:%M")


def month(value: object) -> str:
    """2026-11, from a date or from a month of the rules, which writes itself so."""
    if value is None:
        return NOTHING
    return value.strftime("%Y-%m") if isinstance(value, date) else str(value)


def _local(value: date | datetime) -> date | datetime:
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value
