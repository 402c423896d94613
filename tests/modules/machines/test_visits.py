"""Refills and counts: sent and received in one visit, differences posted by name, all or nothing."""

from __future__ import annotations

import pytest

from tests.builders import NOW, TODAY, a_person, an_actor
from tests.machine_builders import Machines, vend
from tests.stock_builders import a_command, counts, days, pieces_at, sentences
from zhixuan.modules.machines.models import Slot, Visit
from zhixuan.modules.machines.operations.finish_route import finish_route
from zhixuan.modules.machines.operations.plan_route import plan_route
from zhixuan.modules.machines.operations.refill_machine import SlotWork, refill_machine
from zhixuan.modules.machines.queries import loading, states
from zhixuan.modules.machines.queries.machines import machine
from zhixuan.modules.stock.models import Event
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.rules.machines.service import Trouble
from zhixuan.rules.machines.slots import SlotPlan
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Forbidden, Role, Unknown


def kinds(visit: object) -> list[str]:
    found = dict(Event.objects.values_list("pk", "kind"))
    return [found[pk] for pk in visit.events]  # type: ignore[attr-defined]


def test_a_refill_is_sent_received_and_numbered_in_one(machines: Machines) -> None:
    visit = machines.refill(loads={1: 50, 2: 30})
    assert (visit.number, kinds(visit)) == ("M1-R0001", ["transfer_out", "transfer_in"])
    assert machines.pieces() == {1: 50, 2: 30, 3: 0}
    assert pieces_at(machines.facilities[0]) == 80
    assert pieces_at(machines.county.store) == 1920
    assert machines.refill(loads={3: 10}).number == "M1-R0002"


def test_sent_twice_it_is_posted_once(machines: Machines) -> None:
    command = a_command()
    first = machines.refill(loads={1: 50}, command_id=command)
    again = machines.refill(loads={1: 50}, command_id=command)
    assert (again.repeated, again.number, again.events) == (True, first.number, first.events)
    with pytest.raises(Refused) as refused:
        machines.refill(loads={1: 60}, command_id=command)
    assert refused.value.code == "command_conflict"
    assert machines.pieces()[1] == 50


def test_expired_and_damaged_packs_are_taken_out_in_the_same_visit(machines: Machines) -> None:
    county = machines.county
    county.stock(machines.facilities[0], "OLD", 20, expires=days(-1), on=days(-9))
    Slot.objects.filter(pk=machines.slot(2).pk).update(pieces=20)
    visit = machines.refill(loads={1: 100}, out={2: (20, "expired")})
    assert kinds(visit) == ["adjustment", "transfer_out", "transfer_in"]
    machines.refill(out={1: (10, "damaged")})
    assert machines.pieces() == {1: 90, 2: 0, 3: 0}
    assert pieces_at(machines.facilities[0]) == 90


def test_what_cannot_be_is_refused_at_its_slot_and_nothing_is_posted(machines: Machines) -> None:
    before = counts()
    for asked, field in (
        ({"loads": {1: 110}}, "work-0-loaded"),
        ({"loads": {1: 10}, "out": {2: (10, "expired")}}, "work-1-taken_out"),
        ({"out": {2: (10, "damaged")}}, "work-0-taken_out"),
        ({"out": {2: (10, "")}}, "work-0-why"),
        ({}, ""),
    ):
        with pytest.raises(Refused) as refused:
            machines.refill(**asked)  # type: ignore[arg-type]
        assert refused.value.field == field
    assert counts() == before
    assert not Visit.objects.exists()


def test_the_store_has_too_little_and_says_so_at_the_slot(machines: Machines) -> None:
    machines.county.dispense(machines.county.store, machines.county.want(1990))
    with pytest.raises(Refused, match="20 pieces were asked for") as refused:
        machines.refill(loads={2: 20})
    assert refused.value.field == "work-0-loaded"


def test_who_may_refill(machines: Machines) -> None:
    looker = an_actor(a_person(Role.AUDITOR, machines.county.network.county))
    only_here = an_actor(a_person(Role.STOREKEEPER, machines.facilities[0]))
    for actor, refusal in ((looker, Forbidden), (machines.county.stranger, Unknown), (only_here, Unknown)):
        with pytest.raises(refusal):
            machines.by(actor).refill(loads={1: 10})
    with pytest.raises(Refused, match="were changed meanwhile"):
        refill_machine(
            machine_id=machines.facilities[0].pk, giver_id=machines.county.store.pk,
            work=[SlotWork(machines.slot(1, 1).pk, 10)], on=TODAY, actor=machines.actor, command_id=a_command(), at=NOW,
        )  # fmt: skip


def test_a_count_brings_books_and_slots_in_line(machines: Machines) -> None:
    machines.refill(loads={1: 100, 2: 50})
    visit = machines.count({1: 92, 2: 50, 3: 0}, reason="stuck", note="behind the flap")
    assert (visit.number, kinds(visit)) == ("M1-C0002", ["adjustment"])
    assert machines.pieces() == {1: 92, 2: 50, 3: 0}
    assert pieces_at(machines.facilities[0]) == 142
    assert "stuck inside: behind the flap" in Event.objects.get(pk=visit.events[0]).note
    found = machines.count({1: 95, 2: 50, 3: 0}, reason="loading")
    assert pieces_at(machines.facilities[0]) == 145
    assert machines.count({1: 95, 2: 50, 3: 0}).events == ()
    assert found.events


def test_a_difference_needs_a_reason_and_every_slot_a_number(machines: Machines) -> None:
    machines.refill(loads={1: 100})
    with pytest.raises(Refused) as refused:
        machines.count({1: 90, 2: 0, 3: 0})
    assert refused.value.field == "reason"
    with pytest.raises(Refused) as refused:
        machines.count({1: 90, 2: 0, 3: 0}, reason="missing")
    assert refused.value.field == "note"
    with pytest.raises(Refused) as refused:
        machines.count({1: 101})
    assert sorted(one.field for one in refused.value.reasons) == ["", "", "counted-0-pieces"]
    assert machines.pieces()[1] == 100


def test_a_count_sent_twice(machines: Machines) -> None:
    machines.refill(loads={1: 100})
    command = a_command()
    machines.count({1: 90, 2: 0, 3: 0}, reason="stuck", command_id=command)
    assert machines.count({1: 90, 2: 0, 3: 0}, reason="stuck", command_id=command).repeated
    assert pieces_at(machines.facilities[0]) == 90


def test_what_was_found_without_books_gets_a_lot_without_number(machines: Machines) -> None:
    machines.count({1: 30, 2: 0, 3: 0}, reason="loading")
    assert pieces_at(machines.facilities[0]) == 30
    assert machines.pieces()[1] == 30


def test_what_is_in_the_books_and_in_no_slot_is_settled_too(machines: Machines) -> None:
    machines.county.stock(machines.facilities[0], "P", 7, item=machines.county.strip)
    (state,) = states.states([machines.m1], today=TODAY)
    assert state.differences == {machines.county.pill.pk: -7}
    machines.count({1: 0, 2: 0, 3: 0}, reason="loading")
    (state,) = states.states([machines.m1], today=TODAY)
    assert state.differences == {}


def test_slots_with_pieces_in_them_cannot_be_left_out_or_given_another_item(machines: Machines) -> None:
    machines.refill(loads={1: 50})
    box, strip = machines.county.box.pk, machines.county.strip.pk
    with pytest.raises(Refused, match="Slot 1 still holds 50"):
        machines.plan(SlotPlan(2, box, 100, 10))
    with pytest.raises(Refused) as refused:
        machines.plan(SlotPlan(1, strip, 100, 10), SlotPlan(1, 10**9, 0, 0))
    fields = [one.field for one in refused.value.reasons]
    assert {"slots-0-item", "slots-1-number", "slots-1-capacity", "slots-1-pieces_per_vend", "slots-1-item"} == set(
        fields
    )


def test_troubles(machines: Machines) -> None:
    (state,) = states.states([machines.m1], today=TODAY)
    assert state.troubles == [Trouble.EMPTY, Trouble.SILENT]
    machines.refill(loads={1: 100, 2: 20, 3: 100}, at=NOW)
    machines.tell(vend(1, number=1))
    (state,) = states.states([machines.m1], today=TODAY)
    assert state.troubles == [Trouble.LOW]


def test_the_proposal_shows_its_figures_and_what_the_store_lacks(machines: Machines) -> None:
    machines.refill(loads={1: 100}, on=days(-19), at=NOW)
    machines.tell(*(vend(1, number=n, at=NOW.replace(day=5 + n)) for n in range(10)))
    first, second, third = loading.propose(
        machine(machines.actor, machines.facilities[0].pk), places_of(machines.county.store.pk), today=TODAY
    )
    assert (first.use.given_pieces, first.use.pieces) == (100, 0)
    assert first.load.per_day is not None
    assert second.load.per_day is None
    assert (second.load.load, third.load.load, second.load.short) == (100, 100, 0)
    assert [(lot.number, pieces) for lot, pieces in second.lots] == [("A", 100)]


def test_a_route(machines: Machines) -> None:
    command = a_command()
    said = {
        "name": "Tuesday", "giver_id": machines.county.store.pk, "who": "Zhao", "on": TODAY, "actor": machines.actor,
        "machine_ids": [facility.pk for facility in machines.facilities[::-1]], "command_id": command, "at": NOW,
    }  # fmt: skip
    route = plan_route(**said)  # type: ignore[arg-type]
    assert plan_route(**said) == route  # type: ignore[arg-type]
    with pytest.raises(Refused, match="other contents"):
        plan_route(**{**said, "who": "Qian"})  # type: ignore[arg-type]
    stops = list(route.stops.values_list("machine__facility__code", flat=True))
    assert stops == ["M3", "M2", "M1"]
    stop = route.stops.get(machine=machines.facilities[0].pk)
    machines.refill(loads={1: 10}, stop_id=stop.pk)
    assert stop.visits.count() == 1
    finish_route(route_id=route.pk, actor=machines.actor, at=NOW)
    with pytest.raises(Unknown):
        finish_route(route_id=route.pk, actor=machines.county.stranger, at=NOW)
    with pytest.raises(Refused) as refused:
        plan_route(**{**said, "machine_ids": [], "name": " ", "command_id": a_command()})  # type: ignore[arg-type]
    assert len(sentences(refused.value)) == 2
