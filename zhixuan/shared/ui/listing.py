"""A list declared once: table with sorting, paging and filters, cards on a phone, and the same as a spreadsheet.

Sorting is only ever by what a column declares; what comes in the address is a column's name, never a field.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from zhixuan.shared.ui.bound import BoundListing
from zhixuan.shared.ui.columns import Badge, Column, Text
from zhixuan.shared.ui.export import workbook_response
from zhixuan.shared.ui.filters import ChoiceFilter, DateFilter, Filter, MonthFilter, SearchFilter, ToggleFilter

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

    @property
    def shown(self) -> list[Column]:
        """The columns of the screen; those of the spreadsheet are all."""
        return [column for column in self.columns if column.screen]

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
