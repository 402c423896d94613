"""A table of opening stock: what it would enter, what stands in the books already, and all mistakes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from zhixuan.modules.counting.queries import tables
from zhixuan.modules.stock.queries import counting as ledger
from zhixuan.modules.stock.queries import lot_tables
from zhixuan.modules.stock.queries.lot_tables import LotRow
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared.spreadsheets.fields import Collector
from zhixuan.shared.spreadsheets.tables import Row, Table

NOTHING = N_("Sheet {sheet}, row {row}, column {column}: enter packs or pieces, 1 or more.")
TWICE = N_("Sheet {sheet}, row {row}, column {column}: this lot stands on row {value} already. Add the two up.")
OPENED = N_(
    "Sheet {sheet}, row {row}, column {column}: this lot was opened with {known} pieces. Take the row out; correct the "
    "difference by a count."
)
EXPIRY = N_(
    "Sheet {sheet}, row {row}, column {column}: lot {lot} is known with expiry {known}. Look at the label and correct "
    "the date; if both exist, enter this lot under Adjust, Opening stock."
)


@dataclass(slots=True)
class OpeningPlan:
    """What would be entered, what an earlier file entered already, and all mistakes."""

    lots: list[LotRow] = field(default_factory=list)
    known: list[LotRow] = field(default_factory=list)
    mistakes: list[Refused] = field(default_factory=list)


def read(facility_id: int, found: Sequence[Table]) -> OpeningPlan:
    """Everything the first table says; nothing is changed. A lot that was opened with the same pieces is left out, so
    that a mended file can be sent again."""
    plan = OpeningPlan()
    for table in found[:1]:
        try:
            reader = tables.collector(table, "item", "lot", "expires", "packs", "pieces")
        except Refused as refused:
            plan.mistakes.extend(refused.reasons)
            continue
        items = lot_tables.items_by_word()
        rows = [(row, lot) for row in table.rows if (lot := lot_tables.lot_row(reader, row, items)) is not None]
        _sort(plan, reader, rows, facility_id)
        plan.mistakes.extend(reader.reasons)
    return plan


def _sort(plan: OpeningPlan, read: Collector, rows: Sequence[tuple[Row, LotRow]], facility_id: int) -> None:
    opened = ledger.opened_with(facility_id)
    expiries = ledger.expiries_of({(lot.item.pk, lot.lot) for _row, lot in rows})
    seen: dict[tuple[int, str, object], int] = {}
    for row, lot in rows:
        others = expiries.get((lot.item.pk, lot.lot), [])
        if not lot.pieces:
            read.refuse(row, "pieces", NOTHING, code="nothing")
        elif lot.key in seen:
            read.refuse(row, "lot", TWICE, code="twice", value=seen[lot.key])
        elif lot.key in opened and opened[lot.key] != lot.pieces:
            read.refuse(row, "pieces", OPENED, code="opened", known=opened[lot.key])
        elif others and lot.expires_on not in others:
            read.refuse(row, "expires", EXPIRY, code="expiry-differs", lot=lot.lot, known=min(others))
        else:
            (plan.known if lot.key in opened else plan.lots).append(lot)
        seen[lot.key] = row.number
