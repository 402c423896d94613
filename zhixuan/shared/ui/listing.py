"""A list declared once: table with sorting, paging and filters, cards on a phone, and the same as a spreadsheet.

Sorting is only ever by what a column declares; what comes in the address is a column's name, never a field.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from zhixuan.shared.ui.columns import Badge, Cell, Column, Text
from zhixuan.shared.ui.export import workbook_response
from zhixuan.shared.ui.filters import ChoiceFilter, DateFilter, Filter, MonthFilter, SearchFilter, ToggleFilter
from zhixuan.shared.ui.sorting import sort_rows

__all__ = [
    "Action",
    "Badge",
    "ChoiceFilter",
    "Column",
    "DateFilter",
    "Empty",
    "Listing",
    "MonthFilter",
    "SearchFilter",
    "ToggleFilter",
]


@dataclass(frozen=True, slots=True)
class Action:
    """A way out of an empty list."""

    label: Text
    href: str | Callable[[], str]
    icon: str = "plus"

    @property
    def address(self) -> str:
        return self.href() if callable(self.href) else self.href


@dataclass(frozen=True, slots=True)
class Empty:
    """What an empty list says: what is missing, what to do."""

    title: Text
    text: Text = ""
    action: Action | None = None
    icon: str = "inbox"


@dataclass(frozen=True, slots=True)
class Listing:
    """The declaration of a list; one constant beside the screen that shows it.

    Args:
        name: identifies the list on its page and names the exported file.
        title: heading of the table for screen readers, and of the sheet.
        default_sort: name of a column, with a leading - for descending.
        prefix: put before every parameter, for pages with more than one list.
        row_class: CSS class of a row, for instance to mark what has expired.
        enrich: given the rows that are shown (a page, or a chunk of the export), answers them with more in them:
            for what would be too dear to work out for every row of the list.
    """

    name: str
    title: Text
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...] = ()
    default_sort: str = ""
    page_size: int = 50
    empty: Empty | None = None
    exportable: bool = True
    prefix: str = ""
    row_class: Callable[[Any], str] | None = None
    enrich: Callable[[list[Any]], list[Any]] | None = None

    def bind(self, request: HttpRequest, rows: Any) -> BoundListing:
        """The list of this request, for pages that show more than one; `rows` is a QuerySet or a sequence."""
        return BoundListing(self, request, rows)

    def response(
        self, request: HttpRequest, rows: Any, *, template: str, context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The page, or for htmx only the table, or with ?export=xlsx the file with all filtered rows."""
        bound = self.bind(request, rows)
        if bound.wants_export:
            return workbook_response(bound)
        asked = getattr(request, "htmx", None)
        if asked and not asked.history_restore_request and asked.target == bound.element_id:
            return render(request, "ui/_listing_body.html", {"listing": bound})
        return render(request, template, {**(context or {}), "listing": bound})


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
        rows = self.rows if isinstance(self.rows, QuerySet) else list(self.rows)
        return Paginator(rows, self.listing.page_size).get_page(self._parameter("page") or 1)

    @property
    def total(self) -> int:
        return self.page.paginator.count

    @cached_property
    def lines(self) -> list[Row]:
        css = self.listing.row_class
        columns = self.listing.columns
        rows = list(self.page)
        if self.listing.enrich:
            rows = self.listing.enrich(rows)
        return [Row([column.cell(row) for column in columns], css(row) if css else "") for row in rows]

    @property
    def headings(self) -> list[Heading]:
        return [self._heading(column) for column in self.listing.columns]

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
