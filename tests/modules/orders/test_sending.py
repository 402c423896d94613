"""Shipments of an order: several, partial, received short; worked out from documents and ledger."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.builders import NOW, TODAY, a_person, an_actor
from tests.order_builders import OrderingCounty
from tests.stock_builders import a_command, days, lot
from zhixuan.modules.documents.operations.cancel_document import cancel_document
from zhixuan.modules.documents.operations.check_document import check_document
from zhixuan.modules.documents.operations.send_document import send_document
from zhixuan.modules.orders.models import Order
from zhixuan.modules.orders.operations.send_order import send_order
from zhixuan.modules.orders.queries import asking, progress, rhythm
from zhixuan.modules.stock.operations.check_ledger import check_ledger
from zhixuan.modules.stock.operations.receive_transfer import receive_transfer
from zhixuan.modules.stock.queries import travels
from zhixuan.rules.documents.checking import Check, Match
from zhixuan.rules.orders.steps import State, Verb
from zhixuan.rules.refusal import Refused
from zhixuan.rules.stock.receiving import Arrived
from zhixuan.shared.access import Role


@pytest.fixture
def approved(county: OrderingCounty) -> Iterator[int]:
    """500 condoms asked for and agreed to."""
    order = county.draw().id
    county.by(county.answerer).approve(order)
    yield order
    assert check_ledger() == []


def send(county: OrderingCounty, order: int, pieces: int) -> int:
    """An issue document for so many pieces."""
    said = {"on": TODAY, "actor": an_actor(county.answerer), "command_id": a_command(), "at": NOW}
    return send_order(order_id=order, lines=[(county.stock.condom.pk, pieces)], **said).id


def leave(county: OrderingCounty, document: int) -> int:
    """The document is checked by a second keeper and sent; its slip."""
    checker = a_person(Role.STOREKEEPER, county.stock.warehouse)
    lines = {1: {match.value: "ok" for match in Match}}
    head = {check.value: "ok" for check in Check}
    said = {"document_id": document, "at": NOW}
    check_document(head=head, lines=lines, actor=an_actor(checker), command_id=a_command(), **said)
    sent = send_document(actor=an_actor(county.answerer), command_id=a_command(), **said)
    assert sent.event_id is not None
    return sent.event_id


def take_in(county: OrderingCounty, slip: int, *counted: int) -> int:
    arrived = [Arrived(lot("W1").pk, *counted)]
    said = {"on": TODAY, "note": "counted", "actor": county.actor, "command_id": a_command(), "at": NOW}
    return receive_transfer(transfer_id=slip, lines=arrived, **said).event_id


def state(order: int) -> State:
    return progress.states_of([Order.objects.get(pk=order)])[order]


def line(county: OrderingCounty, order: int) -> tuple[int, ...]:
    found = progress.progress_of([order])[order][county.stock.condom.pk]
    return (found.drawn, found.sent, found.on_the_way, found.accepted, found.missing, found.to_send)


def test_in_two_shipments_the_second_received_short(county: OrderingCounty, approved: int) -> None:
    first = send(county, approved, 200)
    assert (state(approved), line(county, approved)) == (State.BEING_SENT, (200, 0, 0, 0, 0, 300))
    slip = leave(county, first)
    assert (state(approved), line(county, approved)) == (State.SENT_PARTLY, (0, 200, 200, 0, 0, 300))
    take_in(county, slip, 200)
    assert line(county, approved) == (0, 200, 0, 200, 0, 300)
    with pytest.raises(Refused, match="300 pieces of this order are left"):
        send(county, approved, 310)
    slip = leave(county, send(county, approved, 300))
    assert state(approved) == State.SENT
    take_in(county, slip, 290, 0, 10)
    assert (state(approved), line(county, approved)) == (State.RECEIVED, (0, 500, 0, 490, 10, 0))
    with pytest.raises(Refused):
        county.by(county.answerer).step(approved, Verb.CLOSE, "done")


def test_the_open_remainder_is_closed_with_a_reason(county: OrderingCounty, approved: int) -> None:
    document = send(county, approved, 200)
    answer = county.by(county.answerer)
    with pytest.raises(Refused) as refused:
        answer.step(approved, Verb.CLOSE, "no more comes")
    assert refused.value.code == "being_sent"
    take_in(county, leave(county, document), 200)
    answer.step(approved, Verb.CLOSE, "no more comes")
    assert state(approved) == State.CLOSED
    with pytest.raises(Refused):
        send(county, approved, 10)


def test_a_dropped_document_frees_its_pieces(county: OrderingCounty, approved: int) -> None:
    document = send(county, approved, 500)
    with pytest.raises(Refused, match="0 pieces"):
        send(county, approved, 10)
    keeper = an_actor(county.answerer)
    cancel_document(document_id=document, reason="torn", actor=keeper, command_id=a_command(), at=NOW)
    assert (state(approved), line(county, approved)[-1]) == (State.APPROVED, 500)


def test_what_is_agreed_and_on_its_way_is_not_suggested_again(county: OrderingCounty, approved: int) -> None:
    leave(county, send(county, approved, 200))
    store, warehouse = county.stock.store, county.stock.warehouse
    found = {one.product: one for one in asking.askable(store, warehouse.pk, today=TODAY)}[county.stock.condom]
    terms = found.suggestion.terms
    assert (terms.in_transit, terms.asked, found.suggestion.needed) == (200, 300, 0)


def test_on_the_way_is_seen_at_both_ends_and_grows_old(county: OrderingCounty) -> None:
    stock = county.stock
    stock.send(stock.warehouse, stock.store, stock.want(50), on=days(-9))
    for person in (county.asker, county.answerer, county.officer):
        (sent,) = travels.on_the_way(an_actor(person))
        assert rhythm.days_late(sent.other_place.facility.level, sent.on, TODAY) == 6
    assert not travels.on_the_way(county.stock.stranger)
    assert travels.products_of([sent.pk]) == {sent.pk: {stock.condom.pk: 50}}


def test_whose_order_is_due(county: OrderingCounty) -> None:
    (due,) = rhythm.due_orders(county.actor, today=TODAY)
    assert (due.facility, due.due.on.day, due.due.overdue_days) == (county.stock.store, 10, 13)
    county.draw()
    (due,) = rhythm.due_orders(county.actor, today=TODAY)
    assert (due.due.on.month, due.due.on.day, due.due.overdue) == (12, 10, False)
