"""Files of monthly cards to rows of the rules, with every mistake by sheet, row and column."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from zhixuan.modules.exchange.operations import _cells, _sites
from zhixuan.modules.exchange.queries.sources import Source
from zhixuan.rules.directory.facts import AreaFacts, FacilityFacts
from zhixuan.rules.imports import CARD_FIELDS, MONTH, NOT_COLLECTED, STOCK, CardMapping, Titles
from zhixuan.rules.refusal import N_, Refused
from zhixuan.rules.stock.cards import CardRow
from zhixuan.shared.spreadsheets.cells import shown
from zhixuan.shared.spreadsheets.columns import locate
from zhixuan.shared.spreadsheets.fields import Collector
from zhixuan.shared.spreadsheets.reading import open_tables
from zhixuan.shared.spreadsheets.tables import Row, TableStream, is_total

UNKNOWN_SITE = N_(
    "Sheet {sheet}, row {row}, column {column}: facility {value} is neither in the list of sites nor in the directory. "
    "Add it to the list, or correct the code."
)
UNKNOWN_PRODUCT = N_(
    "Sheet {sheet}, row {row}, column {column}: product {value} is not in the catalogue. "
    "Correct the code, or say in the mapping which product it is."
)


@dataclass(frozen=True, slots=True)
class GivenRow:
    """A row of the cards: its meaning, the further columns as they were written, and a fingerprint of all that."""

    card: CardRow
    others: dict[str, str]
    fingerprint: str


@dataclass(slots=True)
class CardFiles:
    """All that the files of an import say; `mistakes` is what is wrong with them."""

    rows: list[GivenRow] = field(default_factory=list)
    areas: dict[str, AreaFacts] = field(default_factory=dict)
    facilities: dict[str, FacilityFacts] = field(default_factory=dict)
    products: set[str] = field(default_factory=set)
    sheet: str = ""
    mistakes: list[Refused] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Known:
    """Codes that are known before the files are read."""

    facilities: Collection[str]
    products: Collection[str]


def read(
    sources: Sequence[Source], mapping: CardMapping, known: Known, progress: Callable[[int], None] = lambda rows: None
) -> CardFiles:
    """Read all tables; what is wrong with rows is collected, not raised.

    Raises:
        Refused: a file or a column is missing, or a file cannot be read at all.
    """
    files = CardFiles()
    if mapping.sites is not None:
        sites = mapping.sites
        areas = [title for level in sites.levels for title in (level.column, level.code) if title]
        with _table(sources, mapping, sites.table, {**sites.columns, **{one: (one,) for one in areas}}) as stream:
            files.areas, files.facilities = _sites.read(stream, mapping, sites, files.mistakes)
    if mapping.products.table:
        with _table(sources, mapping, mapping.products.table, mapping.products.columns) as stream:
            _check_products(stream, mapping, known, files.mistakes)
    columns = {**mapping.cards.columns, **{title: (title,) for title in mapping.cards.keep}}
    with _table(sources, mapping, mapping.cards.table, columns) as stream:
        files.sheet = stream.sheet
        codes = Known({*known.facilities, *files.facilities}, known.products)
        _read_cards(stream, mapping, codes, files, progress)
    files.products = {row.card.product for row in files.rows}
    return files


@contextmanager
def _table(
    sources: Sequence[Source], mapping: CardMapping, table: str, columns: Mapping[str, Titles]
) -> Iterator[TableStream]:
    """The file of that name, or the sheet of that name in a workbook."""
    titles = [title for names in columns.values() for title in names]
    wanted = table.casefold()
    ordered = [one for one in sources if one.stem == wanted] + [one for one in sources if one.is_workbook]
    for source in ordered:
        with open_tables(source.path, name=source.name, titles=titles, encoding=mapping.encoding) as streams:
            for stream in streams:
                if source.stem == wanted or stream.sheet.casefold() == wanted:
                    yield stream
                    return
    raise Refused(
        N_("There is no file {table} (.csv, .xlsx) and no sheet of that name. The files are: {found}."),
        code="table_missing",
        table=table,
        found=", ".join(one.name for one in sources) or "-",
    )


def _check_products(stream: TableStream, mapping: CardMapping, known: Known, mistakes: list[Refused]) -> None:
    collector = Collector(stream, locate(stream, mapping.products.columns, optional=("name",)))
    for row in stream.rows:
        given = collector.code(row, "code", required=True)
        if given and mapping.products.codes.get(given, given) not in known.products:
            collector.refuse(row, "code", UNKNOWN_PRODUCT, code="unknown_product", value=given)
    mistakes += collector.reasons


def _read_cards(
    stream: TableStream, mapping: CardMapping, known: Known, files: CardFiles, progress: Callable[[int], None]
) -> None:
    optional = {*NOT_COLLECTED, *mapping.cards.empty}
    wanted = {key: mapping.cards.columns[key] for key in CARD_FIELDS if key in mapping.cards.columns}
    columns = locate(stream, wanted, optional=optional & {*NOT_COLLECTED})
    kept = locate(stream, {title: (title,) for title in mapping.cards.keep})
    collector = Collector(stream, columns)
    numbers = [columns[key] for key in columns if key not in {"site", "product", *MONTH}]
    reader = _CardReader(collector, mapping, known, columns)
    for count, row in enumerate(_cells.with_points(stream.rows, numbers, mapping.numbers), 1):
        if is_total(row):
            continue
        card = reader.card(row)
        if card is not None:
            others = {title: shown(row.cell(index)) for title, index in kept.items()}
            files.rows.append(GivenRow(card, others, _fingerprint(card, others)))
        if count % 2000 == 0:
            progress(count)
    try:
        collector.raise_if_any()
    except Refused as refused:
        files.mistakes += refused.reasons


@dataclass(slots=True)
class _CardReader:
    """Reads one row after the other; codes are cleaned once each."""

    collector: Collector
    mapping: CardMapping
    known: Known
    columns: Mapping[str, int]
    _sites: dict[str, str] = field(default_factory=dict)
    _products: dict[str, tuple[str, int]] = field(default_factory=dict)

    def card(self, row: Row) -> CardRow | None:
        """The row, or None when something in it is wrong."""
        month = _cells.month(self.collector, row, self.columns)
        site = self._site(row)
        product, unit = self._product(row)
        stock = {key: self._quantity(row, key) for key in STOCK}
        adjusted = self._adjusted(row)
        days = _cells.whole(self.collector, row, "stockout_days", self.columns)
        ordered = _cells.whole(self.collector, row, "ordered", self.columns)
        if month is None or not self.collector.clean(row):
            return None
        return CardRow(
            site,
            product,
            month,
            stock["opening"] * unit,
            stock["received"] * unit,
            stock["issued"] * unit,
            adjusted * unit,
            stock["closing"] * unit,
            days,
            None if ordered is None else ordered * unit,
            row.number,
        )

    def _quantity(self, row: Row, key: str) -> int:
        value = _cells.whole(self.collector, row, key, self.columns, required=key not in self.mapping.cards.empty)
        return self.mapping.cards.empty.get(key, 0) if value is None else value

    def _adjusted(self, row: Row) -> int:
        if "adjusted" in self.mapping.cards.columns:
            return self._quantity(row, "adjusted")
        signs = {"gains": 1, "losses": -1}
        present = [key for key in signs if key in self.mapping.cards.columns]
        return sum(signs[key] * self._quantity(row, key) for key in present)

    def _site(self, row: Row) -> str:
        cell = row.cell(self.columns["site"])
        if isinstance(cell, str) and cell in self._sites:
            return self._sites[cell]
        given = self.collector.code(row, "site", required=True)
        code = given.upper()
        if given and code not in self.known.facilities:
            self.collector.refuse(row, "site", UNKNOWN_SITE, code="unknown_site", value=given)
        elif isinstance(cell, str):
            self._sites[cell] = code
        return code

    def _product(self, row: Row) -> tuple[str, int]:
        cell = row.cell(self.columns["product"])
        if isinstance(cell, str) and cell in self._products:
            return self._products[cell]
        given = self.collector.code(row, "product", required=True)
        products = self.mapping.products
        code, unit = products.codes.get(given, given), products.pieces_per_unit.get(given, 1)
        if given and code not in self.known.products:
            self.collector.refuse(row, "product", UNKNOWN_PRODUCT, code="unknown_product", value=given)
        elif isinstance(cell, str):
            self._products[cell] = code, unit
        return code, unit


def _fingerprint(card: CardRow, others: dict[str, str]) -> str:
    text = json.dumps([card.content, others], sort_keys=True, ensure_ascii=False)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
