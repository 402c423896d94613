"""One column of a list, declared once for the table, the cards on a phone and the spreadsheet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any, Literal

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language

from zhixuan.shared.ui import formats

Text = str | Promise
Kind = Literal["text", "number", "date", "datetime", "month", "badge", "link"]
Colour = Literal["green", "lime", "yellow", "orange", "red", "azure", "blue", "purple", "secondary"]

WRITERS: dict[str, Callable[[Any], str]] = {
    "number": formats.number,
    "date": formats.day,
    "datetime": formats.moment,
    "month": formats.month,
}


@dataclass(frozen=True, slots=True)
class Badge:
    """A short state with a colour; the words alone must be enough."""

    text: Text
    colour: Colour = "secondary"

    def __str__(self) -> str:
        return str(self.text)


@dataclass(frozen=True, slots=True)
class Column:
    """A column.

    Args:
        name: attribute or key of the row (`area__name_zh` walks on), unless `value` says otherwise.
        label: heading, also before the value on a phone.
        kind: how the value is written; numbers stand right.
        sort: field or fields the database sorts by; empty: not sortable. `name_{language}` becomes name_zh or name_en.
        value: the value of a row, when it is not simply an attribute.
        href: address the value leads to; an empty answer means no link.
        export: the value for the spreadsheet, when it differs from the screen's.
        places: decimal places of a number; None: as many as needed, at most two.
        hint: what the heading means, shown on hover and read out.
        phone: False hides the column on a phone.
        screen: False keeps the column for the spreadsheet: a `secondary` of another says it on the screen.
        secondary: a quieter second line under the value, on screen only.
    """

    name: str
    label: Text
    kind: Kind = "text"
    sort: str | tuple[str, ...] = ""
    value: Callable[[Any], Any] | None = None
    href: Callable[[Any], str] | None = None
    export: Callable[[Any], Any] | None = None
    places: int | None = None
    hint: Text = ""
    phone: bool = True
    screen: bool = True
    secondary: Callable[[Any], Any] | None = None

    @property
    def sort_fields(self) -> tuple[str, ...]:
        fields = (self.sort,) if isinstance(self.sort, str) else self.sort
        if not any("{" in field for field in fields):
            return tuple(filter(None, fields))
        language = "zh" if (get_language() or "zh").startswith("zh") else "en"
        return tuple(field.replace("{language}", language) for field in fields if field)

    def read(self, row: Any) -> Any:
        """The value as the row holds it."""
        return self.value(row) if self.value else walk(row, self.name)

    def write(self, value: Any) -> str:
        """The value as the page shows it."""
        if value is None or value == "":
            return formats.NOTHING
        if self.kind == "number":
            return formats.number(value, self.places)
        return WRITERS.get(self.kind, str)(value)

    def exported(self, row: Any) -> Any:
        """The value as the spreadsheet takes it: figures and days stay figures and days."""
        value = self.export(row) if self.export else self.read(row)
        if value is None or value == "":
            return None
        if isinstance(value, datetime) and timezone.is_aware(value):
            value = timezone.localtime(value)
        return value if self.kind in {"number", "date", "datetime"} else self.write(value)

    def opening(self, *, first: bool) -> str:
        """How each of its cells begins; what is left open is the list of classes."""
        css = f"is-{self.kind}{' is-first' * first}{'' if self.phone else ' not-on-phone'}"
        return f'<td role="cell" data-label="{escape(str(self.label))}" class="{css}'

    def cell(self, row: Any) -> Cell:
        value = self.read(row)
        empty = value is None or value == ""
        return Cell(
            column=self,
            text=formats.NOTHING if empty else self.write(value),
            href=self.href(row) if self.href else "",
            colour=value.colour if isinstance(value, Badge) else "",
            secondary=(self.secondary(row) or "") if self.secondary else "",
            empty=empty,
        )


@dataclass(slots=True)
class Cell:
    """What the template shows at one crossing of row and column."""

    column: Column
    text: str
    href: str = ""
    colour: str = ""
    secondary: Any = ""
    empty: bool = False

    def markup(self, opening: str) -> str:
        """The cell as HTML, after the opening of its column."""
        content = escape(self.text)
        if self.colour:
            content = f'<span class="badge bg-{escape(self.colour)}-lt">{content}</span>'
        if self.href:
            content = f'<a href="{escape(self.href)}">{content}</a>'
        if self.secondary:
            content = f"{content}<small>{escape(str(self.secondary))}</small>"
        return f'{opening}{" is-empty" * self.empty}"><div>{content}</div></td>'


def walk(row: Any, path: str) -> Any:
    """Follow `a__b` through attributes or keys; None where a link is missing."""
    for step in path.split("__"):
        if row is None:
            return None
        row = row.get(step) if isinstance(row, Mapping) else getattr(row, step)
    return row() if callable(row) else row
