"""Imported rows in and out of their table, many at a time."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from zhixuan.modules.exchange.models import ImportedRow
from zhixuan.modules.exchange.operations._reading import GivenRow
from zhixuan.modules.stock.queries.slips import Receipt

COLUMNS = (
    "run_id, command_id, facility_id, product_id, month, line, opening, received, issued, adjusted, closing, "
    "stockout_days, ordered, others, fingerprint, standing, start_slip_id, end_slip_id"
)
INSERT = f"INSERT INTO exchange_importedrow ({COLUMNS}) VALUES ({', '.join(['%s'] * len(COLUMNS.split(',')))})"  # noqa: S608
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Origin:
    """What the rows of a batch have in common: run, command, ids by code, slips by facility and day."""

    run_id: UUID
    command_id: UUID
    facilities: Mapping[str, int]
    products: Mapping[str, int]
    receipts: Mapping[tuple[int, date], Receipt]


def insert(rows: Sequence[tuple[GivenRow, str]], origin: Origin) -> None:
    """Add rows with their standing. Plain SQL: the ORM takes ten times as long for forty thousand rows."""
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(INSERT, list(_parameters(rows, origin)))


def _parameters(rows: Sequence[tuple[GivenRow, str]], origin: Origin) -> Iterator[tuple[Any, ...]]:
    key = ImportedRow._meta.get_field("command_id")
    ids = [key.get_db_prep_value(one, connection) for one in (origin.run_id, origin.command_id)]
    adapt = connection.ops.adapt_datefield_value
    for given, standing in rows:
        card = given.card
        facility_id = origin.facilities[card.site]
        first, last = card.month.first_day, card.month.last_day
        start, end = origin.receipts.get((facility_id, first)), origin.receipts.get((facility_id, last))
        yield (
            *ids,
            facility_id,
            origin.products[card.product],
            adapt(first),
            card.line_number,
            *card.content,
            json.dumps(given.others, ensure_ascii=False),
            given.fingerprint,
            standing,
            start.event_id if start else None,
            end.event_id if end else None,
        )


def ids_of(run_id: UUID, facility_ids: Collection[int]) -> dict[tuple[int, int, int], int]:
    """Ids of a run's rows by facility, product and line."""
    rows = ImportedRow.objects.filter(run=run_id, facility_id__in=facility_ids)
    return {
        (facility, product, line): pk
        for pk, facility, product, line in rows.values_list("pk", "facility_id", "product_id", "line")
    }


def supersede(old_ids: Collection[int]) -> None:
    """Rows that count no longer; before their successors are added, as one row of a month counts."""
    ids = list(old_ids)
    for start in range(0, len(ids), AT_ONCE):
        ImportedRow.objects.filter(pk__in=ids[start : start + AT_ONCE]).update(standing=ImportedRow.Standing.SUPERSEDED)


def link(successors: Mapping[int, int]) -> None:
    """Note which row took the place of which."""
    rows = [ImportedRow(pk=pk, superseded_by_id=successor) for pk, successor in successors.items()]
    ImportedRow.objects.bulk_update(rows, ["superseded_by"], batch_size=AT_ONCE)
