"""The months a book is looked at for: from the address, with short ways to the usual ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from zhixuan.rules.periods import Month
from zhixuan.rules.refusal import Refused
from zhixuan.shared.requests import ActorRequest


@dataclass(frozen=True, slots=True)
class MonthsChosen:
    """From the first day of one month to the last day of another."""

    first: Month
    last: Month

    @property
    def since(self) -> date:
        return self.first.first_day

    @property
    def until(self) -> date:
        return self.last.last_day

    @property
    def query(self) -> str:
        return f"from={self.first}&to={self.last}"

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first} – {self.last}"


def months_chosen(request: ActorRequest) -> MonthsChosen:
    """`?from=2026-01&to=2026-03`; this month where nothing, or nonsense, is said; turned round when reversed."""
    now = Month.of(timezone.localdate())
    first = _month(request, "from") or now
    last = _month(request, "to") or max(first, now)
    return MonthsChosen(min(first, last), max(first, last))


def short_ways() -> list[dict[str, Any]]:
    """This month, the last one, this quarter, this year."""
    now = Month.of(timezone.localdate())
    ways = (
        (_("This month"), MonthsChosen(now, now)),
        (_("Last month"), MonthsChosen(now.previous, now.previous)),
        (_("This quarter"), MonthsChosen(now.quarter.months()[0], now)),
        (_("This year"), MonthsChosen(Month(now.year, 1), now)),
    )
    return [{"label": label, "query": chosen.query} for label, chosen in ways]


def _month(request: ActorRequest, name: str) -> Month | None:
    try:
        return Month.parse(request.GET.get(name, ""))
    except Refused:
        return None
