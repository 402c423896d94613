"""Lines of a document from a table: which columns there are, what the rows say, and everything that is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.catalogue.queries import Item, Product
from zhixuan.modules.documents.queries import drawing
from zhixuan.modules.documents.queries.drawing import Paper
from zhixuan.modules.stock.queries import lot_tables
from zhixuan.rules.documents.lines import PRICE_MAX, Acceptance, Conclusion, DocumentLine
from zhixuan.rules.documents.states import DocumentKind
from zhixuan.rules.refusal import N_, Refused
from zhixuan.rules.stock.ledger import PIECES_MAX, UNKNOWN_EXPIRY
from zhixuan.shared.spreadsheets.columns import locate
from zhixuan.shared.spreadsheets.fields import Collector
from zhixuan.shared.spreadsheets.tables import Row, Table, is_total
from zhixuan.shared.spreadsheets.writing import ColumnKind, ColumnSpec, Value

RECEIPT_TITLES: dict[str, tuple[str, ...]] = {
    "item": ("品规编码或商品条码", "Item code or GTIN", "品规编码", "商品条码", "Item code", "GTIN"),
    "lot": ("批号", "Lot number", "Lot"),
    "expires": ("有效期至", "Expires on", "Expiry"),
    "made": ("生产日期", "Made on"),
    "packs": ("盒数", "Packs"),
    "pieces": ("零散数", "Pieces", "数量"),
    "price": ("单价", "Price of a piece"),
    "appearance": ("外观", "Appearance"),
    "packaging": ("包装", "Packaging"),
    "temperature": ("温度", "Temperature"),
    "sampled": ("抽样数", "Pieces sampled"),
    "conclusion": ("验收结论", "Conclusion"),
    "confirmed": ("同批号另一效期已核对", "Other expiry of this lot is right"),
}
SLIP_TITLES: dict[str, tuple[str, ...]] = {
    "item": (
        "品种或品规编码",
        "Product or item code",
        "品种编码",
        "品规编码",
        "商品条码",
        "Product code",
        "Item code",
        "GTIN",
    ),
    "packs": ("盒数", "Packs"),
    "pieces": ("零散数", "Pieces", "数量"),
    "asked": ("应发数", "Asked for"),
    "price": ("单价", "Price of a piece"),
}
ALL_TITLES = tuple({title for titles in (RECEIPT_TITLES, SLIP_TITLES) for names in titles.values() for title in names})
"""The titles by which a column is known, Chinese first: the heading row of a file is found by them."""

NEEDED = frozenset({"item", "lot", "expires"})
WHOLE = frozenset({"packs", "pieces", "sampled", "asked"})
WIDTHS = {"item": 22, "lot": 18, "confirmed": 30}
CONCLUSIONS = {"合格": Conclusion.ACCEPTED, "Accepted": Conclusion.ACCEPTED, "部分合格": Conclusion.PARTLY,
               "Partly accepted": Conclusion.PARTLY}  # fmt: skip
YES = {"是": True, "yes": True, "否": False, "no": False}
COLUMN_OF = {
    "item": "item", "product": "item", "lot_number": "lot", "expires_on": "expires", "made_on": "made",
    "pieces": "pieces", "unit_price": "price", "sampled_pieces": "sampled", "asked_pieces": "asked",
}  # fmt: skip
"""Column of a field as the rules name it."""

EMPTY = N_("The file holds no rows. Fill in the table and choose it again.")
NO_QUANTITY = N_("Sheet {sheet}, row {row}, column {column}: enter packs or pieces, 1 or more.")
NO_PRODUCT = N_(
    "Sheet {sheet}, row {row}, column {column}: there is no product or item {value} in the catalogue. Correct the code."
)
PACKS_OF_WHAT = N_(
    "Sheet {sheet}, row {row}, column {column}: {value} is a product, which comes in several packs. Enter pieces, or "
    "the code of an item."
)


@dataclass(slots=True)
class TablePlan:
    """What a table would add.

    Args:
        lines: each with the number of its row in the file.
        known: rows that the document has already.
        proposals: of the document's own lines, then of the new ones, as `drawing.proposals` gives them; none where
            there is a mistake or nothing to add.
    """

    lines: list[tuple[int, DocumentLine]] = field(default_factory=list)
    known: list[int] = field(default_factory=list)
    mistakes: list[Refused] = field(default_factory=list)
    proposals: list[drawing.Proposal] = field(default_factory=list)


def titles_of(kind: str) -> Mapping[str, tuple[str, ...]]:
    return RECEIPT_TITLES if kind == DocumentKind.RECEIPT else SLIP_TITLES


def columns(kind: str, *, zh: bool) -> list[ColumnSpec]:
    """Columns of the table to fill in, with what to enter."""
    helps, choices = _helps(kind), {"conclusion": tuple(CONCLUSIONS)[0 if zh else 1 :: 2]}
    examples: dict[str, Value] = {
        "item": "06901234567892", "lot": "20260415", "expires": "2029-04-30", "made": "2026-04-15", "packs": 12,
        "pieces": 5, "price": "0.35", "confirmed": "是" if zh else "yes",
    }  # fmt: skip
    return [
        ColumnSpec(
            names[0 if zh else 1],
            ColumnKind.WHOLE if key in WHOLE else ColumnKind.TEXT,
            WIDTHS.get(key, 14),
            required=key == "item",
            help=helps.get(key, ""),
            example=examples.get(key),
            choices=choices.get(key, ()),
        )
        for key, names in titles_of(kind).items()
    ]


def _helps(kind: str) -> dict[str, str]:
    told = {
        "packs": _("Whole packs. Packs and loose pieces are added up."),
        "pieces": _("Loose pieces, or all pieces when no packs are given."),
        "price": _("Of one piece; may be left empty."),
    }
    if kind != DocumentKind.RECEIPT:
        return told | {
            "item": _("The code of a product; or of an item, or its barcode, where just that pack shall go."),
            "asked": _("What was asked for in pieces, where less is issued; may be left empty."),
        }
    return told | {
        "item": _("The code of the item in the catalogue, or the number of its barcode."),
        "lot": _("As printed on the pack; empty when nobody can read it."),
        "expires": _("As printed, such as 2029-04-30; empty when nobody can read it."),
        "made": _("As printed, such as 2026-04-15; may be left empty."),
        "conclusion": _("Empty means accepted."),
        "confirmed": _("Yes where the lot number is known with another expiry and the label was looked at."),
    }


def read(paper: Paper, there: Sequence[DocumentLine], found: Iterable[Table]) -> TablePlan:
    """Everything the first filled table says about lines to add; nothing is changed.

    A row that says what a line of the document says already is left out, so that a mended file can come again.

    Args:
        there: the lines that the document has.
    """
    plan = TablePlan()
    table = next((table for table in found if not table.hidden and table.rows), None)
    if table is None:
        plan.mistakes.append(Refused(EMPTY, field="file", code="empty"))
        return plan
    titles = titles_of(paper.kind)
    try:
        reader = Collector(table, locate(table, titles, optional=titles.keys() - _needed(paper.kind)), most=5_000)
    except Refused as refused:
        plan.mistakes.extend(refused.reasons)
        return plan
    _fill(plan, paper, reader, [row for row in table.rows if not is_total(row)], {_key(line) for line in there})
    plan.mistakes.extend(reader.reasons)
    if plan.lines:
        _propose(plan, paper, there, table, reader)
    return plan


def _needed(kind: str) -> frozenset[str]:
    return NEEDED if kind == DocumentKind.RECEIPT else frozenset({"item"})


def _fill(plan: TablePlan, paper: Paper, reader: Collector, rows: Sequence[Row], there: set[object]) -> None:
    items = lot_tables.items_by_word()
    products = {product.code.casefold(): product for product in catalogue.products()}
    for row in rows:
        if paper.kind is DocumentKind.RECEIPT:
            line = _delivered(reader, row, items)
        else:
            line = _wanted(reader, row, items, products)
        if line is None:
            continue
        if _key(line) in there:
            plan.known.append(row.number)
        else:
            plan.lines.append((row.number, line))


def _key(line: DocumentLine) -> object:
    """Two lines with the same key say the same."""
    expires_on = line.expires_on or UNKNOWN_EXPIRY
    return (line.product_id, line.item_id, line.lot_number.strip(), expires_on, line.pieces)


def _delivered(reader: Collector, row: Row, items: Mapping[str, Item]) -> DocumentLine | None:
    lot = lot_tables.lot_row(reader, row, items)
    made_on = reader.made_on(row, "made")
    confirmed = reader.choice(row, "confirmed", YES)
    price, acceptance = _price(reader, row), _acceptance(reader, row)
    if lot is not None and not lot.pieces:
        reader.refuse(row, "pieces", NO_QUANTITY, code="nothing")
    if lot is None or not reader.clean(row):
        return None
    return DocumentLine(
        product_id=lot.item.product_id,
        item_id=lot.item.pk,
        pieces=lot.pieces or 0,
        lot_number=lot.lot,
        expires_on=None if lot.expires_on == UNKNOWN_EXPIRY else lot.expires_on,
        made_on=made_on,
        other_expiry_confirmed=bool(confirmed),
        unit_price=price,
        acceptance=acceptance,
    )


def _acceptance(reader: Collector, row: Row) -> Acceptance:
    return Acceptance(
        reader.text(row, "appearance", maximum=80),
        reader.text(row, "packaging", maximum=80),
        reader.text(row, "temperature", maximum=40),
        reader.whole(row, "sampled", minimum=0, maximum=PIECES_MAX),
        (reader.choice(row, "conclusion", CONCLUSIONS) or Conclusion.ACCEPTED).value,
    )


def _price(reader: Collector, row: Row) -> Decimal | None:
    return reader.decimal(row, "price", minimum=Decimal(0), maximum=PRICE_MAX, places=4)


def _wanted(
    reader: Collector, row: Row, items: Mapping[str, Item], products: Mapping[str, Product]
) -> DocumentLine | None:
    word = reader.code(row, "item", required=True)
    item = items.get(word.casefold()) or items.get(word.lstrip("0"))
    product = item.product if item else products.get(word.casefold())
    if word and product is None:
        reader.refuse(row, "item", NO_PRODUCT, code="no-product", value=word)
    pieces = lot_tables.pieces_of(reader, row, item)
    if item is None and product is not None and reader.clean(row) and reader.whole(row, "packs", minimum=0):
        reader.refuse(row, "packs", PACKS_OF_WHAT, code="packs-of-product", value=word)
    elif not pieces and reader.clean(row):
        reader.refuse(row, "pieces", NO_QUANTITY, code="nothing")
    asked, price = reader.whole(row, "asked", minimum=1, maximum=PIECES_MAX), _price(reader, row)
    if product is None or not reader.clean(row):
        return None
    return DocumentLine(
        product_id=product.pk,
        item_id=item.pk if item else None,
        pieces=pieces or 0,
        asked_pieces=asked,
        unit_price=price,
    )


def _propose(plan: TablePlan, paper: Paper, there: Sequence[DocumentLine], table: Table, reader: Collector) -> None:
    """Lots for all lines together; or what the rules say against the new ones, each with the cell it is about."""
    try:
        plan.proposals = drawing.proposals(paper, [*there, *(line for _row, line in plan.lines)])
    except Refused as refused:
        plan.mistakes.extend(_placed(reason, plan, len(there), table, reader) for reason in refused.reasons)


def _placed(reason: Refused, plan: TablePlan, before: int, table: Table, reader: Collector) -> Refused:
    """The reason with the sheet, row and column of the file instead of the line of the document."""
    _lines, _dash, rest = reason.field.partition("-")
    index, _dash, name = rest.partition("-")
    place = int(index) - before if index.isdigit() else -1
    if 0 <= place < len(plan.lines):
        column = COLUMN_OF.get(name, "item")
        reason.fields |= {"sheet": table.sheet, "row": plan.lines[place][0], "column": reader.title(column)}
    return reason
