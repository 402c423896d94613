"""A list of one request: what the address asks for, applied to the rows. Made by `Listing.bind`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from zhixuan.shared.ui import drawing
from zhixuan.shared.ui.columns import Cell, Column, Text
from zhixuan.shared.ui.filters import Filter
from zhixuan.shared.ui.sorting import sort_rows

if TYPE_CHECKING:
    from zhixuan.shared.ui.listing import Listing


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's heading: where a click leads and how the list is sorted by it now."""

    column: Column
    href: str
    direction: str


@dataclass(frozen=True, slots=True)
class FilterField:
    """A filter as the form above the list shows it."""

    filter: Filter
    name: str
    value: str
    options: list[tuple[str, Text]]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    cells: list[Cell]
    openings: list[str]
    css: str = ""


@dataclass
class BoundListing:
    """A listing with its rows and what the address asks for."""

    listing: Listing
    request: HttpRequest
    given: Any
    _values: dict[str, Any] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        for one in self.listing.filters:
            value = one.read(self.request, self._parameter(one.name))
            if value is not None:
                self._values[one.name] = value

    def _parameter(self, name: str) -> str:
        return self.request.GET.get(self.listing.prefix + name, "")

    @property
    def element_id(self) -> str:
        return f"listing-{self.listing.name}"

    @property
    def wants_export(self) -> bool:
        return self.listing.exportable and self._parameter("export") == "xlsx"

    @property
    def filtered(self) -> bool:
        return bool(self._values)

    @cached_property
    def sort(self) -> str:
        """The asked sort, if a column of that name may be sorted by; else the default."""
        asked = self._parameter("sort")
        allowed = {column.name for column in self.listing.columns if column.sort_fields}
        return asked if asked.removeprefix("-") in allowed else self.listing.default_sort

    @cached_property
    def rows(self) -> Any:
        """All rows that the filters leave, sorted."""
        rows = self.given
        for one in self.listing.filters:
            if one.name in self._values:
                rows = one.apply(rows, self._values[one.name])
        by = {column.name: column.sort_fields for column in self.listing.columns}
        return sort_rows(rows, by.get(self.sort.removeprefix("-"), ()), descending=self.sort.startswith("-"))

    @cached_property
    def page(self) -> Page[Any]:
        # A sequence may be lazy, like a stock card that fetches one page: it is sliced, never walked through.
        rows = self.rows if isinstance(self.rows, QuerySet | Sequence) else list(self.rows)
        return Paginator(rows, self.listing.page_size).get_page(self._parameter("page") or 1)

    @property
    def total(self) -> int:
        return self.page.paginator.count

    @cached_property
    def lines(self) -> list[Row]:
        css = self.listing.row_class
        columns = self.listing.shown
        rows = list(self.page)
        if self.listing.enrich:
            rows = self.listing.enrich(rows)
        openings = [column.opening(first=place == 0) for place, column in enumerate(columns)]
        return [Row([column.cell(row) for column in columns], openings, css(row) if css else "") for row in rows]

    @property
    def headings(self) -> list[Heading]:
        return [self._heading(column) for column in self.listing.shown]

    def _heading(self, column: Column) -> Heading:
        if not column.sort_fields:
            return Heading(column, "", "")
        if self.sort.removeprefix("-") != column.name:
            return Heading(column, self.address(sort=column.name, page=None), "none")
        if self.sort.startswith("-"):
            return Heading(column, self.address(sort=column.name, page=None), "descending")
        return Heading(column, self.address(sort=f"-{column.name}", page=None), "ascending")

    @property
    def fields(self) -> list[FilterField]:
        return [
            FilterField(one, self.listing.prefix + one.name, self._text(one.name), one.options(self.request))
            for one in self.listing.filters
        ]

    def _text(self, name: str) -> str:
        return self._parameter(name).strip() if name in self._values else ""

    @property
    def pages(self) -> list[tuple[str, str]]:
        """(number, address) round the current page; an empty address is a gap."""
        paginator = self.page.paginator
        shown = paginator.get_elided_page_range(self.page.number, on_each_side=1, on_ends=1)
        return [(str(n), self.address(page=n) if isinstance(n, int) else "") for n in shown]

    @property
    def drawn_head(self) -> SafeString:
        return drawing.head(self.headings)

    @property
    def drawn_body(self) -> SafeString:
        return drawing.body(self.lines)

    @property
    def drawn_fields(self) -> SafeString:
        return drawing.fields(self.fields, self.element_id)

    @property
    def drawn_pages(self) -> SafeString:
        return drawing.pages(self.pages, self.page.number, self.previous_href, self.next_href)

    @property
    def previous_href(self) -> str:
        return self.address(page=self.page.number - 1) if self.page.has_previous() else ""

    @property
    def next_href(self) -> str:
        return self.address(page=self.page.number + 1) if self.page.has_next() else ""

    @property
    def export_href(self) -> str:
        return self.address(export="xlsx", page=None)

    @property
    def reset_href(self) -> str:
        return self.address(page=None, **{one.name: None for one in self.listing.filters})

    def address(self, **changes: str | int | None) -> str:
        """This page's address with some parameters of this list changed or, by None, dropped."""
        query = self.request.GET.copy()
        query.pop(self.listing.prefix + "export", None)
        for name, value in changes.items():
            query.pop(self.listing.prefix + name, None)
            if value is not None:
                query[self.listing.prefix + name] = str(value)
        text = query.urlencode()
        return f"?{text}" if text else self.request.path
