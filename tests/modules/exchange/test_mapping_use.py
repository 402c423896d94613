"""Another country's export by a mapping of its own: other titles, decimal commas, boxes, one month column, gains."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders import NOW
from tests.modules.exchange import ledger_facts
from tests.modules.exchange.small_country import ROOT, do_import, sound_rows, write_csv
from zhixuan.modules.exchange.operations.check_import import check_import
from zhixuan.modules.exchange.operations.import_cards import import_cards
from zhixuan.modules.exchange.queries import mappings, sources
from zhixuan.rules.refusal import Refused
from zhixuan.shared import command_ids

pytestmark = pytest.mark.django_db

MAPPING = """
[file]
title_zh = "另一国"
title_en = "Another country"
source = "made up"
numbers = "1.234,5"

[cards]
table = "stock"

[cards.columns]
period = "Periode"
site = ["Etablissement", "Site"]
product = "Produit"
opening = "SDU"
received = "Recu"
issued = "Utilise"
gains = "Plus"
losses = "Moins"
closing = "SD"

[cards.empty]
gains = 0
losses = 0

[products]
list = "civ_lmis"
codes = { "PIL" = "AS27000" }
pieces_per_unit = { "PIL" = 3 }
"""
CARDS = "Etablissement;Periode;Produit;SDU;Recu;Utilise;Plus;Moins;SD\nC1001;{};PIL;1.000;200;100;;50;1.050\n"


def a_mapping(folder: Path, text: str = MAPPING) -> mappings.Mapping:
    path = folder / "other.toml"
    path.write_text(text, encoding="utf-8")
    return mappings.of_file(path)


@pytest.fixture
def known_site(tmp_path: Path) -> Path:
    """The directory knows the facility from an earlier import of other products."""
    rows = [row for row in sound_rows() if row["product_code"] == "AS27134"]
    do_import(write_csv(tmp_path / "first", rows))
    folder = tmp_path / "other"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("period", ["2019-07", "201907", "2019/7", "2019年7月"])
def test_the_mapping_says_what_is_what(known_site: Path, period: str) -> None:
    (known_site / "stock.csv").write_text(CARDS.format(period), encoding="utf-8")
    run = import_cards(
        sources=sources.in_folder(known_site),
        mapping=a_mapping(known_site),
        run_id=command_ids.new(),
        actor=ROOT,
        clock=lambda: NOW,
    )
    assert run.outcome["proof"]["equal"] == 1
    assert ledger_facts.at_month_end("C1001", "AS27000", "2019-07-31") == 1050 * 3


def test_a_dry_run_writes_nothing_and_tells_all(tmp_path: Path) -> None:
    before = ledger_facts.counts()
    found = sources.in_folder(write_csv(tmp_path, sound_rows()))
    chosen = mappings.shipped(mappings.DEFAULT_NAME)
    report = check_import(sources=found, mapping=chosen, actor=ROOT, at=NOW)
    assert ledger_facts.counts() == before
    assert report.counts["new"] == 36
    assert report.added == {"areas": 3, "facilities": 3, "products": 2}
    assert report.mistakes == []


def test_a_facility_that_nobody_knows_is_a_mistake(known_site: Path) -> None:
    (known_site / "stock.csv").write_text(CARDS.format("2019-07").replace("C1001", "C7777"), encoding="utf-8")
    report = check_import(sources=sources.in_folder(known_site), mapping=a_mapping(known_site), actor=ROOT, at=NOW)
    assert [(one.code, one.fields["row"], one.fields["column"]) for one in report.mistakes] == [
        ("unknown_site", 2, "Etablissement")
    ]


@pytest.mark.parametrize("text", ["not toml [", "[file]\ntitle_zh = 1\n", MAPPING.replace('"civ_lmis"', '"nowhere"')])
def test_bad_mappings_are_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(Refused):
        check_import(
            sources=sources.in_folder(write_csv(tmp_path / "files", sound_rows())),
            mapping=a_mapping(tmp_path, text),
            actor=ROOT,
            at=NOW,
        )


def test_a_mapping_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused):
        mappings.of_file(tmp_path / "nothing.toml")
    with pytest.raises(Refused):
        mappings.shipped("../products/civ_lmis")
