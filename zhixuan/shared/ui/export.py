"""A list as a spreadsheet: the columns and rows of the screen, all pages of them, no cell a formula."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.http import HttpResponse

from zhixuan.shared.spreadsheets.writing import ColumnKind, ColumnSpec, write_xlsx

if TYPE_CHECKING:
    from zhixuan.shared.ui.bound import BoundListing
    from zhixuan.shared.ui.columns import Column

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHUNK_ROWS = 2000
WIDTHS = {"number": 12, "date": 12, "month": 10, "datetime": 18, "badge": 12}
TEXT_WIDTH = 24


def workbook_response(bound: BoundListing) -> HttpResponse:
    """The file as an answer to download."""
    content = io.BytesIO()
    title = str(bound.listing.title)
    columns = [_spec(column) for column in bound.listing.columns]
    write_xlsx(content, sheet=title, columns=columns, rows=_exported_rows(bound))
    name = f"{bound.listing.name}.xlsx"
    return HttpResponse(
        content.getvalue(), content_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _spec(column: Column) -> ColumnSpec:
    kinds = {
        "number": ColumnKind.WHOLE if column.places == 0 else ColumnKind.DECIMAL,
        "date": ColumnKind.DATE,
        "datetime": ColumnKind.MOMENT,
    }
    kind = kinds.get(column.kind, ColumnKind.TEXT)
    return ColumnSpec(str(column.label), kind, WIDTHS.get(column.kind, TEXT_WIDTH))


def _exported_rows(bound: BoundListing) -> Iterator[list[Any]]:
    rows = iter(bound.rows.iterator(CHUNK_ROWS) if isinstance(bound.rows, QuerySet) else bound.rows)
    while chunk := list(islice(rows, CHUNK_ROWS)):
        for row in bound.listing.enrich(chunk) if bound.listing.enrich else chunk:
            yield [column.exported(row) for column in bound.listing.columns]
