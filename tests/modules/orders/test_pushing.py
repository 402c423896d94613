"""Orders that a plan above them makes: all or none, each with its issue slip, once however often it is sent."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import NOW, TODAY, an_actor
from tests.order_builders import OrderingCounty, an_ordering_county
from tests.stock_builders import a_command
from zhixuan.modules.documents.models import Document, DrawnLine
from zhixuan.modules.documents.operations import draw_documents as drawing
from zhixuan.modules.documents.operations.draw_documents import Slip, draw_documents
from zhixuan.modules.orders.models import Order, OrderStep
from zhixuan.modules.orders.operations.push_orders import ForPlace, Pushed, PushedOrders, push_orders
from zhixuan.rules.documents.lines import DocumentLine
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Unknown
from zhixuan.shared.models import AuditEntry


@pytest.fixture
def county(db: None) -> OrderingCounty:
    return an_ordering_county()


def pushed(county: OrderingCounty, *pieces: int, **more: Any) -> PushedOrders:
    """So many condoms to the store and the second store."""
    stock = county.stock
    places = (stock.store, county.second_store)
    parcels = [
        ForPlace(stock.warehouse.pk, place.pk, [Pushed(stock.condom.pk, count, count)])
        for place, count in zip(places, pieces, strict=False)
    ]
    said = {"parcels": parcels, "called": "AP-1", "on": TODAY, "actor": an_actor(county.officer), "at": NOW}
    return push_orders(**said | {"command_id": a_command()} | more)


def test_all_with_numbers_slips_steps_and_traces(county: OrderingCounty, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "SLIPS_AT_ONCE", 1)
    command = a_command()
    first = pushed(county, 100, 50, command_id=command)
    assert pushed(county, 100, 50, command_id=command) == first
    pushed(county, 10, 10)
    orders = list(Order.objects.filter(pk__in=first.orders).order_by("pk"))
    assert [order.pk for order in orders] == list(first.orders)
    assert {(order.kind, order.stage, order.note, order.number) for order in orders} == {
        ("push", "approved", "AP-1", 1)
    }
    steps = OrderStep.objects.filter(order=first.id).order_by("number")
    assert list(steps.values_list("number", "verb")) == [(1, "draw"), (2, "approve"), (3, "send")]
    slips = Document.objects.filter(source="orders.order").order_by("number")
    assert [slip.number for slip in slips] == [1, 2, 3, 4]
    assert steps[2].details["document"] == slips[0].pk
    assert [row.pieces for row in DrawnLine.objects.order_by("document")] == [100, 50, 10, 10]
    traces = AuditEntry.objects.filter(object_type="orders.order", object_id=str(first.id))
    assert sorted(traces.values_list("verb", flat=True)) == ["approve_order", "draw_order", "send_order"]
    assert AuditEntry.objects.filter(verb="draw_document", object_id=str(slips[1].pk)).exists()
    with pytest.raises(Refused) as refused:
        pushed(county, 100, 60, command_id=command)
    assert refused.value.code == "command_conflict"


def test_one_that_cannot_go_keeps_all_of_them_back(county: OrderingCounty) -> None:
    with pytest.raises(Refused) as refused:
        pushed(county, 100, 10**6)
    assert refused.value.field == "lines-0-pieces"
    assert not Order.objects.exists()
    assert not Document.objects.exists()
    pushed(county, 100)
    assert Document.objects.get().number == 1, "a number that came to nothing is not lost"
    with pytest.raises(Refused):
        pushed(county)


def test_a_stranger_and_slips_to_oneself(county: OrderingCounty) -> None:
    with pytest.raises(Unknown):
        pushed(county, 100, actor=county.stock.stranger)
    line = DocumentLine(product_id=county.stock.condom.pk, item_id=None, pieces=10)
    said = {"source": "orders.order", "on": TODAY, "actor": an_actor(county.officer), "at": NOW}
    slips = [Slip(county.stock.warehouse.pk, [line])]
    with pytest.raises(Refused) as refused:
        draw_documents(facility_id=county.stock.warehouse.pk, slips=slips, command_id=a_command(), **said)
    assert refused.value.code == "other_needed"
