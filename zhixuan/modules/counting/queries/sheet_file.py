"""A sheet that was filled in with Excel: what it says, and everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from zhixuan.modules.catalogue.queries import Item
from zhixuan.modules.counting.models import Count, CountLine
from zhixuan.modules.counting.queries import counts, tables
from zhixuan.modules.counting.queries.review import reviewed
from zhixuan.modules.stock.queries import counting as ledger
from zhixuan.modules.stock.queries import lot_tables
from zhixuan.modules.stock.queries.lot_tables import LotRow
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.rules.refusal import N_, Refused
from zhixuan.rules.stock.ledger import UNKNOWN_EXPIRY
from zhixuan.shared.spreadsheets.fields import Collector
from zhixuan.shared.spreadsheets.tables import Row, Table, plain_title
from zhixuan.shared.ui.naming import choose

NO_LINE = N_(
    "Sheet {sheet}, row {row}, column {column}: this sheet has no line {value}. Leave it empty for a found lot."
)
LINE_TWICE = N_("Sheet {sheet}, row {row}, column {column}: line {value} stands twice. Keep one of the rows.")
OTHER_LOT = N_("Sheet {sheet}, row {row}, column {column}: line {value} is lot {lot} of {item}. Do not move cells.")
COUNTED = N_(
    "Sheet {sheet}, row {row}, column {column}: {name} counted {counted} pieces here meanwhile. Empty the cell, or "
    "have the line counted again."
)
NOT_AGAIN = N_(
    "Sheet {sheet}, row {row}, column {column}: this line was not sent back to be counted again. Empty the cell."
)
ON_SHEET = N_("Sheet {sheet}, row {row}, column {column}: this lot is on line {value}. Enter the number there.")
FOUND_TWICE = N_("Sheet {sheet}, row {row}, column {column}: this lot stands on row {value} already. Add the two up.")
EXPIRY = N_(
    "Sheet {sheet}, row {row}, column {column}: lot {lot} is known with expiry {known}. Correct the date, or enter the "
    "lot on screen, where you can say that both exist."
)

NUMBERS = {plain_title(title) for key in ("packs", "pieces") for title in tables.TITLES[key]}


@dataclass(slots=True)
class FilledSheet:
    """What a file says: (line, pieces) of the sheet's lines, lots that are not on it, and all mistakes."""

    numbers: list[tuple[CountLine, int]] = field(default_factory=list)
    found: list[LotRow] = field(default_factory=list)
    mistakes: list[Refused] = field(default_factory=list)


def rows_to_fill(count: Count, *, zh: bool, books: bool) -> Iterator[list[tables.Value]]:
    """Rows of the sheet to take away, with what is counted already; `books` only where the sheet is not blind."""
    for row in reviewed(count, counts.lines_of(count.pk), places_of(count.facility_id)):
        line = row.line
        yield [
            line.position,
            choose(line.product.name_zh, line.product.name_en),
            line.item.code,
            line.lot_number,
            None if line.expires_on == UNKNOWN_EXPIRY else line.expires_on,
            ("隔离" if zh else "Quarantine") if line.held else "",
            line.item.pieces_per_pack,
            *([row.book.now] if books else []),
            None,
            None if line.recount else line.counted,
        ]


def read(count: Count, found: Sequence[Table]) -> FilledSheet:
    """Everything the tables say; nothing is changed."""
    filled = FilledSheet()
    lines = {line.position: line for line in counts.lines_of(count.pk)}
    items = lot_tables.items_by_word()
    for table in found:
        if NUMBERS & {plain_title(title) for title in table.header}:
            try:
                _read_table(filled, table, count, lines, items)
            except Refused as refused:
                filled.mistakes.extend(refused.reasons)
    if not filled.numbers and not filled.found and not filled.mistakes:
        filled.mistakes.append(Refused(N_("The file holds no counted number. Fill in packs or pieces."), field="file"))
    return filled


def _read_table(
    filled: FilledSheet, table: Table, count: Count, lines: Mapping[int, CountLine], items: Mapping[str, Item]
) -> None:
    read = tables.collector(table, "line", "item", "lot", "expires", "packs", "pieces")
    seen: dict[int, int] = {}
    fresh: list[tuple[Row, LotRow]] = []
    for row in table.rows:
        position = read.whole(row, "line", minimum=1)
        if position is not None:
            _line(filled, read, row, lines.get(position), position, count, seen)
        elif read.clean(row) and (lot := lot_tables.lot_row(read, row, items)) is not None and lot.pieces is not None:
            fresh.append((row, lot))
    _check_found(filled, read, fresh, lines)
    filled.mistakes.extend(read.reasons)


def _line(  # noqa: PLR0913  (a row and what it is held against)
    filled: FilledSheet,
    read: Collector,
    row: Row,
    line: CountLine | None,
    position: int,
    count: Count,
    seen: dict[int, int],
) -> None:
    """A row that names a line of the sheet."""
    if line is None:
        read.refuse(row, "line", NO_LINE, code="no-line", value=position)
        return
    if position in seen:
        read.refuse(row, "line", LINE_TWICE, code="line-twice", value=position)
    seen[position] = row.number
    if read.text(row, "lot", maximum=40) != line.lot_number or read.code(row, "item") not in {
        line.item.code,
        line.item.gtin,
    }:
        lot = line.lot_number or "—"
        read.refuse(row, "lot", OTHER_LOT, code="other-lot", value=position, lot=lot, item=line.item.code)
    pieces = lot_tables.pieces_of(read, row, line.item)
    if pieces is None or (line.counted == pieces and not line.recount):
        return
    if line.tallies and not line.recount:
        why = NOT_AGAIN if count.state == "recount" else COUNTED
        name, counted = line.counted_by_name or "—", line.counted
        read.refuse(row, "pieces", why, code="counted-meanwhile", name=name, counted=counted)
    if read.clean(row):
        filled.numbers.append((line, pieces))


def _check_found(
    filled: FilledSheet, read: Collector, fresh: Sequence[tuple[Row, LotRow]], lines: Mapping[int, CountLine]
) -> None:
    """Rows without a line: lots that are really not on the sheet, each once, with an expiry nobody contradicts."""
    on_sheet = {
        (line.item_id, line.lot_number, line.expires_on): line.position for line in lines.values() if not line.held
    }
    known = ledger.expiries_of({(lot.item.pk, lot.lot) for _row, lot in fresh})
    rows: dict[tuple[int, str, object], int] = {}
    for row, lot in fresh:
        others = known.get((lot.item.pk, lot.lot), [])
        if lot.key in on_sheet:
            read.refuse(row, "lot", ON_SHEET, code="on-sheet", value=on_sheet[lot.key])
        elif lot.key in rows:
            read.refuse(row, "lot", FOUND_TWICE, code="found-twice", value=rows[lot.key])
        elif others and lot.expires_on not in others:
            read.refuse(row, "expires", EXPIRY, code="expiry-differs", lot=lot.lot, known=min(others))
        else:
            filled.found.append(lot)
        rows[lot.key] = row.number
