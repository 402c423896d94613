"""Giving out: anonymously, first expiry first; a fact is never refused for want of stock."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.builders import NOW, a_person, an_actor
from tests.stock_builders import StockedCounty, a_command, counts, days, event, lot, pieces_at
from zhixuan.modules.stock.models import Balance, CommandConflict, Lot
from zhixuan.modules.stock.operations.close_month import close_month
from zhixuan.rules.periods import Month
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Forbidden, Role, Unknown
from zhixuan.shared.models import AuditEntry


def moved(receipt) -> list[tuple[str, str, str, int]]:
    return [
        (one.lot.number, one.from_place.kind, one.to_place.kind, one.pieces)
        for one in event(receipt).movements.order_by("line").select_related("lot", "from_place", "to_place")
    ]


def test_pieces_go_to_clients_and_nobody_asks_who(stocked: StockedCounty) -> None:
    receipt = stocked.by(stocked.keeper).dispense(stocked.store, stocked.want(30), note="morning")
    assert moved(receipt) == [("A", "store", "clients", 30)]
    assert pieces_at(stocked.store) == 70
    written = event(receipt)
    assert (written.kind, written.note, set(written.details)) == ("dispensing", "morning", {"picks"})
    entry = AuditEntry.objects.get(verb="dispensing")
    assert (entry.object_id, entry.actor_id) == (str(receipt.event_id), stocked.keeper.user_id)


def test_a_clinician_may_and_those_who_only_look_may_not(stocked: StockedCounty) -> None:
    clinician = an_actor(a_person(Role.CLINICIAN, stocked.store))
    looker = an_actor(a_person(Role.AUDITOR, stocked.network.county))
    stocked.by(clinician).dispense(stocked.store, stocked.want(1))
    before = counts()
    with pytest.raises(Forbidden):
        stocked.by(looker).dispense(stocked.store, stocked.want(1))
    with pytest.raises(Unknown):
        stocked.by(stocked.stranger).dispense(stocked.store, stocked.want(1))
    assert counts() == before


def test_short_dated_is_fine_for_a_client_expired_is_not(county: StockedCounty) -> None:
    county.stock(county.store, "TODAY", 5, expires=days(0), on=days(-9))
    county.stock(county.store, "OLD", 5, expires=days(-1), on=days(-9))
    assert moved(county.dispense(county.store, county.want(5))) == [("TODAY", "store", "clients", 5)]
    with pytest.raises(Refused, match="5 more have expired") as refused:
        county.dispense(county.store, county.want(1))
    assert refused.value.code == "only_expired"
    with pytest.raises(Refused, match="expired on") as refused:
        county.dispense(county.store, county.choose("because", OLD=1))
    assert moved(county.dispense(county.store, county.want(2), on=days(-1))) == [("OLD", "store", "clients", 2)]


def test_more_than_there_is_is_refused_all_lines_at_once(stocked: StockedCounty) -> None:
    before = counts()
    with pytest.raises(Refused) as refused:
        stocked.dispense(stocked.store, stocked.want(101), stocked.want(1, product=stocked.pill))
    assert [reason.code for reason in refused.value.reasons] == ["too_little", "too_little"]
    assert counts() == before


def test_unknown_and_withdrawn_products(stocked: StockedCounty) -> None:
    stocked.condom.status = "withdrawn"
    stocked.condom.save()
    with pytest.raises(Refused) as refused:
        stocked.dispense(stocked.store, stocked.want(1), replace(stocked.want(1), product_id=10**9))
    assert [reason.field for reason in refused.value.reasons] == ["lines-0-product", "lines-1-product"]


def test_a_fact_takes_what_is_there_and_owes_the_rest(stocked: StockedCounty) -> None:
    receipt = stocked.dispense(stocked.store, stocked.want(130), already_happened=True)
    assert moved(receipt) == [("A", "store", "clients", 100), ("A", "suspense", "clients", 30)]
    assert receipt.details["shortfall"] == 30
    assert (pieces_at(stocked.store), pieces_at(stocked.store, kind="suspense")) == (0, -30)


def test_a_shortfall_is_settled_by_stock_that_comes_to_light(stocked: StockedCounty) -> None:
    stocked.dispense(stocked.store, stocked.want(130), already_happened=True)
    stocked.adjust(stocked.store, "found", A=40, note="behind the shelf")
    stocked.adjust(stocked.store, "settle", A=30)
    assert (pieces_at(stocked.store), pieces_at(stocked.store, kind="suspense")) == (10, 0)


def test_a_fact_about_what_was_never_here_is_owed_on_a_lot_without_number(stocked: StockedCounty) -> None:
    receipt = stocked.dispense(stocked.store, stocked.want(7, product=stocked.pill), already_happened=True)
    assert moved(receipt) == [("", "suspense", "clients", 7)]
    assert Lot.objects.get(number="").item_id == stocked.strip.id
    again = stocked.dispense(stocked.store, stocked.want(3, product=stocked.pill), already_happened=True)
    assert moved(again) == [("", "suspense", "clients", 3)]
    assert pieces_at(stocked.store, kind="suspense") == -10


def test_a_fact_of_a_closed_month_stands_under_today_and_names_its_day(stocked: StockedCounty) -> None:
    stocked.stock(stocked.store, "B", 5, on=days(-40))
    close_month(facility_id=stocked.store.id, month=Month(2026, 10), actor=stocked.actor, at=NOW)
    with pytest.raises(Refused):
        stocked.dispense(stocked.store, stocked.want(2), on=days(-30))
    receipt = stocked.dispense(stocked.store, stocked.want(2), on=days(-30), already_happened=True)
    assert (receipt.on, receipt.details["happened_on"]) == (days(0), days(-30).isoformat())
    assert event(receipt).on == days(0)
    own_day = stocked.dispense(stocked.store, stocked.want(2), on=days(0), already_happened=True)
    assert "happened_on" not in own_day.details
    with pytest.raises(Refused):
        stocked.dispense(stocked.store, stocked.want(2), on=days(1), already_happened=True)


def test_a_fact_of_a_withdrawn_product_is_taken(stocked: StockedCounty) -> None:
    stocked.condom.status = "withdrawn"
    stocked.condom.save()
    receipt = stocked.dispense(stocked.store, stocked.want(2), already_happened=True)
    assert moved(receipt) == [("A", "store", "clients", 2)]
    with pytest.raises(Refused):
        stocked.dispense(stocked.store, replace(stocked.want(1), product_id=10**9), already_happened=True)


def test_a_fact_without_any_trade_item_to_book_on(stocked: StockedCounty) -> None:
    stocked.strip.delete()
    with pytest.raises(Refused) as refused:
        stocked.dispense(stocked.store, stocked.want(1, product=stocked.pill), already_happened=True)
    assert refused.value.code == "no_item"


def test_a_fact_may_come_from_an_expired_lot_and_from_the_lot_it_names(county: StockedCounty) -> None:
    county.stock(county.store, "OLD", 5, expires=days(-1), on=days(-9))
    county.stock(county.store, "B", 50, on=days(-9))
    receipt = county.dispense(county.store, county.want(7), already_happened=True)
    assert moved(receipt) == [("OLD", "store", "clients", 5), ("B", "store", "clients", 2)]
    named = county.dispense(county.store, county.choose(B=60), already_happened=True)
    assert moved(named) == [("B", "store", "clients", 48), ("B", "suspense", "clients", 12)]


def test_a_fact_that_names_a_lot_of_another_product_does_not_break_the_books(stocked: StockedCounty) -> None:
    stocked.stock(stocked.store, "PILL", 5, item=stocked.strip)
    line = stocked.want(5, chosen=((lot("PILL").id, 5),))
    assert moved(stocked.dispense(stocked.store, line, already_happened=True)) == [("A", "suspense", "clients", 5)]
    line = stocked.want(5, chosen=((10**9, 5),))
    assert moved(stocked.dispense(stocked.store, line, already_happened=True)) == [("A", "suspense", "clients", 5)]


def test_two_facts_of_one_product_in_one_slip_are_not_refused(stocked: StockedCounty) -> None:
    lines = (stocked.want(80), stocked.want(80, item_id=stocked.box.id))
    receipt = stocked.dispense(stocked.store, *lines, already_happened=True)
    assert receipt.details["shortfall"] == 60
    assert pieces_at(stocked.store) == 0


def test_a_fact_dated_before_the_stock_came_leaves_no_day_below_zero(stocked: StockedCounty) -> None:
    receipt = stocked.dispense(stocked.store, stocked.want(10), already_happened=True, on=days(-30))
    assert moved(receipt) == [("A", "suspense", "clients", 10)]
    stocked.dispense(stocked.store, stocked.want(95), on=days(-2))
    partly = stocked.dispense(stocked.store, stocked.want(10), already_happened=True, on=days(-5))
    assert moved(partly) == [("A", "store", "clients", 5), ("A", "suspense", "clients", 5)]


def test_dated_back_over_later_use_is_refused(stocked: StockedCounty) -> None:
    stocked.dispense(stocked.store, stocked.want(90), on=days(-1))
    stocked.stock(stocked.store, "A", 50)
    with pytest.raises(Refused, match="10 can be dated to that day"):
        stocked.dispense(stocked.store, stocked.want(11), on=days(-5))
    stocked.dispense(stocked.store, stocked.want(10), on=days(-5))
    stocked.dispense(stocked.store, stocked.want(50))


def test_closed_month_and_future(stocked: StockedCounty) -> None:
    stocked.stock(stocked.store, "B", 5, on=days(-40))
    close_month(facility_id=stocked.store.id, month=Month(2026, 10), actor=stocked.actor, at=NOW)
    for on, code in ((days(-30), "month_closed"), (days(1), "refused")):
        with pytest.raises(Refused) as refused:
            stocked.dispense(stocked.store, stocked.want(1), on=on)
        assert (refused.value.code, refused.value.field) == (code, "on")


def test_repeat_and_conflict(stocked: StockedCounty) -> None:
    command = a_command()
    first = stocked.dispense(stocked.store, stocked.want(130), already_happened=True, command_id=command)
    before = counts()
    again = stocked.dispense(stocked.store, stocked.want(130), already_happened=True, command_id=command)
    assert again == replace(first, repeated=True)
    with pytest.raises(Refused) as refused:
        stocked.dispense(stocked.store, stocked.want(130), command_id=command)
    assert refused.value.code == "command_conflict"
    assert CommandConflict.objects.get().payload[2]["facility_id"] == stocked.store.id
    assert counts() == before


def test_the_database_itself_refuses_less_than_nothing(stocked: StockedCounty) -> None:
    """The last line: whatever a future operation forgets, no real place goes below zero."""
    from django.db import DatabaseError, transaction

    with pytest.raises(DatabaseError), transaction.atomic():
        Balance.objects.filter(place__kind="store").update(pieces=-1)
