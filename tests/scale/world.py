"""A small busy county, really committed: 3 facilities, 20 lots, people who all grab for the same shelves."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connections

from tests.builders import NOW, TODAY, a_planner, an_actor
from tests.stock_builders import StockedCounty, a_stocked_county, days
from zhixuan.modules.directory.models import Facility
from zhixuan.modules.stock.models import Balance, Event, Lot, Movement, Place
from zhixuan.modules.stock.operations.adjust_stock import adjust_stock
from zhixuan.modules.stock.operations.dispense import dispense
from zhixuan.modules.stock.operations.receive_delivery import receive_delivery
from zhixuan.modules.stock.operations.receive_transfer import receive_transfer
from zhixuan.modules.stock.operations.reverse_event import reverse_event
from zhixuan.modules.stock.operations.send_transfer import send_transfer
from zhixuan.modules.stock.queries.slips import Receipt
from zhixuan.rules.stock.fefo import Wanted
from zhixuan.rules.stock.receiving import Arrived, Delivered
from zhixuan.shared.access import Actor
from zhixuan.shared.command_ids import new

LOTS_EACH = 10
PIECES_EACH = 5_000


@dataclass(frozen=True, slots=True)
class World:
    """Ids that a writer process needs; nothing of the database's connection."""

    facility_ids: tuple[int, ...]
    product_ids: tuple[int, ...]
    item_ids: tuple[int, ...]
    lot_ids: tuple[int, ...]
    actor: Actor


def a_world(pieces_each: int = PIECES_EACH) -> World:
    """Two products of ten lots each, all of them in all three stores. Committed, and this process disconnected."""
    county: StockedCounty = a_stocked_county()
    county = county.by(an_actor(a_planner(county.network.province)))
    facilities: list[Facility] = [county.warehouse, county.store, county.network.sibling_store]
    for facility in facilities:
        for item in (county.box, county.strip):
            lines = [
                county.line(f"{item.code}{n}", pieces_each, expires=days(300 + n), item=item) for n in range(LOTS_EACH)
            ]
            county.receive(facility, *lines, on=days(-20))
    world = World(
        facility_ids=tuple(facility.id for facility in facilities),
        product_ids=(county.condom.id, county.pill.id),
        item_ids=(county.box.id, county.strip.id),
        lot_ids=tuple(Lot.objects.order_by("id").values_list("id", flat=True)),
        actor=county.actor,
    )
    connections.close_all()
    return world


@dataclass(frozen=True, slots=True)
class Request:
    """A command as a client would send it, again and again with the same id."""

    verb: Callable[..., Receipt]
    arguments: dict[str, Any]
    command_id: UUID
    pieces: int

    def send(self, actor: Actor) -> Receipt:
        return self.verb(**self.arguments, actor=actor, command_id=self.command_id, at=NOW)


def a_request(world: World, dice: random.Random, done: list[int]) -> Request:
    """What a storekeeper might want next; `done` are events this writer has posted."""
    verb = dice.choices(
        (_dispense, _dispense_chosen, _send, _take_in, _receive, _adjust, _reverse), (30, 10, 22, 16, 10, 5, 7)
    )[0]
    return verb(world, dice, done) or _dispense(world, dice, done)


def _request(verb: Callable[..., Receipt], pieces: int, **arguments: Any) -> Request:
    return Request(verb, {"on": TODAY} | arguments, new(), pieces)


def _dispense(world: World, dice: random.Random, _done: list[int]) -> Request:
    lines = [Wanted(product, dice.randint(1, 3)) for product in dice.sample(world.product_ids, dice.randint(1, 2))]
    pieces = sum(line.pieces for line in lines)
    return _request(dispense, pieces, facility_id=dice.choice(world.facility_ids), lines=lines)


def _chosen(world: World, dice: random.Random) -> Wanted:
    """Several lots of one product in any order: what makes careless systems deadlock."""
    product = dice.choice((0, 1))
    lots = world.lot_ids[product * LOTS_EACH : (product + 1) * LOTS_EACH]
    chosen = tuple((lot, dice.randint(1, 3)) for lot in dice.sample(lots, dice.randint(2, 5)))
    return Wanted(
        world.product_ids[product],
        sum(pieces for _lot, pieces in chosen),
        chosen=chosen,
        override_reason="as the shelf stands",
    )


def _dispense_chosen(world: World, dice: random.Random, _done: list[int]) -> Request:
    line = _chosen(world, dice)
    return _request(dispense, line.pieces, facility_id=dice.choice(world.facility_ids), lines=[line])


def _send(world: World, dice: random.Random, _done: list[int]) -> Request:
    giver, receiver = dice.sample(world.facility_ids, 2)
    line = _chosen(world, dice)
    return _request(send_transfer, line.pieces, from_facility_id=giver, to_facility_id=receiver, lines=[line])


def _take_in(_world: World, dice: random.Random, _done: list[int]) -> Request | None:
    """One of the oldest transfers on the way: others reach for the same one."""
    waiting = Event.objects.filter(kind="transfer_out", answered_by=None, reversed_by=None).order_by("id")
    ids = list(waiting.values_list("id", flat=True)[:6])
    if not ids:
        return None
    transfer_id = dice.choice(ids)
    lines, total = [], 0
    for lot_id, pieces in Movement.objects.filter(event_id=transfer_id).values_list("lot_id", "pieces"):
        missing = dice.choice((0, 0, 0, min(pieces, 1)))
        lines.append(Arrived(lot_id, pieces - missing, 0, missing))
        total += pieces
    return _request(receive_transfer, total, transfer_id=transfer_id, lines=lines, note="counted")


def _receive(world: World, dice: random.Random, _done: list[int]) -> Request:
    """Known lots, and new ones that several writers meet for the first time."""
    item = dice.choice(world.item_ids)
    numbers = dice.sample([f"N{dice.randint(0, 40)}", f"N{dice.randint(41, 80)}", f"N{dice.randint(81, 99)}"], 2)
    lines = [Delivered(item, number, days(500), dice.randint(1, 20)) for number in numbers]
    pieces = sum(line.pieces for line in lines)
    return _request(receive_delivery, pieces, facility_id=dice.choice(world.facility_ids), lines=lines)


def _adjust(world: World, dice: random.Random, _done: list[int]) -> Request:
    lines = [(lot, dice.randint(1, 2)) for lot in dice.sample(world.lot_ids, 3)]
    reason = dice.choice(("damaged", "found", "hold", "release"))
    return _request(
        adjust_stock,
        sum(pieces for _lot, pieces in lines),
        facility_id=dice.choice(world.facility_ids),
        reason_code=reason,
        lines=lines,
        note="seen",
    )


def _reverse(_world: World, dice: random.Random, done: list[int]) -> Request | None:
    if not done:
        return None
    event_id = dice.choice(done[-20:])
    pieces = sum(Movement.objects.filter(event_id=event_id).values_list("pieces", flat=True))
    return _request(reverse_event, pieces, event_id=event_id, reason="entered twice")


def faults_against(acknowledged: dict[str, tuple[int, int]], *, set_up: int) -> list[str]:
    """Compare the database with what clients were told, by adding up every movement again in plain Python.

    Args:
        acknowledged: (event id, pieces asked for) by command id in hexadecimal.
        set_up: how many events there were before the clients began.
    """
    faults = []
    events = {e.id: e for e in Event.objects.order_by("id")}
    told = dict(acknowledged.values())
    if len(told) != len(acknowledged):
        faults.append("one event answered two commands")
    by_command = {event.command_id.hex: event.id for event in events.values()}
    faults += [f"lost: command {c}" for c, (event_id, _) in acknowledged.items() if by_command.get(c) != event_id]
    if len(events) != len(acknowledged) + set_up:
        faults.append(f"{len(events) - set_up} events for {len(acknowledged)} acknowledged commands")
    kinds = dict(Place.objects.values_list("id", "kind"))
    balance: dict[tuple[int, int], int] = defaultdict(int)
    moved: Counter[int] = Counter()
    for event_id, lot, source, target, pieces in Movement.objects.order_by("event_id", "line").values_list(
        "event_id", "lot_id", "from_place_id", "to_place_id", "pieces"
    ):
        moved[event_id] += pieces
        balance[source, lot] -= pieces
        balance[target, lot] += pieces
        if kinds[source] in {"store", "quarantine", "transit"} and balance[source, lot] < 0:
            faults.append(f"event {event_id} took lot {lot} below zero at place {source}")
    faults += [
        f"event {event_id} moved {moved[event_id]}, asked {p}" for event_id, p in told.items() if moved[event_id] != p
    ]
    here = {(b.place_id, b.lot_id): b.pieces for b in Balance.objects.all()}
    real = {key: pieces for key, pieces in balance.items() if key[0] > 100}
    faults += [
        f"balance of {key} is {here.get(key)}, moved {real.get(key)}"
        for key in here.keys() | real.keys()
        if here.get(key, 0) != real.get(key, 0)
    ]
    faults += [f"lot {lot} does not add up" for lot in {key[1] for key in balance} if _sum_of(balance, lot) != 0]
    return faults


def _sum_of(balance: dict[tuple[int, int], int], lot_id: int) -> int:
    return sum(pieces for (_place, lot), pieces in balance.items() if lot == lot_id)
