"""A country of three sites, two products and six months, in the layout of the shipped mapping; sound unless changed."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from tests.builders import NOW
from zhixuan.modules.accounts import queries as accounts
from zhixuan.modules.exchange.models import ImportRun
from zhixuan.modules.exchange.operations.import_cards import import_cards
from zhixuan.modules.exchange.queries import mappings, sources
from zhixuan.shared import command_ids
from zhixuan.shared.access import Actor

ROOT = accounts.program("test")
SITES = ("C1001", "C1002", "C1003")
PRODUCTS = ("AS27000", "AS27134")
MONTHS = ((2019, 5), (2019, 6), (2019, 7), (2019, 8), (2019, 9), (2019, 10))
SITE_TITLES = ("site_code", "site_type", "site_region", "site_district", "site_latitude", "site_longitude")
TITLES = (
    *("year", "month", "site_code", "product_code", "stock_initial", "stock_received", "stock_distributed"),
    *("stock_adjustment", "stock_end", "average_monthly_consumption", "stock_stockout_days", "stock_ordered"),
)
Rows = list[dict[str, Any]]


def sound_rows() -> Rows:
    """Rows whose stock adds up and follows on: 100 at first, 20 in and 10 out a month; 36 rows."""
    rows = []
    for number, (year, month) in enumerate(MONTHS):
        for site in SITES:
            for product in PRODUCTS:
                opening = 100 + 10 * number
                values = (year, month, site, product, opening, 20, 10, 0, opening + 10, 10, 0, 30)
                rows.append(dict(zip(TITLES, values, strict=True)))
    return rows


def row_of(rows: Rows, site: str = "C1001", product: str = "AS27000", month: int = 7) -> dict[str, Any]:
    return next(r for r in rows if (r["site_code"], r["product_code"], r["month"]) == (site, product, month))


def corrected(rows: Rows, changes: Mapping[str, Any], **which: Any) -> Rows:
    """The same rows with other values in one of them."""
    changed = [dict(row) for row in rows]
    row_of(changed, **which).update(changes)
    return changed


def site_rows(district: str = "ABOISSO") -> Rows:
    kinds = ("Hospital", "Health Center", "University Hospital/National Institute")
    return [
        dict(zip(SITE_TITLES, (code, kind, "SUD-COMOE", district, 5.4 + n, -3.2), strict=True))
        for n, (code, kind) in enumerate(zip(SITES, kinds, strict=True))
    ]


def product_rows() -> Rows:
    return [{"product_code": code, "product_name": f"NAME OF {code}"} for code in PRODUCTS]


def csv_text(rows: Sequence[Mapping[str, Any]]) -> str:
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def write_csv(folder: Path, rows: Rows, *, encoding: str = "utf-8", district: str = "ABOISSO") -> Path:
    """The three files as CSV."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in (("logistics", rows), ("sites", site_rows(district)), ("products", product_rows())):
        (folder / f"{name}.csv").write_text(csv_text(table), encoding=encoding, newline="")
    return folder


def write_excel(folder: Path, rows: Rows) -> Path:
    """One workbook with three sheets."""
    folder.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(folder / "export.xlsx")) as book:
        for name, table in (("sites", site_rows()), ("products", product_rows()), ("logistics", rows)):
            sheet = book.add_worksheet(name)
            for x, title in enumerate(table[0]):
                sheet.write(0, x, title)
            for y, row in enumerate(table, 1):
                for x, value in enumerate(row.values()):
                    sheet.write(y, x, value)
    return folder


def do_import(folder: Path, *, actor: Actor = ROOT, mapping: str = "civ_lmis", **others: Any) -> ImportRun:
    """Import a folder as of the tests' now."""
    return import_cards(
        sources=sources.in_folder(folder),
        mapping=mappings.shipped(mapping),
        run_id=others.pop("run_id", None) or command_ids.new(),
        actor=actor,
        clock=lambda: NOW,
        **others,
    )
