"""Missing goods that turned up: back into one of the two stores, never more than was missing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import NOW, TODAY, a_person, an_actor
from tests.stock_builders import StockedCounty, a_command, counts, days, event, lot, pieces_at, sentences
from zhixuan.modules.stock.operations.recover_missing import recover_missing
from zhixuan.modules.stock.queries import travels
from zhixuan.modules.stock.queries.slips import Receipt
from zhixuan.rules.refusal import Refused
from zhixuan.rules.stock.receiving import Arrived
from zhixuan.shared.access import Forbidden, Role, Unknown


@pytest.fixture
def arrival(county: StockedCounty) -> Receipt:
    """Of 100 sent to the township store five days ago, 10 are missing and 2 damaged."""
    county.stock(county.warehouse, "A", 300, on=days(-20))
    sent = county.send(county.warehouse, county.store, county.want(100), on=days(-5))
    return county.take_in(sent, Arrived(lot("A").pk, 88, 2, 10), note="short", on=days(-4))


def recover(county: StockedCounty, arrival: Receipt, pieces: int, **more: Any) -> Receipt:
    said = {
        "arrival_id": arrival.event_id,
        "facility_id": county.warehouse.pk,
        "lines": [(lot("A").pk, pieces)],
        "on": TODAY,
        "note": "stood behind the door",
        "actor": county.actor,
        "command_id": a_command(),
        "at": NOW,
    }
    return recover_missing(**(said | more))


def test_back_at_the_sender_and_the_rest_at_the_receiver(county: StockedCounty, arrival: Receipt) -> None:
    before = pieces_at(county.warehouse), pieces_at(county.store)
    receipt = recover(county, arrival, 4)
    recover(county, arrival, 6, facility_id=county.store.pk, actor=county.keeper)
    assert (pieces_at(county.warehouse), pieces_at(county.store)) == (before[0] + 4, before[1] + 6)
    (row,) = event(receipt).movements.values_list("from_place__kind", "to_place__kind", "pieces", "reason")
    assert row == ("lost", "store", 4, "missing_turned_up")
    assert event(receipt).answers_id == arrival.event_id
    assert travels.still_missing(arrival.event_id) == {lot("A").pk: 0}


@pytest.mark.parametrize("pieces", [11, 0, -1])
def test_never_more_than_is_missing(county: StockedCounty, arrival: Receipt, pieces: int) -> None:
    before = counts()
    with pytest.raises(Refused) as refused:
        recover(county, arrival, pieces)
    assert "10 pieces are missing" in sentences(refused.value)[0]
    recover(county, arrival, 7)
    with pytest.raises(Refused):
        recover(county, arrival, 4)
    assert counts()[0] == before[0] + 1


def test_a_note_a_day_and_something_found(county: StockedCounty, arrival: Receipt) -> None:
    for more, field in (({"note": " "}, "note"), ({"on": days(-10)}, "on"), ({"lines": []}, "")):
        with pytest.raises(Refused) as refused:
            recover(county, arrival, 3, **more)
        assert refused.value.field == field


def test_repeated_it_is_one_slip(county: StockedCounty, arrival: Receipt) -> None:
    command = a_command()
    first, second = (recover(county, arrival, 3, command_id=command) for _ in range(2))
    assert (first.event_id, second.repeated) == (second.event_id, True)
    assert travels.turned_up(arrival.event_id) == {lot("A").pk: 3}


def test_reversed_the_pieces_are_missing_again(county: StockedCounty, arrival: Receipt) -> None:
    receipt = recover(county, arrival, 10)
    county.reverse(receipt, on=TODAY)
    assert travels.still_missing(arrival.event_id) == {lot("A").pk: 10}
    county.reverse(arrival, on=TODAY)
    with pytest.raises(Refused) as refused:
        recover(county, arrival, 1)
    assert refused.value.code == "reversed"


def test_who_may(county: StockedCounty, arrival: Receipt) -> None:
    with pytest.raises(Unknown):
        recover(county, arrival, 1, actor=county.stranger)
    with pytest.raises(Unknown):
        recover(county, arrival, 1, actor=county.keeper)
    with pytest.raises(Unknown):
        recover(county, arrival, 1, facility_id=county.network.sibling_store.pk)
    with pytest.raises(Unknown):
        recover(county, arrival, 1, arrival_id=event(arrival).answers_id)
    auditor = an_actor(a_person(Role.AUDITOR, county.warehouse))
    with pytest.raises(Forbidden):
        recover(county, arrival, 1, actor=auditor)
