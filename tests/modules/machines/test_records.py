"""What machines tell: kept once, posted as facts, whatever their clocks and numbers say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.builders import NOW, a_person, an_actor
from tests.machine_builders import Machines, vend
from tests.stock_builders import days, pieces_at
from zhixuan.modules.machines.models import Batch, Record, Visit
from zhixuan.modules.machines.operations.record_batch import Entry, record_batch
from zhixuan.modules.machines.queries.records import gaps_of
from zhixuan.modules.stock.models import Event
from zhixuan.modules.stock.operations.close_month import close_month
from zhixuan.rules.machines.records import Kind, Told
from zhixuan.rules.machines.slots import SlotPlan
from zhixuan.rules.periods import Month
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Forbidden, Role, Unknown
from zhixuan.shared.command_ids import new

HOUR = timedelta(hours=1)


def dispensings(machines: Machines) -> list[tuple[str, int]]:
    """(day, pieces) of the machine's slips."""
    rows = Event.objects.filter(kind="dispensing", place__facility=machines.facilities[0]).order_by("id")
    return [(str(row.on), sum(row.movements.values_list("pieces", flat=True))) for row in rows]


def test_vends_are_posted_by_day_and_taken_from_their_slots(machines: Machines) -> None:
    machines.refill(loads={1: 100, 2: 50})
    outcome = machines.tell(
        vend(1, number=1, at=NOW - HOUR), vend(2, number=2), Told(Kind.FAILED_VEND, NOW, 3, 1), Told(Kind.JAM, NOW, 4)
    )
    assert (outcome.new, outcome.vends, outcome.pieces, len(outcome.events)) == (4, 2, 20, 1)
    assert machines.pieces() == {1: 90, 2: 40, 3: 0}
    assert pieces_at(machines.facilities[0]) == 130
    assert dispensings(machines) == [("2026-11-23", 20)]
    assert Record.objects.exclude(event=None).count() == 2


def test_told_twice_it_is_kept_once_in_whatever_batch(machines: Machines) -> None:
    machines.refill(loads={1: 100})
    command, told = new(), (vend(1, number=7), vend(1), vend(1))
    first = machines.tell(*told, command_id=command)
    assert (first.new, first.pieces) == (3, 30)
    assert machines.tell(*told, command_id=command).repeated
    again = machines.tell(*told, vend(1, number=8))
    assert (again.new, again.known) == (1, 3)
    assert machines.pieces()[1] == 60
    with pytest.raises(Refused) as refused:
        machines.tell(vend(2), command_id=command)
    assert refused.value.code == "command_conflict"
    assert Batch.objects.count() == 2


def test_a_counter_that_starts_afresh_is_not_taken_for_a_repeat(machines: Machines) -> None:
    machines.tell(vend(1, number=1, at=NOW - 3 * HOUR), vend(1, number=2, at=NOW - 2 * HOUR))
    outcome = machines.tell(Told(Kind.RESTART, NOW - HOUR, 1), vend(1, number=2, at=NOW))
    assert (outcome.new, outcome.numbers_again) == (2, 2)
    assert Record.objects.filter(number_again=True).count() == 2


def test_a_vend_is_never_refused_for_want_of_stock(machines: Machines) -> None:
    machines.refill(loads={1: 10})
    outcome = machines.tell(vend(1, number=1), vend(1, number=2))
    assert outcome.pieces == 20
    assert (pieces_at(machines.facilities[0]), pieces_at(machines.facilities[0], kind="suspense")) == (0, -10)
    assert machines.pieces()[1] == -10


def test_nor_because_the_product_was_withdrawn_meanwhile(machines: Machines) -> None:
    machines.refill(loads={1: 10})
    product = machines.county.condom
    product.status = "withdrawn"
    product.save()
    assert machines.tell(vend(1, number=1)).pieces == 10


def test_late_and_out_of_order(machines: Machines) -> None:
    machines.refill(loads={1: 100}, on=days(-9))
    machines.tell(vend(1, number=5))
    machines.tell(vend(1, number=3, at=NOW - timedelta(days=3)), vend(1, number=2, at=NOW - timedelta(days=5)))
    assert dispensings(machines) == [("2026-11-23", 10), ("2026-11-18", 10), ("2026-11-20", 10)]
    assert gaps_of(machines.m1.pk) == [(4, 4)]


def test_clocks_that_are_wrong_are_kept_and_the_day_received_counts(machines: Machines) -> None:
    machines.refill(loads={1: 100})
    told = (
        vend(1, number=1, at=datetime(1970, 1, 1, tzinfo=UTC)),
        vend(1, number=2, at=NOW + timedelta(days=400)),
        vend(1, number=3, at=datetime(1, 1, 1, tzinfo=UTC)),
        Told(Kind.VEND, None, 4, 1, 10),
    )
    outcome = machines.tell(*told)
    assert (outcome.new, outcome.doubted, outcome.pieces) == (4, 4, 40)
    assert dispensings(machines) == [("2026-11-23", 40)]
    rows = Record.objects.order_by("number").values_list("clock", "moment")
    assert [clock for clock, _moment in rows] == ["too_early", "future", "missing", "missing"]
    assert {moment for _clock, moment in rows} == {NOW}
    assert Record.objects.get(number=1).happened_at == datetime(1970, 1, 1, tzinfo=UTC)
    assert machines.tell(*told).new == 0


def test_a_closed_month_takes_no_vend_the_first_open_day_does(machines: Machines) -> None:
    machines.county.stock(machines.county.store, "OLD", 200, on=days(-50))
    machines.refill(loads={1: 100}, on=days(-40))
    month = Month(2026, 10)
    close_month(facility_id=machines.facilities[0].pk, month=month, actor=machines.officer, at=NOW)
    machines.tell(vend(1, number=1, at=NOW - timedelta(days=30)))
    assert dispensings(machines) == [("2026-11-01", 10)]


def test_a_slot_that_is_not_in_the_plan_waits_and_is_posted_once_it_is(machines: Machines) -> None:
    machines.refill(loads={1: 100})
    outcome = machines.tell(vend(9, number=1, pieces=None), vend(9, number=2))
    assert (outcome.waiting, outcome.pieces) == (2, 0)
    plans = [SlotPlan(number, machines.county.box.pk, 100, 10) for number in (1, 2, 3)]
    machines.plan(*plans, SlotPlan(9, machines.county.carton.pk, 200, 5))
    assert dispensings(machines) == [("2026-11-23", 15)]
    assert machines.pieces()[9] == -15
    machines.plan(*plans, SlotPlan(9, machines.county.carton.pk, 200, 5))
    assert dispensings(machines) == [("2026-11-23", 15)]


def test_a_late_vend_is_of_the_item_the_slot_held_then(machines: Machines) -> None:
    pill = machines.county.strip
    plans = [SlotPlan(1, pill.pk, 50, 1), *(SlotPlan(n, machines.county.box.pk, 100, 10) for n in (2, 3))]
    machines.plan(*plans, at=NOW - timedelta(days=2))
    machines.tell(vend(1, number=1, at=NOW - timedelta(days=3)), vend(1, number=2, pieces=None))
    found = Record.objects.order_by("number").values_list("slot__item__product__code", "pieces")
    assert list(found) == [("condom", 10), ("pill", 1)]


def test_a_vend_told_after_a_count_explains_what_the_count_found_missing(machines: Machines) -> None:
    machines.refill(loads={1: 100}, on=days(-9), at=NOW - timedelta(days=9))
    counted_at = NOW - HOUR
    machines.count({1: 80, 2: 0, 3: 0}, reason="not_told", at=counted_at)
    assert pieces_at(machines.facilities[0]) == 80
    machines.tell(*(vend(1, number=n, at=NOW - 3 * HOUR) for n in (1, 2, 3)))
    assert machines.pieces()[1] == 70
    assert pieces_at(machines.facilities[0]) == 70
    line = Visit.objects.get(kind="count").lines.get(slot__number=1)
    assert (line.expected, line.counted, line.explained) == (100, 80, 20)


def test_records_that_say_nothing_are_refused_all_at_once(machines: Machines) -> None:
    with pytest.raises(Refused) as refused:
        machines.tell(Told(Kind.VEND, NOW), Told(Kind.JAM, NOW, slot=0), Told(Kind.VEND, NOW, slot=1, pieces=0))
    assert [one.field for one in refused.value.reasons] == ["records-0-slot", "records-1-slot", "records-2-pieces"]
    with pytest.raises(Refused):
        record_batch(entries=[], source="hand", actor=machines.actor, command_id=new(), at=NOW)
    assert not Record.objects.exists()


def test_strangers_and_those_who_only_look(machines: Machines) -> None:
    looker = an_actor(a_person(Role.AUDITOR, machines.county.network.county))
    with pytest.raises(Forbidden):
        machines.by(looker).tell(vend())
    with pytest.raises(Unknown):
        machines.by(machines.county.stranger).tell(vend())
    with pytest.raises(Unknown):
        # A facility that is no machine.
        record_batch(
            entries=[Entry(machines.county.store.pk, vend())], source="hand", actor=machines.actor, command_id=new(),
            at=NOW,
        )  # fmt: skip
    assert not Record.objects.exists()


def test_two_machines_in_one_batch(machines: Machines) -> None:
    entries = [Entry(facility.pk, vend(1, number=1)) for facility in machines.facilities]
    outcome = record_batch(entries=entries, source="file", actor=machines.actor, command_id=new(), at=NOW)
    assert (outcome.new, len(outcome.events)) == (3, 3)
    assert event_kinds(outcome.events) == {"dispensing"}


def event_kinds(ids: tuple[int, ...]) -> set[str]:
    return set(Event.objects.filter(pk__in=ids).values_list("kind", flat=True))


def test_the_slip_names_no_one_and_counts_its_vends(machines: Machines) -> None:
    outcome = machines.tell(vend(1, number=1), vend(1, number=2))
    slip = Event.objects.get(pk=outcome.events[0])
    assert "2 × vend" in slip.note
