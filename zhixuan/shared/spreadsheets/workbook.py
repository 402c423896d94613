"""xlsx, xls and ods by way of calamine. Runs in the child process only."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO
from xml.etree import ElementTree

import python_calamine

from zhixuan.shared.spreadsheets.cells import Cell, Unreadable, from_workbook
from zhixuan.shared.spreadsheets.limits import Limits
from zhixuan.shared.spreadsheets.unfit import Unfit

CELL = re.compile(rb'<c\s[^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"[^>]*?>')
ERROR_TYPE = re.compile(rb'\st="e"')
TEXT_TYPE = re.compile(rb'\st="(?:str|s|inlineStr)"')
NO_RESULT = re.compile(rb"<f\b[^>]*(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>")
PIECE = 1024 * 1024
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One worksheet: its name, whether it is hidden, and its rows as (number, cells)."""

    name: str
    hidden: bool
    rows: Iterator[tuple[int, list[Cell]]]


def sheets(file: BinaryIO, limits: Limits, *, office_xml: bool) -> Iterator[Sheet]:
    """The worksheets with something in them, in the order of the tabs.

    Raises:
        Unfit: damaged, locked by a password, or reaching beyond the limits.
    """
    file.seek(0)
    try:
        book = python_calamine.load_workbook(io.BytesIO(file.read()))
    except python_calamine.PasswordError as error:
        raise Unfit("locked") from error
    broken = unreadable_cells(file) if office_xml else {}
    for index, found in enumerate(book.sheets_metadata):
        if found.typ is not python_calamine.SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_index(index)
        if sheet.start is None or sheet.end is None:
            continue
        _check_reach(sheet, limits)
        hidden = found.visible is not python_calamine.SheetVisibleEnum.Visible
        yield Sheet(found.name, hidden, _rows(sheet, broken.get(found.name, {})))


def _check_reach(sheet: python_calamine.CalamineSheet, limits: Limits) -> None:
    last_row, last_column = sheet.end or (0, 0)
    if last_row >= limits.rows:
        raise Unfit("rows", sheet=sheet.name, row=last_row + 1, limit=limits.rows)
    if last_column >= limits.columns:
        raise Unfit("columns", sheet=sheet.name, row=(sheet.start or (0, 0))[0] + 1, limit=limits.columns)


def _rows(
    sheet: python_calamine.CalamineSheet, broken: dict[int, dict[int, Unreadable]]
) -> Iterator[tuple[int, list[Cell]]]:
    """Rows counted from the top of the sheet; the parser leaves out empty columns at the left, so put them back."""
    left: list[Cell] = [None] * (sheet.start or (0, 0))[1]
    for number, values in enumerate(sheet.iter_rows(), 1):
        cells = left + [from_workbook(value) for value in values]
        for column, unreadable in broken.get(number, {}).items():
            if column < len(cells) and cells[column] is None:
                cells[column] = unreadable
        yield number, cells


def unreadable_cells(file: BinaryIO) -> dict[str, dict[int, dict[int, Unreadable]]]:
    """Cells by sheet, row and column that calamine shows as empty and are not: errors, formulas without a result."""
    found: dict[str, dict[int, dict[int, Unreadable]]] = {}
    with zipfile.ZipFile(file) as archive:
        for name, part in _sheet_parts(archive).items():
            for row, column, unreadable in _broken_in(archive, part):
                found.setdefault(name, {}).setdefault(row, {})[column] = unreadable
    return found


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Which part holds which sheet. Nothing found is no error: the parser itself has read the workbook."""
    try:
        links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314 - DTDs are refused before
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314
    except (KeyError, ElementTree.ParseError):
        return {}
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    parts = {}
    for sheet in book.iterfind(".//{*}sheet"):
        target = targets.get(sheet.get(RELATION, ""), "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if part in archive.NameToInfo:
            parts[sheet.get("name", "")] = part
    return parts


def _broken_in(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[int, int, Unreadable]]:
    rest = b""
    with archive.open(part) as stream:
        while piece := stream.read(PIECE):
            text = rest + piece
            end = text.rfind(b"</c>") + 4
            if end < 4:
                rest = text[-PIECE:]
                continue
            yield from _broken_cells(text[:end])
            rest = text[end:]


def _broken_cells(text: bytes) -> Iterator[tuple[int, int, Unreadable]]:
    """Only pieces that can hold such a cell are looked through in full: most files have none."""
    checks: list[Callable[[bytes], Unreadable | None]] = []
    if b't="e"' in text:
        checks.append(_error_value)
    if any(mark in text for mark in (b"</f></c>", b"<v></v>", b"<v/>", b"<v />")):
        checks.append(_missing_result)
    if not checks:
        return
    for cell in text.split(b"</c>"):
        start = cell.rfind(b"<c ")
        match = CELL.match(cell, start) if start >= 0 else None
        unreadable = next(filter(None, (check(cell[start:] + b"</c>") for check in checks)), None) if match else None
        if match and unreadable:
            yield int(match.group(2)), _column_number(match.group(1)), unreadable


def _error_value(cell: bytes) -> Unreadable | None:
    if not ERROR_TYPE.search(cell[: cell.find(b">")]):
        return None
    value = re.search(rb"<v>([^<]{1,12})</v>", cell)
    return Unreadable("error-value", value.group(1).decode("ascii", "replace") if value else "#")


def _missing_result(cell: bytes) -> Unreadable | None:
    """A formula that no program has worked out yet; one that gives an empty text is of type str and is no such."""
    if TEXT_TYPE.search(cell[: cell.find(b">")]):
        return None
    return Unreadable("no-result", "=") if NO_RESULT.search(cell) else None


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
