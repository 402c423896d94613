"""The data-quality report as a workbook."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from zhixuan.modules.exchange import words
from zhixuan.modules.exchange.models import Finding
from zhixuan.modules.exchange.queries import findings
from zhixuan.rules.stock.stock_cards import SEVERITIES, FindingKind
from zhixuan.shared.spreadsheets.writing import (
    ColumnKind,
    ColumnSpec,
    Formats,
    Value,
    Workbook,
    new_workbook,
    sheet_name,
    write_cell,
    write_heading,
)
from zhixuan.shared.ui.naming import choose, localized

NUMBER = ColumnKind.WHOLE
CHUNK = 2000


def workbook(held: QuerySet[Finding]) -> bytes:
    """Three sheets: kinds, sites, and every finding with the values of its row."""
    kinds = findings.counts_by_kind(held)
    stream = io.BytesIO()
    with new_workbook(stream) as book:
        formats = Formats(book)
        _sheet(book, formats, _("Summary"), _summary_columns(), _summary(kinds))
        _sheet(book, formats, _("Facilities"), _site_columns(list(kinds)), _sites(held, list(kinds)))
        _sheet(book, formats, _("Findings"), _finding_columns(), _findings(held))
    return stream.getvalue()


def _sheet(
    book: Workbook, formats: Formats, name: str, columns: Sequence[ColumnSpec], rows: Iterable[Sequence[Value]]
) -> None:
    page = book.add_worksheet(sheet_name(name))
    write_heading(page, columns, formats)
    count = 0
    for count, row in enumerate(rows, 1):
        for x, value in enumerate(row):
            write_cell(page, (count, x), value, columns[x].kind, formats)
    page.autofilter(0, 0, max(count, 1), len(columns) - 1)


def _summary_columns() -> list[ColumnSpec]:
    return [ColumnSpec(_("Kind"), width=36), ColumnSpec(_("Severity")), ColumnSpec(_("Findings"), NUMBER)]


def _summary(kinds: dict[str, int]) -> Iterator[tuple[Value, ...]]:
    for kind, count in kinds.items():
        yield words.finding_label(kind), str(words.severity_badge(SEVERITIES[FindingKind(kind)])), count
    yield _("Total"), None, sum(kinds.values())


def _site_columns(kinds: list[str]) -> list[ColumnSpec]:
    heads = [ColumnSpec(words.finding_label(kind), NUMBER, width=18) for kind in kinds]
    return [ColumnSpec(_("Code")), ColumnSpec(_("Facility"), width=36), ColumnSpec(_("Findings"), NUMBER), *heads]


def _sites(held: QuerySet[Finding], kinds: list[str]) -> Iterator[tuple[Value, ...]]:
    for code, name_zh, name_en, counts in findings.counts_by_site(held):
        yield code, choose(name_zh, name_en), counts.total(), *(counts[kind] or None for kind in kinds)


def _finding_columns() -> list[ColumnSpec]:
    numbers = ("Opening", "Received", "Issued", "Adjusted", "Closing")
    return [
        ColumnSpec(_("Severity"), width=10),
        ColumnSpec(_("Kind"), width=30),
        ColumnSpec(_("Code")),
        ColumnSpec(_("Facility"), width=32),
        ColumnSpec(_("Product"), width=40),
        ColumnSpec(_("Month"), width=10),
        ColumnSpec(_("What was found"), width=80),
        ColumnSpec(_("Lines of the file"), width=18),
        *(ColumnSpec(pgettext("card", title), NUMBER, width=11) for title in numbers),
        ColumnSpec(_("Stock-out days"), NUMBER, width=14),
    ]


def _findings(held: QuerySet[Finding]) -> Iterator[tuple[Value, ...]]:
    listed = held.order_by("rank", "kind", "facility__code", "product__code", "month").iterator(CHUNK)
    while chunk := list(islice(listed, CHUNK)):
        values = findings.values_of(chunk)
        for one in chunk:
            yield *_head(one), *values.get(one.pk, ())


def _head(one: Finding) -> tuple[Value, ...]:
    severity, kind = str(words.severity_badge(one.severity)), words.finding_label(one.kind)
    where = (one.facility.code, localized(one.facility), localized(one.product), f"{one.month:%Y-%m}")
    return severity, kind, *where, words.finding_text(one), ", ".join(map(str, one.lines))
