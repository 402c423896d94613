"""Imports in the browser's words: upload, look, confirm, stop; findings and months for those who may see them."""

from __future__ import annotations

import io
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.builders import a_county, a_person, a_province
from tests.modules.exchange import ledger_facts
from tests.modules.exchange.small_country import (
    corrected,
    csv_text,
    do_import,
    product_rows,
    row_of,
    site_rows,
    sound_rows,
    write_csv,
)
from zhixuan.config.wiring import JOBS
from zhixuan.modules.directory.models import Area, Facility
from zhixuan.modules.exchange.models import Finding, ImportedFile, ImportRun
from zhixuan.modules.exchange.queries.month_reports import report_of_month
from zhixuan.rules.periods import Month
from zhixuan.shared import command_ids, jobs
from zhixuan.shared.access import Role
from zhixuan.shared.models import Job
from zhixuan.shared.worker import JobInHand

pytestmark = pytest.mark.django_db
ODD = {"stock_distributed": 150, "stock_adjustment": 0, "stock_end": 20, "stock_stockout_days": 44}


@pytest.fixture(autouse=True)
def _no_second_step(settings: Any) -> None:
    settings.SECOND_STEP_ROLES = frozenset()


def signed_in(role: Role, at: Area | Facility | None = None) -> Client:
    client = Client()
    client.force_login(a_person(role, at, language="en"))
    return client


def upload(client: Client, rows: list[dict[str, Any]], **others: str) -> Any:
    tables = {"logistics": rows, "sites": site_rows(), "products": product_rows()}
    files = [SimpleUploadedFile(f"{name}.csv", csv_text(table).encode()) for name, table in tables.items()]
    fields = {"command_id": str(command_ids.new()), "mapping": "civ_lmis", **others}
    return client.post(reverse("exchange:start"), {**fields, "uploads": files})


def work() -> Job:
    """Let a worker do the next job, in this process."""
    claimed = jobs.claim(worker="test", kinds=list(JOBS), at=timezone.now())
    assert claimed is not None
    with suppress(jobs.Cancelled):
        jobs.finish(claimed, JOBS[claimed.kind](JobInHand(claimed, threading.Event())), timezone.now())
    return Job.objects.get(pk=claimed.id)


def test_upload_look_confirm_done() -> None:
    client = signed_in(Role.ADMINISTRATOR)
    address = upload(client, corrected(sound_rows(), ODD, month=10)).url
    page = client.get(address)
    assert "every 1s" in page.content.decode()
    assert client.get(f"{address}progress/").status_code == 200
    work()
    assert client.get(f"{address}progress/").headers["HX-Refresh"] == "true"
    page = client.get(address).content.decode()
    assert "The files can be imported. Nothing was changed so far." in page
    assert ledger_facts.counts()["stock_event"] == 0

    command_id = str(command_ids.new())
    for _twice in range(2):
        assert client.post(f"{address}confirm/", {"command_id": command_id}).status_code == 302
    work()
    page = client.get(address).content.decode()
    assert "All 36 month ends in the ledger equal the files" in page
    assert "Impossible stock-out days" in page
    run = ImportRun.objects.get()
    assert (run.state, run.counts["new"], run.counts["rows"]) == ("done", 36, 36)
    assert not ImportedFile.objects.exists()
    assert Job.objects.count() == 2


def test_mistakes_are_listed_and_can_be_downloaded() -> None:
    client = signed_in(Role.ADMINISTRATOR)
    address = upload(client, corrected(sound_rows(), {"stock_end": "x", "month": 13})).url
    work()
    page = client.get(address).content.decode()
    assert "Mistakes to correct: 2. Nothing was imported." in page
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{address}mistakes/").content))
    rows = list(book.active.iter_rows(min_row=2, values_only=True))
    assert {(row[0], row[2]) for row in rows} == {("logistics.csv", "stock_end"), ("logistics.csv", "month")}
    assert client.post(f"{address}confirm/", {"command_id": str(command_ids.new())}).status_code == 422


def test_files_that_are_none_are_refused_in_words() -> None:
    client = signed_in(Role.ADMINISTRATOR)
    fields = {"command_id": str(command_ids.new()), "mapping": "civ_lmis"}
    assert client.post(reverse("exchange:start"), fields).status_code == 200
    hostile = SimpleUploadedFile("bundle.zip", b"PK\x03\x04 not a zip at all")
    address = client.post(reverse("exchange:start"), {**fields, "uploads": [hostile]}).url
    work()
    assert "Mistakes to correct: 1" in client.get(address).content.decode()


def test_a_stopped_import_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    from zhixuan.modules.exchange.operations import _plan

    monkeypatch.setattr(_plan, "BATCH_ROWS", 1)
    client = signed_in(Role.ADMINISTRATOR)
    address = upload(client, sound_rows()).url
    work()
    client.post(f"{address}confirm/", {"command_id": str(command_ids.new())})
    show = JobInHand.show

    def stop_when_half_way(self: JobInHand, progress: int, total: int, message: str = "") -> None:
        if message == "post" and progress > 10:
            jobs.cancel(self.claim.id, timezone.now())
        show(self, progress, total, message)

    monkeypatch.setattr(JobInHand, "show", stop_when_half_way)
    assert work().state == Job.State.CANCELLED
    run = ImportRun.objects.get()
    assert run.state == "cancelled"
    half = ledger_facts.counts()["exchange_importedrow"]
    assert 0 < half < 36
    monkeypatch.setattr(JobInHand, "show", show)
    assert "Go on" in client.get(address).content.decode()
    client.post(f"{address}confirm/", {"command_id": str(command_ids.new())})
    work()
    run.refresh_from_db()
    assert (run.state, run.counts["new"], run.outcome["proof"]["equal"]) == ("done", 36, 36)
    assert ledger_facts.counts()["exchange_importedrow"] == 36


def test_stopping_before_it_begins() -> None:
    client = signed_in(Role.ADMINISTRATOR)
    address = upload(client, sound_rows()).url
    assert client.post(f"{address}cancel/").status_code == 302
    assert jobs.claim(worker="test", kinds=list(JOBS), at=timezone.now()) is None
    assert client.get(address).status_code == 200


@pytest.fixture
def odd_country(tmp_path: Path) -> Facility:
    rows = corrected(sound_rows(), ODD, month=10)
    row_of(rows, "C1002", month=6)["stock_end"] = 125
    do_import(write_csv(tmp_path, rows))
    return Facility.objects.get(code="C1001")


def test_findings_lead_to_their_rows(odd_country: Facility) -> None:
    client = signed_in(Role.STATION_OFFICER, odd_country.area)
    page = client.get(reverse("exchange:quality")).content.decode()
    assert "44 stock-out days are written; this month has 31 days." in page
    one = Finding.objects.get(kind="impossible_days")
    page = client.get(reverse("exchange:finding", args=[one.pk])).content.decode()
    assert page.count("<mark") == 1
    assert reverse("stock:card", args=[odd_country.pk, one.product_id]) in page
    only = client.get(reverse("exchange:quality"), {"kind": "identity_break"}).content.decode()
    assert "44 stock-out days" not in only
    assert "but the closing stock is 125" in only


def test_the_report_is_a_workbook_of_three_sheets(odd_country: Facility) -> None:
    client = signed_in(Role.STATION_OFFICER, odd_country.area)
    book = openpyxl.load_workbook(io.BytesIO(client.get(reverse("exchange:quality_report")).content))
    assert book.sheetnames == ["Summary", "Facilities", "Findings"]
    rows = list(book["Findings"].iter_rows(min_row=2, values_only=True))
    assert len(rows) == Finding.objects.count()
    assert next(row for row in rows if row[1] == "Impossible stock-out days")[8:14] == (150, 20, 150, 0, 20, 44)


def test_a_month_reads_as_a_stock_card(odd_country: Facility) -> None:
    report = report_of_month(odd_country.pk, Month(2019, 10))
    assert report.agrees
    assert [(line.product.code, line.row.opening, line.ledger) for line in report.lines] == [
        ("AS27000", 150, 20),
        ("AS27134", 150, 160),
    ]
    assert [one.kind for one in report.lines[0].findings] == ["impossible_days"]
    client = signed_in(Role.STATION_OFFICER, odd_country.area)
    latest = client.get(reverse("exchange:latest_month", args=[odd_country.pk]))
    assert latest.url == reverse("exchange:month", args=[odd_country.pk, "2019-10"])
    page = client.get(latest.url).content.decode()
    assert "The ledger agrees with every closing stock of this card." in page
    other = client.get(latest.url, {"month": "2019-05"})
    assert other.url.endswith("2019-05/")
    empty = client.get(reverse("exchange:month", args=[odd_country.pk, "2018-01"])).content.decode()
    assert "did not report this month" in empty


@pytest.mark.parametrize("role", [Role.STATION_OFFICER, Role.STOREKEEPER, Role.AUDITOR])
def test_a_stranger_sees_none_of_it(odd_country: Facility, role: Role) -> None:
    stranger = signed_in(role, a_county("990101", parent=a_province("99")))
    run, one = ImportRun.objects.get(), Finding.objects.first()
    assert one is not None
    for name, arguments in (
        ("exchange:run", [run.pk]),
        ("exchange:progress", [run.pk]),
        ("exchange:mistakes", [run.pk]),
        ("exchange:finding", [one.pk]),
        ("exchange:latest_month", [odd_country.pk]),
        ("exchange:month", [odd_country.pk, "2019-10"]),
    ):
        assert stranger.get(reverse(name, args=arguments)).status_code == 404, name
    for name in ("exchange:confirm", "exchange:cancel"):
        fields = {"command_id": str(command_ids.new())}
        assert stranger.post(reverse(name, args=[run.pk]), fields).status_code == 404
    for name in ("exchange:imports", "exchange:quality"):
        page = stranger.get(reverse(name)).content.decode()
        assert "Aboisso" not in page
        assert "logistics.csv" not in page
    content = stranger.get(reverse("exchange:quality_report")).content
    assert openpyxl.load_workbook(io.BytesIO(content))["Findings"].max_row == 1


def test_only_who_may_import_can_start() -> None:
    county = a_county("990101", parent=a_province("99"))
    keeper = signed_in(Role.STOREKEEPER, county)
    assert keeper.get(reverse("exchange:start")).status_code == 403
    assert upload(keeper, sound_rows()).status_code == 403
    assert ImportRun.objects.count() == 0
    officer = signed_in(Role.STATION_OFFICER, county)
    address = upload(officer, sound_rows()).url
    work()
    assert ImportRun.objects.get().state == "refused"
    assert "you may not add them: CI" in officer.get(address).content.decode()


@pytest.mark.parametrize("name", ["exchange:imports", "exchange:quality", "exchange:start"])
def test_pages_are_cheap(odd_country: Facility, name: str, django_assert_max_num_queries: Any) -> None:
    client = signed_in(Role.ADMINISTRATOR)
    client.get(reverse(name))
    with django_assert_max_num_queries(12):
        assert client.get(reverse(name)).status_code == 200
