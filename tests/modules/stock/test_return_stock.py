"""Sending stock back up: also what has expired, never without saying why."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.builders import NOW, a_person, an_actor
from tests.stock_builders import StockedCounty, a_command, counts, days, event, lot, lots_of, pieces_at
from zhixuan.modules.stock.operations.close_month import close_month
from zhixuan.rules.periods import Month
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Forbidden, Role, Unknown
from zhixuan.shared.models import AuditEntry


def test_it_goes_on_the_way_and_the_other_side_takes_it_in(stocked: StockedCounty) -> None:
    sent = stocked.by(stocked.keeper).give_back(stocked.store, stocked.warehouse, stocked.want(40), note=" too much ")
    assert (event(sent).kind, event(sent).note) == ("return", "too much")
    assert (pieces_at(stocked.store), pieces_at(stocked.warehouse, kind="transit")) == (60, 40)
    stocked.take_all_in(sent)
    assert pieces_at(stocked.warehouse) == 40
    assert AuditEntry.objects.get(verb="return").object_id == str(sent.event_id)


def test_what_has_expired_goes_back_first(county: StockedCounty) -> None:
    county.stock(county.store, "OLD", 5, expires=days(-1), on=days(-9))
    county.stock(county.store, "B", 5, on=days(-9))
    assert lots_of(county.give_back(county.store, county.warehouse, county.want(7))) == {
        lot("OLD").id: 5,
        lot("B").id: 2,
    }


def test_held_stock_must_be_released_first(stocked: StockedCounty) -> None:
    stocked.adjust(stocked.store, "hold", A=100, note="damp")
    with pytest.raises(Refused) as refused:
        stocked.give_back(stocked.store, stocked.warehouse, stocked.want(1))
    assert refused.value.code == "only_quarantined"


def test_why_it_goes_back_must_be_said(stocked: StockedCounty) -> None:
    before = counts()
    with pytest.raises(Refused) as refused:
        stocked.give_back(stocked.store, stocked.warehouse, stocked.want(1), note=" ")
    assert (refused.value.code, refused.value.field) == ("note_needed", "note")
    assert counts() == before


def test_refused(stocked: StockedCounty) -> None:
    before = counts()
    with pytest.raises(Refused) as refused:
        stocked.give_back(stocked.store, stocked.store, stocked.want(1))
    assert refused.value.field == "to_facility"
    with pytest.raises(Refused) as refused:
        stocked.give_back(stocked.store, stocked.warehouse, stocked.want(101))
    assert refused.value.code == "too_little"
    with pytest.raises(Refused) as refused:
        stocked.give_back(stocked.store, stocked.warehouse, stocked.want(0))
    assert refused.value.field == "lines-0-pieces"
    with pytest.raises(Refused) as refused:
        stocked.give_back(stocked.store, stocked.warehouse, stocked.want(1), on=days(1))
    assert refused.value.field == "on"
    assert counts() == before


def test_dated_back_over_later_use_is_refused(stocked: StockedCounty) -> None:
    stocked.dispense(stocked.store, stocked.want(90), on=days(-1))
    with pytest.raises(Refused):
        stocked.give_back(stocked.store, stocked.warehouse, stocked.want(11), on=days(-5))
    stocked.give_back(stocked.store, stocked.warehouse, stocked.want(10), on=days(-5))


def test_closed_month(stocked: StockedCounty) -> None:
    stocked.stock(stocked.store, "B", 5, on=days(-40))
    close_month(facility_id=stocked.store.id, month=Month(2026, 10), actor=stocked.actor, at=NOW)
    with pytest.raises(Refused) as refused:
        stocked.give_back(stocked.store, stocked.warehouse, stocked.want(1), on=days(-30))
    assert refused.value.code == "month_closed"


def test_strangers_and_lookers_on(stocked: StockedCounty) -> None:
    looker = an_actor(a_person(Role.AUDITOR, stocked.network.county))
    before = counts()
    with pytest.raises(Unknown):
        stocked.by(stocked.stranger).give_back(stocked.store, stocked.warehouse, stocked.want(1))
    with pytest.raises(Forbidden):
        stocked.by(looker).give_back(stocked.store, stocked.warehouse, stocked.want(1))
    assert counts() == before


def test_repeat_and_conflict(stocked: StockedCounty) -> None:
    command = a_command()
    first = stocked.give_back(stocked.store, stocked.warehouse, stocked.want(5), command_id=command)
    before = counts()
    again = stocked.give_back(stocked.store, stocked.warehouse, stocked.want(5), command_id=command)
    assert again == replace(first, repeated=True)
    with pytest.raises(Refused) as refused:
        stocked.give_back(stocked.store, stocked.warehouse, stocked.want(6), command_id=command)
    assert refused.value.code == "command_conflict"
    assert counts() == before
