"""Hostile workbooks: each ends as correct rows or as a refusal that names the file; nothing else, and soon."""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tests.modules.shared.spreadsheet_files import (
    OLD_XLS,
    PLAIN,
    XML,
    claiming,
    number_xml,
    ods,
    ods_cell,
    overlapping,
    row_xml,
    saved,
    sheet_xml,
    strings_xml,
    xlsx,
    zipped,
)
from zhixuan.rules.refusal import Refused
from zhixuan.shared.spreadsheets.cells import Unreadable
from zhixuan.shared.spreadsheets.limits import MEBIBYTE, Limits
from zhixuan.shared.spreadsheets.reading import open_tables, read_tables

pytestmark = pytest.mark.either_database

LAUGHS = (
    "<!DOCTYPE l [<!ENTITY a 'ha'>"
    + "".join(f"<!ENTITY {b} '{f'&{a};' * 10}'>" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)
EXTERNAL = "<!DOCTYPE l [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"
SHARED_CELL = '<c r="A{0}" t="s"><v>0</v></c>'
AMPLIFIED = sheet_xml("".join(row_xml(n, SHARED_CELL.format(n)) for n in range(1, 60_001)))
CORNERS = sheet_xml(row_xml(1, number_xml("A1", 1)) + row_xml(1_048_576, number_xml("XFD1048576", 1)))
TALL = sheet_xml(row_xml(1, number_xml("A1", 1)) + row_xml(1_048_576, number_xml("B1048576", 1)))
WIDE = sheet_xml(row_xml(1, number_xml("A1", 1), number_xml("XFD1", 1)))
OUTSIDE = sheet_xml(row_xml(99_999_999, number_xml("ZZZZZZ99999999", 1)))
COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")
LOCKED = COMPOUND + bytes(1024) + "EncryptedPackage".encode("utf-16-le") + bytes(2048)
REPEATED = (
    '<table:table-row table:number-rows-repeated="900000">'
    + ods_cell(5, 'table:number-columns-repeated="16384"')
    + "</table:table-row>"
)


def huge() -> bytes:
    return b"<row/>" * (36 * MEBIBYTE)


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "bomb": (lambda: xlsx(more={"xl/worksheets/sheet1.xml": huge()}), "unpacked"),
    "steep part": (lambda: xlsx(more={"xl/media/a.bin": bytes(50 * MEBIBYTE)}), "ratio"),
    "bomb that lies": (lambda: claiming(xlsx(more={"xl/a.xml": huge()}), "xl/a.xml", 900_000), "suspicious"),
    "overlapping": (lambda: overlapping(), "suspicious"),
    "many parts": (lambda: xlsx(more={f"xl/{n}.xml": "" for n in range(1_001)}), "entries"),
    "very many parts": (lambda: xlsx(more={f"xl/{n}.xml": "" for n in range(20_000)}), "entries"),
    "leaves its folder": (lambda: xlsx(more={"../../etc/cron.d/x": "x"}), "suspicious"),
    "absolute name": (lambda: xlsx(more={"/etc/passwd": "x"}), "suspicious"),
    "backslash name": (lambda: xlsx(more={"xl\\..\\x": "x"}), "suspicious"),
    "zip of zip": (lambda: zipped({"inner.xlsx": xlsx()}), "kind-unknown"),
    "bytes before": (lambda: b"PK  " + xlsx(), "suspicious"),
    "billion laughs": (lambda: xlsx(sheet_xml("&i;", declared=LAUGHS)), "suspicious"),
    "laughs in strings": (lambda: xlsx(more={"xl/sharedStrings.xml": LAUGHS + strings_xml("&i;")}), "suspicious"),
    "external entity": (lambda: xlsx(sheet_xml("&x;", declared=EXTERNAL)), "suspicious"),
    "entity after much": (lambda: xlsx(XML + " " * 600_000 + EXTERNAL + PLAIN[len(XML) :]), "suspicious"),
    "entity in UTF-16": (
        lambda: xlsx(more={"xl/a.xml": sheet_xml("", declared=EXTERNAL).encode("utf-16")}),
        "suspicious",
    ),
    "opposite corners": (lambda: xlsx(CORNERS), "too-heavy"),
    "too tall": (lambda: xlsx(TALL), "rows"),
    "too wide": (lambda: xlsx(WIDE), "columns"),
    "outside the grid": (lambda: xlsx(OUTSIDE), "rows"),
    "one text many times": (lambda: xlsx(AMPLIFIED, text="x" * 32_000), "too-heavy"),
    "repeated ods": (lambda: ods(REPEATED), "damaged"),
    "locked": (lambda: LOCKED, "locked"),
    "compound, no book": (lambda: COMPOUND + bytes(4096), "kind-unknown"),
    "compound, broken": (lambda: COMPOUND + bytes(600) + "Workbook".encode("utf-16-le") + bytes(4096), "damaged"),
    "binary workbook": (lambda: zipped({"xl/workbook.bin": b"x"}), "kind-old"),
    "web page": (lambda: "\ufeff \r\n<html><table><tr><td>=1</td></tr></table></html>".encode(), "kind-web-page"),
    "xml of 2003": (lambda: b'<?xml version="1.0"?><Workbook/>', "kind-web-page"),
    "web archive": (lambda: b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "kind-web-page"),
    "pdf": (lambda: b"%PDF-1.7 ...", "kind-unknown"),
    "program": (lambda: b"\x7fELF\x02\x01\x01\x00" + bytes(100), "nul"),
    "nothing": (lambda: b"", "empty"),
    "only zeros": (lambda: bytes(5_000), "empty"),
    "end of zip only": (lambda: b"PK\x05\x06" + bytes(18), "kind-unknown"),
    "no sheets": (lambda: xlsx(sheet_xml("")), "no-rows"),
    "no XML": (lambda: xlsx(PLAIN[: PLAIN.index("<v>5")]), "damaged"),
    "too large": (lambda: b"a,b\n" * (6 * MEBIBYTE), "file-too-large"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_one_sentence(name: str, tmp_path: Path) -> None:
    build, code = HOSTILE[name]
    path = saved(tmp_path, build())
    began = time.monotonic()
    with pytest.raises(Refused) as caught:
        read_tables(path)
    assert caught.value.code == f"file-{code}", caught.value
    assert path.name in caught.value.text()
    assert time.monotonic() - began < 20


def test_every_cut_gives_a_refusal(tmp_path: Path) -> None:
    seed = random.randrange(10**6)
    print("seed", seed)  # noqa: T201
    whole = xlsx()
    for cut in random.Random(seed).sample(range(1, len(whole) - 1), 10):
        with pytest.raises(Refused):
            read_tables(saved(tmp_path, whole[:cut]))


def test_changed_bytes_give_a_refusal_or_the_right_rows(tmp_path: Path) -> None:
    seed = random.randrange(10**6)
    print("seed", seed)  # noqa: T201
    chance = random.Random(seed)
    whole = xlsx()
    right = read_tables(saved(tmp_path, whole))
    for _ in range(12):
        broken = bytearray(whole)
        broken[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        try:
            assert read_tables(saved(tmp_path, bytes(broken))) == right
        except Refused:
            continue


def test_a_lie_about_the_dimension_does_no_harm(tmp_path: Path) -> None:
    lie = PLAIN.replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>')
    [table] = read_tables(saved(tmp_path, xlsx(lie)))
    assert table.header == ("数量",)
    assert [(row.number, row.cells) for row in table.rows] == [(2, (5,))]


def test_the_other_workbooks_are_read_too(tmp_path: Path) -> None:
    [old] = read_tables(saved(tmp_path, OLD_XLS))
    assert [row.cells for row in old.rows] == [("A1", 5, date(2025, 6, 1)), ("=1",)]
    empty = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
    rows = f"<table:table-row>{ods_cell(2025)}</table:table-row>" * 2
    [table] = read_tables(saved(tmp_path, ods(rows + empty)))
    assert (table.header, table.rows[0].cells) == (("2025",), (2025,))


def test_rows_keep_their_place_below_and_right_of_nothing(tmp_path: Path) -> None:
    sheet = sheet_xml(row_xml(3, number_xml("C3", 1)) + row_xml(7, number_xml("C7", 2)))
    [table] = read_tables(saved(tmp_path, xlsx(sheet)))
    assert (table.header, table.header_row) == (("", "", "1"), 3)
    assert [(row.number, row.cells) for row in table.rows] == [(7, (None, None, 2))]


def test_macros_and_links_to_other_files_are_left_alone(tmp_path: Path) -> None:
    link = f"{XML}<externalLink><externalBook/></externalLink>"
    more = {
        "xl/vbaProject.bin": COMPOUND + bytes(999),
        "xl/externalLinks/externalLink1.xml": link,
        "xl/embeddings/a.xlsx": xlsx(),
    }
    [table] = read_tables(saved(tmp_path, xlsx(more=more), "带宏.xlsm"))
    assert table.rows[0].cells == (5,)


def test_cells_without_a_knowable_value_say_so(tmp_path: Path) -> None:
    cells = (
        number_xml("A2", 420116199003078515),
        number_xml("B2", "NaN"),
        '<c r="C2" t="e"><v>#N/A</v></c>',
        '<c r="D2"><f>1+1</f></c>',
        '<c r="E2" t="str"><f>""</f><v></v></c>',
        number_xml("F2", 999_999_999_999_999),
        '<c r="G2" t="e"><f>1/0</f><v>#DIV/0!</v></c>',
    )
    sheet = sheet_xml(row_xml(1, SHARED_CELL.format(1)) + row_xml(2, *cells))
    [table] = read_tables(saved(tmp_path, xlsx(sheet)))
    lost, damaged, error, unsaved, empty, whole, formula = table.rows[0].cells
    assert isinstance(lost, Unreadable)
    assert lost.why == "digits-lost"
    assert damaged == Unreadable("not-a-number", "nan")
    assert error == Unreadable("error-value", "#N/A")
    assert unsaved == Unreadable("no-result", "=")
    assert empty is None
    assert whole == 999_999_999_999_999
    assert formula == Unreadable("error-value", "#DIV/0!")


def test_the_time_limit_ends_the_child(tmp_path: Path) -> None:
    began = time.monotonic()
    with pytest.raises(Refused, match="more memory or time"):
        read_tables(saved(tmp_path, xlsx()), limits=Limits(wall_seconds=0))
    assert time.monotonic() - began < 5


def test_no_row_is_handed_out_of_a_file_that_breaks_a_limit_late(tmp_path: Path) -> None:
    path = saved(tmp_path, b"a\n" + b"1\n" * 50 + b"1,2,3\n", "x.csv")
    handed = []
    limits = Limits(columns=2)
    with pytest.raises(Refused, match="row 52: more than 2 columns"), open_tables(path, limits=limits) as tables:
        handed = [row for table in tables for row in table.rows]
    assert handed == []


MEASURE = """
import resource, sys
from pathlib import Path
from zhixuan.rules.refusal import Refused
from zhixuan.shared.spreadsheets.reading import read_tables
try:
    read_tables(Path(sys.argv[1]))
except Refused:
    pass
own = Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]
print(int(own) + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


@pytest.mark.parametrize("name", ["bomb", "bomb that lies", "one text many times", "too tall", "opposite corners"])
def test_memory_stays_below_512_megabytes(name: str, tmp_path: Path) -> None:
    path = saved(tmp_path, HOSTILE[name][0]())
    out = subprocess.run([sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, check=True).stdout
    assert int(out) < 512 * 1024
    assert resource.RLIM_INFINITY in resource.getrlimit(resource.RLIMIT_AS), "limits are the child's alone"
