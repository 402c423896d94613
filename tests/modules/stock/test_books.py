"""The two books of a store: to the piece what the stock cards and the slips say."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.test import Client
from openpyxl import load_workbook

from tests.builders import NOW as AT
from tests.builders import a_dispenser, a_person, a_storekeeper
from tests.papers import printed
from tests.stock_builders import StockedCounty, days, lot, lots_of, pieces_at
from zhixuan.modules.stock.models import Event
from zhixuan.modules.stock.operations.block_lot import block_lot
from zhixuan.modules.stock.queries import category_ledger, consignee_ledger
from zhixuan.modules.stock.queries.card import CardLines
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.rules.stock.books import Consigned, Entry
from zhixuan.rules.stock.receiving import Arrived
from zhixuan.shared.access import Actor, Grant, Role

LONG_AGO, NOW = days(-60), days(0)


@pytest.fixture
def busy(county: StockedCounty) -> StockedCounty:
    """A warehouse that sent three times: taken in with a loss, taken back, still on its way; and a return."""
    county.stock(county.warehouse, "A", 1000, on=days(-30))
    county.adjust(county.warehouse, "damaged", A=7, on=days(-20))
    first = county.send(county.warehouse, county.store, county.want(300), on=days(-15))
    lot_id = lot("A").id
    county.take_in(first, Arrived(lot_id, 290, damaged=6, missing=4), on=days(-14), note="one box wet")
    undone = county.send(county.warehouse, county.store, county.want(50), on=days(-10))
    county.reverse(undone, on=days(-9))
    county.send(county.warehouse, county.store, county.want(80), on=days(-3))
    county.dispense(county.store, county.want(20), on=days(-2))
    county.take_all_in(county.give_back(county.store, county.warehouse, county.want(30), on=days(-2)), on=days(-1))
    return county


def test_the_category_ledger_tells_every_coming_and_going(busy: StockedCounty) -> None:
    warehouse = category_ledger.by_product(places_of(busy.warehouse.id).store_id, LONG_AGO, NOW)[busy.condom.id]
    store = category_ledger.by_product(places_of(busy.store.id).store_id, LONG_AGO, NOW)[busy.condom.id]

    assert {entry: pieces for entry, pieces in warehouse.entries.items() if pieces} == {
        Entry.BOUGHT: 1000,
        Entry.TRANSFERRED_OUT: 380,
        Entry.RETURNED_HERE: 30,
        Entry.LOSSES: 7,
    }
    assert (warehouse.opening, warehouse.closing) == (0, 643)
    assert {entry: pieces for entry, pieces in store.entries.items() if pieces} == {
        Entry.TRANSFERRED_IN: 290,
        Entry.DISPENSED: 20,
        Entry.SENT_BACK: 30,
    }
    assert store.closing == 240


@pytest.mark.parametrize(("since", "until"), [(-12, -5), (-30, -30), (-14, -2), (-60, 0), (0, 0)])
def test_it_opens_and_closes_with_the_stock_card(busy: StockedCounty, since: int, until: int) -> None:
    for facility in (busy.warehouse, busy.store):
        store_id = places_of(facility.id).store_id
        found = category_ledger.by_product(store_id, days(since), days(until))
        opening = CardLines(store_id, busy.condom.id, until=days(since - 1)).closing
        closing = CardLines(store_id, busy.condom.id, until=days(until)).closing
        line = found.get(busy.condom.id)
        assert (line.opening, line.closing) == (opening, closing) if line else (opening, closing) == (0, 0)


def test_lots_add_up_to_their_product(busy: StockedCounty) -> None:
    busy.stock(busy.warehouse, "B", 40)
    store_id = places_of(busy.warehouse.id).store_id
    lots = category_ledger.by_lot(store_id, LONG_AGO, NOW)

    assert len(lots) == 2
    whole = category_ledger.by_product(store_id, LONG_AGO, NOW)[busy.condom.id]
    assert sum(line.closing for line in lots.values()) == whole.closing
    assert sum(line.entries[Entry.BOUGHT] for line in lots.values()) == whole.entries[Entry.BOUGHT]


def test_the_consignee_ledger_follows_every_piece(busy: StockedCounty) -> None:
    accounts = consignee_ledger.accounts(places_of(busy.warehouse.id).store_id, LONG_AGO, NOW)

    assert accounts == {
        (busy.store.id, busy.condom.id): Consigned(430, accepted=290, damaged=6, missing=4, taken_back=50)
    }
    assert accounts[busy.store.id, busy.condom.id].on_the_way == 80


def test_it_shows_what_was_known_at_the_end_of_the_months_chosen(busy: StockedCounty) -> None:
    accounts = consignee_ledger.accounts(places_of(busy.warehouse.id).store_id, LONG_AGO, days(-15))

    assert accounts[busy.store.id, busy.condom.id] == Consigned(300)


def test_a_receipt_that_was_undone_leaves_the_goods_on_their_way(county: StockedCounty) -> None:
    county.stock(county.warehouse, "A", 100)
    sent = county.send(county.warehouse, county.store, county.want(60))
    county.reverse(county.take_all_in(sent))

    accounts = consignee_ledger.accounts(places_of(county.warehouse.id).store_id, LONG_AGO, NOW)
    assert accounts[county.store.id, county.condom.id].on_the_way == 60
    assert sum(lots_of(sent).values()) == 60


def test_a_lot_recalled_on_its_way_has_arrived(county: StockedCounty) -> None:
    county.stock(county.warehouse, "A", 100)
    sent = county.send(county.warehouse, county.store, county.want(60))
    officer = Actor(None, "officer", (Grant(Role.STATION_OFFICER, "/"),))
    named = {"item_id": county.box.id, "number": "A", "expires_on": None, "area_path": "/", "reference": "ZH-1"}
    block_lot(**named, actor=officer, at=AT)
    county.take_all_in(sent)

    accounts = consignee_ledger.accounts(places_of(county.warehouse.id).store_id, LONG_AGO, NOW)
    assert pieces_at(county.store, "A", "quarantine") == 60
    assert accounts[county.store.id, county.condom.id] == Consigned(60, accepted=60)


def test_the_slips_of_one_consignee_name_their_receipts(busy: StockedCounty) -> None:
    lines = consignee_ledger.slips_to(places_of(busy.warehouse.id).store_id, busy.store.id, LONG_AGO, NOW)

    assert [(line.on, line.pieces.sent, bool(line.receipt)) for line in lines] == [
        (days(-3), 80, False),
        (days(-10), 50, True),
        (days(-15), 300, True),
    ]


def signed_in(user: object, language: str = "en") -> Client:
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    client.cookies["zhixuan_language"] = language
    return client


def months(first: date, last: date) -> str:
    return f"from={first:%Y-%m}&to={last:%Y-%m}"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_books_open_on_screen_as_a_spreadsheet_and_on_paper(busy: StockedCounty, language: str) -> None:
    keeper = signed_in(a_storekeeper(busy.warehouse), language)
    chosen = months(LONG_AGO, NOW)
    book = f"/stock/books/{busy.warehouse.id}/"

    assert keeper.get("/stock/books/").status_code == 200
    for address in (book, f"{book}consignees/", f"{book}consignees/{busy.store.id}/"):
        assert keeper.get(f"{address}?{chosen}").status_code == 200, address
    assert keeper.get(f"{book}?{chosen}&by=lot").status_code == 200
    sheet = load_workbook(io.BytesIO(keeper.get(f"{book}?{chosen}&export=xlsx").content)).active
    assert 1000 in [cell.value for cell in list(sheet.rows)[1]]
    span = dict(part.split("=") for part in chosen.split("&"))
    assert "380" in printed(keeper, f"{book}print/", paper="a5", **span)
    assert "430" in printed(keeper, f"{book}consignees/print/", paper="a5", **span)
    by_lot = printed(keeper, f"{book}print/", paper="a5", by="lot", **span)
    assert lot("A").expires_on.isoformat() in by_lot


def test_the_slip_of_the_sender_says_what_was_written_back(busy: StockedCounty) -> None:
    keeper = signed_in(a_storekeeper(busy.warehouse))
    received, _undone, on_its_way = Event.objects.filter(kind="transfer_out").order_by("id")

    paper = printed(keeper, f"/stock/slips/{received.pk}/print/")
    for word in ("Received, differences", "290", "6 damaged", "4 missing", "Receipt: taken in on"):
        assert word in paper
    assert "Receipt: taken in on" not in printed(keeper, f"/stock/slips/{on_its_way.pk}/print/", paper="a5")


def test_nonsense_in_the_address_is_this_month(county: StockedCounty) -> None:
    keeper = signed_in(a_storekeeper(county.warehouse))

    assert keeper.get(f"/stock/books/{county.warehouse.id}/?from=2026-99&to=%00").status_code == 200
    assert keeper.get(f"/stock/books/{county.warehouse.id}/?from=2026-12&to=2025-01").status_code == 200


def test_a_strangers_books_do_not_exist(busy: StockedCounty) -> None:
    stranger = signed_in(a_storekeeper(busy.network.sibling_store))
    book = f"/stock/books/{busy.warehouse.id}/"

    for address in (book, f"{book}print/", f"{book}consignees/", f"{book}consignees/{busy.store.id}/"):
        assert stranger.get(address).status_code == 404


def test_a_keeper_sees_what_was_sent_but_not_the_stock_of_others(busy: StockedCounty) -> None:
    chosen = months(LONG_AGO, NOW)
    address = f"/stock/books/{busy.warehouse.id}/consignees/?{chosen}&export=xlsx"
    keeper = signed_in(a_storekeeper(busy.warehouse))
    officer = signed_in(a_person(Role.TOWNSHIP_OFFICER, busy.network.county))

    shown = {who: [cell.value for cell in list(_sheet(client, address).rows)[1]] for who, client in
             (("keeper", keeper), ("officer", officer))}  # fmt: skip

    assert shown["keeper"][-1] is None
    assert shown["officer"][-1] == 240


def test_a_dispenser_of_one_cabinet_has_its_books_at_once(busy: StockedCounty) -> None:
    assert signed_in(a_dispenser(busy.store)).get("/stock/books/").status_code == 200


def _sheet(client: Client, address: str) -> object:
    return load_workbook(io.BytesIO(client.get(address).content)).active
