"""A delivery travels from the supplier through the county warehouse to a township store, and to a client."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests import builders
from tests.journeys.desk import Desk, event_id, lines
from zhixuan.modules.stock.models import Lot
from zhixuan.modules.stock.operations.check_ledger import check_ledger
from zhixuan.modules.stock.operations.open_places import open_places
from zhixuan.modules.stock.operations.seal_ledger import seal_ledger


@pytest.fixture
def network(db: None) -> builders.Network:
    network = builders.a_network()
    open_places([network.warehouse.id, network.store.id])
    builders.kept_by_one(network.warehouse)
    return network


def test_from_the_supplier_to_a_client(network: builders.Network) -> None:
    item = builders.an_item()
    warehouse, store = network.warehouse, network.store
    county = Desk(builders.a_storekeeper(warehouse))
    township = Desk(builders.a_dispenser(store), language="zh-hans")
    today = timezone.localdate()

    # The county's storekeeper takes in a delivery of two lots, one of them typed in packs.
    receive = f"/stock/receive/?facility={warehouse.id}"
    early, late = today + timedelta(days=400), today + timedelta(days=700)
    slip = county.send(
        receive,
        county.form(receive),
        on=today,
        reference="Contract 7",
        **lines(
            "lines",
            {"item": item.id, "lot_number": "LATE", "expires_on": late, "pieces": 60, "unit": "pack"},
            {"item": item.id, "lot_number": "EARLY", "expires_on": early, "pieces": 500, "unit": "piece"},
        ),
    )
    assert "WA-" in county.page(slip)
    assert "Contract 7" in county.page(slip)

    # She sends 600 to the township. The early lot goes first, and the slip says so.
    send = f"/stock/send/?facility={warehouse.id}"
    sent = county.send(
        send,
        county.form(send),
        to_facility=store.id,
        on=today,
        **lines("lines", {"product": item.product_id, "pieces": 600, "unit": "piece"}),
    )
    explained = county.page(sent)
    assert "EARLY" in explained
    assert "LATE" in explained

    # The township finds it under what is on its way, and counts: four damaged, six missing.
    arriving = event_id(sent)
    assert f"/stock/transfers/{arriving}/receive/" in township.page("/stock/transfers/")
    counting = f"/stock/transfers/{arriving}/receive/"
    form = township.form(counting)
    lots = dict(Lot.objects.values_list("number", "id"))
    counted = {f"lot-{lots['LATE']}-accepted": 100, f"lot-{lots['EARLY']}-accepted": 490}
    refusal = township.refused(counting, form, on=today, note="", **counted)
    assert "500" in refusal
    assert "490" in refusal

    differences = {f"lot-{lots['EARLY']}-damaged": 4, f"lot-{lots['EARLY']}-missing": 6}
    taken_in = township.send(counting, form, on=today, note="一箱受潮", **counted, **differences)
    assert "一箱受潮" in township.page(taken_in)
    assert f"/stock/transfers/{arriving}/receive/" not in township.page("/stock/transfers/")

    # A client collects twenty. Nobody asks who it is. The form sent twice gives one slip.
    counter = f"/stock/dispense/?facility={store.id}"
    form = township.form(counter)
    given = {"on": today, f"take_{item.product_id}": 20}
    township.send(counter, form, **given)
    township.send(counter, form, **given)

    # The card adds up on screen and in the file, to the piece.
    card = f"/stock/card/{store.id}/{item.product_id}/"
    assert "570" in township.page(card)
    assert [row[8] for row in township.sheet(card)][:2] == [570, 590]
    seal_ledger(at=timezone.now())
    assert check_ledger() == []


def test_a_slip_posted_by_mistake_is_undone_in_the_open(network: builders.Network) -> None:
    item = builders.an_item()
    desk = Desk(builders.a_storekeeper(network.warehouse))
    delivery = builders.a_delivery(network.warehouse, item, pieces=300)
    undo = f"/stock/slips/{delivery.event_id}/reverse/"

    assert "Reason" in desk.refused(undo, desk.form(undo), on=timezone.localdate(), reason="")
    opposite = desk.send(undo, desk.form(undo), on=timezone.localdate(), reason="Wrong supplier")

    assert f"/stock/slips/{delivery.event_id}/" in desk.page(opposite)
    assert opposite in desk.page(f"/stock/slips/{delivery.event_id}/")
    assert desk.sheet(f"/stock/card/{network.warehouse.id}/{item.product_id}/")[0][8] == 0


def test_a_stranger_finds_nothing_of_it(network: builders.Network) -> None:
    item = builders.an_item()
    delivery = builders.a_delivery(network.warehouse, item, pieces=300)
    stranger = Desk(builders.a_storekeeper(network.sibling_store))

    stranger.page(f"/stock/slips/{delivery.event_id}/", status=404)
    stranger.page(f"/stock/slips/{delivery.event_id}/reverse/", status=404)
    stranger.page(f"/stock/card/{network.warehouse.id}/{item.product_id}/", status=404)
    assert "WA-" not in stranger.page("/stock/slips/")
    assert stranger.sheet("/stock/on-hand/") == []


def test_a_month_is_closed_and_bars_what_comes_late(network: builders.Network) -> None:
    item = builders.an_item()
    last_month = timezone.now() - timedelta(days=timezone.localdate().day)
    builders.a_delivery(network.store, item, pieces=80, at=last_month)
    officer = Desk(builders.a_person(builders.Role.TOWNSHIP_OFFICER, network.township))
    month = timezone.localtime(last_month).strftime("%Y-%m")
    months = f"/stock/months/{network.store.id}/"

    officer.send(f"{months}{month}/close/", {})
    receive = f"/stock/receive/?facility={network.store.id}"
    line = {"item": item.id, "lot_number": "X", "expires_on": "2031-01", "pieces": 5, "unit": "piece"}
    late = officer.refused(
        receive, officer.form(receive), on=timezone.localtime(last_month).date(), **lines("lines", line)
    )
    assert "closed" in late
    assert 'value="X"' in late  # what was typed is still there

    officer.send(f"{months}{month}/reopen/", {}, reason="A slip was forgotten")
    officer.send(receive, officer.form(receive), on=timezone.localtime(last_month).date(), **lines("lines", line))
    assert check_ledger() == []
