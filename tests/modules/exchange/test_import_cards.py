"""Stock cards into the ledger: every month end equal, nothing twice, corrections as differences, oddities reported."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from django.db import connection

from tests.builders import NOW, a_county, a_person, a_province, an_actor
from tests.modules.exchange import ledger_facts
from tests.modules.exchange.small_country import (
    PRODUCTS,
    ROOT,
    SITES,
    corrected,
    do_import,
    row_of,
    sound_rows,
    write_csv,
    write_excel,
)
from zhixuan.modules.directory import queries as directory
from zhixuan.modules.exchange.models import Finding, ImportedRow, ImportRun
from zhixuan.modules.stock.models import Event, Movement
from zhixuan.modules.stock.operations.adjust_stock import adjust_stock
from zhixuan.modules.stock.operations.check_ledger import check_ledger
from zhixuan.modules.stock.operations.close_month import close_month
from zhixuan.rules.periods import Month
from zhixuan.rules.refusal import Refused
from zhixuan.shared import command_ids
from zhixuan.shared.access import Forbidden, Role

pytestmark = pytest.mark.django_db
PROVED = {"month_ends": 36, "equal": 36, "negative_days": 0, "wrong": []}


def proof(run: ImportRun) -> dict[str, object]:
    return dict(run.outcome["proof"])


def test_a_sound_country_comes_in_whole(tmp_path: Path) -> None:
    run = do_import(write_csv(tmp_path, sound_rows()))
    assert run.state == ImportRun.State.DONE
    assert proof(run) == PROVED
    assert run.counts["new"] == 36
    assert run.area_path == "/CI/CI-R-SUD-COMOE/CI-D-ABOISSO/"
    assert Finding.objects.count() == 0
    assert check_ledger() == []
    for number, month in enumerate((5, 6, 7, 8, 9, 10)):
        day = Month(2019, month).last_day.isoformat()
        assert {ledger_facts.at_month_end(s, p, day) for s in SITES for p in PRODUCTS} == {110 + 10 * number}
    site = directory.facility_by_code("C1002")
    assert site is not None
    assert (site.kind, site.name_zh, site.name_en) == (
        "clinic",
        "Aboisso 卫生中心 C1002",
        "Aboisso Health Center C1002",
    )


def test_one_slip_for_each_site_and_edge_of_a_month(tmp_path: Path) -> None:
    do_import(write_csv(tmp_path, sound_rows()))
    slips = Event.objects.filter(place__facility__code="C1001").order_by("on")
    assert [slip.on for slip in slips[:3]] == [date(2019, 5, 1), date(2019, 5, 31), date(2019, 6, 1)]
    assert [slip.number for slip in slips] == list(range(1, 13))
    first = Movement.objects.filter(event=slips[0]).order_by("line")
    assert [(m.reason, m.pieces) for m in first] == [("opening_balance", 100), ("receipt", 20)] * 2
    row = ImportedRow.objects.get(facility__code="C1001", product__code="AS27000", month=date(2019, 5, 1))
    assert (row.start_slip_id, row.end_slip_id) == (slips[0].pk, slips[1].pk)
    assert row.others == {"average_monthly_consumption": "10"}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_encodings_give_the_same(tmp_path: Path, encoding: str) -> None:
    run = do_import(write_csv(tmp_path, sound_rows(), encoding=encoding, district="江夏区"))
    assert proof(run) == PROVED
    site = directory.facility_by_code("C1001")
    assert site is not None
    assert site.area.name_zh == "江夏区"


def test_a_workbook_gives_the_same_and_changes_nothing_after_csv(tmp_path: Path) -> None:
    do_import(write_csv(tmp_path / "csv", sound_rows()))
    before = ledger_facts.counts()
    run = do_import(write_excel(tmp_path / "excel", sound_rows()))
    assert (run.counts["same"], run.counts["new"], run.counts["changed"]) == (36, 0, 0)
    assert proof(run) == PROVED
    assert ledger_facts.counts() == before | {"exchange_importrun": 2}


def test_the_same_files_again_change_nothing_and_are_not_read(tmp_path: Path) -> None:
    folder = write_csv(tmp_path, sound_rows())
    first = do_import(folder)
    before = ledger_facts.counts()
    again = do_import(folder)
    assert again.pk == first.pk
    assert again.outcome["repeated"] is True
    assert ledger_facts.counts() == before


def test_a_corrected_row_posts_the_difference_and_the_next_opening(tmp_path: Path) -> None:
    do_import(write_csv(tmp_path, sound_rows()))
    movements = ledger_facts.count("stock_movement")
    rows = corrected(sound_rows(), {"stock_distributed": 14, "stock_end": 126}, month=7)
    run = do_import(write_csv(tmp_path, rows))

    assert (run.counts["changed"], run.counts["same"], run.counts["slips"]) == (1, 35, 2)
    assert proof(run) == PROVED
    assert check_ledger() == []
    added = Movement.objects.filter(event__reference__gt="").order_by("-event_id", "-line")[:2]
    assert ledger_facts.count("stock_movement") == movements + 2
    assert {(m.on, m.reason, m.pieces, m.from_place.kind, m.to_place.kind) for m in added} == {
        (date(2019, 7, 31), "issue", 4, "store", "clients"),
        (date(2019, 8, 1), "opening_correction", 4, "difference", "store"),
    }
    assert Event.objects.get(pk=added[1].event_id).details["follows"] == ["C1001-2019-00006"]
    old, new = ImportedRow.objects.filter(
        facility__code="C1001", product__code="AS27000", month=date(2019, 7, 1)
    ).order_by("pk")
    assert (old.standing, old.superseded_by_id, new.standing) == ("superseded", new.pk, "counts")
    assert [one.kind for one in Finding.objects.filter(retired_by=None)] == ["opening_mismatch"]


def test_correcting_back_leaves_the_books_as_they_were(tmp_path: Path) -> None:
    do_import(write_csv(tmp_path, sound_rows()))
    do_import(write_csv(tmp_path, corrected(sound_rows(), {"stock_distributed": 14, "stock_end": 126})))
    run = do_import(write_csv(tmp_path, sound_rows()))
    assert run.counts["changed"] == 1
    assert proof(run) == PROVED
    assert Finding.objects.filter(retired_by=None).count() == 0
    assert Finding.objects.count() == 1
    assert check_ledger() == []


def test_rows_that_are_lacking_stay_and_are_reported(tmp_path: Path) -> None:
    do_import(write_csv(tmp_path, sound_rows()))
    before = ledger_facts.counts()
    rows = sound_rows()
    rows.remove(row_of(rows, month=7))
    run = do_import(write_csv(tmp_path, rows))
    assert ledger_facts.counts() == before | {"exchange_importrun": 2}
    assert run.counts["missing"] == 1
    assert run.outcome["missing"] == [{"site": "C1001", "product": "AS27000", "months": ["2019-07"]}]
    assert proof(run) == PROVED | {"month_ends": 35, "equal": 35}


def test_a_month_that_comes_late_is_put_between(tmp_path: Path) -> None:
    rows = sound_rows()
    late = row_of(rows, month=7)
    rows.remove(late)
    do_import(write_csv(tmp_path, rows))
    assert [one.kind for one in Finding.objects.all()] == ["gap", "opening_mismatch"]
    run = do_import(write_csv(tmp_path, [late]))
    assert run.counts["new"] == 1
    assert ledger_facts.at_month_end("C1001", "AS27000", "2019-07-31") == 130
    assert ledger_facts.at_month_end("C1001", "AS27000", "2019-10-31") == 160
    assert Finding.objects.filter(retired_by=None).count() == 0
    assert check_ledger() == []


def test_every_oddity_is_accepted_kept_and_reported(tmp_path: Path) -> None:
    rows = sound_rows()
    row_of(rows, "C1001", month=6)["stock_end"] = 125
    row_of(rows, "C1001", month=8).update(stock_stockout_days=45)
    row_of(rows, "C1001", month=9).update(stock_distributed=500, stock_adjustment=490)
    row_of(rows, "C1002", month=9).update(stock_distributed=160, stock_end=0)
    row_of(rows, "C1003", month=7).update(stock_received=-5, stock_end=105)
    rows.remove(row_of(rows, "C1003", "AS27134", month=6))
    rows.append(dict(row_of(rows, "C1002", "AS27134", month=5)))
    rows.append(dict(row_of(rows, "C1002", "AS27134", month=6)) | {"stock_end": 77})
    run = do_import(write_csv(tmp_path, rows))
    assert run.state == ImportRun.State.DONE
    assert run.counts["repeated"] == 2
    assert proof(run) == PROVED | {"month_ends": 35, "equal": 35}
    assert check_ledger() == []
    kinds = Counter(Finding.objects.values_list("kind", flat=True))
    assert set(kinds) == {
        *("identity_break", "opening_mismatch", "gap", "repeated_row", "conflicting_rows", "issued_beyond_stock"),
        *("zero_without_days", "impossible_days", "negative"),
    }
    assert ledger_facts.at_month_end("C1002", "AS27134", "2019-06-30") == 77
    conflict = Finding.objects.get(kind="conflicting_rows")
    assert ImportedRow.objects.filter(pk__in=conflict.row_ids).count() == 2
    before = ledger_facts.counts()
    (tmp_path / "logistics.csv").write_text((tmp_path / "logistics.csv").read_text() + "\n\n")
    assert do_import(tmp_path).counts["new"] == 0
    assert ledger_facts.counts() == before | {"exchange_importrun": 2}


def test_a_closing_below_zero_leaves_the_store_at_zero_and_the_rest_in_suspense(tmp_path: Path) -> None:
    rows = corrected(sound_rows(), {"stock_distributed": 150, "stock_end": -10})
    run = do_import(write_csv(tmp_path, rows))
    assert proof(run) == PROVED
    assert ledger_facts.at_month_end("C1001", "AS27000", "2019-07-31") == -10
    assert check_ledger() == []


def test_months_that_are_not_over_are_refused_and_nothing_is_written(tmp_path: Path) -> None:
    rows = corrected(sound_rows(), {"year": 2026, "month": 11})
    with pytest.raises(Refused) as refused:
        do_import(write_csv(tmp_path, rows))
    assert [one.code for one in refused.value.reasons] == ["future"]
    assert ledger_facts.counts()["directory_facility"] == 0
    assert ImportRun.objects.count() == 0


def test_all_mistakes_come_at_once_with_sheet_row_and_column(tmp_path: Path) -> None:
    rows = sound_rows()
    rows[0]["stock_end"] = "many"
    rows[1]["site_code"] = "C9999"
    rows[2]["product_code"] = "XX"
    rows[3]["month"] = 13
    rows[4]["stock_received"] = ""
    folder = write_csv(tmp_path, rows)
    (folder / "sites.csv").write_text((folder / "sites.csv").read_text().replace("Health Center", "Kiosk"))
    with pytest.raises(Refused) as refused:
        do_import(folder)
    places = {(one.fields.get("row"), one.fields.get("column")) for one in refused.value.reasons}
    assert {(2, "stock_end"), (3, "site_code"), (4, "product_code"), (5, "month"), (6, "stock_received")} <= places
    assert (3, "site_type") in places
    assert all(one.fields.get("sheet") for one in refused.value.reasons)
    assert ledger_facts.counts()["stock_event"] == 0


def test_a_store_that_keeps_its_own_slips_is_not_overwritten(tmp_path: Path) -> None:
    do_import(write_csv(tmp_path, sound_rows()))
    site = directory.facility_by_code("C1001")
    assert site is not None
    lot = Movement.objects.filter(product__code="AS27000").values_list("lot_id", flat=True)[0]
    adjust_stock(
        facility_id=site.pk,
        reason_code="damaged",
        lines=[(lot, 5)],
        on=date(2020, 1, 5),
        actor=an_actor(a_person(Role.STOREKEEPER, site)),
        command_id=command_ids.new(),
        at=NOW,
    )
    absorbed = corrected(sound_rows(), {"stock_distributed": 14, "stock_end": 126}, month=7)
    assert proof(do_import(write_csv(tmp_path, absorbed))) == PROVED
    with pytest.raises(Refused) as refused:
        do_import(write_csv(tmp_path, corrected(absorbed, {"stock_end": 170}, month=10)))
    assert refused.value.code == "own_slips"
    assert ledger_facts.at_month_end("C1001", "AS27000", "2020-02-01") == 155
    assert check_ledger() == []


def test_closed_months_are_not_changed(tmp_path: Path) -> None:
    do_import(write_csv(tmp_path, sound_rows()))
    site = directory.facility_by_code("C1001")
    assert site is not None
    for month in (5, 6):
        keeper = an_actor(a_person(Role.STATION_OFFICER, site.area))
        close_month(facility_id=site.pk, month=Month(2019, month), actor=keeper, at=NOW)
    with pytest.raises(Refused) as refused:
        do_import(write_csv(tmp_path, corrected(sound_rows(), {"stock_end": 121}, month=6)))
    assert refused.value.code == "month_closed"
    run = do_import(write_csv(tmp_path, corrected(sound_rows(), {"stock_end": 131}, month=7)))
    assert proof(run) == PROVED


def test_a_stranger_can_import_nothing(tmp_path: Path) -> None:
    do_import(write_csv(tmp_path, sound_rows()))
    stranger = an_actor(a_person(Role.STATION_OFFICER, a_county("990101", parent=a_province("99"))))
    before = ledger_facts.counts()
    with pytest.raises(Refused) as refused:
        do_import(write_csv(tmp_path, corrected(sound_rows(), {"stock_end": 1})), actor=stranger)
    assert refused.value.code == "not_yours"
    with pytest.raises(Forbidden):
        do_import(tmp_path, actor=an_actor(a_person(Role.STOREKEEPER, a_county("990102"))))
    assert ledger_facts.counts() | {"directory_area": 0} == before | {"directory_area": 0}


def test_the_proof_is_not_the_postings_own_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Break the posting: the import itself must notice, and say so."""
    from zhixuan.modules.stock.operations import _cards

    whole = _cards._move

    def one_piece_more(*arguments: object) -> object:
        move = whole(*arguments)  # type: ignore[arg-type]
        return type(move)(
            move.lot_id, move.product_id, move.from_place_id, move.to_place_id, move.pieces + 1, move.reason
        )

    monkeypatch.setattr(_cards, "_move", one_piece_more)
    run = do_import(write_csv(tmp_path, sound_rows()))
    assert run.state == ImportRun.State.FAILED
    assert proof(run)["equal"] != 36
    assert proof(run)["wrong"]


def test_everything_is_sealed_afterwards(tmp_path: Path) -> None:
    do_import(write_csv(tmp_path, sound_rows()), actor=ROOT)
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(events) FROM stock_seal")
        assert cursor.fetchone()[0] == Event.objects.count()
