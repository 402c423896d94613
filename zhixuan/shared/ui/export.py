"""A list as a spreadsheet: the columns and rows of the screen, all pages of them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

import xlsxwriter
from django.db.models import QuerySet
from django.http import HttpResponse

if TYPE_CHECKING:
    from zhixuan.shared.ui.listing import BoundListing

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHUNK_ROWS = 2000


def workbook_response(bound: BoundListing) -> HttpResponse:
    """The file as an answer to download."""
    headings = [str(column.label) for column in bound.listing.columns]
    content = _workbook(str(bound.listing.title), headings, _exported_rows(bound))
    name = f"{bound.listing.name}.xlsx"
    return HttpResponse(content, XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _exported_rows(bound: BoundListing) -> Iterator[list[Any]]:
    rows = iter(bound.rows.iterator(CHUNK_ROWS) if isinstance(bound.rows, QuerySet) else bound.rows)
    while chunk := list(islice(rows, CHUNK_ROWS)):
        for row in bound.listing.enrich(chunk) if bound.listing.enrich else chunk:
            yield [column.exported(row) for column in bound.listing.columns]


def _workbook(title: str, headings: list[str], rows: Iterator[list[Any]]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for x, heading in enumerate(headings):
            sheet.write_string(0, x, heading)
        for y, row in enumerate(rows, start=1):
            for x, value in enumerate(row):
                if isinstance(value, (int, float)):
                    sheet.write_number(y, x, value)
                elif value is not None:
                    sheet.write_string(y, x, str(value))
    return buffer.getvalue()
