"""The same random months through Tryton's stock modules: every month-end balance equal, and how fast each one posts.

Tryton is the strongest stock ledger written in Python. It lives in an environment of its own (var/tryton), is given
what our ledger moved, event by event, and answers what stands at each place by lot at the end of each month.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.rounds import Line
from tests.scale.seeds import base_seed
from tests.stock_builders import StockedCounty, a_stocked_county, lots_of
from zhixuan.modules.stock.models import Event, Movement, Place
from zhixuan.modules.stock.queries import category_ledger
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.modules.stock.queries.slips import Receipt
from zhixuan.rules.periods import Month
from zhixuan.rules.refusal import Refused
from zhixuan.rules.stock.ledger import PlaceKind
from zhixuan.rules.stock.receiving import Arrived

ROOT = Path(__file__).parents[1]
HOME = ROOT / "var" / "tryton"
EVENTS = 400
FIRST = Month(2026, 1)
MONTHS = 6
TYPES = {
    PlaceKind.SUPPLIER: "supplier",
    PlaceKind.CLIENTS: "customer",
    PlaceKind.LOST: "lost_found",
    PlaceKind.DAMAGED: "lost_found",
    PlaceKind.EXPIRED: "lost_found",
    PlaceKind.DIFFERENCE: "lost_found",
    PlaceKind.OPENING: "lost_found",
}
Balances = dict[str, dict[str, dict[str, int]]]


def lines() -> list[Line]:
    """On the database of this process; Tryton on a SQLite file beside it."""
    history = History(a_stocked_county(), base_seed())
    begin = time.perf_counter()
    history.run()
    ours = Event.objects.count() / (time.perf_counter() - begin)
    theirs, seconds = _replayed(history)
    mine = history.balances()
    told = [lot for places in mine.values() for lots in places.values() for lot in lots]
    unlike = sum(mine[day] != theirs[day] for day in mine)
    tryton = Event.objects.count() / seconds
    what = f"the same {Event.objects.count()} events through Tryton {MONTHS} months (seed {history.seed})"
    return [
        Line(f"{what}: month ends unlike", f"{unlike}, of {len(told)} balances", bar="0", reached=unlike == 0),
        Line(
            f"{what}: speed",
            f"{ours:.0f} events/s",
            f"Tryton {tryton:.0f}/s",
            ours / tryton,
            "10x",
            ours >= 10 * tryton,
        ),
    ]


class History:
    """Random months of three stores, by our own verbs."""

    def __init__(self, county: StockedCounty, seed: int) -> None:
        self.seed, self.dice, self.county = seed, random.Random(seed), county
        self.on_the_way: list[Receipt] = []
        self.posted: list[Receipt] = []
        self.numbers = iter(range(1, 10_000))

    def run(self) -> None:
        days = (Month.from_ordinal(FIRST.ordinal + MONTHS - 1).last_day - FIRST.first_day).days
        for step in range(EVENTS):
            on = FIRST.first_day + timedelta(days=days * step // EVENTS)
            verb = self.dice.choice(
                [self.receive] * 3
                + [self.send] * 3
                + [self.take_in] * 3
                + [self.dispense] * 4
                + [self.adjust, self.reverse]
            )
            try:
                verb({"on": on, "at": datetime(on.year, on.month, on.day, 9, tzinfo=UTC)})
            except Refused:
                continue  # too little there: nothing was posted

    def receive(self, said: dict[str, Any]) -> None:
        facility = self.dice.choice([self.county.warehouse, self.county.store])
        lot = f"L{next(self.numbers)}"
        expires = said["on"] + timedelta(days=self.dice.randint(300, 900))
        self._keep(self.county.stock(facility, lot, self.dice.randint(20, 400), expires=expires, **said))

    def send(self, said: dict[str, Any]) -> None:
        sent = self.county.send(
            self.county.warehouse, self.county.store, self.county.want(self.dice.randint(1, 90)), **said
        )
        self.on_the_way.append(self._keep(sent))

    def take_in(self, said: dict[str, Any]) -> None:
        if not self.on_the_way:
            return
        sent = self.on_the_way.pop(0)
        lines = []
        for lot_id, pieces in lots_of(sent).items():
            damaged = self.dice.randint(0, pieces) if self.dice.random() < 0.2 else 0
            lines.append(Arrived(lot_id, pieces - damaged, damaged))
        self._keep(self.county.take_in(sent, *lines, note="counted", **said))

    def dispense(self, said: dict[str, Any]) -> None:
        self._keep(self.county.dispense(self.county.store, self.county.want(self.dice.randint(1, 40)), **said))

    def adjust(self, said: dict[str, Any]) -> None:
        lots = list(category_ledger.by_lot(places_of(self.county.store.id).store_id, said["on"], said["on"]))
        if lots:
            self._keep(self.county.adjust(self.county.store, "damaged", lines=[(self.dice.choice(lots)[1], 1)], **said))

    def reverse(self, said: dict[str, Any]) -> None:
        if self.posted and self.posted[-1] not in self.on_the_way:
            self.county.reverse(self.posted.pop(), **said)

    def _keep(self, receipt: Receipt) -> Receipt:
        self.posted.append(receipt)
        return receipt

    @property
    def ends(self) -> list[date]:
        return [Month.from_ordinal(FIRST.ordinal + step).last_day for step in range(MONTHS)]

    def balances(self) -> Balances:
        """What our books say: by day, place and lot."""
        found: Balances = {}
        for day in self.ends:
            stores = {}
            for facility in (self.county.warehouse, self.county.store):
                store_id = places_of(facility.id).store_id
                lines = category_ledger.by_lot(store_id, day, day)
                stores[str(store_id)] = {str(lot): line.closing for (_, lot), line in lines.items() if line.closing}
            found[day.isoformat()] = stores
        return found

    def told(self) -> dict[str, Any]:
        """What Tryton is told: lots, places, and every movement in the order it was posted."""
        moved = list(Movement.objects.order_by("event_id", "line").select_related("lot"))
        events: dict[int, tuple[str, list[list[Any]]]] = {}
        for one in moved:
            pair = events.setdefault(one.event_id, (one.on.isoformat(), []))
            pair[1].append([str(one.lot_id), str(one.from_place_id), str(one.to_place_id), one.pieces])
        used = {place for one in moved for place in (one.from_place_id, one.to_place_id)}
        kinds = Place.objects.filter(id__in=used).values_list("id", "kind")
        return {
            "lots": {str(one.lot_id): str(one.lot.item_id) for one in moved},
            "places": {str(place): TYPES.get(PlaceKind(kind), "storage") for place, kind in kinds},
            "events": list(events.values()),
            "ends": [day.isoformat() for day in self.ends],
        }


def _replayed(history: History) -> tuple[Balances, float]:
    told = history.told()
    with tempfile.TemporaryDirectory(prefix="zhixuan-tryton-") as folder:
        answer = subprocess.run(
            [_environment(), "-W", "ignore", ROOT / "bench" / "tryton_replay.py", folder],
            input=json.dumps(told),
            capture_output=True,
            text=True,
            check=True,
        )
    said = json.loads(answer.stdout.splitlines()[-1])
    stores = {place for stands in history.balances().values() for place in stands}
    kept = {
        day: {place: lots for place, lots in stands.items() if place in stores}
        for day, stands in said["balances"].items()
    }
    return kept, said["seconds"]


def _environment() -> Path:
    """The Python of Tryton's own environment, made the first time."""
    python = HOME / "bin" / "python"
    stamp = HOME / ".made"
    if not stamp.exists():
        subprocess.run([sys.executable, "-m", "venv", HOME], check=True)
        install = [Path(sys.executable).with_name("uv"), "pip", "install", "--quiet", "--python", python]
        subprocess.run([*install, "--require-hashes", "-r", ROOT / "requirements" / "tryton.txt"], check=True)
        stamp.touch()
    return python
