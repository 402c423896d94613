"""CSV as counties send it: every encoding, delimiter and quoting, read right or refused with the row."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.modules.shared.spreadsheet_files import saved
from zhixuan.rules.refusal import Refused
from zhixuan.shared.spreadsheets.cells import Unreadable
from zhixuan.shared.spreadsheets.reading import read_tables
from zhixuan.shared.spreadsheets.tables import Table

pytestmark = pytest.mark.either_database

TEXT = "编码,名称,数量\nA1,男用避孕套（大号）,120\nA2,复方左炔诺孕酮片,36\n"
RARE = "编码,姓名\nA1,𠮷田㙍\nA2,王\n"


def read(folder: Path, content: bytes | str) -> Table:
    raw = content.encode() if isinstance(content, str) else content
    [table] = read_tables(saved(folder, raw, "库存.csv"))
    return table


def refusal(folder: Path, content: bytes) -> str:
    with pytest.raises(Refused) as caught:
        read(folder, content)
    return caught.value.text()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_the_encodings_of_chinese_offices(encoding: str, tmp_path: Path) -> None:
    table = read(tmp_path, TEXT.encode(encoding))
    assert table.header == ("编码", "名称", "数量")
    assert [row.cells for row in table.rows] == [("A1", "男用避孕套（大号）", "120"), ("A2", "复方左炔诺孕酮片", "36")]
    assert table.sheet == "库存.csv"


def test_utf_16_with_the_high_byte_first(tmp_path: Path) -> None:
    assert read(tmp_path, b"\xfe\xff" + TEXT.encode("utf-16-be")).rows[1].cells[1] == "复方左炔诺孕酮片"


def test_rare_names_that_take_four_bytes(tmp_path: Path) -> None:
    assert read(tmp_path, RARE.encode("gb18030")).rows[0].cells == ("A1", "𠮷田㙍")


def test_two_encodings_in_one_file_are_refused_with_the_row(tmp_path: Path) -> None:
    mixed = TEXT.encode() + "A3,左炔诺孕酮\n".encode("gbk")
    assert "row 4" in refusal(tmp_path, mixed)
    assert "row 4" in refusal(tmp_path, TEXT.encode("gbk") + "A3,左炔诺孕酮\n".encode())


def test_western_accents_are_not_taken_for_chinese(tmp_path: Path) -> None:
    western = "site,région\nC1,Zuénoula\nC2,Séguéla\n".encode("cp1252")
    assert "neither UTF-8 nor GB18030" in refusal(tmp_path, western)
    path = saved(tmp_path, western, "sites.csv")
    [table] = read_tables(path, encoding="cp1252")
    assert table.rows[0].cells == ("C1", "Zuénoula")


def test_bytes_of_no_encoding_and_cut_files(tmp_path: Path) -> None:
    assert "row 2" in refusal(tmp_path, "编码\n".encode("gbk") + b"\xff\xff\n")
    assert "incomplete" in refusal(tmp_path, TEXT.encode()[:-5])
    assert "row 3" in refusal(tmp_path, b"a,b\n1,2\n3,\x004\n")


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_delimiters(mark: str, tmp_path: Path) -> None:
    table = read(tmp_path, TEXT.replace(",", mark))
    assert table.header == ("编码", "名称", "数量")
    assert read(tmp_path, f"sep={mark}\n" + TEXT.replace(",", mark)).header_row == 2


def test_quotes_line_ends_and_blank_rows_keep_excels_row_numbers(tmp_path: Path) -> None:
    table = read(tmp_path, '名称,备注\r\n"甲,乙","第一行\r\n第二行 ""好"""\r\n\r\n,,\r\n丙\r\n丁,1,2\r')
    assert [(row.number, row.cells) for row in table.rows] == [
        (2, ("甲,乙", '第一行\n第二行 "好"')),
        (5, ("丙",)),
        (6, ("丁", "1", "2")),
    ]
    assert table.rows[1].cell(1) is None


def test_a_quote_never_closed_is_refused(tmp_path: Path) -> None:
    content = ('a,b\n1,"2\n' + "3,4\n" * 20_000).encode()
    assert "quotation mark" in refusal(tmp_path, content)


def test_one_endless_line_is_refused(tmp_path: Path) -> None:
    assert "more than 200 columns" in refusal(tmp_path, b"a,b\n" + b"1," * 3_000_000)
    assert "32767 characters" in refusal(tmp_path, b"a,b\n" + b"1" * 3_000_000)


def test_invisible_characters_go_and_texts_stay_texts(tmp_path: Path) -> None:
    table = read(tmp_path, "编码,甲,乙,丙\n\u3000\u200bA1\xa0 ,0042,#N/A,'=1+1\n,'普通,'-5,a'b\n")
    assert table.rows[0].cells == ("A1", "0042", Unreadable("error-value", "#N/A"), "=1+1")
    assert table.rows[1].cells == (None, "'普通", "-5", "a'b")


def test_the_heading_is_found_or_told(tmp_path: Path) -> None:
    content = "某县药具站2025年出入库表\n\n 填报人：,张\n产品编码*,数量（必填）,备注\nA1,5,\n合计,5,\n"
    assert read(tmp_path, content).header_row == 1
    path = saved(tmp_path, content.encode(), "a.csv")
    [table] = read_tables(path, titles=["产品编码", "数量"])
    assert (table.header_row, [row.number for row in table.rows]) == (4, [5, 6])
    [table] = read_tables(path, header_row=3)
    assert table.header == ("填报人：", "张")
    with pytest.raises(Refused, match="no heading in row 2"):
        read_tables(path, header_row=2)


def test_a_heading_alone_is_a_table_without_rows(tmp_path: Path) -> None:
    assert read(tmp_path, "编码,数量\n").rows == []
    assert "holds no rows" in refusal(tmp_path, b",,\n , \n")
