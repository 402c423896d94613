"""Asking and answering: who may do what, what is kept, and what cannot happen twice."""

from __future__ import annotations

from functools import partial

import pytest

from tests.builders import NOW, TODAY, a_person, an_actor
from tests.order_builders import OrderingCounty, order_of
from tests.stock_builders import a_command, days, sentences
from zhixuan.modules.orders.models import Order, OrderLine, OrderStep
from zhixuan.modules.orders.operations.change_lines import change_lines
from zhixuan.modules.orders.queries import asking
from zhixuan.modules.stock.queries import on_hand
from zhixuan.rules.orders.steps import State, Verb
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Forbidden, Role, Unknown


def test_the_suggestion_is_the_sum_of_the_stock_screens(county: OrderingCounty) -> None:
    store = county.stock.store
    (one,) = [
        found
        for found in asking.askable(store, county.stock.warehouse.pk, today=TODAY)
        if found.product == county.stock.condom
    ]
    rows = on_hand.with_levels(on_hand.by_facility(county.actor, today=TODAY), today=TODAY)
    (row,) = [row for row in rows if row["facility_id"] == store.pk]
    assert one.suggestion.needed == row["order"] == 2 * 300 - 100
    assert one.suggestion.pieces == 500
    assert (one.suggestion.terms.on_hand, one.suggestion.terms.per_month) == (100, 300)
    assert one.at_supplier == 5000


def test_on_the_way_and_already_asked_are_deducted(county: OrderingCounty) -> None:
    stock = county.stock
    stock.send(stock.warehouse, stock.store, stock.want(150), on=days(-1))
    county.draw(county.line(205))
    (one,) = [
        found for found in asking.askable(stock.store, stock.warehouse.pk, today=TODAY) if found.product == stock.condom
    ]
    terms = one.suggestion.terms
    assert (terms.in_transit, terms.asked) == (150, 205)
    assert one.suggestion.needed == 600 - 100 - 150 - 205
    assert one.suggestion.pieces == 150


def test_asked_as_suggested_reviewed_with_a_cut_and_approved(county: OrderingCounty) -> None:
    done = county.draw()
    order = order_of(done)
    assert (order.stage, order.kind, order.number, order.submitted_on) == ("submitted", "pull", 1, TODAY)
    (line,) = OrderLine.objects.filter(order=order)
    assert (line.suggested, line.asked, line.approved) == (500, 500, None)
    answer = county.by(county.answerer)
    assert answer.review(order.pk, 300) == 1
    with pytest.raises(Refused) as refused:
        answer.approve(order.pk)
    assert "500 were asked for. Say why it becomes 300." in sentences(refused.value)[0]
    answer.review(order.pk, 300, "others need some too")
    answer.approve(order.pk)
    line.refresh_from_db()
    assert (line.approved, line.review_reason) == (300, "others need some too")
    verbs = list(OrderStep.objects.filter(order=order).order_by("number").values_list("verb", flat=True))
    assert verbs == ["draw", "submit", "review", "review", "approve"]


def test_who_asked_does_not_answer(county: OrderingCounty) -> None:
    both = county.by(county.officer)
    order = both.draw().id
    refuse = partial(both.step, order, Verb.REFUSE, "no")
    for answer in (partial(both.approve, order), partial(both.review, order, 1), refuse):
        with pytest.raises(Refused) as refused:
            answer()
        assert refused.value.code == "own_order"
    county.by(county.answerer).approve(order)


def test_the_other_side_and_strangers(county: OrderingCounty) -> None:
    order = county.draw().id
    with pytest.raises(Forbidden):
        county.approve(order)
    with pytest.raises(Forbidden):
        county.by(county.answerer).step(order, Verb.WITHDRAW)
    with pytest.raises(Unknown):
        county.by(county.stock.stranger).approve(order)
    with pytest.raises(Unknown):
        county.by(county.stock.stranger).draw()
    liaison = a_person(Role.AUDITOR, county.stock.store)
    with pytest.raises(Forbidden):
        county.by(liaison).draw()


def test_a_draft_is_not_seen_by_the_supplier(county: OrderingCounty) -> None:
    order = county.draw(send_in=False).id
    with pytest.raises(Unknown):
        county.by(county.answerer).approve(order)
    county.submit(order)
    county.by(county.answerer).approve(order)


def test_twice_the_same_command_is_one_order(county: OrderingCounty) -> None:
    command = a_command()
    first, second = county.draw(command_id=command), county.draw(command_id=command)
    assert (first.id, first.repeated, second.id, second.repeated) == (first.id, False, first.id, True)
    with pytest.raises(Refused) as refused:
        county.draw(county.line(7), command_id=command)
    assert refused.value.code == "command_conflict"
    assert Order.objects.count() == 1


def test_two_tabs_are_one_order_and_numbers_have_no_gaps(county: OrderingCounty) -> None:
    first = county.draw().id
    with pytest.raises(Refused) as refused:
        county.draw()
    assert (refused.value.code, refused.value.fields["order_id"]) == ("open_order", first)
    county.step(first, Verb.WITHDRAW)
    assert order_of(county.draw()).number == 2


def test_an_emergency_order_is_never_refused_for_another_one(county: OrderingCounty) -> None:
    county.stock.stock(county.stock.store, "MORE", 100)
    county.draw()
    with pytest.raises(Refused, match="cannot wait"):
        county.draw(county.line(50), emergency=True)
    urgent = county.draw(county.line(50), emergency=True, reason="a fair next week")
    assert order_of(urgent).emergency
    with pytest.raises(Refused) as refused:
        county.draw(county.line(50), emergency=True, reason="a fair next week")
    assert refused.value.code == "open_order"
    county.draw(county.line(60), emergency=True, reason="more people came")


def test_an_empty_shelf_needs_no_reason(county: OrderingCounty) -> None:
    county.stock.dispense(county.stock.store, county.stock.want(100))
    done = county.draw(county.line(600), emergency=True)
    assert order_of(done).stage == State.SUBMITTED


def test_far_from_the_suggestion_needs_a_reason(county: OrderingCounty) -> None:
    draft = county.draw(send_in=False).id
    condom = county.stock.condom.pk
    change_lines(order_id=draft, lines=[county.line(900, "")], on=TODAY, actor=county.actor, at=NOW)
    with pytest.raises(Refused) as refused:
        county.submit(draft)
    assert (refused.value.field, refused.value.code) == (f"product-{condom}", "reason_needed")
    change_lines(order_id=draft, lines=[county.line(900, "festival")], on=TODAY, actor=county.actor, at=NOW)
    county.submit(draft)
    with pytest.raises(Refused) as late:
        change_lines(order_id=draft, lines=[county.line(1, "x")], on=TODAY, actor=county.actor, at=NOW)
    assert late.value.code == "wrong_state"


def test_changing_to_the_same_changes_nothing(county: OrderingCounty) -> None:
    draft = county.draw(send_in=False).id
    said = {"order_id": draft, "on": TODAY, "actor": county.actor, "at": NOW}
    assert change_lines(lines=[county.line(40)], **said) == 1
    assert change_lines(lines=[county.line(40)], **said) == 0
    with pytest.raises(Refused, match="cannot be asked for here"):
        change_lines(lines=[county.line(5, product=county.stock.pill)], **said)
    county.stock.stock(county.stock.warehouse, "P1", 50, item=county.stock.strip)
    assert change_lines(lines=[county.line(5, product=county.stock.pill)], **said) == 1


def test_between_places_of_one_level(county: OrderingCounty) -> None:
    county.stock.stock(county.second_store, "B", 400)
    done = county.draw(county.line(50), supplier_id=county.second_store.pk)
    assert order_of(done).kind == Order.Kind.LATERAL
    giver = a_person(Role.STOREKEEPER, county.second_store)
    county.by(county.officer).step(done.id, Verb.SEE)
    with pytest.raises(Unknown):
        county.by(county.answerer).approve(done.id)
    county.by(giver).approve(done.id)
    with pytest.raises(Refused) as refused:
        county.by(county.villager).draw(asker_id=county.village.pk, supplier_id=county.stock.warehouse.pk)
    assert refused.value.code == "no_supplier"


def test_refusing_and_closing_need_a_reason(county: OrderingCounty) -> None:
    order = county.draw().id
    answer = county.by(county.answerer)
    with pytest.raises(Refused) as refused:
        answer.step(order, Verb.REFUSE)
    assert refused.value.field == "note"
    answer.step(order, Verb.REFUSE, "the store is being counted")
    assert Order.objects.get(pk=order).stage == State.REFUSED
    with pytest.raises(Refused):
        answer.approve(order)
    second = county.draw().id
    answer.approve(second)
    answer.step(second, Verb.CLOSE, "nothing will come")
    assert Order.objects.get(pk=second).stage == State.CLOSED


def test_direct_supply_is_asked_by_the_liaison(county: OrderingCounty) -> None:
    from tests.builders import a_facility
    from zhixuan.modules.directory.models import Area, Facility
    from zhixuan.modules.stock.operations.open_places import open_places

    kinds = {"kind": Facility.Kind.INSTITUTION, "level": Area.Level.VILLAGE}
    house = a_facility(county.stock.network.township, "I1", supplied_by=county.stock.warehouse, **kinds)
    open_places([house.pk])
    liaison = a_person(Role.INSTITUTION_LIAISON, house)
    done = county.by(liaison).draw(county.line(60), asker_id=house.pk)
    assert order_of(done).kind == Order.Kind.DIRECT
    county.by(county.answerer).approve(done.id)
    sent = county.stock.send(county.stock.warehouse, house, county.stock.want(60))
    county.stock.by(an_actor(liaison)).take_all_in(sent)
