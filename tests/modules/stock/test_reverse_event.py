"""Undoing a slip: the opposite slip, linked both ways; nothing is erased."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.builders import NOW, a_person, an_actor
from tests.stock_builders import StockedCounty, a_command, counts, days, event, lot, pieces_at
from zhixuan.modules.stock.models import Balance
from zhixuan.modules.stock.operations.close_month import close_month
from zhixuan.rules.periods import Month
from zhixuan.rules.refusal import Refused
from zhixuan.rules.stock.receiving import Arrived
from zhixuan.shared.access import Forbidden, Role, Unknown
from zhixuan.shared.models import AuditEntry


def stands() -> dict[tuple[int, int], int]:
    return {(b.place_id, b.lot_id): b.pieces for b in Balance.objects.exclude(pieces=0)}


@pytest.fixture
def busy(stocked: StockedCounty) -> StockedCounty:
    """Some of lot A is in quarantine, and the warehouse has 100 of lot W."""
    stocked.by(stocked.keeper).adjust(stocked.store, "hold", A=10, note="damp")
    stocked.stock(stocked.warehouse, "W", 100)
    return stocked


KINDS = {
    "receipt": lambda c: c.stock(c.store, "A", 5),
    "transfer_out": lambda c: c.send(c.warehouse, c.store, c.want(30)),
    "transfer_in": lambda c: c.take_in(
        c.send(c.warehouse, c.store, c.want(30)), Arrived(lot("W").id, 20, 4, 6), note="wet"
    ),
    "dispensing": lambda c: c.dispense(c.store, c.want(30)),
    "dispensing of more than there was": lambda c: c.dispense(c.store, c.want(300), already_happened=True),
    "return": lambda c: c.give_back(c.store, c.warehouse, c.want(30)),
    "adjustment away": lambda c: c.adjust(c.store, "damaged", A=5),
    "adjustment here": lambda c: c.adjust(c.store, "release", A=5, note="dry"),
    "settling": lambda c: c.adjust(c.store, "settle", A=5),
}


@pytest.mark.parametrize("kind", list(KINDS))
def test_each_kind_is_undone_to_the_piece(busy: StockedCounty, kind: str) -> None:
    before = stands()
    if kind == "transfer_in":
        done = KINDS[kind](busy)
        before[busy_transit(busy), lot("W").id] = 30
        before[store_of(busy.warehouse), lot("W").id] = 70
    else:
        if kind == "settling":
            busy.dispense(busy.store, busy.choose(A=95), already_happened=True)
            before = stands()
            busy.stock(busy.store, "A", 5)
            before = stands()
        done = KINDS[kind](busy)
    assert stands() != before
    undone = busy.reverse(done)
    assert stands() == before
    assert event(undone).reverses_id == done.event_id
    assert event(done).reversed_by.id == undone.event_id
    assert (event(undone).kind, event(undone).note) == ("reversal", "entered twice")
    entry = AuditEntry.objects.get(verb="reverse_event")
    assert entry.details == {"reverses": done.event_id}


def busy_transit(county: StockedCounty) -> int:
    return county.store.places.get(kind="transit").id


def store_of(facility) -> int:
    return facility.places.get(kind="store").id


def test_twice_is_refused_and_a_reversal_stays(stocked: StockedCounty) -> None:
    done = stocked.dispense(stocked.store, stocked.want(5))
    undone = stocked.reverse(done)
    before = counts()
    for what, code in ((done, "already_reversed"), (undone, "is_reversal")):
        with pytest.raises(Refused) as refused:
            stocked.reverse(what)
        assert refused.value.code == code
    assert counts() == before


def test_not_without_a_reason(stocked: StockedCounty) -> None:
    done = stocked.dispense(stocked.store, stocked.want(5))
    with pytest.raises(Refused) as refused:
        stocked.reverse(done, reason="  ")
    assert (refused.value.code, refused.value.field) == ("note_needed", "reason")


def test_not_when_the_pieces_were_used_since(county: StockedCounty) -> None:
    done = county.stock(county.store, "A", 50)
    county.stock(county.store, "B", 5)
    county.dispense(county.store, county.want(10))
    before = counts()
    with pytest.raises(Refused) as refused:
        county.reverse(done)
    assert (refused.value.code, refused.value.fields["available"], refused.value.fields["wanted"]) == (
        "too_little",
        40,
        50,
    )
    assert counts() == before


def test_not_a_transfer_that_was_received_until_its_receipt_is_reversed(busy: StockedCounty) -> None:
    sent = busy.send(busy.warehouse, busy.store, busy.want(30))
    received = busy.take_all_in(sent)
    with pytest.raises(Refused) as refused:
        busy.reverse(sent)
    assert refused.value.code == "received"
    busy.reverse(received)
    busy.reverse(sent)
    assert pieces_at(busy.warehouse) == 100
    assert pieces_at(busy.store, kind="transit") == 0


def test_not_before_the_slip_itself(stocked: StockedCounty) -> None:
    done = stocked.dispense(stocked.store, stocked.want(5), on=days(-3))
    with pytest.raises(Refused, match="cannot be reversed earlier"):
        stocked.reverse(done, on=days(-4))
    stocked.reverse(done, on=days(-3))


def test_dated_back_no_place_is_below_zero_on_any_day_also_on_the_way(busy: StockedCounty) -> None:
    sent = busy.by(busy.actor).send(busy.warehouse, busy.store, busy.want(30))
    assert pieces_at(busy.warehouse) == 70
    county = busy
    county.stock(county.warehouse, "X", 40, on=days(-9), expires=days(400))
    early = county.send(county.warehouse, county.store, county.choose("x", X=40), on=days(-8))
    received = county.take_all_in(early, on=days(-7))
    county.reverse(received, on=days(-3))
    with pytest.raises(Refused) as refused:
        county.reverse(early, on=days(-5))
    assert refused.value.code == "later_negative"
    county.reverse(early, on=days(-3))
    county.reverse(sent)


def test_a_slip_of_a_closed_month_is_reversed_in_the_open_one(stocked: StockedCounty) -> None:
    old = stocked.stock(stocked.store, "B", 5, on=days(-40))
    close_month(facility_id=stocked.store.id, month=Month(2026, 10), actor=stocked.actor, at=NOW)
    with pytest.raises(Refused) as refused:
        stocked.reverse(old, on=days(-40))
    assert refused.value.code == "month_closed"
    stocked.reverse(old)
    assert pieces_at(stocked.store, "B") == 0


def test_unknown_stranger_and_looker_on(stocked: StockedCounty) -> None:
    done = stocked.dispense(stocked.store, stocked.want(5))
    looker = an_actor(a_person(Role.AUDITOR, stocked.network.county))
    before = counts()
    with pytest.raises(Unknown):
        stocked.reverse(replace(done, event_id=10**9))
    with pytest.raises(Unknown):
        stocked.by(stocked.stranger).reverse(done)
    with pytest.raises(Forbidden):
        stocked.by(looker).reverse(done)
    assert counts() == before


def test_the_receiver_cannot_take_the_senders_slip_back(busy: StockedCounty) -> None:
    sent = busy.send(busy.warehouse, busy.store, busy.want(30))
    with pytest.raises(Unknown):
        busy.by(busy.keeper).reverse(sent)


def test_repeat_and_conflict(stocked: StockedCounty) -> None:
    done = stocked.dispense(stocked.store, stocked.want(5))
    command = a_command()
    first = stocked.reverse(done, command_id=command)
    before = counts()
    assert stocked.reverse(done, command_id=command) == replace(first, repeated=True)
    with pytest.raises(Refused) as refused:
        stocked.reverse(done, command_id=command, reason="another")
    assert refused.value.code == "command_conflict"
    assert counts() == before
