"""CSV and its cousins: which encoding, which delimiter, which cells."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from typing import BinaryIO

from zhixuan.shared.spreadsheets.limits import Limits
from zhixuan.shared.spreadsheets.unfit import Unfit

BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
DELIMITERS = ",;\t|"
SEPARATOR_LINE = re.compile(r"sep=(.)\s*", re.IGNORECASE)
CHINESE = re.compile("[\u4e00-\u9fff]")
WESTERN_PAIR = re.compile(rb"[\x81-\xfe][\x40-\x7e]")
CHINESE_PAIR = re.compile(rb"[\xa1-\xfe][\xa1-\xfe]|[\x81-\xfe][\x30-\x39][\x81-\xfe][\x30-\x39]")


def read_rows(file: BinaryIO, limits: Limits, encoding: str = "") -> Iterator[tuple[int, list[str]]]:
    """Row number as Excel shows it (a cell over two lines is one row) and the texts of its cells.

    Raises:
        Unfit: the encoding cannot be known, the quotes do not close, or a cell is too long.
    """
    raw = file.read()
    encoding = encoding or encoding_of(raw)
    try:
        text = raw.decode(encoding)
    except (UnicodeError, LookupError) as error:
        raise Unfit("encoding", row=_row_of(raw, getattr(error, "start", 0))) from error
    del raw
    if "\x00" in text:
        raise Unfit("nul", row=text.count("\n", 0, text.index("\x00")) + 1)
    delimiter, skipped = _delimiter(text)
    csv.field_size_limit(limits.cell_characters)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False)
    try:
        for number, row in enumerate(rows, 1):
            if number > skipped:
                yield number, row
    except csv.Error as error:
        code = "cell-too-long" if "limit" in str(error) else "quotes"
        raise Unfit(code, row=rows.line_num, limit=limits.cell_characters) from error


def encoding_of(raw: bytes) -> str:
    """UTF-8, UTF-16 with its mark, or GB18030 (of which GBK and GB2312 are parts).

    Raises:
        Unfit: none of these, or two of them in one file.
    """
    for mark, name in BOMS:
        if raw.startswith(mark):
            return name
    if b"\x00" in raw:
        raise Unfit("nul", row=_row_of(raw, raw.index(b"\x00")))
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return _chinese_or_refused(raw, error)
    return "utf-8"


def _chinese_or_refused(raw: bytes, error: UnicodeDecodeError) -> str:
    """GB18030 accepts nearly any bytes, so it has to be likely too, not only possible."""
    if error.reason == "unexpected end of data":
        raise Unfit("damaged") from error
    _refuse_mixture(raw)
    try:
        raw.decode("gb18030")
    except UnicodeDecodeError as second:
        raise Unfit("encoding", row=_row_of(raw, second.start)) from second
    # Western letters with accents (é then r) also pass as GBK, as rare characters; real Chinese text is mostly
    # common characters, whose second byte is high.
    if len(WESTERN_PAIR.findall(raw)) > len(CHINESE_PAIR.findall(raw)):
        raise Unfit("encoding", row=_row_of(raw, error.start))
    return "gb18030"


def _refuse_mixture(raw: bytes) -> None:
    """Rows of Chinese in UTF-8 beside rows that are not UTF-8: no one encoding can be right."""
    seen: dict[bool, int] = {}
    for number, line in enumerate(raw.splitlines(), 1):
        if line.isascii():
            continue
        try:
            known = bool(CHINESE.search(line.decode("utf-8")))
        except UnicodeDecodeError:
            seen.setdefault(False, number)
        else:
            if known:
                seen.setdefault(True, number)
    if len(seen) == 2:
        raise Unfit("encoding-mixed", row=max(seen.values()))


def _delimiter(text: str) -> tuple[str, int]:
    """The delimiter, and how many leading rows only serve to name it (Excel's `sep=;`)."""
    for line in io.StringIO(text[:100_000]):
        if match := SEPARATOR_LINE.fullmatch(line):
            return match.group(1), 1
        bare = re.sub(r'"[^"]*"', "", line)
        counts = {mark: bare.count(mark) for mark in DELIMITERS}
        if any(counts.values()):
            return max(DELIMITERS, key=counts.__getitem__), 0
    return ",", 0


def _row_of(raw: bytes, position: int) -> int:
    return raw.count(b"\n", 0, position) + 1
