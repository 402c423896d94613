"""Rounds that are changed on the way, and good packs that go back to the store."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.builders import TODAY, a_person, a_storekeeper, an_actor
from tests.machine_builders import Machines
from tests.stock_builders import a_command, counts, days, event, lot, pieces_at
from zhixuan.modules.directory.models import Facility
from zhixuan.modules.machines.models import Route, Slot, Visit
from zhixuan.modules.machines.operations.finish_route import finish_route
from zhixuan.modules.machines.queries import states
from zhixuan.modules.machines.queries.machines import machine
from zhixuan.rules.machines.service import Trouble
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Forbidden, Role, Unknown


def order(route: Route) -> list[str]:
    return list(route.stops.order_by("position").values_list("machine__facility__code", flat=True))


def test_a_route_is_changed_and_what_was_visited_stays(machines: Machines) -> None:
    route = machines.route(0, 1)
    visited = route.stops.get(machine=machines.facilities[1].pk)
    machines.refill(machine=1, loads={1: 10}, stop_id=visited.pk)
    command = a_command()
    for _ in range(2):
        machines.change(route, 2, 1, name="Wednesday", command_id=command)
    route.refresh_from_db()
    assert (route.name, order(route)) == ("Wednesday", ["M3", "M2"])
    assert route.stops.get(machine=machines.facilities[1].pk).pk == visited.pk
    assert visited.visits.count() == 1
    with pytest.raises(Refused, match="other contents"):
        machines.change(route, 2, 1, name="Friday", command_id=command)
    with pytest.raises(Refused) as refused:
        machines.change(route, 0, name=" ")
    assert [one.field for one in refused.value.reasons] == ["name", f"position_{machines.facilities[1].pk}"]
    assert order(route) == ["M3", "M2"]
    finish_route(route_id=route.pk, actor=machines.actor, at=route.stops.get(pk=visited.pk).visits.get().at)
    with pytest.raises(Refused, match="finished"):
        machines.change(route, 1)


def test_who_may_change_a_route(machines: Machines) -> None:
    route = machines.route(0)
    looker = an_actor(a_person(Role.AUDITOR, machines.county.network.county))
    only_store = an_actor(a_storekeeper(machines.county.store))
    for actor, refusal in ((looker, Forbidden), (machines.county.stranger, Unknown), (only_store, Unknown)):
        with pytest.raises(refusal):
            machines.by(actor).change(route, 0, 1)
    assert machines.by(only_store).change(route, 0, name="Monday").name == "Monday"


def test_good_packs_go_back_with_a_slip_and_the_store_takes_them_in(machines: Machines) -> None:
    machines.refill(loads={1: 50, 2: 30})
    visit = machines.take_back({1: 20, 2: 10})
    assert visit.number == "M1-B0002"
    assert machines.pieces() == {1: 30, 2: 20, 3: 0}
    assert (pieces_at(machines.facilities[0]), pieces_at(machines.county.store)) == (50, 1920)
    sent = event(type("R", (), {"event_id": visit.events[0]}))
    assert (sent.kind, sent.other_place.facility_id) == ("return", machines.county.store.pk)
    machines.county.take_all_in(type("R", (), {"event_id": sent.pk}))
    assert pieces_at(machines.county.store) == 1950
    (state,) = states.states([machine(machines.actor, machines.facilities[0].pk)], today=TODAY)
    assert Trouble.DIFFERENCE not in state.troubles


def test_the_lot_on_the_packs_goes_back(machines: Machines) -> None:
    machines.refill(loads={1: 50})
    machines.county.stock(machines.facilities[0], "LATE", 30, expires=days(900))
    Slot.objects.filter(pk=machines.slot(2).pk).update(pieces=30)
    visit = machines.take_back({1: 10, 2: (20, lot("LATE").pk)})
    moved = event(type("R", (), {"event_id": visit.events[0]})).movements.values_list("lot__number", "pieces")
    assert dict(moved) == {"A": 10, "LATE": 20}
    with pytest.raises(Refused, match="Count the machine first"):
        machines.take_back({1: (20, lot("LATE").pk)})


def test_taken_back_twice_is_once_and_what_cannot_be_is_said_at_once(machines: Machines) -> None:
    machines.refill(loads={1: 50})
    command = a_command()
    first = machines.take_back({1: 20}, command_id=command)
    again = machines.take_back({1: 20}, command_id=command)
    assert (again.repeated, again.events) == (True, first.events)
    with pytest.raises(Refused) as refused:
        machines.take_back({1: 10}, command_id=command)
    assert refused.value.code == "command_conflict"
    before = counts()
    with pytest.raises(Refused) as refused:
        machines.take_back({1: 40, 2: 10}, note=" ")
    assert [one.field for one in refused.value.reasons] == ["note", "work-0-pieces", "work-1-pieces"]
    with pytest.raises(Refused, match="one slot at least"):
        machines.take_back({})
    Facility.objects.filter(pk=machines.facilities[0].pk).update(supplied_by=None)
    with pytest.raises(Refused, match="Nobody supplies"):
        machines.take_back({1: 10})
    assert counts() == before


def test_who_may_take_back(machines: Machines) -> None:
    machines.refill(loads={1: 50})
    looker = an_actor(a_person(Role.AUDITOR, machines.county.network.county))
    for actor, refusal in ((looker, Forbidden), (machines.county.stranger, Unknown)):
        with pytest.raises(refusal):
            machines.by(actor).take_back({1: 10})
    assert Visit.objects.count() == 1


def test_on_the_screens(machines: Machines) -> None:
    machines.refill(loads={1: 50})
    client = Client(headers={"accept-language": "en"})
    client.force_login(a_person(Role.STOREKEEPER, machines.county.network.township))
    first, second, _third = machines.facilities
    address = reverse("machines:take_back", args=[first.pk])
    assert "go back to Store A with a return slip" in client.get(address).content.decode()
    slot = machines.slot(1).pk
    fields: dict[str, Any] = {"command_id": a_command(), "on": TODAY, "note": "too many", f"back_{slot}": 60}
    refused = client.post(address, fields)
    assert refused.status_code == 422
    assert "Slot 1 holds 50 pieces" in refused.content.decode()
    answer = client.post(address, fields | {f"back_{slot}": 20, f"lot_{slot}": lot("A").pk})
    slip = client.get(answer.headers["Location"]).content.decode()
    assert "Goes back to" in slip
    assert "M1-B0002" in slip
    paper = client.get(reverse("machines:visit_print", args=[Visit.objects.get(kind="return").pk]))
    assert paper.headers["Content-Type"] == "application/pdf"
    assert "Packs taken back" in client.get(reverse("machines:visits"), {"kind": "return"}).content.decode()

    route = machines.route(0)
    address = reverse("machines:edit_route", args=[route.pk])
    assert "Change the route" in client.get(reverse("machines:route", args=[route.pk])).content.decode()
    position = f'name="position_{first.pk}" inputmode="numeric" maxlength="3" value="1"'
    assert position in client.get(address).content.decode()
    fields = {"command_id": a_command(), "name": "Thursday", "on": TODAY, "who": "Li"}
    fields["giver"] = machines.county.store.pk
    fields |= {f"position_{first.pk}": "2", f"position_{second.pk}": "1"}
    assert client.post(address, fields).status_code == 302
    assert order(route) == ["M2", "M1"]
