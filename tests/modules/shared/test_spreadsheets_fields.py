"""Cells to values, and all mistakes of a sheet at once, each with its place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.modules.shared.spreadsheet_files import saved
from zhixuan.rules.refusal import Refused
from zhixuan.shared.spreadsheets import parsing
from zhixuan.shared.spreadsheets.cells import Cell, Unreadable, packed, unpacked
from zhixuan.shared.spreadsheets.columns import locate
from zhixuan.shared.spreadsheets.fields import WRONG, Collector
from zhixuan.shared.spreadsheets.mistakes import write_mistakes
from zhixuan.shared.spreadsheets.reading import read_tables
from zhixuan.shared.spreadsheets.tables import Row, Table, fill_down, is_total

pytestmark = pytest.mark.either_database

TITLES = {
    "code": ("产品编码", "Product code"),
    "pieces": ("数量", "Pieces"),
    "expires": ("有效期至",),
    "note": ("备注",),
}


def sheet(*rows: tuple[Cell, ...], header: tuple[str, ...] = ("产品编码", "数量", "有效期至")) -> Table:
    return Table("入库", header, 1, False, [Row(number, cells) for number, cells in enumerate(rows, 2)])


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        (text, date(2025, 6, 1))
        for text in (
            "2025.6.1",
            "2025年6月1日",
            "20250601",
            "2025-06-01",
            "2025/6/1",
            "２０２５－０６－０１",
            "2025年06月01号",
            "2025 年 6 月 1 日",
            "2025-06-01 00:00:00",
            "2025-06-01T00:00:00",
            20250601,
            date(2025, 6, 1),
            datetime(2025, 6, 1, 8),  # noqa: DTZ001 - Excel knows no zones
        )
    ],
)
def test_days_as_people_write_them(cell: Cell, day: date) -> None:
    assert parsing.to_date(cell) == day
    assert parsing.to_last_day(cell) == parsing.to_first_day(cell) == day


@pytest.mark.parametrize("cell", ["2028-02", "2028/2", "2028年2月", "２０２８－０２"])
def test_a_month_alone_ends_an_expiry_and_begins_a_day_of_making(cell: str) -> None:
    assert parsing.to_last_day(cell) == date(2028, 2, 29)
    assert parsing.to_first_day(cell) == date(2028, 2, 1)
    with pytest.raises(parsing.NotOne):
        parsing.to_date(cell)


@pytest.mark.parametrize(
    "cell",
    [
        "06/01/2025",
        "25.6.1",
        "2025-6",
        "2025年6月",
        "2025-06/01",
        "45809",
        45809,
        45809.5,
        True,
        "2025-13-01",
        "2025-02-30",
        "20251301",
        "明天",
        "二〇二五年六月一日",
        "2025-06-01 08:30",
    ],
)
def test_days_that_would_have_to_be_guessed_are_refused(cell: Cell) -> None:
    with pytest.raises(parsing.NotOne):
        parsing.to_date(cell)


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("１２３", 123),
        ("1,234", 1234),
        (" 1，234，567 ", 1234567),
        ("−5", -5),
        ("+7", 7),
        ("5.0", 5),
        (5, 5),
        ("1 234", 1234),
        ("007", 7),
    ],
)
def test_whole_numbers(cell: Cell, number: int) -> None:
    assert parsing.to_whole(cell) == number


@pytest.mark.parametrize(
    "cell",
    [
        "1,23",
        "12,34,567",
        "5.5",
        5.5,
        "5盒",
        "五",
        "1e5",
        "NaN",
        "inf",
        "=5",
        True,
        date(2025, 1, 1),
        "-",
        "٣",
        "1" * 50,
    ],
)
def test_what_is_no_whole_number(cell: Cell) -> None:
    with pytest.raises(parsing.NotOne):
        parsing.to_whole(cell)


def test_decimals_are_what_excel_shows() -> None:
    assert parsing.to_decimal(0.1 + 0.2) == Decimal("0.3")
    assert parsing.to_decimal("１，２３４．５０") == Decimal("1234.50")


def test_codes() -> None:
    assert parsing.to_code("ＡＢ－ 1２3") == "AB-123"
    assert parsing.to_code(42) == "42"
    for changed in ("4.20116E+17", 4.5, date(2025, 3, 1), Unreadable("digits-lost", "420116199003078528")):
        with pytest.raises(parsing.NotOne):
            parsing.to_code(changed)


def test_every_mistake_is_told_with_its_place_and_reading_goes_on() -> None:
    table = sheet(
        ("A1", 5, date(2025, 6, 1)),
        (None, "五", "6/1/2025"),
        ("A" * 21, -1, "2025-02-30"),
        (Unreadable("digits-lost", "420116199003078528"), 10**10, None),
        ("A5", Unreadable("error-value", "#REF!"), date(1899, 1, 1)),
    )
    collector = Collector(table, locate(table, TITLES, optional=("note",)))
    seen = []
    for row in table.rows:
        seen.append(
            (
                collector.code(row, "code", required=True, maximum=20),
                collector.whole(row, "pieces", required=True, minimum=0),
                collector.date(row, "expires", required=True),
                collector.text(row, "note"),
                collector.clean(row),
            )
        )
    assert seen[0] == ("A1", 5, date(2025, 6, 1), "", True)
    assert seen[1] == ("", 0, parsing.EARLIEST, "", False)
    with pytest.raises(Refused) as caught:
        collector.raise_if_any()
    told = [(one.fields["row"], one.fields["column"], one.code) for one in caught.value.reasons]
    assert told == [
        (3, "产品编码", "cell-required"), (3, "数量", "cell-whole"), (3, "有效期至", "cell-date"),
        (4, "产品编码", "cell-too-long"), (4, "数量", "cell-minimum"), (4, "有效期至", "cell-date-impossible"),
        (5, "产品编码", "cell-digits-lost"), (5, "数量", "cell-maximum"), (5, "有效期至", "cell-required"),
        (6, "数量", "cell-error-value"), (6, "有效期至", "cell-minimum"),
    ]  # fmt: skip
    assert all(one.text().startswith("Sheet 入库, row ") for one in caught.value.reasons)


def test_choices_decimals_and_mistakes_of_the_caller() -> None:
    table = sheet(("Ｃondom ", "1.25", None), ("伞", "1.255", None))
    collector = Collector(table, {"kind": 0, "price": 1})
    first, second = table.rows
    assert collector.choice(first, "kind", {"condom": 1, "片剂": 2}) == 1
    assert collector.choice(second, "kind", {"condom": 1, "片剂": 2}) is None
    assert collector.decimal(first, "price", places=2) == Decimal("1.25")
    assert collector.decimal(second, "price", places=2) is None
    collector.refuse(second, "kind", "Sheet {sheet}, row {row}: {product} is withdrawn.", product="伞")
    codes = [one.code for one in collector.reasons]
    assert codes == ["cell-choice", "cell-places", "cell"]
    assert "condom, 片剂" in collector.reasons[0].text()


def test_nothing_wrong_raises_nothing_and_many_mistakes_are_counted() -> None:
    table = sheet(*[(None,)] * 50)
    collector = Collector(table, {"code": 0}, most=10)
    collector.raise_if_any()
    for row in table.rows:
        collector.text(row, "code", required=True)
    with pytest.raises(Refused) as caught:
        collector.raise_if_any()
    assert len(caught.value.reasons) == 11
    assert caught.value.reasons[-1].fields["count"] == 40


def test_columns_by_any_of_their_titles() -> None:
    assert locate(
        sheet(header=("PRODUCT　CODE *", "数 量（必填）")), {"code": TITLES["code"], "pieces": TITLES["pieces"]}
    ) == {"code": 0, "pieces": 1}
    with pytest.raises(Refused) as caught:
        locate(sheet(header=("数量", "数量 ", "备注")), TITLES)
    assert [one.code for one in caught.value.reasons] == ["column-missing", "column-twice", "column-missing"]
    assert "数量" in caught.value.reasons[1].text()


def test_totals_and_merged_cells() -> None:
    rows = [Row(2, ("武湖街", 1)), Row(3, (None, 2)), Row(4, ("合 计", 3))]
    assert [is_total(row) for row in rows] == [False, False, True]
    assert [row.cells[0] for row in fill_down(rows, [0])] == ["武湖街", "武湖街", "合 计"]


def test_mistakes_as_a_file(tmp_path: Path) -> None:
    table = sheet((None, "=5", None))
    collector = Collector(table, {"code": 0, "pieces": 1})
    collector.text(table.rows[0], "code", required=True)
    collector.whole(table.rows[0], "pieces")
    with pytest.raises(Refused) as caught:
        collector.raise_if_any()
    path = saved(tmp_path, b"")
    assert write_mistakes(path, caught.value) == 2
    [back] = read_tables(path)
    assert back.rows[1].cells[:3] == ("入库", 2, "数量")


cells = st.one_of(
    st.none(), st.booleans(), st.text(), st.integers(), st.floats(allow_nan=False), st.dates(), st.datetimes()
)


def reason_or_nothing(parse: Callable[[Cell], object], cell: Cell) -> str:
    try:
        parse(cell)
    except parsing.NotOne as no:
        return no.why
    return ""


@given(cells)
def test_parsers_give_a_value_or_say_no(cell: Cell) -> None:
    for parse in (parsing.to_text, parsing.to_code, parsing.to_whole, parsing.to_decimal, parsing.to_date):
        assert reason_or_nothing(parse, cell) in {"", *WRONG}


@given(st.one_of(cells, st.builds(Unreadable, st.just("no-result"), st.text())))
def test_cells_survive_the_pipe(cell: Cell) -> None:
    assert unpacked(packed(cell)) == cell
