"""Random days of a county's stores, done twice: by the system, and by a model that knows nothing of it.

python -m tests.scale.random_days --posted 100000 [--database URL] [--seed 7]

Every slip is compared move by move, every refusal by its reason, every line of a count by what it should hold, all
balances again and again; at the end of each history its cards, its category and consignee ledgers, seals and digests.
A history that fails is had again by its seed: `--seed N --posted 1`.
"""

from __future__ import annotations

import argparse
import gc
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from tests.builders import NOW, TODAY, a_planner, an_actor
from tests.scale.comparing import compare_all, compare_balances
from tests.scale.ledger_model import REASONS, LedgerModel, LotFacts, Moved, No, Want
from tests.scale.random_counts import Counts
from tests.scale.seeds import base_seed
from tests.stock_builders import StockedCounty, a_stocked_county
from zhixuan.modules.stock.models import Lot, Movement, Place
from zhixuan.modules.stock.operations.block_lot import block_lot
from zhixuan.modules.stock.operations.close_month import close_month, reopen_month
from zhixuan.modules.stock.operations.recover_missing import recover_missing
from zhixuan.modules.stock.operations.seal_ledger import seal_ledger
from zhixuan.modules.stock.operations.unblock_lot import unblock_lot
from zhixuan.modules.stock.queries.slips import Receipt
from zhixuan.rules.periods import Month
from zhixuan.rules.refusal import Refused
from zhixuan.rules.stock.fefo import Wanted
from zhixuan.rules.stock.receiving import Arrived
from zhixuan.shared.access import Actor, Grant, Role
from zhixuan.shared.command_ids import new

BACK_DAYS = 70
STEPS = 400
"""Of one history."""
NORM_DAYS = {"WA": 120, "SA": 60, "SB": 60}
LOTS = [
    ("A", "condom", 20),
    ("B", "condom", 90),
    ("C", "condom", 400),
    ("D", "condom", -5),
    ("E", "condom", 1),
    ("P", "pill", 300),
    ("Q", "pill", 64),
]


class Run:
    """One random history. Facilities go by their codes, lots by their numbers, slips by their position."""

    def __init__(self, seed: int) -> None:
        self.seed, self.dice = seed, random.Random(seed)
        county = a_stocked_county()
        province = county.network.province
        self.actors = {who: an_actor(a_planner(province)) for who in ("one", "other")}
        self.county: StockedCounty = county.by(self.actors["one"])
        self.facilities = {f.code: f for f in (county.warehouse, county.store, county.network.sibling_store)}
        self.places = {
            row[0]: (row[1] or "", row[2]) for row in Place.objects.values_list("id", "facility__code", "kind")
        }
        self.model = LedgerModel(TODAY, NOW, NORM_DAYS)
        for age, (number, product, expires) in enumerate(LOTS):
            self.model.lots[number] = LotFacts(product, TODAY + timedelta(days=expires), age)
        self.ids: dict[str, int] = {}
        self.names: dict[int, str] = {}
        self.receipts: list[Receipt] = []
        self.command: UUID | None = None
        self.posted: Counter[str] = Counter()
        self.other: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.officer = Actor(None, "officer", (Grant(Role.STATION_OFFICER, "/"),))
        self.blocks: dict[str, int] = {}
        self.counts = Counts(self)
        self.verbs = (
            [self.receive] * 6
            + [self.send] * 4
            + [self.take_in] * 5
            + [self.dispense] * 8
            + [self.choose] * 4
            + [self.fact] * 2
            + [self.adjust] * 3
            + [self.reverse] * 3
            + [self.give_back, self.expire, self.recover, self.month, self.recall, self.end_recall, self.end_recall]
            + self.counts.verbs
        )

    def step(self) -> None:
        """The clock goes on by some seconds, now and then to another morning; then somebody does something."""
        model = self.model
        model.now += timedelta(seconds=self.dice.randint(1, 40))
        if self.dice.random() < 1 / 60:
            model.today += timedelta(days=1)
            model.now = NOW + (model.today - TODAY)
        model.who = self.dice.choice(["one", "one", "one", "other"])
        self.dice.choice(self.verbs)()

    # Dice

    def day(self) -> date:
        """Mostly today; some day before; or one at which a lot stops being good for somebody."""
        chance, today = self.dice.random(), self.model.today
        if chance < 0.6:
            return today
        if chance < 0.7:
            edges = [TODAY + timedelta(days=expires - keep) for _, _, expires in LOTS for keep in (0, -1, 60, 59)]
            return self.dice.choice([edge for edge in edges if edge <= today])
        if chance < 0.93:
            return today - timedelta(days=self.dice.randint(1, 12))
        return today - timedelta(days=self.dice.randint(-1, BACK_DAYS))

    def place(self) -> str:
        return self.dice.choice(["WA", "WA", "SA", "SB"])

    def lots_at(self, code: str, kind: str = "store") -> list[str]:
        return [lot for lot in self.model.lots if self.model.balance((code, kind), lot) > 0]

    def want(self, code: str) -> Want:
        """A product that is there, mostly no more than there is."""
        here = self.lots_at(code)
        product = self.model.lots[self.dice.choice(here)].product if here else self.dice.choice(["condom", "pill"])
        return Want(product, self.dice.choice([1, 2, 3, 4, 5, 7, 9, 15]))

    # What is said to the system

    def said(self, **more: Any) -> dict[str, Any]:
        return {"actor": self.actors[self.model.who], "at": self.model.now} | more

    def asked(self) -> dict[str, Any]:
        """The same for a slip: with the id of the command, which is that of a repeat too."""
        self.command = self.command or new()
        return self.said(command_id=self.command)

    def product(self, name: str) -> Any:
        return self.county.condom if name == "condom" else self.county.pill

    def item(self, lot: str) -> Any:
        return self.county.box if self.model.lots[lot].product == "condom" else self.county.strip

    def wanted(self, want: Want) -> Wanted:
        chosen = tuple((self.lot_id(lot), pieces) for lot, pieces in want.chosen.items())
        return Wanted(self.product(want.product).id, want.pieces, chosen=chosen, override_reason=want.reason)

    def lot_id(self, name: str) -> int:
        """0 while the books do not know the lot."""
        return self.ids.get(name, 0)

    def lot_name(self, lot_id: int) -> str:
        if lot_id not in self.names:
            number, product = Lot.objects.values_list("number", "product__code").get(id=lot_id)
            name = number or f"none of {product}"
            self.ids[name], self.names[lot_id] = lot_id, name
        return self.names[lot_id]

    def moved(self, receipt: Receipt) -> list[Moved]:
        rows = Movement.objects.filter(event_id=receipt.event_id).order_by("line")
        return [
            (self.lot_name(lot), self.places[source], self.places[target], pieces)
            for lot, source, target, pieces in rows.values_list("lot_id", "from_place_id", "to_place_id", "pieces")
        ]

    def both(
        self, name: str, by_model: Callable[[], list[Moved]], by_system: Callable[[], Receipt | None]
    ) -> Receipt | None:
        """Done by the model, then by the system; they must agree."""
        self.command = None
        try:
            expected = by_model()
        except No as no:
            self.refuse(name, no, by_system)
            return None
        receipt = by_system()
        if receipt is None:
            assert expected == [], f"{name}: {expected} was expected to move"
            self.other[f"{name}, nothing differed"] += 1
            return None
        assert Counter(self.moved(receipt)) == Counter(expected), f"{name}: {self.moved(receipt)}, not {expected}"
        assert receipt.on == self.model.slips[-1].on, name
        self.receipts.append(receipt)
        self.posted[name] += 1
        if self.command and self.dice.random() < 1 / 12:
            again = by_system()
            assert again is not None, f"{name}, sent again"
            assert (again.repeated, again.event_id) == (True, receipt.event_id), f"{name}, sent again: {again}"
            self.other["sent again"] += 1
        return receipt

    def refuse(self, name: str, no: No, by_system: Callable[[], Any]) -> None:
        refused = self.refused_by(by_system)
        assert refused is not None, f"{name}: done, and the model refuses it for {no.codes}"
        codes = {reason.code for reason in refused.reasons}
        assert codes <= no.codes, f"{name}: refused for {codes}, not {no.codes}"
        if no.first:
            unnumbered = no.first.startswith("none")
            assert refused.fields["lot"] == ("—" if unnumbered else no.first), f"{name}: what goes first"
        self.refused[name] += 1

    @staticmethod
    def refused_by(by_system: Callable[[], Any]) -> Refused | None:
        try:
            by_system()
        except Refused as refused:
            return refused
        return None

    # Verbs

    def receive(self) -> None:
        code, on = self.place(), self.day()
        fresh = [lot for lot in "ABCDEPQ" if self.model.lots[lot].expires >= on and lot not in self.model.recalled]
        chosen = self.dice.sample(fresh, min(self.dice.choice([1, 1, 2]), len(fresh)))
        if self.dice.random() < 0.15 or not chosen:
            chosen = [self.dice.choice("ABCDEPQ")]
        lots = {lot: self.dice.randint(10, 90) for lot in chosen}
        lines = [
            self.county.line(lot, pieces, expires=self.model.lots[lot].expires, item=self.item(lot))
            for lot, pieces in lots.items()
        ]
        self.both(
            "receive",
            lambda: self.model.receive(code, lots, on),
            lambda: self.county.receive(self.facilities[code], *lines, on=on, **self.asked()),
        )

    def two_ends(self) -> tuple[str, str]:
        giver = self.place()
        return giver, self.dice.choice([code for code in self.facilities if code != giver])

    def send(self) -> None:
        self._to("transfer_out", self.county.send)

    def give_back(self) -> None:
        self._to("return", self.county.give_back)

    def _to(self, kind: str, verb: Callable[..., Receipt]) -> None:
        giver, receiver = self.two_ends()
        self.issue(kind, giver, receiver, verb, self.wants(giver))

    def wants(self, code: str) -> list[Want]:
        wants = {one.product: one for one in (self.want(code) for _ in range(self.dice.choice([1, 1, 2])))}
        return list(wants.values())

    def dispense(self) -> None:
        code = self.place()
        self.issue("dispensing", code, "", self.county.dispense, self.wants(code))

    def issue(
        self, kind: str, giver: str, receiver: str, verb: Callable[..., Receipt], wants: Iterable[Want], name: str = ""
    ) -> None:
        wants, on = list(wants), self.day()
        ends = [self.facilities[giver]] + ([self.facilities[receiver]] if receiver else [])
        target = (receiver, "transit") if receiver else ("", "clients")
        receipt = self.both(
            name or kind,
            lambda: self.model.issue(kind, giver, target, wants, on),
            lambda: verb(*ends, *map(self.wanted, wants), on=on, **self.asked()),
        )
        if receipt is not None:
            kept = [(line["product"], line["override"]) for line in receipt.details["picks"]]
            assert kept == [(self.product(one.product).id, one.reason) for one in wants], f"{kind}: reasons kept"

    def choose(self) -> None:
        """Somebody names the lots: often others than expire first, with a reason or without."""
        kind, verb = self.dice.choice(
            [
                ("transfer_out", self.county.send),
                ("dispensing", self.county.dispense),
                ("return", self.county.give_back),
            ]
        )
        giver, receiver = self.two_ends()
        here = [lot for lot in self.lots_at(giver) if self.lot_id(lot)]
        if not here:
            return
        product = self.model.lots[self.dice.choice(here)].product
        same = [lot for lot in here if self.model.lots[lot].product == product]
        lots = self.dice.sample(same, min(self.dice.choice([1, 1, 2]), len(same)))
        chosen = {
            lot: self.dice.randint(1, min(12, self.model.balance((giver, "store"), lot) + self.dice.choice([0, 0, 2])))
            for lot in lots
        }
        reason = self.dice.choice(["box is open", "box is open", "asked for", "", " "])
        want = Want(product, sum(chosen.values()), chosen, reason)
        self.issue(kind, giver, "" if kind == "dispensing" else receiver, verb, [want], f"{kind}, lots named")

    def fact(self) -> None:
        code, on = self.place(), self.day()
        want = Want(self.dice.choice(["condom", "pill"]), self.dice.randint(1, 30))
        self.both(
            "fact",
            lambda: self.model.fact(code, want.product, want.pieces, on, unnumbered=f"none of {want.product}"),
            lambda: self.county.dispense(
                self.facilities[code], self.wanted(want), on=on, already_happened=True, **self.asked()
            ),
        )

    def take_in(self) -> None:
        sent = [i for i, slip in enumerate(self.model.slips) if slip.kind in {"transfer_out", "return"}]
        if not sent:
            return
        waiting = [i for i in sent if not self.model.received(i) and not self.model.reversed(i)]
        position, on = self.dice.choice(waiting if waiting and self.dice.random() < 0.9 else sent), self.day()
        on = on if self.dice.random() < 0.2 else max(on, self.model.slips[position].on)
        counts, lines = {}, []
        for lot, _source, _target, pieces in self.model.slips[position].moves:
            damaged = self.dice.choice([0, 0, self.dice.randint(0, pieces)])
            missing = self.dice.choice([0, 0, pieces - damaged])
            wrong = self.dice.choice([-1, 1]) if self.dice.random() < 0.06 and pieces - damaged - missing else 0
            counts[lot] = (pieces - damaged - missing + wrong, damaged, missing)
            lines.append(Arrived(self.lot_id(lot), *counts[lot]))
        self.both(
            "take_in",
            lambda: self.model.take_in(position, counts, on),
            lambda: self.county.take_in(self.receipts[position], *lines, on=on, note="counted", **self.asked()),
        )

    def recover(self) -> None:
        arrivals = [
            (position, lot)
            for position, slip in enumerate(self.model.slips)
            if slip.kind == "transfer_in"
            for lot, _source, target, _pieces in slip.moves
            if target == ("", "lost")
        ]
        if not arrivals:
            return
        position, lot = self.dice.choice(arrivals[-6:])
        arrival = self.model.slips[position]
        sender = self.model.slips[arrival.answers or 0].facility
        code, on = self.dice.choice([arrival.facility, sender]), max(self.day(), arrival.on)
        pieces = self.dice.randint(1, max(1, self.model.still_missing(position, lot)))
        said = {"on": on, "note": "behind the shelf"}
        arrival_id, facility_id = self.receipts[position].event_id, self.facilities[code].id
        lines = [(self.lot_id(lot), pieces)]
        self.both(
            "recover",
            lambda: self.model.recover(position, code, lot, pieces, on),
            lambda: recover_missing(
                arrival_id=arrival_id, facility_id=facility_id, lines=lines, **self.asked(), **said
            ),
        )

    def adjust(self) -> None:
        code, reason = self.place(), self.dice.choice([reason for reason in REASONS if reason != "expired"])
        known = [lot for lot in self.model.lots if self.lot_id(lot)]
        kind = {"release": "quarantine", "settle": "suspense"}.get(reason, "store")
        near = [lot for lot in known if kind != "suspense" and lot in self.lots_at(code, kind)]
        if kind == "suspense":
            near = [lot for lot in known if self.model.owed(code, self.model.lots[lot].product) > 0]
        if near and self.dice.random() < 0.9:
            known = near
        if known:
            self._adjust(code, reason, self.dice.choice(known), self.dice.randint(1, 9))

    def _adjust(self, code: str, reason: str, lot: str, pieces: int) -> None:
        on, lines = self.day(), [(self.lot_id(lot), pieces)]
        self.both(
            f"adjust: {reason}",
            lambda: self.model.adjust(code, reason, lot, pieces, on),
            lambda: self.county.adjust(self.facilities[code], reason, lines=lines, on=on, note="seen", **self.asked()),
        )

    def expire(self) -> None:
        """What has expired, or will soon, is written off."""
        soon = self.model.today + timedelta(days=2)
        there = [
            (code, lot)
            for code in self.facilities
            for lot in self.lots_at(code)
            if self.model.lots[lot].expires <= soon
        ]
        if there:
            code, lot = self.dice.choice(there)
            self._adjust(code, "expired", lot, self.dice.randint(1, self.model.balance((code, "store"), lot)))

    def recall(self) -> None:
        lot = self.dice.choice("ABCDEPQ")
        if lot in self.model.recalled or len(self.model.recalled) > 1:
            return
        said = {"area_path": "/", "reference": f"ZH-{lot}", "actor": self.officer, "at": self.model.now}
        self.blocks[lot] = block_lot(item_id=self.item(lot).id, number=lot, expires_on=None, **said)
        self.model.recalled.add(lot)
        self.other["recall"] += 1

    def end_recall(self) -> None:
        if self.blocks:
            lot = self.dice.choice(sorted(self.blocks))
            unblock_lot(block_id=self.blocks.pop(lot), actor=self.officer, at=self.model.now)
            self.model.recalled.discard(lot)
            self.other["end of a recall"] += 1

    def reverse(self) -> None:
        if not self.receipts:
            return
        position, on = self.dice.randrange(len(self.receipts)), self.day()
        if self.dice.random() < 0.8:
            position = max(position, len(self.receipts) - 6)
        on = on if self.dice.random() < 0.2 else max(on, self.model.slips[position].on)
        self.both(
            "reverse",
            lambda: self.model.reverse(position, on),
            lambda: self.county.reverse(self.receipts[position], on=on, **self.asked()),
        )

    def month(self) -> None:
        code, month = self.place(), self.dice.choice([(2026, 9), (2026, 9), (2026, 10), (2026, 11)])
        closed = self.model.closed.get(code)
        said = self.said(facility_id=self.facilities[code].id, month=Month(*month))
        closing = self.dice.random() < 0.4 if closed else self.dice.random() < 0.6
        name = "close a month" if closing else "reopen a month"

        def by_system() -> None:
            close_month(**said) if closing else reopen_month(**said, reason="more to enter")

        try:
            (self.model.close if closing else self.model.reopen)(code, month)
        except No as no:
            self.refuse(name, no, by_system)
        else:
            by_system()
            self.other[name] += 1


def run(seed: int, steps: int = STEPS, every: int = 10) -> Run:
    """One history from its seed; balances are compared every so many steps. Leaves nothing behind."""
    with transaction.atomic():
        history = Run(seed)
        for step in range(steps):
            try:
                history.step()
                if step % every == 0:
                    compare_balances(history)
            except Exception as fault:
                fault.add_note(f"seed {seed}, step {step} of {steps}")
                raise
            if step % 100 == 99:
                seal_ledger(at=history.model.now)
        try:
            compare_all(history)
            connection.check_constraints()
        except Exception as fault:
            fault.add_note(f"seed {seed}, after {steps} steps")
            raise
        transaction.set_rollback(True)
    return history


class Totals:
    """What all histories came to."""

    def __init__(self) -> None:
        self.posted: Counter[str] = Counter()
        self.other: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.faults: list[str] = []
        self.seeds, self.begin = 0, time.monotonic()

    def add(self, history: Run) -> None:
        self.posted += history.posted
        self.other += history.other
        self.refused += history.refused

    def __str__(self) -> str:
        lines = [
            f"{self.posted.total()} slips posted in {self.seeds} histories of {STEPS} steps, "
            f"{time.monotonic() - self.begin:.0f} s; {self.other.total()} other things done, "
            f"{self.refused.total()} refused; {len(self.faults)} faults",
        ]
        for title, figures in (("posted", self.posted), ("done", self.other), ("refused", self.refused)):
            lines += [f"  {title:8}{pieces:8}  {name}" for name, pieces in sorted(figures.items())]
        return "\n".join(lines + self.faults)


def run_until(posted: int, seed: int, minutes: float = 10_000) -> Totals:
    """Histories of seeds that follow each other, until so many slips are posted or the time is over. What does not
    agree is a fault."""
    totals = Totals()
    gc.disable()  # a tenth of the time; what a history leaves behind is collected after it
    ends = time.monotonic() + 60 * minutes
    while totals.posted.total() < posted and len(totals.faults) < 20 and time.monotonic() < ends:
        try:
            totals.add(run(seed + totals.seeds))
        except Exception as fault:  # whatever else a user would see as a broken page
            notes = ", ".join(getattr(fault, "__notes__", []))
            totals.faults.append(f"{notes}: {type(fault).__name__} {fault}")
        totals.seeds += 1
        gc.collect()
        if totals.seeds % 50 == 0:
            print(f"{totals.posted.total()} posted, {len(totals.faults)} faults", flush=True)  # noqa: T201
    gc.enable()
    return totals


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posted", type=int, default=100_000)
    parser.add_argument("--database", help="an empty PostgreSQL; without it a new SQLite file")
    parser.add_argument("--seed", type=int, default=base_seed())
    parser.add_argument("--minutes", type=float, default=10_000, help="stop then, whatever was posted")
    given = parser.parse_args()
    print(f"{connection.vendor}, seed {given.seed}", flush=True)  # noqa: T201
    totals = run_until(given.posted, given.seed, given.minutes)
    print(totals)  # noqa: T201
    return 1 if totals.faults else 0


if __name__ == "__main__":
    sys.exit(main())
