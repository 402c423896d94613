"""Files of strangers: refused within limits with a sentence, nothing half-written; odd but honest ones are read."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from tests.modules.exchange import ledger_facts
from tests.modules.exchange.small_country import (
    csv_text,
    do_import,
    product_rows,
    site_rows,
    sound_rows,
    write_csv,
    write_excel,
)
from zhixuan.modules.exchange.models import ImportRun
from zhixuan.modules.exchange.queries import sources
from zhixuan.rules.refusal import Refused

pytestmark = pytest.mark.django_db


def refusal(folder: Path) -> Refused:
    with pytest.raises(Refused) as refused:
        do_import(folder)
    assert ledger_facts.counts()["stock_event"] == 0
    assert ImportRun.objects.count() == 0
    return refused.value


def a_bomb() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 120_000_000)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("logistics.csv", b""),
        ("logistics.csv", b"\x00\x01\x02" * 99),
        ("logistics.csv", b"<html><table><tr><td>year</td></tr></table></html>"),
        ("logistics.csv", b'year,month\n"2019,5\n' * 4000),
        ("logistics.xlsx", b"PK\x03\x04 not a zip"),
        ("logistics.xlsx", a_bomb()),
        ("logistics.csv", b"year,month,site_code\n2019,5,C1001\n"),
        ("logistics.csv", csv_text(sound_rows()).encode() * 2),
    ],
    ids=["empty", "binary", "web page", "open quote", "no zip", "bomb", "columns missing", "two headings"],
)
def test_hostile_and_broken_files_are_refused_whole(tmp_path: Path, name: str, content: bytes) -> None:
    folder = write_csv(tmp_path, sound_rows())
    (folder / "logistics.csv").unlink()
    (folder / name).write_bytes(content)
    assert str(refusal(folder))


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    folder = write_csv(tmp_path, sound_rows())
    (folder / "sites.csv").unlink()
    assert refusal(folder).code == "table_missing"


def test_a_folder_without_tables_and_no_folder_at_all(tmp_path: Path) -> None:
    refusal(tmp_path)
    refusal(tmp_path / "nowhere")


@pytest.mark.parametrize("value", ["1e9", "12.5", "=1+1", "１２三", "1,2,3", "-", "99999999999999999999", "#REF!"])
def test_quantities_that_are_none_are_mistakes(tmp_path: Path, value: str) -> None:
    rows = sound_rows()
    rows[5]["stock_received"] = value
    refused = refusal(write_csv(tmp_path, rows))
    assert (refused.fields["row"], refused.fields["column"]) == (7, "stock_received")


@pytest.mark.parametrize("value", ["20", " 20 ", "２０", "20.0", "1,020"])
def test_quantities_that_people_write(tmp_path: Path, value: str) -> None:
    rows = sound_rows()
    rows[5]["stock_received"] = value
    assert do_import(write_csv(tmp_path, rows)).state == ImportRun.State.DONE


def test_names_that_look_like_formulas_stay_names(tmp_path: Path) -> None:
    run = do_import(write_csv(tmp_path, sound_rows(), district="=HYPERLINK(1)"))
    assert run.state == ImportRun.State.DONE


def zipped(folder: Path, names: dict[str, str]) -> Path:
    path = folder / "bundle.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in names.items():
            archive.writestr(name, text)
    return path


def test_a_zip_of_the_three_files(tmp_path: Path) -> None:
    tables = {"cards/logistics.csv": sound_rows(), "cards/sites.csv": site_rows(), "products.csv": product_rows()}
    bundle = zipped(tmp_path, {name: csv_text(rows) for name, rows in tables.items()})
    found = sources.unpacked([("bundle.zip", bundle)], tmp_path)
    assert {one.name for one in found} == {"logistics.csv", "sites.csv", "products.csv"}


@pytest.mark.parametrize("name", ["../../logistics.csv", "/etc/logistics.csv", "a\\logistics.csv"])
def test_a_zip_that_reaches_out_is_refused(tmp_path: Path, name: str) -> None:
    bundle = zipped(tmp_path, {name: "year"})
    with pytest.raises(Refused):
        sources.unpacked([("bundle.zip", bundle)], tmp_path)


def test_a_workbook_under_another_name_is_taken_for_one(tmp_path: Path) -> None:
    write_excel(tmp_path, sound_rows())
    found = sources.unpacked([("upload.zip", tmp_path / "export.xlsx")], tmp_path)
    assert [one.is_workbook for one in found] == [True]
