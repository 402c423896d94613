"""Taking in what another facility sent: every piece has a name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.builders import NOW, a_person, an_actor
from tests.stock_builders import StockedCounty, a_command, counts, days, event, lot, pieces_at, sentences
from zhixuan.modules.stock.models import Balance, CommandConflict
from zhixuan.modules.stock.operations.close_month import close_month
from zhixuan.modules.stock.queries.slips import Receipt
from zhixuan.rules.periods import Month
from zhixuan.rules.refusal import Refused
from zhixuan.rules.stock.receiving import Arrived
from zhixuan.shared.access import Forbidden, Role, Unknown
from zhixuan.shared.models import AuditEntry


@pytest.fixture
def sent(county: StockedCounty) -> Receipt:
    """60 of lot A and 40 of lot B on the way to the township store since ten days."""
    county.stock(county.warehouse, "A", 60, expires=days(200), on=days(-20))
    county.stock(county.warehouse, "B", 90, expires=days(300), on=days(-20))
    return county.send(county.warehouse, county.store, county.want(100), on=days(-10))


def test_all_well(county: StockedCounty, sent: Receipt) -> None:
    receipt = county.by(county.keeper).take_all_in(sent)
    assert (pieces_at(county.store, "A"), pieces_at(county.store, "B")) == (60, 40)
    assert pieces_at(county.store, kind="transit") == 0
    assert event(receipt).answers_id == sent.event_id
    assert receipt.details == {"difference": {"damaged": 0, "missing": 0}}
    entry = AuditEntry.objects.get(verb="receive_transfer")
    assert (entry.actor_id, entry.area_path) == (county.keeper.user_id, county.network.township.path)


def test_damaged_and_missing_are_named_and_leave_the_way(county: StockedCounty, sent: Receipt) -> None:
    receipt = county.take_in(sent, Arrived(lot("A").id, 50, 4, 6), Arrived(lot("B").id, 40), note=" wet ")
    assert (pieces_at(county.store), pieces_at(county.store, kind="transit")) == (90, 0)
    rows = event(receipt).movements.values_list("to_place__kind", "pieces", "reason").order_by("line")
    assert list(rows) == [
        ("store", 50, ""),
        ("damaged", 4, "damaged_on_the_way"),
        ("lost", 6, "missing_on_arrival"),
        ("store", 40, ""),
    ]
    assert receipt.details == {"difference": {"damaged": 4, "missing": 6}}
    assert event(receipt).note == "wet"
    assert AuditEntry.objects.get(verb="receive_transfer").details == {"damaged": 4, "missing": 6}
    assert not Balance.objects.filter(place__kind__in=["damaged", "lost"]).exists()


def test_a_difference_needs_a_note(county: StockedCounty, sent: Receipt) -> None:
    for note in ("", "   "):
        with pytest.raises(Refused) as refused:
            county.take_in(sent, Arrived(lot("A").id, 59, 0, 1), Arrived(lot("B").id, 40), note=note)
        assert (refused.value.code, refused.value.field) == ("note_needed", "note")


def test_every_lot_that_does_not_add_up_is_named_at_once(county: StockedCounty, sent: Receipt) -> None:
    county.stock(county.warehouse, "C", 5)
    before = counts()
    with pytest.raises(Refused) as refused:
        county.take_in(sent, Arrived(lot("A").id, 59), Arrived(lot("C").id, 1))
    a, b, c = (lot(number).id for number in "ABC")
    assert [reason.field for reason in refused.value.reasons] == [f"lot-{a}", f"lot-{b}", f"lot-{c}"]
    assert "60 pieces were sent, 59 are accounted for" in sentences(refused.value)[0]
    for wrong in (Arrived(a, 61), Arrived(a, 61, -1), Arrived(a, 70, 0, -10)):
        with pytest.raises(Refused):
            county.take_in(sent, wrong, Arrived(b, 40), note="x")
    assert counts() == before


def test_twice_is_refused(county: StockedCounty, sent: Receipt) -> None:
    county.take_all_in(sent)
    before = counts()
    with pytest.raises(Refused) as refused:
        county.take_all_in(sent)
    assert refused.value.code == "already_received"
    assert counts() == before


def test_what_was_taken_back_cannot_arrive(county: StockedCounty, sent: Receipt) -> None:
    county.reverse(sent)
    with pytest.raises(Refused) as refused:
        county.take_all_in(sent)
    assert refused.value.code == "transfer_reversed"


def test_nothing_arrives_before_it_was_sent(county: StockedCounty, sent: Receipt) -> None:
    with pytest.raises(Refused, match="cannot arrive earlier") as refused:
        county.take_all_in(sent, on=days(-11))
    assert refused.value.field == "on"
    county.take_all_in(sent, on=days(-10))


def test_received_reversed_and_received_again(county: StockedCounty, sent: Receipt) -> None:
    """Between a receipt and its reversal the goods were in the store, not on their way."""
    first = county.take_all_in(sent, on=days(-8))
    county.reverse(first, on=days(-4))
    assert (pieces_at(county.store), pieces_at(county.store, kind="transit")) == (0, 100)
    with pytest.raises(Refused) as refused:
        county.take_all_in(sent, on=days(-6))
    assert [reason.code for reason in refused.value.reasons] == ["later_negative"] * 2
    county.take_all_in(sent, on=days(-4))
    assert pieces_at(county.store) == 100


def test_only_transfers_and_returns_can_be_taken_in(county: StockedCounty, sent: Receipt) -> None:
    delivery = county.stock(county.store, "D", 5)
    for other in (delivery, replace(delivery, event_id=10**9)):
        with pytest.raises(Unknown):
            county.take_in(other, Arrived(lot("D").id, 5))


def test_closed_month_and_future(county: StockedCounty) -> None:
    county.stock(county.warehouse, "A", 60, on=days(-60))
    sent = county.send(county.warehouse, county.store, county.want(10), on=days(-50))
    county.stock(county.store, "Z", 1, on=days(-60))
    for month in (9, 10):
        close_month(facility_id=county.store.id, month=Month(2026, month), actor=county.actor, at=NOW)
    for on, code in ((days(-30), "month_closed"), (days(1), "refused")):
        with pytest.raises(Refused) as refused:
            county.take_all_in(sent, on=on)
        assert refused.value.code == code
    county.take_all_in(sent)


def test_only_the_receiving_side_takes_it_in(county: StockedCounty, sent: Receipt) -> None:
    looker = an_actor(a_person(Role.AUDITOR, county.network.county))
    before = counts()
    with pytest.raises(Unknown):
        county.by(county.stranger).take_all_in(sent)
    with pytest.raises(Forbidden):
        county.by(looker).take_all_in(sent)
    assert counts() == before


def test_repeat_and_conflict(county: StockedCounty, sent: Receipt) -> None:
    command = a_command()
    first = county.take_all_in(sent, command_id=command)
    before = counts()
    assert county.take_all_in(sent, command_id=command) == replace(first, repeated=True)
    with pytest.raises(Refused) as refused:
        county.take_all_in(sent, command_id=command, note="x")
    assert refused.value.code == "command_conflict"
    assert CommandConflict.objects.count() == 1
    assert counts() == before
