"""The tables of counting as people fill them in: which columns there are, in both languages."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from zhixuan.shared.spreadsheets.columns import locate
from zhixuan.shared.spreadsheets.fields import Collector
from zhixuan.shared.spreadsheets.tables import Table
from zhixuan.shared.spreadsheets.writing import ColumnKind, ColumnSpec, Value

TITLES: dict[str, tuple[str, ...]] = {
    "line": ("行号", "Line"),
    "item": ("品规编码或商品条码", "Item code or GTIN", "品规编码", "商品条码", "Item code", "GTIN"),
    "product": ("品种", "Product"),
    "lot": ("批号", "Lot number", "Lot"),
    "expires": ("有效期至", "Expires on", "Expiry"),
    "place": ("存放处", "Where"),
    "pack": ("每盒数量", "Pieces in a pack"),
    "book": ("账面数", "Books"),
    "packs": ("实盘盒数", "Packs counted", "盒数", "Packs"),
    "pieces": ("实盘散数", "Pieces counted", "零散数", "数量", "Pieces"),
}
"""By key: the titles by which a column is known, Chinese first."""

ALL_TITLES = tuple(title for titles in TITLES.values() for title in titles)
OPENING_KEYS = ("item", "lot", "expires", "packs", "pieces")
SHEET_KEYS = ("line", "product", "item", "lot", "expires", "place", "pack", "book", "packs", "pieces")
WIDTHS = {"product": 30, "item": 20, "lot": 18, "line": 8}
NUMBERS = {"line", "pack", "book", "packs", "pieces"}

Rows = Sequence[Sequence[Value]]


def collector(table: Table, *keys: str) -> Collector:
    """A reader of the table's cells.

    Raises:
        Refused: columns that are missing or there twice.
    """
    wanted = {key: TITLES[key] for key in keys}
    optional = {"line", "place", "packs"}
    return Collector(table, locate(table, wanted, optional=optional), most=5_000)


def columns(keys: Sequence[str], *, zh: bool, opening: bool = False) -> list[ColumnSpec]:
    """Columns to write, with what to enter where a person fills them in."""
    helps = _helps(opening=opening)
    examples: dict[str, Value] = {
        "item": "06901234567892",
        "lot": "20260415",
        "expires": "2029-04-30",
        "packs": 12,
        "pieces": 5,
    }
    return [
        ColumnSpec(
            TITLES[key][0 if zh else 1],
            ColumnKind.WHOLE
            if key in NUMBERS
            else ColumnKind.DATE
            if key == "expires" and not opening
            else ColumnKind.TEXT,
            WIDTHS.get(key, 14),
            required=opening and key == "item",
            help=helps.get(key, ""),
            example=examples.get(key) if opening else None,
        )
        for key in keys
    ]


def _helps(*, opening: bool) -> dict[str, str]:
    return {
        "item": _("The code of the item in the catalogue, or the number of its barcode."),
        "lot": _("As printed on the pack; empty when nobody can read it."),
        "expires": _("As printed, such as 2029-04-30; empty when nobody can read it."),
        "packs": _("Whole packs. Packs and loose pieces are added up."),
        "pieces": _("Loose pieces, or all pieces when no packs are given.")
        if opening
        else _("Loose pieces, or all pieces when no packs are given. Empty: not counted."),
    }
