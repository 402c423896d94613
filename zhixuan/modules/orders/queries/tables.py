"""A table of lines for a draft: read from the uploaded file, typed, and compared with the order."""

from __future__ import annotations

from dataclasses import dataclass

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.orders.queries import orders
from zhixuan.rules.refusal import N_, Refused, raise_all
from zhixuan.rules.stock.ledger import PIECES_MAX
from zhixuan.shared import uploads
from zhixuan.shared.spreadsheets.columns import locate
from zhixuan.shared.spreadsheets.fields import Collector
from zhixuan.shared.spreadsheets.tables import Table, is_total

TITLES = {
    "product": ("Product code", "产品编码", "品种编码", "code"),
    "asked": ("Ask for (pieces)", "请领数量（最小单位）", "请领数量", "asked"),
    "reason": ("Reason", "原因", "reason"),
}
REASON_LENGTH = 300


@dataclass(frozen=True, slots=True)
class TableLine:
    """A line of the table: a product, what is asked for, and what the order says now (None: not on it yet)."""

    product: catalogue.Product
    asked: int
    reason: str
    before: int | None


def lines_in(upload: uploads.Upload) -> list[TableLine]:
    """The lines of an upload.

    Raises:
        Refused: everything that is wrong with the file, each with sheet, row and column.
    """
    tables = uploads.tables_of(upload, titles=[title for titles in TITLES.values() for title in titles])
    visible = [table for table in tables if not table.hidden and table.rows]
    if not visible:
        raise Refused(N_("The file holds no rows. Fill in the table and choose it again."), field="file", code="empty")
    return _read(visible[0], int(upload.subject))


def _read(table: Table, order_id: int) -> list[TableLine]:
    collector = Collector(table, locate(table, TITLES, optional=("reason",)))
    before = dict(orders.lines_of(order_id).values_list("product_id", "asked"))
    rows = [row for row in table.rows if not is_total(row)]
    codes = {row.number: collector.code(row, "product", required=True) for row in rows}
    products = catalogue.products_by_code(codes.values())
    lines: list[TableLine] = []
    seen: set[str] = set()
    for row in rows:
        code = codes[row.number]
        asked = collector.whole(row, "asked", minimum=0, maximum=PIECES_MAX) or 0
        reason = collector.text(row, "reason", maximum=REASON_LENGTH)
        if code and code not in products:
            collector.refuse(
                row,
                "product",
                N_("Sheet {sheet}, row {row}, column {column}: there is no product {given}."),
                given=code,
            )
        elif code in seen:
            collector.refuse(
                row,
                "product",
                N_("Sheet {sheet}, row {row}, column {column}: product {given} stands on an earlier row."),
                given=code,
            )
        elif collector.clean(row):
            product = products[code]
            lines.append(TableLine(product, asked, reason, before.get(product.pk)))
        seen.add(code)
    raise_all(collector.reasons)
    return [line for line in lines if line.asked or line.before]
