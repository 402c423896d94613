"""A file is read, or every mistake in it is named with its row."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from zhixuan.analytics.reading import Mapping, mapping_of, read_history
from zhixuan.rules.refusal import Refused

HEAD = "year,month,site_code,product_code,stock_distributed"


def written(folder: Path, *rows: str, head: str = HEAD) -> Path:
    path = folder / "history.csv"
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("2019,,A,P,3", "Row 3: “2019-” is no month"),
        ("2019,13,A,P,3", "Row 3: “2019-13” is no month"),
        ("2019.5,1,A,P,3", "Row 3: “2019.5-1” is no month"),
        ("x,1,A,P,3", "Row 3: “x-1” is no month"),
        ("2019,2,A,P,-3", "Row 3: -3 issued is below zero"),
        ("2019,2,A,P,many", "Row 3: “many” in “stock_distributed” is not a number"),
        ("2019,2,A,P,nan", "Row 3: “nan” in “stock_distributed” is not a number"),
        ("2019,2,A,P,inf", "Row 3: “inf” in “stock_distributed” is not a number"),
        ("2019,2,A,P,1e15", "Row 3: “1e15” in “stock_distributed” is not a number"),
        ("2019,2,,P,3", "Row 3: “site_code” is empty"),
        ("2019,2,A, ,3", "Row 3: “product_code” is empty"),
        ("2019,1,A,P,4", "Row 3 is about the same facility, product and month as row 2"),
        ("2119,1,A,P,4", "Row 2 is of 2019-01, row 3 of 2119-01: more than 50 years apart"),
        ("2019,2,A,Q,4", "Row 3: product Q is not known"),
    ],
)
def test_a_mistake_is_named_with_its_row(tmp_path: Path, row: str, sentence: str) -> None:
    path = written(tmp_path, "2019,1,A,P,3", row)
    with pytest.raises(Refused) as refused:
        read_history(path, Mapping(known_products=frozenset({"P"})))
    assert [one.text()[: len(sentence)] for one in refused.value.reasons] == [sentence]


def test_all_mistakes_come_at_once_and_not_too_many(tmp_path: Path) -> None:
    path = written(tmp_path, *[f"2019,{number},A,P,-1" for number in range(1, 13)], *["2020,0,A,P,1"] * 20)
    with pytest.raises(Refused) as refused:
        read_history(path)
    assert len(refused.value.reasons) == 21
    assert refused.value.reasons[-1].text() == "... and 12 more mistakes."


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "history.csv is empty"),
        (b"\xef\xbb\xbf \r\n", "history.csv is empty"),
        (HEAD.encode() + b"\n,,,,\n\n", "has no rows"),
        (b"year,month\n2019,1\n", "no column “site_code”, “product_code”, “stock_distributed”. .* reads: year, month"),
        ("年,月,机构,药具,发出\n2019,1,甲,乙,3\n".encode("gbk"), "reads: 年, 月, 机构, 药具, 发出. .* in a mapping"),
        (HEAD.encode() + b",month\n2019,1,A,P,3,1\n", "has two columns “month”"),
        (HEAD.encode() + b"\n2019,1,A,P,3\n2019,2,A,P,3,4,5\n", "Row 3 has 7 cells, but there are 5 titles"),
        (HEAD.encode() + b"\n2019,1,A,P,\n2019,2,A,P,\n", "“stock_distributed” is empty in every row"),
        (HEAD.encode() + b"\n2019,1,\xff,P,3\n", "no text in UTF-8 or GBK"),
        (HEAD.encode() + b"\n2019,1,\0,P,3\n", "no text in UTF-8 or GBK"),
        (b'"' + b"x" * 200_000, "cannot be read as CSV: field larger"),
        (HEAD.encode() + b',"two\nlines",a\n2019,1,A,P,\n', "is empty in every row"),
        (b"PK\x03\x04\x14\0", "is a workbook and no CSV"),
        (b"\xd0\xcf\x11\xe0\xa1", "is a workbook and no CSV"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "history.csv"
    path.write_bytes(content)
    with pytest.raises(Refused, match=sentence):
        read_history(path)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("characters", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_what_spreadsheets_write_is_read(tmp_path: Path, separator: str, characters: str, end: str) -> None:
    rows = [HEAD, "2019,1,云溪卫生院,避孕套,3", "", "2019,2,云溪卫生院,避孕套, 4 ", ",,,,", "2019,13,A,P,1"]
    path = tmp_path / "history.csv"
    path.write_bytes(end.join(rows[:-1]).replace(",", separator).encode(characters))
    found = read_history(path)
    assert found.select("facility", "product", "issued").rows() == [
        ("云溪卫生院", "避孕套", 3),
        ("云溪卫生院", "避孕套", 4),
    ]
    path.write_bytes(end.join(rows).replace(",", separator).encode(characters))
    with pytest.raises(Refused, match="Row 6: “2019-13” is no month"):
        read_history(path)


def test_a_file_that_may_not_be_opened_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="cannot be opened"):
        read_history(tmp_path)


def test_missing_is_not_zero_and_a_card_of_zeros_is_no_report(tmp_path: Path) -> None:
    head = HEAD + ",stock_initial,stock_end,stock_ordered"
    path = written(
        tmp_path, "2019,1,A,P,,0,0,0", "2019,2,A,P,0,0,0,0", "2019,3,A,P,0,5,5,0", "2019,4,A,P,0,0,0,9", head=head
    )
    found = read_history(path)
    assert found["issued"].to_list() == [None, 0, 0, 0]
    assert found["reported"].to_list() == [False, False, True, True]


def test_names_of_another_country_and_products_that_replace_each_other(tmp_path: Path) -> None:
    path = written(tmp_path, "2019,1,A,OLD,3", "2019,1,A,NEW,4", "2019,2,A,OLDER,5", head="jahr,monat,ort,mittel,menge")
    mapping = mapping_of(
        {
            "columns": {"year": "jahr", "month": "monat", "facility": "ort", "product": "mittel", "issued": "menge"},
            "products": {"replaced_by": {"OLDER": "OLD", "OLD": "NEW"}},
        }
    )
    found = read_history(path, mapping)
    assert found.select("product", "month", "issued").rows() == [
        ("NEW", date(2019, 1, 1), 7),
        ("NEW", date(2019, 2, 1), 5),
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ({"column": {}}, "“column”, which is not known"),
        ({"columns": {"years": "y"}}, "“years”, which is not known"),
        ({"columns": {"year": 3}}, "“3” in the mapping must be text"),
        ({"products": {"replaced_by": {"A": "B", "B": "A"}}}, "in a circle"),
    ],
)
def test_a_mapping_that_is_not_understood_is_refused(content: dict[str, object], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        mapping_of(content)
