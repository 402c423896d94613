"""What is written is read back equal, is never a formula, and templates keep long numbers."""

# ruff: noqa: DTZ001 - Excel knows no zones

from __future__ import annotations

import csv
import io
import string
import tempfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.modules.shared.spreadsheet_files import saved
from zhixuan.shared.spreadsheets.cells import cleaned
from zhixuan.shared.spreadsheets.reading import read_tables
from zhixuan.shared.spreadsheets.templates import write_template
from zhixuan.shared.spreadsheets.writing import ColumnKind, ColumnSpec, Value, csv_bytes, write_csv, write_xlsx

pytestmark = pytest.mark.either_database

KINDS = (ColumnKind.TEXT, ColumnKind.WHOLE, ColumnKind.DECIMAL, ColumnKind.DATE, ColumnKind.MOMENT)
COLUMNS = [ColumnSpec(kind.value, kind) for kind in KINDS]
ATTACKS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "＝1",
    "＋1",
    "－1",
    "＠1",
    "'=1",
    "''=1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://x","y")',
    "{=1}",
    "http://x.example",
    "-",
    "=",
    "'",
    "0042",
    "420116199003078515",
]

texts = st.one_of(
    st.sampled_from(ATTACKS),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    st.text("=+-@'\t\r\n ＝＋－＠_x041;,\"" + string.ascii_letters, max_size=12),
).map(cleaned)
rows = st.lists(
    st.tuples(
        texts,
        st.none() | st.integers(-(10**15) + 1, 10**15 - 1),
        st.none() | st.decimals(-(10**9), 10**9, places=4),
        st.none() | st.dates(date(1900, 3, 1), date(2199, 12, 31)),
        st.none()
        | st.datetimes(datetime(1900, 3, 1), datetime(2199, 12, 31)).map(lambda moment: moment.replace(microsecond=0)),
    ),
    min_size=1,
    max_size=20,
)


def expected(row: tuple[Value, ...]) -> tuple[Value, ...]:
    """Empty text is an empty cell; midnight is a day; decimals come back as the number they are."""
    cells = [None if cell == "" else float(cell) if isinstance(cell, Decimal) else cell for cell in row]
    cells = [
        cell.date() if isinstance(cell, datetime) and cell == datetime(cell.year, cell.month, cell.day) else cell
        for cell in cells
    ]
    while cells and cells[-1] is None:
        cells.pop()
    return tuple(cells)


@settings(max_examples=25)
@given(rows)
def test_xlsx_comes_back_equal_and_without_formulas(written: list[tuple[Value, ...]]) -> None:
    stream = io.BytesIO()
    assert write_xlsx(stream, sheet="[库存]:1", columns=COLUMNS, rows=written) == len(written)
    book = openpyxl.load_workbook(io.BytesIO(stream.getvalue()))
    assert not [cell for row in book.active for cell in row if cell.data_type == "f"]  # type: ignore[union-attr]
    with tempfile.TemporaryDirectory() as folder:
        [table] = read_tables(saved(Path(folder), stream.getvalue()))
    assert table.header == tuple(kind.value for kind in KINDS)
    assert [row.cells for row in table.rows] == [cells for cells in map(expected, written) if cells]


@settings(max_examples=25)
@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=20))
def test_csv_comes_back_equal_and_without_formulas(written: list[tuple[str, str]]) -> None:
    content = csv_bytes(columns=COLUMNS[:2], rows=written)
    assert content.startswith(b"\xef\xbb\xbf")
    for line in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")):
        assert not any(cell.lstrip()[:1] in tuple("=+-@＝＋－＠") for cell in line if cell.strip())
    with tempfile.TemporaryDirectory() as folder:
        [table] = read_tables(saved(Path(folder), content))
    # A text such as #N/A is an error value in CSV, whoever wrote it.
    assert [row.cells for row in table.rows] == [cells for cells in map(expected, written) if cells]


@pytest.mark.parametrize("attack", ATTACKS)
def test_formula_like_texts_are_strings_everywhere(attack: str, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_xlsx(path, sheet="a", columns=[ColumnSpec(attack)], rows=[[attack]])
    page = openpyxl.load_workbook(path).active
    assert page is not None
    for row in (1, 2):
        assert page.cell(row, 1).data_type == "s"
    assert page.cell(2, 1).hyperlink is None
    assert page.cell(2, 1).value == attack.replace("\r", "\n") or "\r" in attack


def test_numbers_are_numbers_and_the_heading_stays_in_sight(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    columns = [ColumnSpec("编码"), ColumnSpec("数量", ColumnKind.WHOLE), ColumnSpec("有效期", ColumnKind.DATE)]
    write_xlsx(path, sheet="库存", columns=columns, rows=[["0042", 12, date(2027, 6, 1)], [42, 10**17, None]])
    page = openpyxl.load_workbook(path)["库存"]
    assert page.freeze_panes == "A2"
    assert page.auto_filter.ref == "A1:C3"
    assert [page.cell(2, column).value for column in (1, 2, 3)] == ["0042", 12, datetime(2027, 6, 1)]
    assert [page.cell(3, column).value for column in (1, 2)] == ["42", str(10**17)]


def test_csv_of_numbers_dates_and_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    assert (
        write_csv(
            path, columns=COLUMNS, rows=[[None, -5, Decimal("1.50"), date(2025, 6, 1), datetime(2025, 6, 1, 8, 30)]]
        )
        == 1
    )
    assert path.read_bytes().splitlines()[1] == b",-5,1.50,2025-06-01,2025-06-01 08:30:00"


def test_rows_that_do_not_fit_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="row 1"):
        write_xlsx(tmp_path / "a.xlsx", sheet="a", columns=COLUMNS[:1], rows=[[1, 2]])


def test_dates_counted_from_1904(tmp_path: Path) -> None:
    import xlsxwriter

    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path), {"date_1904": True}) as book:
        page = book.add_worksheet()
        page.write(0, 0, "日期")
        page.write_datetime(1, 0, datetime(2025, 6, 1), book.add_format({"num_format": "yyyy年m月d日"}))
    assert read_tables(path)[0].rows[0].cells == (date(2025, 6, 1),)


def test_a_template_explains_itself_and_reads_as_an_empty_table(tmp_path: Path) -> None:
    path = tmp_path / "模板.xlsx"
    columns = [
        ColumnSpec("身份证号", help="18 digits", example="420116199003078515", required=True),
        ColumnSpec("种类", choices=("condom", "pill"), help="Kind"),
        ColumnSpec("数量", ColumnKind.WHOLE, example=5),
    ]
    write_template(path, sheet="填报", columns=columns)
    book = openpyxl.load_workbook(path)
    assert book["填报"].column_dimensions["A"].width > 10
    assert book["填报"]["A1"].value == "身份证号 *"
    assert book["填报"].data_validations.dataValidation[1].formula1 == '"condom,pill"'
    tables = read_tables(path)
    assert (tables[0].header, tables[0].rows) == (("身份证号 *", "种类", "数量"), [])
    assert tables[1].rows[0].cells == ("身份证号", "Yes", "18 digits", "420116199003078515")
