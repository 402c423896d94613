"""Reading a spreadsheet that anyone may have sent: rows, or a refusal that says what to do.

The file is taken apart by a child process (see `child`) into a temporary file of JSON lines; only when the child has
finished well is the first row handed out. So nothing a file holds can fail half-way, and a caller that streams holds
one row at a time.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any

from zhixuan.shared.spreadsheets.cells import unpacked
from zhixuan.shared.spreadsheets.child import REFUSED
from zhixuan.shared.spreadsheets.limits import DEFAULT, Limits
from zhixuan.shared.spreadsheets.tables import Row, Table, TableStream, plain_title, titles_of
from zhixuan.shared.spreadsheets.unfit import REASONS, Unfit

HEADING_WITHIN = 30


@contextmanager
def open_tables(
    path: Path,
    *,
    name: str = "",
    header_row: int | None = None,
    titles: Collection[str] = (),
    encoding: str = "",
    limits: Limits = DEFAULT,
) -> Iterator[Iterator[TableStream]]:
    """The sheets of a file one after the other, each with its rows as a stream.

    Args:
        path: the file; its extension says nothing.
        name: what the person calls the file, for messages; the path's name when empty.
        header_row: number of the row with the column titles, counted from 1; found when None.
        titles: known column titles: of the first 30 rows the one with most of them is the heading. Without them it
            is the first row that holds anything.
        encoding: for CSV, when the sender's encoding is known (such as cp1252); found when empty.

    Raises:
        Refused: before any row is handed out; one sentence naming the file and, where known, sheet and row.
    """
    name = name or path.name
    with tempfile.TemporaryFile() as spool:
        try:
            _take_apart(path, spool, encoding, limits)
            spool.seek(0)
            yield _streams(spool, name, header_row, frozenset(map(plain_title, titles)))
        except Unfit as unfit:
            unfit.fields["sheet"] = unfit.fields.get("sheet") or name
            raise unfit.refusal(name) from None


def read_tables(
    path: Path,
    *,
    name: str = "",
    header_row: int | None = None,
    titles: Collection[str] = (),
    encoding: str = "",
    limits: Limits = DEFAULT,
) -> list[Table]:
    """All sheets with all rows in memory; arguments and refusals as in `open_tables`."""
    with open_tables(
        path, name=name, header_row=header_row, titles=titles, encoding=encoding, limits=limits
    ) as streams:
        return [Table(one.sheet, one.header, one.header_row, one.hidden, list(one.rows)) for one in streams]


def _take_apart(path: Path, spool: IO[bytes], encoding: str, limits: Limits) -> None:
    """Run the child over the file."""
    options = json.dumps({"limits": asdict(limits), "encoding": encoding})
    command = [sys.executable, "-I", "-m", "zhixuan.shared.spreadsheets.child", options]
    with path.open("rb") as file:
        try:
            done = subprocess.run(
                command,
                stdin=file,
                stdout=spool,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env={},
                timeout=limits.wall_seconds,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise Unfit("too-heavy") from error
    if done.returncode == REFUSED:
        raise _reason(spool)
    if done.returncode != 0:
        # Killed by a limit, or a parser that aborted for want of memory.
        raise Unfit("too-heavy")


def _reason(spool: IO[bytes]) -> Unfit:
    spool.seek(0)
    code, fields = json.loads(spool.readline())
    return Unfit(code, **fields) if code in REASONS else Unfit("damaged")


def _streams(spool: IO[bytes], name: str, header_row: int | None, titles: frozenset[str]) -> Iterator[TableStream]:
    lines = (json.loads(line) for line in spool)
    line = next(lines, None)
    found = False
    while line is not None:
        rest: list[dict[str, Any] | None] = []
        rows = _rows(lines, rest)
        heading, rows = _heading(rows, header_row, titles)
        if heading:
            found = True
            yield TableStream(line["sheet"] or name, titles_of(heading), heading.number, line["hidden"], rows)
        for _ in rows:
            pass
        line = rest[0]
    if not found:
        raise Unfit("no-rows") if header_row is None else Unfit("heading-missing", row=header_row)


def _rows(lines: Iterator[dict[str, Any]], rest: list[dict[str, Any] | None]) -> Iterator[Row]:
    """Rows up to the line that begins the next sheet, which is left in `rest`."""
    for line in lines:
        if "sheet" in line:
            rest.append(line)
            return
        for number, *cells in line["rows"]:
            yield Row(number, tuple(map(unpacked, cells)))
    rest.append(None)


def _heading(rows: Iterator[Row], header_row: int | None, titles: frozenset[str]) -> tuple[Row | None, Iterator[Row]]:
    """The heading, and the rows below it."""
    if header_row is not None:
        below = (row for row in rows if row.number >= header_row)
        first = next(below, None)
        return (first if first and first.number == header_row else None), below
    if not titles:
        return next(rows, None), rows
    front = list(islice(rows, HEADING_WITHIN))
    matches = [len(titles & set(map(plain_title, titles_of(row)))) for row in front]
    at = matches.index(max(matches)) if matches else 0
    return (front[at] if front else None), chain(front[at + 1 :], rows)
