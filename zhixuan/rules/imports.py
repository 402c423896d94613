"""How a country's monthly stock cards are read: which table and column holds what, as a definition file says it.

The file maps titles to meanings and nothing else; what rows mean to the ledger is `rules.stock.cards`. Titles are
compared by whoever reads the tables.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from string import Formatter
from typing import Final

from zhixuan.rules.definition import DefinitionTable
from zhixuan.rules.directory.areas import AREA_CODE_CHARACTERS_MAX, LEVELS
from zhixuan.rules.directory.facilities import LEVEL_OF_KIND
from zhixuan.rules.periods import Month
from zhixuan.rules.refusal import N_, Refused

STOCK: Final = ("opening", "received", "issued", "closing")
ADJUSTED: Final = ("adjusted", "gains", "losses")
MONTH: Final = ("year", "month", "period")
NOT_COLLECTED: Final = ("stockout_days", "ordered")
CARD_FIELDS: Final = ("site", "product", *MONTH, *STOCK, *ADJUSTED, *NOT_COLLECTED)
SITE_FIELDS: Final = ("code", "kind", "name", "latitude", "longitude")
PIECES_PER_UNIT_MAX: Final = 100_000
Titles = tuple[str, ...]


class Numbers(StrEnum):
    """How numbers are written in text: the sign between thousands and the one before decimals."""

    POINT = "1,234.5"
    COMMA = "1.234,5"


@dataclass(frozen=True, slots=True)
class CardTable:
    """The table of monthly cards.

    Args:
        columns: titles by field; fields without a column are left out.
        empty: what an empty cell of a field means.
        keep: titles of further columns whose values are kept with the row, unread.
        stockout_days_since: first month in which stock-out days were collected; None when they never were.
    """

    table: str
    columns: Mapping[str, Titles]
    empty: Mapping[str, int]
    keep: Titles
    stockout_days_since: Month | None


@dataclass(frozen=True, slots=True)
class SiteKind:
    """What a kind of site of the export is in the directory; `level` is whose turnover norm it follows."""

    kind: str
    level: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class AreaLevel:
    """A column of the sites table that names an area; `code` names the column with its code, "" when there is none."""

    column: str
    code: str
    level: str
    prefix: str


@dataclass(frozen=True, slots=True)
class AreaRoot:
    """The area under which all others of the export lie."""

    code: str
    level: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class SiteTable:
    """The table of sites, and what to make of each."""

    table: str
    columns: Mapping[str, Titles]
    kinds: Mapping[str, SiteKind]
    name_zh: str
    name_en: str
    root: AreaRoot
    levels: tuple[AreaLevel, ...]
    capitals: bool


@dataclass(frozen=True, slots=True)
class ProductTable:
    """The table of products, if there is one, and how the export's codes and units differ from the catalogue's."""

    table: str
    columns: Mapping[str, Titles]
    list_name: str
    codes: Mapping[str, str]
    pieces_per_unit: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class CardMapping:
    """A whole definition. `sites` is None when all facilities must be known already."""

    title_zh: str
    title_en: str
    source: str
    compiled_on: date | None
    numbers: Numbers
    encoding: str
    cards: CardTable
    sites: SiteTable | None
    products: ProductTable


def read_mapping(content: Mapping[str, object], *, file: str) -> CardMapping:
    """The mapping of a definition file (TOML already parsed).

    Raises:
        Refused: every field that is wrong, missing or not known, at once.
    """
    whole = DefinitionTable(content, file=file)
    head = whole.table("file")
    titles = (head.text("title_zh"), head.text("title_en"), head.text("source"))
    compiled_on = head.day("compiled_on", optional=True)
    numbers = head.choice("numbers", [one.value for one in Numbers], optional=True) or Numbers.POINT.value
    encoding = head.text("encoding", optional=True, longest=20)
    head.close()
    cards = _cards(whole.table("cards"))
    sites = None
    if "sites" in whole.fields:
        sites = _sites(whole.table("sites"), whole.table("areas"))
    products = _products(whole.table("products"))
    whole.finish()
    return CardMapping(*titles, compiled_on, Numbers(numbers), encoding, cards, sites, products)


def _cards(table: DefinitionTable) -> CardTable:
    name = table.text("table", longest=100)
    columns = _columns(table.table("columns"), CARD_FIELDS, required=("site", "product", *STOCK))
    has = set(columns)
    if ("period" in has) == bool({"year", "month"} & has) or ({"year", "month"} & has) == {"month"}:
        table.refuse("columns", N_("{file}, {place}: name either year and month, or period."))
    if ("adjusted" in has) == bool({"gains", "losses"} & has):
        table.refuse("columns", N_("{file}, {place}: name either adjusted, or gains and losses."))
    empty = _numbers(table, "empty", least=0, most=0)
    for key in sorted(set(empty) - {*STOCK, *ADJUSTED}):
        table.refuse("empty", N_("{file}, {place}: {key} is not a quantity that may be left empty."), key=key)
    keep = table.texts("keep", optional=True)
    since = _month(table, "stockout_days_since")
    table.close()
    return CardTable(name, columns, empty, keep, since)


def _month(table: DefinitionTable, name: str) -> Month | None:
    written = table.text(name, optional=True)
    if not written:
        return None
    try:
        return Month.parse(written)
    except Refused:
        table.refuse(name, N_("{file}, {place}: a month such as 2019-07 is needed."))
        return None


def _sites(table: DefinitionTable, areas: DefinitionTable) -> SiteTable:
    name = table.text("table", longest=100)
    columns = _columns(table.table("columns"), SITE_FIELDS, required=("code", "kind"))
    names = table.table("names")
    name_zh, name_en = (_pattern(names, language, "name" in columns) for language in ("zh", "en"))
    names.close()
    kinds = {}
    for one in table.tables("kinds"):
        given = one.text("given")
        kind = one.choice("kind", LEVEL_OF_KIND)
        level = one.choice("level", LEVELS, optional=True)
        kinds[given] = SiteKind(kind, level, one.text("zh"), one.text("en"))
        one.close()
    table.close()
    root, levels, capitals = _areas(areas)
    return SiteTable(name, columns, kinds, name_zh, name_en, root, levels, capitals)


def _pattern(names: DefinitionTable, language: str, named: bool) -> str:
    pattern = names.text(language, longest=100)
    known = {"code", "kind", "area", *(["name"] if named else [])}
    try:
        parts = list(Formatter().parse(pattern))
    except ValueError:
        parts = [("", "{", None, None)]
    if any(name is not None and (name not in known or spec or sign) for _text, name, spec, sign in parts):
        choices = ", ".join(sorted(f"{{{one}}}" for one in known))
        names.refuse(language, N_("{file}, {place}: only {choices} may stand in braces."), choices=choices)
    return pattern


def _areas(table: DefinitionTable) -> tuple[AreaRoot, tuple[AreaLevel, ...], bool]:
    written = table.table("root")
    root = AreaRoot(written.code("code"), written.choice("level", LEVELS), written.text("zh"), written.text("en"))
    written.close()
    levels = []
    for one in table.tables("levels"):
        code = one.text("code", optional=True)
        levels.append(AreaLevel(one.text("column"), code, one.choice("level", LEVELS), one.code("prefix")))
        one.close()
    order = [LEVELS.index(level) for level in (root.level, *(one.level for one in levels)) if level in LEVELS]
    if order != sorted(set(order)):
        table.refuse("levels", N_("{file}, {place}: name the levels from the largest area to the smallest."))
    capitals = table.flag("capitals", default=False)
    table.close()
    return root, tuple(levels), capitals


def _products(table: DefinitionTable) -> ProductTable:
    name = table.text("table", optional=True, longest=100)
    columns: dict[str, Titles] = {}
    if name:
        columns = _columns(table.table("columns"), ("code", "name"), required=("code",))
    list_name = table.code("list", optional=True)
    codes: dict[str, str] = {}
    if "codes" in table.fields:
        inner = table.table("codes")
        codes = {given: inner.code(given) for given in inner.fields}
    pieces = _numbers(table, "pieces_per_unit", least=1, most=PIECES_PER_UNIT_MAX)
    table.close()
    return ProductTable(name, columns, list_name, codes, pieces)


def _columns(table: DefinitionTable, known: tuple[str, ...], *, required: tuple[str, ...]) -> dict[str, Titles]:
    columns: dict[str, Titles] = {}
    for key in known:
        if key in table.fields:
            columns[key] = (table.text(key),) if table.peek(key) else table.texts(key)
        elif key in required:
            table.text(key)
    table.close()
    return columns


def _numbers(table: DefinitionTable, name: str, *, least: int, most: int) -> dict[str, int]:
    if name not in table.fields:
        return {}
    inner = table.table(name)
    return {key: inner.whole(key, least=least, most=most) or 0 for key in inner.fields}


def code_of_name(prefix: str, name: str) -> str:
    """A code made of an area's name, the same each time: CI-D and "M'BAHIAKRO" give CI-D-M-BAHIAKRO.

    A name that is too long, or has signs that codes do not know, ends in four digits of its fingerprint, so that two
    such names do not fall together.
    """
    even = unicodedata.normalize("NFKD", name).upper()
    plain = "".join(sign for sign in even if not unicodedata.combining(sign))
    slug = re.sub(r"[^0-9A-Z]+", "-", plain).strip("-")
    room = AREA_CODE_CHARACTERS_MAX - len(prefix) - 1
    if len(slug) > room or not slug or not plain.isascii():
        mark = hashlib.sha256(even.encode()).hexdigest()[:4].upper()
        slug = f"{slug[: room - 5].strip('-')}-{mark}".strip("-")
    return f"{prefix}-{slug}"
