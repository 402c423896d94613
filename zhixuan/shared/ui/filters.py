"""What a person may narrow a list by. Each filter reads its own parameter and ignores nonsense."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest

from zhixuan.shared.ui.columns import Text

Choices = Iterable[tuple[Any, Text]]
SEARCH_LENGTH_MAX = 100


@dataclass(frozen=True, slots=True)
class SearchFilter:
    """Free text. `apply(rows, text)` gets the trimmed text, never empty."""

    name: str
    label: Text
    apply: Callable[[Any, str], Any]
    placeholder: Text = ""
    kind = "search"

    def read(self, request: HttpRequest, text: str) -> str | None:
        return text.replace("\x00", "").strip()[:SEARCH_LENGTH_MAX] or None

    def options(self, request: HttpRequest) -> list[tuple[str, Text]]:
        return []


@dataclass(frozen=True, slots=True)
class ChoiceFilter:
    """One of several. `choices` is a list of (value, label), or a function of the request that gives one.

    `apply(rows, value)` gets the value as text, and only a value that is among the choices. `label` is the
    heading of the field; `everything` is what it says when nothing is chosen.
    """

    name: str
    label: Text
    choices: Choices | Callable[[Any], Choices]
    apply: Callable[[Any, str], Any]
    everything: Text = ""
    kind = "choice"

    def read(self, request: HttpRequest, text: str) -> str | None:
        return text if text and text in dict(self.options(request)) else None

    def options(self, request: HttpRequest) -> list[tuple[str, Text]]:
        given = self.choices(request) if callable(self.choices) else self.choices
        return [(str(value), label) for value, label in given]


@dataclass(frozen=True, slots=True)
class ToggleFilter:
    """Yes or not asked. `apply(rows)` is called when the box is ticked."""

    name: str
    label: Text
    narrow: Callable[[Any], Any]
    kind = "toggle"

    def read(self, request: HttpRequest, text: str) -> str | None:
        return "1" if text == "1" else None

    def apply(self, rows: Any, value: str) -> Any:
        return self.narrow(rows)

    def options(self, request: HttpRequest) -> list[tuple[str, Text]]:
        return []


@dataclass(frozen=True, slots=True)
class DateFilter:
    """A day. `apply(rows, day)` gets a date."""

    name: str
    label: Text
    apply: Callable[[Any, date], Any]
    kind = "date"

    def read(self, request: HttpRequest, text: str) -> date | None:
        return _day(text)

    def options(self, request: HttpRequest) -> list[tuple[str, Text]]:
        return []


@dataclass(frozen=True, slots=True)
class MonthFilter:
    """A month. `apply(rows, first)` gets the month's first day."""

    name: str
    label: Text
    apply: Callable[[Any, date], Any]
    kind = "month"

    def read(self, request: HttpRequest, text: str) -> date | None:
        return _day(f"{text}-01")

    def options(self, request: HttpRequest) -> list[tuple[str, Text]]:
        return []


Filter = SearchFilter | ChoiceFilter | ToggleFilter | DateFilter | MonthFilter


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
