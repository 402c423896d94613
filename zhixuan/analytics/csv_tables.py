"""A CSV file as a table of texts, in whatever way a spreadsheet program wrote it, or the reason why it cannot be read.

Excel in Chinese writes GBK, elsewhere UTF-8 with a mark or UTF-16, and semicolons or tabs where the comma is taken:
all of them are read. What no program can know for sure is refused, with the row and what to do.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Iterator, Sequence
from io import BytesIO, StringIO
from pathlib import Path
from typing import Final

import polars as pl

from zhixuan.rules.refusal import N_, Refused, raise_all

ROW: Final = "#"
FIRST_ROW: Final = 2  # below the titles
MISTAKES_SHOWN: Final = 20
SEPARATORS: Final = (",", ";", "\t")
WORKBOOKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
CHARACTERS: Final = ("utf-8-sig", "gb18030")


def read_texts(path: Path, needed: Collection[str]) -> pl.DataFrame:
    """All cells as trimmed text under trimmed titles, and the row they stand in under `ROW`; empty rows are left out.

    Args:
        needed: titles that must be there, each once.

    Raises:
        Refused: no readable table, a title that is missing or there twice, no rows, or rows with too many cells.
    """
    text = _decoded(path)
    try:
        titles = [title.strip() for title in next(_rows(text), [])]
        raise_all(wrong_titles(path.name, titles, needed))
        table = pl.read_csv(
            BytesIO(text.encode()), separator=_separator(text), infer_schema=False, raise_if_empty=False
        )
    except csv.Error as fault:
        raise Refused(N_("{file} cannot be read as CSV: {fault}"), file=path.name, fault=str(fault)) from fault
    except pl.exceptions.PolarsError as fault:
        raise_all(limited(_too_wide(text, len(titles))))
        raise Refused(
            N_("{file} cannot be read as CSV: {fault}"), file=path.name, fault=str(fault).splitlines()[0]
        ) from fault
    table = table.rename(dict(zip(table.columns, told_apart(titles), strict=True)))
    cells = table.with_columns(pl.all().str.strip_chars().fill_null("")).with_row_index(ROW, offset=FIRST_ROW)
    written = cells.filter(pl.any_horizontal(pl.exclude(ROW) != ""))
    if written.is_empty():
        raise Refused(N_("{file} has no rows below its titles."), file=path.name)
    return written


def limited(mistakes: Iterable[Refused], most: int = MISTAKES_SHOWN) -> list[Refused]:
    """The first mistakes by row, and how many more there are."""
    mistakes = sorted(mistakes, key=lambda mistake: int(str(mistake.fields.get("row", 0))))
    left = len(mistakes) - most
    more = [Refused(N_("... and {left} more mistakes."), left=left)] if left > 0 else []
    return [*mistakes[:most], *more]


def _decoded(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as fault:
        raise Refused(N_("{file} cannot be opened: {fault}"), file=path.name, fault=fault.strerror or "") from fault
    if content.startswith(WORKBOOKS):
        raise Refused(
            N_("{file} is a workbook and no CSV: open it in a spreadsheet program and save it as CSV."), file=path.name
        )
    for name in ("utf-16",) if content.startswith(UTF_16) else CHARACTERS:
        try:
            text = content.decode(name)
        except UnicodeDecodeError:
            continue
        if not text.strip():
            raise Refused(N_("{file} is empty."), file=path.name)
        if "\0" not in text:
            return text
    raise Refused(N_("{file} is no text in UTF-8 or GBK: save it as CSV in UTF-8."), file=path.name)


def _separator(text: str) -> str:
    titles = text.split("\n", 1)[0]
    return max(SEPARATORS, key=titles.count)


def _rows(text: str) -> Iterator[list[str]]:
    return csv.reader(StringIO(text, newline=""), delimiter=_separator(text))


def wrong_titles(name: str, titles: Sequence[str], needed: Collection[str]) -> Iterator[Refused]:
    """Titles that are missing, or there twice."""
    missing = [title for title in needed if title not in titles]
    if missing:
        yield Refused(
            N_(
                "{file} has no column {missing}. Its first line reads: {found}. Write the titles there, "
                "or name other ones in a mapping."
            ),
            file=name,
            missing=", ".join(f"“{title}”" for title in missing),
            found=", ".join(titles)[:200],
            field=missing[0],
        )
    for title in needed:
        if titles.count(title) > 1:
            yield Refused(
                N_("{file} has two columns “{column}”: rename or remove one."), file=name, column=title, field=title
            )


def told_apart(titles: Sequence[str]) -> list[str]:
    """Titles that stand twice, and empty ones, get their place behind them; nobody asks for those."""
    return [title if title and titles.count(title) == 1 else f"{title}#{place}" for place, title in enumerate(titles)]


def _too_wide(text: str, width: int) -> Iterator[Refused]:
    for row, cells in enumerate(_rows(text), start=1):
        if len(cells) > width:
            yield Refused(
                N_(
                    "Row {row} has {cells} cells, but there are {titles} titles: "
                    "put text that holds the separator in quotes."
                ),
                row=row,
                cells=len(cells),
                titles=width,
            )
