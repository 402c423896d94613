"""The screens of counting: what a keeper sees and does, and how much the database is asked for it."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from tests.builders import a_planner, a_storekeeper, a_stranger
from tests.count_builders import Sheet, a_sheet
from tests.journeys.desk import Desk
from tests.papers import printed
from tests.stock_builders import StockedCounty, pieces_at
from zhixuan.modules.catalogue.models import Item
from zhixuan.modules.counting.models import Count, CountLine
from zhixuan.shared.access import Role
from zhixuan.shared.command_ids import new

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def at(name: str, *args: object) -> str:
    return reverse(f"counting:{name}", args=args)


@pytest.fixture
def desk(county: StockedCounty) -> Desk:
    return Desk(a_storekeeper(county.store, name="Keeper"))


def opened(desk: Desk, county: StockedCounty, **more: object) -> int:
    address = f"{at('open')}?facility={county.store.pk}"
    form = desk.form(address)
    fields = {"facility": county.store.pk, "scope": "all", "with_quarantine": "on"} | more
    return int(desk.send(at("open"), form, **fields).split("/")[-2])


def save(client: Client, line: CountLine, pieces: object, **more: Any) -> Any:
    fields = {"pieces": pieces, "seen": line.tallies, "command_id": new(), "age": 0} | more
    address = at("save_line", line.count_id, line.pk)
    return client.post(address, fields, headers={"X-Requested-With": "fetch"})


def line_of(count_id: int, number: str) -> CountLine:
    return CountLine.objects.get(count_id=count_id, lot_number=number)


def test_from_opening_to_the_stock_card(county: StockedCounty, desk: Desk, settings: Any) -> None:
    settings.SECOND_STEP_ROLES = frozenset()
    count_id = opened(desk, county)
    assert "books now" in desk.page(at("count", count_id))
    said = save(desk.client, line_of(count_id, "A"), "9 packs 8").json()
    assert (said["counted"], said["left"], said["tallies"]) == (98, 1, 1)
    assert save(desk.client, line_of(count_id, "B"), "50").status_code == 200
    desk.send(at("finish", count_id), {})
    line = line_of(count_id, "A").pk
    assert "say why -2 pieces differ" in desk.refused(at("post", count_id), {})
    desk.send(at("judge", count_id), {}, lines=line, verdict="accept", reason="count_no_slip_out")
    assert "Waiting for somebody" in desk.page(at("review", count_id))

    officer = Desk(a_planner(county.network.county))
    assert "Approve the differences" in officer.page(at("review", count_id))
    officer.send(at("approve", count_id), {}, note="seen")
    form = desk.form(at("review", count_id))
    desk.send(at("post", count_id), form)
    desk.send(at("post", count_id), form)
    assert pieces_at(county.store, "A") == 98
    card = desk.page(reverse("stock:card", args=[county.store.pk, county.condom.pk]))
    assert "Given out without a slip" in card
    history = desk.page(at("history"))
    assert "1.33" in history
    assert "Posted" in desk.page(at("review", count_id))


def test_the_same_in_chinese(county: StockedCounty) -> None:
    desk = Desk(a_storekeeper(county.store), language="zh-hans")
    count_id = opened(desk, county)
    assert "盘点" in desk.page(at("counts"))
    assert "还没盘" in desk.page(at("count", count_id))
    assert "盘点完毕" in desk.page(at("count", count_id))


def test_what_was_typed_wrongly_is_said_beside_the_card(county: StockedCounty, desk: Desk) -> None:
    count_id = opened(desk, county)
    line = line_of(count_id, "A")
    answer = save(desk.client, line, "many")
    assert answer.status_code == 422
    assert answer.json()["message"]
    save(desk.client, line, 5)
    late = save(desk.client, line, 6)
    assert late.status_code == 409
    assert (late.json()["code"], late.json()["seen"]) == ("counted_meanwhile", 1)
    assert line_of(count_id, "A").counted == 5


def test_a_number_kept_without_network_counts_from_when_it_was_typed(county: StockedCounty, desk: Desk) -> None:
    count_id = opened(desk, county)
    opened_at = timezone.now() - timedelta(hours=2)
    Count.objects.filter(pk=count_id).update(opened_at=opened_at)
    save(desk.client, line_of(count_id, "A"), 100, age=3600)
    counted_at = line_of(count_id, "A").counted_at
    assert counted_at is not None
    assert abs(timezone.now() - counted_at - timedelta(hours=1)) < timedelta(minutes=1)


def test_without_script_a_card_leads_back(county: StockedCounty, desk: Desk) -> None:
    count_id = opened(desk, county)
    line = line_of(count_id, "A")
    answer = desk.client.post(
        at("save_line", count_id, line.pk), {"pieces": 7, "seen": 0, "command_id": new(), "show": "all", "page": 1}
    )
    assert answer.headers["Location"] == f"{at('count', count_id)}?page=1&show=all"
    assert line_of(count_id, "A").counted == 7


def test_a_blind_sheet_says_nothing_of_the_books(county: StockedCounty, desk: Desk) -> None:
    count_id = opened(desk, county, blind="on")
    assert "books now" not in desk.page(at("count", count_id))
    assert desk.client.get(at("review", count_id)).status_code == 302
    book = load_workbook(io.BytesIO(desk.client.get(f"{at('file_sheet', count_id)}?books=1").content))
    assert "Books" not in [cell.value for cell in book.active[1]]


def test_a_scanned_lot_that_is_not_there_can_be_entered(county: StockedCounty, desk: Desk) -> None:
    count_id = opened(desk, county)
    page = desk.page(f"{at('count', count_id)}?item={county.box.pk}&lot=NEW&expiry=2030-06-30")
    assert "This lot is not on the sheet" in page
    assert "This lot is not on the sheet" not in desk.page(f"{at('count', count_id)}?item={county.box.pk}&lot=A")
    address = f"{at('found', count_id)}?item={county.box.pk}&lot=NEW&expiry=2030-06-30"
    page = desk.page(address)
    assert 'value="NEW"' in page
    assert f'value="{county.box.pk}" selected' in page
    fields = {"item": county.box.pk, "lot_number": "A", "expires_on": "2030-06-30", "pieces": "2", "unit": "pack"}
    form = desk.form(address)
    page = desk.refused(at("found", count_id), form, **fields)
    assert "is known with expiry" in page
    desk.send(at("found", count_id), form, **fields, other_expiry="on")
    assert CountLine.objects.get(count_id=count_id, found=True).counted == 20


def test_a_search_without_script_leaves_no_code_in_the_address(county: StockedCounty, desk: Desk) -> None:
    """A scan of a known pack leads to its lot; every other word is kept in the session, whatever page comes next."""
    gtin, unknown = "06901234567892", "81234560000000000017"
    Item.objects.filter(pk=county.box.pk).update(gtin=gtin)
    count_id = opened(desk, county)
    address = at("count", count_id)

    scanned = desk.client.post(address, {"q": f"(01){gtin}(10)A(21)S-1"}).headers["Location"]
    assert scanned == f"{address}?item={county.box.pk}&lot=A&expiry="
    for text, found in ((unknown, ()), ("Condom", ("A", "B"))):
        led = desk.client.post(address, {"q": text}).headers["Location"]
        assert text not in led.removeprefix(address)
        page = desk.page(led)
        assert re.findall(r'data-lot="(\w+)"', page) == list(found)
        assert ("This lot is not on the sheet" in page) is (not found)
        assert not any(text in one for one in re.findall(r'(?:href|action)="[^"]*\?([^"]*)"', page))
    other = Desk(a_storekeeper(county.store))
    assert "This search has ended" in other.page(led)
    assert desk.client.post(address, {"q": " "}).headers["Location"] == f"{address}?"
    stranger = Desk(a_stranger(county.network, Role.STOREKEEPER))
    assert stranger.client.post(address, {"q": "Condom"}).status_code == 404


def test_cancelling_and_what_is_due(county: StockedCounty, desk: Desk) -> None:
    page = desk.page(at("counts"))
    assert "Store A" in page
    assert "To be counted" in page
    count_id = opened(desk, county)
    assert "Say why" in desk.refused(at("cancel", count_id), {})
    desk.send(at("cancel", count_id), {}, reason="wrong day")
    assert Count.objects.get(pk=count_id).state == "cancelled"
    assert len(desk.sheet(at("counts"))) == 1


@pytest.mark.parametrize("paper", ["a4", "a5"])
def test_papers(county: StockedCounty, desk: Desk, paper: str) -> None:
    sheet = a_sheet(county, blind=True)
    assert "Count sheet" in printed(desk.client, at("paper", sheet.count_id), paper=paper)
    sheet.enter(A=90, B=50)
    sheet.finish()
    result = printed(desk.client, at("paper", sheet.count_id), paper=paper)
    assert "Difference rate, % 6.67" in result
    assert "Storekeeper" in result


def a_large_sheet(county: StockedCounty, lots: int) -> Sheet:
    lines = [county.line(f"LOT{number:05}", 10) for number in range(lots)]
    county.receive(county.store, *lines)
    return a_sheet(county)


def test_a_large_count_opens_with_few_questions(county: StockedCounty, desk: Desk) -> None:
    sheet = a_large_sheet(county, 300)
    sheet.enter(LOT00003=9)
    for name, most in (("count", 15), ("review", 20), ("counts", 20)):
        address = at(name) if name == "counts" else at(name, sheet.count_id)
        desk.page(address)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            desk.page(address)
        assert len(asked) <= most, "\n".join(one["sql"][:200] for one in asked.captured_queries)


def filled(desk: Desk, count_id: int, change: Any) -> bytes:
    """The sheet taken away, filled in by `change(rows)`, as a file."""
    book = load_workbook(io.BytesIO(desk.client.get(at("file_sheet", count_id)).content))
    change(book.active)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def bring(desk: Desk, count_id: int, content: bytes) -> str:
    """Choose the file; the address of its dry run."""
    form = desk.form(at("file", count_id))
    now = timezone.localtime(timezone.now() + timedelta(minutes=1))
    fields = {**form, "file": SimpleUploadedFile("count.xlsx", content, XLSX), "counted_at": f"{now:%Y-%m-%dT%H:%M}"}
    answer = desk.client.post(at("file", count_id), fields)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer.headers["Location"])


PIECES, PACKS, LOT, LINE = "J", "I", "D", "A"


def columns_of(page: Any) -> dict[str, int]:
    return {str(cell.value): cell.column for cell in page[1]}


def test_a_file_with_many_mistakes_is_answered_once_and_changes_nothing(county: StockedCounty, desk: Desk) -> None:
    sheet = a_large_sheet(county, 200)
    wrong = 60

    def spoil(page: Any) -> None:
        where = columns_of(page)
        for row in range(2, page.max_row + 1):
            page.cell(row, where["Pieces counted"], "many" if row < 2 + wrong else 10)

    answer = desk.client.get(bring(desk, sheet.count_id, filled(desk, sheet.count_id, spoil)))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count("is not a whole number") == wrong
    assert sheet.count.state == "opened"

    def mend(page: Any) -> None:
        where = columns_of(page)
        for row in range(2, page.max_row + 1):
            page.cell(row, where["Pieces counted"], 10)
        last = page.max_row + 1
        for title, value in {
            "Item code or GTIN": "condom-10",
            "Lot number": "NEW",
            "Expires on": "2030-06-30",
            "Packs counted": 2,
        }.items():
            page.cell(last, where[title], value)

    address = bring(desk, sheet.count_id, filled(desk, sheet.count_id, mend))
    assert "Apply all of it" in desk.page(address)
    desk.send(address, {})
    desk.send(address, {})
    assert CountLine.objects.filter(count_id=sheet.count_id, counted=10).count() == 202
    assert CountLine.objects.get(count_id=sheet.count_id, lot_number="NEW").counted == 20
    again = desk.client.get(bring(desk, sheet.count_id, filled(desk, sheet.count_id, lambda page: None)))
    assert "holds no counted number" in again.content.decode()


def test_the_file_and_a_phone_do_not_overwrite_each_other(county: StockedCounty, desk: Desk) -> None:
    sheet = a_sheet(county)

    def fill(page: Any) -> None:
        where = columns_of(page)
        page.cell(2, where["Pieces counted"], 90)
        page.cell(3, where["Lot number"], "OTHER")
        page.cell(3, where["Pieces counted"], 1)

    content = filled(desk, sheet.count_id, fill)
    sheet.enter(A=95)
    page = desk.client.get(bring(desk, sheet.count_id, content)).content.decode()
    assert "counted 95 pieces here meanwhile" in page
    assert "line 2 is lot B" in page


def test_opening_stock_from_a_table(county: StockedCounty, desk: Desk) -> None:
    address = f"{at('opening')}?facility={county.store.pk}"

    def bring_opening(text: str) -> str:
        form = {**desk.form(address), "facility": county.store.pk}
        file = SimpleUploadedFile("opening.csv", text.encode(), "text/csv")
        answer = desk.client.post(at("opening"), {**form, "file": file})
        assert answer.status_code == 302, answer.content.decode()
        return str(answer.headers["Location"])

    head = "Item code or GTIN,Lot number,Expires on,Packs counted,Pieces counted\n"
    wrong = bring_opening(
        f"{head}nobody,X,2029-01-01,1,\ncondom-10,A,2020-01-01,1,\ncondom-10,Y,soon,,\ncondom-10,Z,,0,\n"
    )
    page = desk.client.get(wrong).content.decode()
    for said in ("no item nobody", "known with expiry", "not a full date", "enter packs or pieces"):
        assert said in page
    right = f"{head}condom-10,X,2029-01-01,3,4\ncondom-100,Y,,1,\n"
    first = bring_opening(right)
    desk.send(first, {})
    desk.send(first, {})
    assert (pieces_at(county.store, "X"), pieces_at(county.store, "Y")) == (34, 100)
    more = bring_opening(right + "condom-10,W,2029-01-01,,5\n")
    assert "in the books already" in desk.page(more)
    desk.send(more, {})
    assert (pieces_at(county.store, "X"), pieces_at(county.store, "W")) == (34, 5)
    changed = bring_opening(right.replace("3,4", "3,5"))
    assert "was opened with 34 pieces" in desk.client.get(changed).content.decode()
    stranger = Desk(a_storekeeper(county.network.sibling_store))
    stranger.page(more, status=404)
