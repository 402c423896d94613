"""Slips of a machine reversed: slots and ledger agree afterwards, whoever reverses what in which order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.builders import NOW, a_person, a_stranger, an_actor
from tests.machine_builders import Machines, vend
from tests.stock_builders import days, pieces_at
from zhixuan.modules.machines.models import Record, Visit, VisitLine
from zhixuan.modules.machines.queries import loading
from zhixuan.modules.machines.queries.machines import slots_of
from zhixuan.modules.machines.queries.service import services
from zhixuan.modules.machines.queries.states import states
from zhixuan.modules.stock.models import Event
from zhixuan.modules.stock.operations.reverse_event import reverse_event
from zhixuan.modules.stock.queries import slips
from zhixuan.rules.machines.service import Trouble
from zhixuan.rules.machines.slots import SlotPlan
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Forbidden, Role, Unknown
from zhixuan.shared.command_ids import new

HOUR = timedelta(hours=1)


def reverse(machines: Machines, event_id: int, **more: Any) -> Any:
    said = {"reason": "told of another machine", "on": NOW.date(), "actor": machines.actor, "at": NOW} | more
    return reverse_event(**{"event_id": event_id, "command_id": new(), **said})


def refused(act: Callable[[], Any]) -> Refused:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value


def agree(machines: Machines) -> bool:
    """Slots hold what the books say, by product."""
    (state,) = states([machines.m1], today=NOW.date())
    return not state.differences


def slip_of(machines: Machines, kind: str) -> int:
    rows = Event.objects.filter(kind=kind, place__facility=machines.facilities[0], reversed_by=None)
    return int(rows.latest("id").pk)


def given(machines: Machines) -> int:
    return sum(one.given for one in loading.usage(list(slots_of([machines.m1.pk])), today=NOW.date()).values())


def test_vends_go_back_to_their_slots_and_are_never_counted_again(machines: Machines) -> None:
    machines.refill(loads={1: 100, 2: 50}, on=days(-2))
    told = (vend(1, number=1), vend(2, number=2), vend(1, number=3, at=NOW - timedelta(days=1)))
    yesterday, today = machines.tell(*told).events
    reverse(machines, today)
    assert machines.pieces() == {1: 90, 2: 50, 3: 0}
    assert pieces_at(machines.facilities[0]) == 140
    assert agree(machines)
    assert set(Record.objects.exclude(undone_at=None).values_list("number", flat=True)) == {1, 2}
    assert (given(machines), services([machines.m1], at=NOW)[0].vends) == (10, 1)

    assert machines.tell(*told).new == 0, "told again they are known"
    machines.plan(*(SlotPlan(number, machines.county.box.pk, 100, 10) for number in (1, 2, 3)))
    assert machines.pieces()[1] == 90, "and nothing posts them a second time"
    machines.tell(vend(1, number=4))
    assert (machines.pieces()[1], given(machines)) == (80, 20)
    assert slips.moves_of(yesterday)


def troubled(machines: Machines) -> bool:
    (state,) = states([machines.m1], today=NOW.date())
    return Trouble.COUNT_AGAIN in state.troubles


def test_a_count_between_vends_and_their_reversal_is_asked_for_again(machines: Machines) -> None:
    machines.refill(loads={1: 100}, on=days(-2))
    (early,) = machines.tell(vend(1, number=1, at=NOW - 9 * HOUR), at=NOW - 9 * HOUR).events
    machines.count({1: 80, 2: 0, 3: 0}, at=NOW - 5 * HOUR, reason="not_told")
    (late,) = machines.tell(vend(1, number=2, at=NOW - 3 * HOUR), at=NOW - 3 * HOUR).events
    reverse(machines, late, at=NOW - 2 * HOUR)
    assert not troubled(machines), "told after the count: it had not put them right"
    reverse(machines, early, at=NOW - HOUR)
    assert troubled(machines)
    machines.count({1: 80, 2: 0, 3: 0}, at=NOW, reason="not_told")
    assert not troubled(machines)


def test_vends_that_were_short_go_back_as_they_came(machines: Machines) -> None:
    machines.refill(loads={1: 10})
    (event,) = machines.tell(vend(1, number=1), vend(1, number=2)).events
    assert machines.pieces()[1] == -10
    reverse(machines, event)
    assert (machines.pieces()[1], pieces_at(machines.facilities[0])) == (10, 10)
    assert pieces_at(machines.facilities[0], kind="suspense") == 0


def test_a_reversal_repeated_gives_the_pieces_back_once(machines: Machines) -> None:
    machines.refill(loads={1: 100})
    (event,) = machines.tell(vend(1, number=1)).events
    command = new()
    first = reverse(machines, event, command_id=command)
    assert reverse(machines, event, command_id=command).event_id == first.event_id
    assert refused(lambda: reverse(machines, event)).code == "already_reversed"
    assert machines.pieces()[1] == 100


def test_vends_that_explained_a_count_take_their_explanation_with_them(machines: Machines) -> None:
    machines.refill(loads={1: 100}, on=days(-9), at=NOW - timedelta(days=9))
    machines.count({1: 80, 2: 0, 3: 0}, reason="not_told", at=NOW - HOUR)
    (event,) = machines.tell(*(vend(1, number=n, at=NOW - 3 * HOUR) for n in (1, 2, 3))).events
    line = VisitLine.objects.get(visit__kind="count", slot__number=1)
    assert (machines.pieces()[1], line.explained) == (70, 20)
    found = int(Event.objects.get(kind="adjustment", note__contains="explain").pk)
    assert refused(lambda: reverse(machines, found)).code == "follows_vends"

    reverse(machines, event)
    line.refresh_from_db()
    assert (machines.pieces()[1], pieces_at(machines.facilities[0]), line.explained) == (80, 80, 0)
    assert Event.objects.filter(reverses_id=found).count() == 1
    machines.tell(vend(1, number=9, at=NOW - 2 * HOUR))
    line.refresh_from_db()
    assert (line.explained, agree(machines)) == (10, True)


def test_a_refill_reversed_is_out_of_the_slots_and_in_the_store_again(machines: Machines) -> None:
    before = pieces_at(machines.county.store)
    machines.refill(loads={1: 100, 2: 50})
    assert refused(lambda: reverse(machines, Visit.objects.get().events[0])).code == "received"
    reverse(machines, slip_of(machines, "transfer_in"))
    assert machines.pieces() == {1: 0, 2: 0, 3: 0}
    assert (pieces_at(machines.facilities[0]), pieces_at(machines.county.store)) == (0, before)
    assert pieces_at(machines.facilities[0], kind="transit") == 0
    assert loading.usage(list(slots_of([machines.m1.pk])), today=NOW.date())[machines.slot(1).pk].days_empty == 1


def test_what_is_gone_from_a_slot_cannot_be_taken_back(machines: Machines) -> None:
    machines.refill(loads={1: 100, 2: 50})
    machines.tell(vend(1, number=1))
    wrong = refused(lambda: reverse(machines, slip_of(machines, "transfer_in")))
    assert [one.code for one in wrong.reasons] == ["slot_emptied"]
    assert "Slot 1 holds 90 of the 100 pieces" in str(wrong)
    assert machines.pieces() == {1: 90, 2: 50, 3: 0}
    assert pieces_at(machines.facilities[0]) == 140
    assert Visit.objects.get().lines.filter(loaded_undone=True).count() == 0


def test_only_who_may_reverse_at_the_store_too_takes_a_refill_back(machines: Machines) -> None:
    machines.refill(loads={1: 100})
    of_machine = an_actor(a_person(Role.STOREKEEPER, machines.facilities[0]))
    receipt = slip_of(machines, "transfer_in")
    assert refused(lambda: reverse(machines, receipt, actor=of_machine)).code == "of_another_store"
    with pytest.raises(Unknown):
        reverse(machines, receipt, actor=an_actor(a_stranger(machines.county.network, Role.STOREKEEPER)))
    with pytest.raises(Forbidden):
        reverse(machines, receipt, actor=an_actor(a_person(Role.AUDITOR, machines.county.network.county)))
    assert machines.pieces()[1] == 100


def test_packs_taken_out_come_back_to_their_slots(machines: Machines) -> None:
    machines.refill(loads={1: 100, 2: 100, 3: 20})
    machines.refill(loads={3: 10}, out={1: (20, "damaged"), 2: (5, "damaged")})
    reverse(machines, slip_of(machines, "adjustment"))
    assert machines.pieces() == {1: 100, 2: 100, 3: 30}
    machines.take_back({1: 30})
    reverse(machines, slip_of(machines, "return"))
    assert machines.pieces() == {1: 100, 2: 100, 3: 30}
    assert agree(machines)


def test_a_count_is_put_right_by_a_count(machines: Machines) -> None:
    machines.refill(loads={1: 100})
    machines.count({1: 90, 2: 0, 3: 0}, reason="loading")
    wrong = refused(lambda: reverse(machines, slip_of(machines, "adjustment")))
    assert wrong.code == "of_a_count"
    assert "M1-C0002" in str(wrong)
    assert (machines.pieces()[1], agree(machines)) == (90, True)


def test_pieces_do_not_go_back_to_a_slot_that_holds_something_else_now(machines: Machines) -> None:
    machines.refill(loads={1: 10})
    (event,) = machines.tell(vend(1, number=1)).events
    machines.plan(
        SlotPlan(1, machines.county.strip.pk, 50, 1), *(SlotPlan(n, machines.county.box.pk, 100, 10) for n in (2, 3))
    )
    assert refused(lambda: reverse(machines, event)).code == "slot_ended"
    assert Record.objects.exclude(undone_at=None).count() == 0


def test_other_slips_of_a_machine_leave_its_slots_alone(machines: Machines) -> None:
    machines.refill(loads={1: 100})
    slip = machines.county.by(machines.actor).dispense(machines.facilities[0], machines.county.want(10))
    reverse(machines, slip.event_id)
    assert (machines.pieces()[1], agree(machines)) == (100, True)
