"""What stands on a paper. How it is laid out is decided in one place, `sheet.typ`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Any, TypeVar

WIDTH = re.compile(r"auto|\d+(\.\d+)?(fr|mm|cm)")
Row = TypeVar("Row")
ALIGNS = frozenset({"left", "right", "center"})


class Paper(StrEnum):
    """A4 stands upright, or lies where the sheet asks for it; A5 lies, as slip books do."""

    A4 = "a4"
    A5 = "a5"


@dataclass(frozen=True, slots=True)
class PrintColumn:
    """A column of the table.

    Args:
        width: of Typst: "auto" as wide as needed, "2fr" a share of what is left, "18mm".
        align: left, right or center.
    """

    title: str
    width: str = "auto"
    align: str = "left"

    def __post_init__(self) -> None:
        if not WIDTH.fullmatch(self.width) or self.align not in ALIGNS:
            raise ValueError(f"no column is {self.width} wide and set {self.align}")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One paper of any number of pages; all texts are in the language it is printed in.

    Args:
        facts: label and value, the head of the paper.
        rows: as many cells as there are columns; one cell alone heads the rows that follow, across all columns, and
            stands again where they go on on the next page.
        totals: a last row in bold; empty for none.
        remarks: lines under the table.
        signatures: labels of lines to sign on.
        link: absolute address that the QR code opens; empty for none.
        mark: laid across every page in large pale letters, such as DRAFT.
        landscape: A4 lies.
        large: to be read from a wall: a poster, not a record.
    """

    title: str
    issuer: str
    number: str = ""
    subtitle: str = ""
    facts: Sequence[tuple[str, str]] = ()
    columns: Sequence[PrintColumn] = ()
    rows: Sequence[Sequence[str]] = ()
    totals: Sequence[str] = ()
    remarks: Sequence[str] = ()
    signatures: Sequence[str] = ()
    link: str = ""
    mark: str = ""
    landscape: bool = False
    large: bool = False

    def __post_init__(self) -> None:
        for row in (*(one for one in self.rows if len(one) != 1), *([self.totals] if self.totals else [])):
            if len(row) != len(self.columns):
                raise ValueError(f"{len(row)} cells in a row of {len(self.columns)} columns")


def under_headings(
    rows: Iterable[Row],
    *,
    of: Callable[[Row], Any],
    heading: Callable[[Any], str],
    cells: Callable[[Row], Sequence[str]],
) -> list[Sequence[str]]:
    """Rows of a sheet where what many share, such as the place, heads them instead of taking a column from them.

    Args:
        rows: in the order of what they share.
    """
    found: list[Sequence[str]] = []
    for head, its in groupby(rows, key=of):
        found += [[heading(head)], *map(cells, its)]
    return found
