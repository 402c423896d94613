"""The tables in which areas and facilities go out and come in: what is exported can be imported unchanged."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from django.utils.translation import gettext, override

from zhixuan.modules.directory.models import Area, Facility, PermittedProduct
from zhixuan.modules.directory.queries.areas import areas_for
from zhixuan.modules.directory.queries.facilities import facilities_for
from zhixuan.rules.refusal import N_
from zhixuan.shared.access import Actor
from zhixuan.shared.spreadsheets.writing import ColumnKind, ColumnSpec, Value

LANGUAGES = ("zh-hans", "en")


class TableKind(StrEnum):
    """The tables, in the order in which they build on each other."""

    AREAS = "areas"
    FACILITIES = "facilities"
    SUPPLY_LINES = "supply_lines"
    PERMITTED_PRODUCTS = "permitted_products"


TITLES: dict[TableKind, str] = {
    TableKind.AREAS: N_("Areas"),
    TableKind.FACILITIES: N_("Facilities"),
    TableKind.SUPPLY_LINES: N_("Supply lines"),
    TableKind.PERMITTED_PRODUCTS: N_("Permitted products"),
}

COLUMNS: dict[TableKind, dict[str, str]] = {
    TableKind.AREAS: {
        "code": N_("Area code"),
        "name_zh": N_("Name (Chinese)"),
        "name_en": N_("Name (English)"),
        "level": N_("Level of area"),
        "parent": N_("Lies in (area code)"),
        "valid_from": N_("Since"),
    },
    TableKind.FACILITIES: {
        "code": N_("Facility code"),
        "name_zh": N_("Name (Chinese)"),
        "name_en": N_("Name (English)"),
        "kind": N_("Kind of facility"),
        "level": N_("Stock norm of level"),
        "area": N_("Area code"),
        "longitude": N_("Longitude"),
        "latitude": N_("Latitude"),
        "address": N_("Address"),
        "opening_hours": N_("Opening hours"),
        "phone": N_("Phone"),
        "valid_from": N_("Open since"),
        "valid_to": N_("Closed on"),
    },
    TableKind.SUPPLY_LINES: {"facility": N_("Facility code"), "supplied_by": N_("Supplied by (facility code)")},
    TableKind.PERMITTED_PRODUCTS: {"facility": N_("Facility code"), "product": N_("Product code")},
}

OPTIONAL: dict[TableKind, frozenset[str]] = {
    TableKind.AREAS: frozenset({"name_en", "valid_from"}),
    TableKind.FACILITIES: frozenset(COLUMNS[TableKind.FACILITIES]) - {"code", "name_zh", "kind", "area"},
    TableKind.SUPPLY_LINES: frozenset(),
    TableKind.PERMITTED_PRODUCTS: frozenset(),
}
"""Columns a file may leave out: then what is known stays as it is."""

REQUIRED_CELLS = frozenset({"code", "name_zh", "kind", "area", "facility", "product"})
SIGNATURE: dict[TableKind, str] = {
    TableKind.AREAS: "parent",
    TableKind.FACILITIES: "kind",
    TableKind.SUPPLY_LINES: "supplied_by",
    TableKind.PERMITTED_PRODUCTS: "product",
}
"""The column by which a sheet is known to be that table."""

_KINDS = {
    "longitude": ColumnKind.DECIMAL,
    "latitude": ColumnKind.DECIMAL,
    "valid_from": ColumnKind.DATE,
    "valid_to": ColumnKind.DATE,
}
_WIDTHS = {"name_zh": 26, "name_en": 30, "address": 34, "opening_hours": 26}
_HELP: dict[str, str] = {
    "code": N_("Letters A-Z and digits. The code says which row is meant: a known code is changed, a new one added."),
    "parent": N_("Code of the area it lies in; empty for the topmost."),
    "area": N_("Code of the area the facility lies in."),
    "supplied_by": N_("Code of the facility that feeds it; empty when none does."),
    "product": N_("Code from the catalogue. A facility named here may hold the products named here and no others."),
    "longitude": N_("Degrees east, such as 112.345678."),
    "latitude": N_("Degrees north, such as 30.123456."),
    "level": N_("Empty: the usual one of its kind."),
}
_EXAMPLES: dict[str, Value] = {
    "code": "990203",
    "parent": "9902",
    "area": "990203",
    "facility": "990203-S01",
    "supplied_by": "9902-W01",
    "longitude": "112.345678",
    "latitude": "30.123456",
    "opening_hours": "Mo-Fr 08:30-17:00",
    "valid_from": "2026-01-01",
}


def titles_of_column(kind: TableKind, column: str) -> list[str]:
    """The column's titles in all languages, that of the page first."""
    title = COLUMNS[kind][column]
    here = gettext(title)
    others = []
    for language in LANGUAGES:
        with override(language):
            others.append(gettext(title))
    return list(dict.fromkeys([here, *others]))


def words_of(kind: TableKind, column: str) -> dict[str, str]:
    """Codes by the words for them in all languages and by themselves; empty when any text may stand in the column."""
    pairs = Facility.Kind.choices if column == "kind" else Area.Level.choices if column == "level" else []
    words: dict[str, str] = {}
    for language in LANGUAGES:
        with override(language):
            words |= {str(label): code for code, label in pairs}
    return words | {code: code for code, _ in pairs}


def column_specs(kind: TableKind) -> list[ColumnSpec]:
    """The columns of a table in the page's language, for files and templates."""
    return [_spec(kind, column, title) for column, title in COLUMNS[kind].items()]


def _spec(kind: TableKind, column: str, title: str) -> ColumnSpec:
    pairs = Facility.Kind.choices if column == "kind" else Area.Level.choices if column == "level" else []
    return ColumnSpec(
        gettext(title),
        _KINDS.get(column, ColumnKind.TEXT),
        _WIDTHS.get(column, 18),
        required=must_be_filled(kind, column),
        help=gettext(_HELP[column]) if column in _HELP else "",
        example=_EXAMPLES.get(column),
        choices=tuple(str(label) for _, label in pairs),
    )


def must_be_filled(kind: TableKind, column: str) -> bool:
    """Whether a cell of that column may not be empty."""
    return column in REQUIRED_CELLS or (kind is TableKind.AREAS and column == "level")


def rows_of(kind: TableKind, actor: Actor) -> Iterator[tuple[Value, ...]]:
    """The rows of a table, as far as the actor can see."""
    makers = {
        TableKind.AREAS: _area_rows,
        TableKind.FACILITIES: _facility_rows,
        TableKind.SUPPLY_LINES: _supply_rows,
        TableKind.PERMITTED_PRODUCTS: _permitted_rows,
    }
    return makers[kind](actor)


def _area_rows(actor: Actor) -> Iterator[tuple[Value, ...]]:
    for area in areas_for(actor).select_related("parent"):
        parent = area.parent.code if area.parent else ""
        yield area.code, area.name_zh, area.name_en, area.get_level_display(), parent, area.valid_from


def _facility_rows(actor: Actor) -> Iterator[tuple[Value, ...]]:
    for one in facilities_for(actor).order_by("area_path", "code"):
        cells = (one.code, one.name_zh, one.name_en, one.get_kind_display(), one.get_level_display(), one.area.code)
        more = (one.longitude, one.latitude, one.address, one.opening_hours, one.phone, one.valid_from, one.valid_to)
        yield *cells, *more


def _supply_rows(actor: Actor) -> Iterator[tuple[Value, ...]]:
    for one in facilities_for(actor).select_related("supplied_by").order_by("area_path", "code"):
        yield one.code, one.supplied_by.code if one.supplied_by else ""


def _permitted_rows(actor: Actor) -> Iterator[tuple[Value, ...]]:
    rows = PermittedProduct.objects.filter(facility__in=facilities_for(actor).values("pk"))
    yield from rows.order_by("facility__code", "product__code").values_list("facility__code", "product__code")
