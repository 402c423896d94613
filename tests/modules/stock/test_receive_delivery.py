"""A supplier's delivery: allowed, refused, stranger, forbidden, repeat."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.builders import NOW, TODAY, a_person, an_actor
from tests.stock_builders import (
    FAR,
    StockedCounty,
    a_command,
    a_product,
    an_item,
    counts,
    days,
    event,
    lot,
    pieces_at,
    sentences,
)
from zhixuan.modules.directory.models import Facility
from zhixuan.modules.stock.models import Command, CommandConflict, Event, Lot
from zhixuan.rules.periods import Month
from zhixuan.rules.refusal import Refused
from zhixuan.rules.stock.ledger import UNKNOWN_EXPIRY
from zhixuan.rules.stock.receiving import Delivered
from zhixuan.shared.access import Forbidden, Role, Unknown
from zhixuan.shared.models import AuditEntry


def test_what_arrives_stands_in_the_store_and_in_the_trail(county: StockedCounty) -> None:
    receipt = county.receive(
        county.warehouse,
        county.line("A", 1000),
        county.line("B", 50, item=county.strip, expires=days(400), made_on=days(-30)),
        reference=" 合同 7 ",
        note="车 1",
    )
    assert pieces_at(county.warehouse, "A") == 1000
    assert pieces_at(county.warehouse, "B") == 50
    written = event(receipt)
    assert (written.reference, written.note, written.kind) == ("合同 7", "车 1", "receipt")
    assert (written.actor_id, written.actor_name) == (county.actor.user_id, county.actor.name)
    assert written.recorded_at == NOW
    assert list(written.movements.values_list("line", "pieces", "from_place__kind", "to_place__kind")) == [
        (1, 1000, "supplier", "store"),
        (2, 50, "supplier", "store"),
    ]
    entry = AuditEntry.objects.get(verb="receive_delivery")
    assert (entry.object_type, entry.object_id) == ("stock.event", str(receipt.event_id))
    assert (entry.actor_id, entry.area_path, entry.at) == (county.actor.user_id, county.network.county.path, NOW)
    assert lot("B").made_on == days(-30)


def test_the_keeper_of_the_store_receives_there_and_nowhere_else(county: StockedCounty) -> None:
    keeping = county.by(county.keeper)
    keeping.stock(county.store, "A", 10)
    before = counts()
    for elsewhere in (county.warehouse, county.network.sibling_store):
        with pytest.raises(Unknown):
            keeping.stock(elsewhere, "B", 10)
    assert counts() == before


def test_a_stranger_finds_nothing_to_receive_into(county: StockedCounty) -> None:
    before = counts()
    with pytest.raises(Unknown):
        county.by(county.stranger).stock(county.store, "A", 10)
    assert counts() == before


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.CLINICIAN, Role.ASSESSOR, Role.ADMINISTRATOR])
def test_who_may_look_may_not_therefore_receive(county: StockedCounty, role: Role) -> None:
    before_people = an_actor(a_person(role, county.network.county))
    before = counts()
    with pytest.raises(Forbidden):
        county.by(before_people).stock(county.store, "A", 10)
    assert counts() == before


def test_a_facility_without_places_is_unknown(county: StockedCounty) -> None:
    with pytest.raises(Unknown):
        county.receive(Facility(id=10**9), county.line("A", 1))


def test_all_faulty_lines_at_once_and_nothing_written(county: StockedCounty) -> None:
    withdrawn = an_item(a_product("old", status="withdrawn"))
    before = counts()
    with pytest.raises(Refused) as refused:
        county.receive(
            county.store,
            county.line("A", 0),
            county.line("B", 10**12 + 1),
            county.line("C", 5, expires=days(-1)),
            county.line("C", 5, expires=days(-1)),
            county.line("D", 5, made_on=FAR + timedelta(days=1)),
            Delivered(10**9, "E", FAR, 5),
            county.line("F", 5, item=withdrawn),
        )
    assert [(reason.field, reason.code) for reason in refused.value.reasons] == [
        ("lines-0-pieces", "refused"),
        ("lines-1-pieces", "refused"),
        ("lines-2-expires_on", "expired"),
        ("lines-3-lot_number", "refused"),
        ("lines-3-expires_on", "expired"),
        ("lines-4-made_on", "refused"),
        ("lines-5-item", "refused"),
        ("lines-6-item", "refused"),
    ]
    assert "Old is withdrawn" in sentences(refused.value)[-1] or "药具old" in sentences(refused.value)[-1]
    assert counts() == before


def test_an_empty_delivery_is_refused(county: StockedCounty) -> None:
    with pytest.raises(Refused) as refused:
        county.receive(county.store)
    assert refused.value.code == "no_lines"


def test_a_store_holds_only_what_it_may(county: StockedCounty) -> None:
    county.store.permitted_products.create(product=county.pill)
    county.stock(county.store, "P", 10, item=county.strip)
    with pytest.raises(Refused, match="what this facility may hold") as refused:
        county.stock(county.store, "A", 10)
    assert refused.value.field == "lines-0-item"


def test_a_known_lot_with_another_expiry_is_asked_about(county: StockedCounty) -> None:
    county.stock(county.warehouse, "A", 10, expires=days(300))
    before = counts()
    with pytest.raises(Refused, match="Look at the label") as refused:
        county.stock(county.store, "A", 10, expires=days(301))
    assert (refused.value.code, refused.value.field) == ("expiry_differs", "lines-0-expires_on")
    assert counts() == before
    county.receive(county.store, county.line("A", 10, expires=days(301), other_expiry_confirmed=True))
    assert set(Lot.objects.filter(number="A").values_list("expires_on", flat=True)) == {days(300), days(301)}


def test_the_same_lot_again_is_the_same_lot(county: StockedCounty) -> None:
    county.stock(county.warehouse, "A", 10)
    county.receive(county.store, county.line(" A ", 5))
    assert Lot.objects.filter(number="A").count() == 1
    assert (pieces_at(county.warehouse, "A"), pieces_at(county.store, "A")) == (10, 5)


def test_no_number_and_no_expiry_is_a_lot_too(county: StockedCounty) -> None:
    county.receive(county.store, county.line("", 5, expires=None))
    assert Lot.objects.get().expires_on == UNKNOWN_EXPIRY


@pytest.mark.parametrize(("on", "code"), [(days(1), "refused"), (date(2026, 10, 31), "month_closed")])
def test_neither_in_the_future_nor_in_a_closed_month(county: StockedCounty, on: date, code: str) -> None:
    from zhixuan.modules.stock.operations.close_month import close_month

    county.stock(county.store, "A", 5, on=date(2026, 10, 5))
    close_month(facility_id=county.store.id, month=Month(2026, 10), actor=county.actor, at=NOW)
    before = counts()
    with pytest.raises(Refused) as refused:
        county.stock(county.store, "A", 5, on=on)
    assert (refused.value.field, refused.value.code) == ("on", code)
    assert counts() == before
    county.stock(county.store, "A", 5, on=date(2026, 11, 1))


def test_repeated_it_gives_the_same_receipt_and_posts_nothing(county: StockedCounty) -> None:
    command = a_command()
    first = county.stock(county.store, "A", 10, command_id=command)
    before = counts()
    again = county.stock(county.store, "A", 10, command_id=command, at=NOW + timedelta(days=2))
    assert again == replace(first, repeated=True)
    assert counts() == before


@pytest.mark.parametrize("change", [{"pieces": 11}, {"number": "B"}, {"on": days(-1)}, {"reference": "x"}])
def test_the_same_id_with_other_contents_is_refused_and_kept(county: StockedCounty, change: dict) -> None:
    command = a_command()
    said = {"number": "A", "pieces": 10}
    county.stock(county.store, **said, command_id=command)
    with pytest.raises(Refused) as refused:
        county.stock(county.store, **(said | change), command_id=command)
    assert refused.value.code == "command_conflict"
    kept = CommandConflict.objects.get()
    assert (kept.command_id, kept.actor_name) == (command, county.actor.name)
    assert kept.payload[0] == "receive_delivery"
    assert Event.objects.count() == 1
    assert pieces_at(county.store) == 10


def test_somebody_elses_id_is_a_conflict_not_an_answer(county: StockedCounty) -> None:
    """Who guesses an id learns nothing of the slip behind it."""
    command = a_command()
    county.stock(county.store, "A", 10, command_id=command)
    with pytest.raises(Refused) as refused:
        county.by(county.keeper).stock(county.store, "A", 10, command_id=command)
    assert refused.value.code == "command_conflict"


def test_what_was_refused_may_be_sent_again_with_the_same_id(county: StockedCounty) -> None:
    command = a_command()
    with pytest.raises(Refused):
        county.stock(county.store, "A", 0, command_id=command)
    assert not Command.objects.exists()
    county.stock(county.store, "A", 10, command_id=command)
    assert pieces_at(county.store) == 10


def test_numbers_have_no_gaps_whatever_is_refused_in_between(county: StockedCounty) -> None:
    for pieces in (1, 0, 2, 0, 3):
        if pieces:
            county.stock(county.store, f"L{pieces}", pieces)
        else:
            with pytest.raises(Refused):
                county.stock(county.store, "X", 0)
    last_year = county.stock(county.store, "Y", 1, on=date(2025, 12, 31))
    numbers = Event.objects.filter(year=2026).order_by("number").values_list("number", flat=True)
    assert list(numbers) == [1, 2, 3]
    assert last_year.slip == "SA-2025-00001"
    assert county.stock(county.warehouse, "Z", 1).slip == f"WA-{TODAY.year}-00001"
