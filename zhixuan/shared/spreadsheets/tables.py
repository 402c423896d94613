"""Tables as they come out of a spreadsheet: a heading and rows under it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from zhixuan.shared.spreadsheets.cells import Cell, shown

TOTAL_WORDS = frozenset({"合计", "总计", "小计", "共计", "累计", "本页合计", "total", "subtotal", "grandtotal", "sum"})


@dataclass(frozen=True, slots=True)
class Row:
    """A row that holds something. `number` counts from 1 as Excel shows it; cells beyond the row's end are None."""

    number: int
    cells: tuple[Cell, ...]

    def cell(self, index: int) -> Cell:
        """The cell in the column with this index from 0; None beyond the end."""
        return self.cells[index] if index < len(self.cells) else None


@dataclass(frozen=True, slots=True)
class Heading:
    """Where rows come from: the sheet (for CSV the file's name), its column titles and the row that holds them."""

    sheet: str
    header: tuple[str, ...]
    header_row: int
    hidden: bool


@dataclass(frozen=True, slots=True)
class Table(Heading):
    """A whole sheet in memory. Rows that are entirely empty are left out."""

    rows: list[Row]


@dataclass(frozen=True, slots=True)
class TableStream(Heading):
    """A sheet whose rows come one at a time; read them before going on to the next sheet."""

    rows: Iterator[Row]


def plain_title(title: str) -> str:
    """A title for comparing: no blanks, no required-mark, width and case evened out."""
    text = unicodedata.normalize("NFKC", title)
    text = re.sub(r"\((?:必填|required)\)|[*＊:：\s]", "", text, flags=re.IGNORECASE)
    return text.casefold()


def is_total(row: Row) -> bool:
    """Whether the first filled cell of the row says that the row sums up others."""
    first = next((cell for cell in row.cells if cell is not None), None)
    return isinstance(first, str) and plain_title(first) in TOTAL_WORDS


def fill_down(rows: Iterable[Row], columns: Collection[int]) -> Iterator[Row]:
    """Repeat the value above in empty cells of these columns (indexes from 0): what merged cells mean to a reader."""
    above: dict[int, Cell] = {}
    for row in rows:
        cells = list(row.cells)
        for column in columns:
            value = row.cell(column)
            if value is None and above.get(column) is not None:
                cells += [None] * (column + 1 - len(cells))
                cells[column] = above[column]
            above[column] = value if value is not None else above.get(column)
        yield Row(row.number, tuple(cells))


def titles_of(row: Row) -> tuple[str, ...]:
    """The cells of a heading row as text, without line breaks."""
    return tuple(" ".join(shown(cell).split()) for cell in row.cells)
