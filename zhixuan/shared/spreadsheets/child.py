"""The child process: takes the file on its standard input apart and writes rows as JSON lines, within hard limits.

Started as `python -I -m zhixuan.shared.spreadsheets.child OPTIONS`. It opens no path, imports no Django, and leaves
with 0 when all rows are written, 3 when its only line is a reason; anything else means that it died.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from collections.abc import Iterator
from typing import BinaryIO

from zhixuan.shared.spreadsheets.cells import Cell, from_text, packed
from zhixuan.shared.spreadsheets.kinds import Kind, kind_of
from zhixuan.shared.spreadsheets.limits import Limits
from zhixuan.shared.spreadsheets.unfit import Unfit

REFUSED = 3
BATCH_CHARACTERS = 64 * 1024
NICENESS = 5


class _Meter:
    """Counts what has been read and stops at the limits."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.cells = 0
        self.characters = 0

    def count(self, sheet: str, number: int, cells: list[Cell]) -> int:
        """Check one row; the number of characters in it."""
        limits = self.limits
        characters = sum(len(cell) for cell in cells if isinstance(cell, str))
        self.cells += len(cells)
        self.characters += characters
        where: dict[str, int | str] = {"sheet": sheet, "row": number}
        if number > limits.rows:
            raise Unfit("rows", limit=limits.rows, **where)
        if len(cells) > limits.columns:
            raise Unfit("columns", limit=limits.columns, **where)
        if self.cells > limits.cells:
            raise Unfit("cells", limit=limits.cells, **where)
        if self.characters > limits.characters:
            raise Unfit("characters", limit=limits.characters, **where)
        return characters + 4 * len(cells)


def main() -> int:
    """Read options, bound this process, write the rows or the reason."""
    options = json.loads(sys.argv[1])
    limits = Limits(**options["limits"])
    _bind(limits)
    out = sys.stdout.buffer
    try:
        for line in _lines(sys.stdin.buffer, limits, options["encoding"]):
            out.write(json.dumps(line, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode() + b"\n")
        out.flush()
    except Unfit as unfit:
        return _give_up(out, unfit)
    except (MemoryError, OSError):
        return _give_up(out, Unfit("too-heavy"))
    except BaseException:  # a panic of the parser is not an Exception; whatever it is, the file is to blame
        return _give_up(out, Unfit("damaged"))
    return 0


def _bind(limits: Limits) -> None:
    """Memory, time, output and files: set by the child itself, since a fork hook is not safe beside threads."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.spool_bytes, limits.spool_bytes))
    resource.setrlimit(resource.RLIMIT_AS, (limits.address_bytes, limits.address_bytes))
    os.nice(NICENESS)


def _give_up(out: BinaryIO, unfit: Unfit) -> int:
    """Replace all that was written by the reason."""
    descriptor = out.fileno()
    os.lseek(descriptor, 0, os.SEEK_SET)
    os.ftruncate(descriptor, 0)
    os.write(descriptor, json.dumps([unfit.code, unfit.fields]).encode() + b"\n")
    os._exit(REFUSED)  # what the buffer still holds must not follow


def _lines(file: BinaryIO, limits: Limits, encoding: str) -> Iterator[dict[str, object]]:
    kind = kind_of(file, limits)
    meter = _Meter(limits)
    if kind is Kind.DELIMITED:
        yield from _delimited(file, meter, encoding)
        return
    from zhixuan.shared.spreadsheets import workbook

    for sheet in workbook.sheets(file, limits, office_xml=kind is Kind.OFFICE_XML):
        yield {"sheet": sheet.name, "hidden": sheet.hidden}
        yield from _batches(sheet.name, sheet.rows, meter)


def _delimited(file: BinaryIO, meter: _Meter, encoding: str) -> Iterator[dict[str, object]]:
    from zhixuan.shared.spreadsheets.delimited import read_rows

    yield {"sheet": "", "hidden": False}
    rows = ((number, [from_text(text) for text in texts]) for number, texts in read_rows(file, meter.limits, encoding))
    yield from _batches("", rows, meter)


def _batches(sheet: str, rows: Iterator[tuple[int, list[Cell]]], meter: _Meter) -> Iterator[dict[str, object]]:
    """Rows that hold something, without empty cells at their end, many to a line."""
    batch: list[list[object]] = []
    size = 0
    for number, cells in rows:
        while cells and cells[-1] is None:
            cells.pop()
        if not cells:
            continue
        size += meter.count(sheet, number, cells)
        batch.append([number, *map(packed, cells)])
        if size > BATCH_CHARACTERS:
            yield {"rows": batch}
            batch, size = [], 0
    if batch:
        yield {"rows": batch}


if __name__ == "__main__":
    sys.exit(main())
