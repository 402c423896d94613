"""What was counted other than sent: answered, confirmed, decided, and corrected by the ledger only."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.builders import NOW, TODAY, a_person, an_actor
from tests.journeys.desk import Desk
from tests.order_builders import OrderingCounty
from tests.stock_builders import a_command, lot, pieces_at
from zhixuan.modules.accounts.models import User
from zhixuan.modules.orders.models import DifferenceStep
from zhixuan.modules.orders.operations.speak_on_difference import speak_on_difference
from zhixuan.modules.orders.queries import differences
from zhixuan.modules.stock.operations.check_ledger import check_ledger
from zhixuan.modules.stock.queries.slips import Receipt
from zhixuan.rules.orders.differences import CaseState, CaseVerb
from zhixuan.rules.refusal import Refused
from zhixuan.rules.stock.receiving import Arrived
from zhixuan.shared.access import Forbidden, Role, Unknown


@pytest.fixture
def arrival(county: OrderingCounty) -> Iterator[Receipt]:
    """Of 100 sent 88 were accepted, 2 were damaged and 10 are missing; the ledger stays true."""
    stock = county.stock
    sent = stock.send(stock.warehouse, stock.store, stock.want(100))
    keeper = stock.by(county.actor)
    yield keeper.take_in(sent, Arrived(lot("W1").pk, 88, 2, 10), note="two wet, ten not in the box")
    assert check_ledger() == []


def say(county: OrderingCounty, arrival: Receipt, verb: CaseVerb, who: User, **more: object) -> None:
    said = {"note": "looked again", "on": TODAY, "actor": an_actor(who), "command_id": a_command(), "at": NOW} | more
    speak_on_difference(arrival_id=arrival.event_id, verb=verb, **said)  # type: ignore[arg-type]


def state(county: OrderingCounty, arrival: Receipt) -> CaseState:
    return differences.case(county.actor, arrival.event_id).state


def test_a_case_opens_by_itself_and_is_seen_at_both_ends(county: OrderingCounty, arrival: Receipt) -> None:
    for person in (county.asker, county.answerer, county.officer):
        (case,) = differences.cases(differences.arrivals(an_actor(person), still_open=True))
        assert (case.state, case.age_days(TODAY)) == (CaseState.WAITS_FOR_SENDER, 0)
    assert not differences.arrivals(county.stock.stranger)
    with pytest.raises(Unknown):
        differences.case(county.stock.stranger, arrival.event_id)


def test_the_sender_accepts_the_loss(county: OrderingCounty, arrival: Receipt) -> None:
    before = pieces_at(county.stock.warehouse)
    say(county, arrival, CaseVerb.ACCEPT, county.answerer)
    assert state(county, arrival) is CaseState.AGREED
    assert pieces_at(county.stock.warehouse) == before
    assert differences.open_count(county.actor) == 0
    assert differences.arrivals(county.actor, still_open=False).count() == 1


def test_it_was_not_sent_and_is_back_on_the_shelf(county: OrderingCounty, arrival: Receipt) -> None:
    before = pieces_at(county.stock.warehouse)
    w1 = lot("W1").pk
    with pytest.raises(Refused, match="10 pieces are missing"):
        say(county, arrival, CaseVerb.NOT_SENT, county.answerer, lines=[(w1, 11)])
    with pytest.raises(Refused, match="how many pieces"):
        say(county, arrival, CaseVerb.NOT_SENT, county.answerer)
    say(county, arrival, CaseVerb.NOT_SENT, county.answerer, lines=[(w1, 10)])
    assert pieces_at(county.stock.warehouse) == before + 10
    assert state(county, arrival) is CaseState.WAITS_FOR_RECEIVER
    say(county, arrival, CaseVerb.CONFIRM, county.asker)
    assert state(county, arrival) is CaseState.AGREED
    assert DifferenceStep.objects.get(verb="not_sent").correction_id is not None


def test_disputed_then_found_at_the_receiver(county: OrderingCounty, arrival: Receipt) -> None:
    with pytest.raises(Refused) as refused:
        say(county, arrival, CaseVerb.DISPUTE, county.answerer, note=" ")
    assert refused.value.field == "note"
    say(county, arrival, CaseVerb.DISPUTE, county.answerer, note="two of us packed it, see the photograph")
    before = pieces_at(county.stock.store)
    say(county, arrival, CaseVerb.TURNED_UP, county.asker, lines=[(lot("W1").pk, 10)])
    assert pieces_at(county.stock.store) == before + 10
    assert state(county, arrival) is CaseState.AGREED


def test_the_officer_above_decides(county: OrderingCounty, arrival: Receipt) -> None:
    say(county, arrival, CaseVerb.DISPUTE, county.answerer)
    say(county, arrival, CaseVerb.INSIST, county.asker)
    assert state(county, arrival) is CaseState.WAITS_FOR_OFFICER
    with pytest.raises(Forbidden):
        say(county, arrival, CaseVerb.DECIDE, county.answerer)
    before = pieces_at(county.stock.warehouse)
    say(county, arrival, CaseVerb.DECIDE, county.officer, lines=[(lot("W1").pk, 4)], found_at_sender=True)
    assert pieces_at(county.stock.warehouse) == before + 4
    assert state(county, arrival) is CaseState.DECIDED
    with pytest.raises(Refused) as refused:
        say(county, arrival, CaseVerb.ACCEPT, county.answerer)
    assert refused.value.code == "wrong_state"


def test_who_counted_does_not_answer_for_the_sender(county: OrderingCounty) -> None:
    stock = county.stock
    sent = stock.send(stock.warehouse, stock.store, stock.want(100))
    counted = stock.by(an_actor(county.officer)).take_in(sent, Arrived(lot("W1").pk, 90, 0, 10), note="ten short")
    with pytest.raises(Refused) as refused:
        say(county, counted, CaseVerb.ACCEPT, county.officer)
    assert refused.value.code == "own_count"


def test_said_twice_with_one_command_is_said_once(county: OrderingCounty, arrival: Receipt) -> None:
    command, w1 = a_command(), lot("W1").pk
    for _ in range(2):
        say(county, arrival, CaseVerb.NOT_SENT, county.answerer, lines=[(w1, 3)], command_id=command)
    assert DifferenceStep.objects.count() == 1


def test_a_reversed_reception_is_no_case(county: OrderingCounty, arrival: Receipt) -> None:
    county.stock.reverse(arrival)
    assert differences.open_count(county.actor) == 0


def test_what_turned_up_is_reversed_first(county: OrderingCounty, arrival: Receipt) -> None:
    say(county, arrival, CaseVerb.NOT_SENT, county.answerer, lines=[(lot("W1").pk, 3)])
    with pytest.raises(Refused) as refused:
        county.stock.reverse(arrival)
    assert refused.value.code == "turned_up"


def test_through_the_pages(county: OrderingCounty, arrival: Receipt) -> None:
    answer, store = Desk(county.answerer), Desk(county.asker, "zh-hans")
    path = f"/orders/differences/{arrival.event_id}/"
    assert f"/orders/differences/{arrival.event_id}/" in answer.page("/orders/differences/")
    form = answer.form(path)
    assert "Say what you found" in answer.refused(path, form, verb="not_sent", note="", **{f"lot-{lot('W1').pk}": 10})
    answer.send(path, form, verb="not_sent", note="stood in the corner", **{f"lot-{lot('W1').pk}": 10})
    store.send(path, store.form(path), verb="confirm", note="")
    assert state(county, arrival) is CaseState.AGREED
    store.page(path)
    liaison = Desk(a_person(Role.AUDITOR, county.stock.store))
    liaison.page(path)
    assert liaison.client.post(path, {}).status_code == 403
