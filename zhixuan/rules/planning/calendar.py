"""When next year's plans are drawn up and decided on: from `definitions/planning/calendar.toml`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Season:
    """A step of the yearly plan with its days, both included."""

    step: str
    begins: date
    ends: date
    source_zh: str
    source_en: str

    def is_late(self, today: date) -> bool:
        return today > self.ends

    def is_now(self, today: date) -> bool:
        return self.begins <= today <= self.ends


def seasons(entries: Sequence[Mapping[str, Any]], plan_year: int) -> dict[str, Season]:
    """The steps of the plan of a year, which fall into the year before it.

    Raises:
        ValueError: a day that is none.
    """
    year = plan_year - 1
    return {
        str(one["step"]): Season(
            str(one["step"]),
            date.fromisoformat(f"{year}-{one['from']}"),
            date.fromisoformat(f"{year}-{one['until']}"),
            str(one["source_zh"]),
            str(one["source_en"]),
        )
        for one in entries
    }
