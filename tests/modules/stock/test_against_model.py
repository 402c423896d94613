"""Random days of a county's stores against the slow model: same slips, same refusals, same balances, same cards.

To replay a failure: SEED=<the seed in the test's name> pytest tests/modules/stock/test_against_model.py
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from tests.builders import NOW, TODAY, a_planner, an_actor
from tests.scale.ledger_model import REASONS, LedgerModel, LotFacts, Moved, No
from tests.scale.seeds import base_seed
from tests.stock_builders import StockedCounty, a_stocked_county
from zhixuan.modules.stock.models import Balance, Lot, Movement
from zhixuan.modules.stock.operations.block_lot import block_lot
from zhixuan.modules.stock.operations.check_ledger import check_ledger
from zhixuan.modules.stock.operations.close_month import close_month, reopen_month
from zhixuan.modules.stock.operations.post_count import post_count
from zhixuan.modules.stock.operations.seal_ledger import seal_ledger
from zhixuan.modules.stock.operations.unblock_lot import unblock_lot
from zhixuan.modules.stock.queries.card import CardLines
from zhixuan.modules.stock.queries.category_ledger import by_product
from zhixuan.modules.stock.queries.slips import Receipt
from zhixuan.rules.periods import Month
from zhixuan.rules.refusal import Refused
from zhixuan.rules.stock.books import BookLine
from zhixuan.rules.stock.counting import Difference
from zhixuan.rules.stock.receiving import Arrived
from zhixuan.shared.access import Actor, Grant, Role
from zhixuan.shared.command_ids import new

BACK_DAYS = 70
BASE = base_seed()


class Run:
    """One random history, done twice: by the system and by the model."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        county = a_stocked_county()
        self.county: StockedCounty = county.by(an_actor(a_planner(county.network.province)))
        self.facilities = {f.code: f for f in (county.warehouse, county.store, county.network.sibling_store)}
        self.model = LedgerModel(TODAY, {"WA": 120, "SA": 60, "SB": 60})
        for age, (number, product, expires) in enumerate(
            [("A", "condom", 20), ("B", "condom", 90), ("C", "condom", 400), ("D", "condom", -5), ("P", "pill", 300)]
        ):
            self.model.lots[number] = LotFacts(product, TODAY + timedelta(days=expires), age)
        self.ids: dict[str, int] = {}
        self.receipts: list[Receipt] = []
        self.outcomes: Counter[str] = Counter()
        self.officer = Actor(None, "officer", (Grant(Role.STATION_OFFICER, "/"),))
        self.counted: list[tuple[str, dict[str, int]]] = []
        self.blocks: dict[str, int] = {}

    def day(self) -> date:
        if self.dice.random() < 0.5:
            return TODAY
        if self.dice.random() < 0.6:
            return TODAY - timedelta(days=self.dice.randint(1, 12))
        return TODAY - timedelta(days=self.dice.randint(-1, BACK_DAYS))

    def step(self) -> None:
        verbs = (
            [self.receive] * 4
            + [self.send] * 3
            + [self.take_in] * 3
            + [self.dispense] * 4
            + [self.fact] * 2
            + [self.give_back, self.adjust, self.adjust, self.reverse, self.reverse, self.month]
            + [self.count, self.post_count, self.recall, self.end_recall, self.end_recall]
        )
        self.dice.choice(verbs)()

    def both(self, name: str, by_model: Callable[[], list[Moved]], by_system: Callable[[], Receipt]) -> None:
        allowed: set[str] = set()
        try:
            expected = by_model()
        except No as no:
            allowed = no.codes
        if allowed:
            with pytest.raises(Refused) as refused:
                by_system()
            assert {reason.code for reason in refused.value.reasons} <= allowed, name
            self.outcomes[f"{name} refused"] += 1
            return
        receipt = by_system()
        assert Counter(moved(receipt)) == Counter(expected), name
        self.receipts.append(receipt)
        self.outcomes[name] += 1

    def _product(self, name: str):
        return self.county.condom if name == "condom" else self.county.pill

    def receive(self) -> None:
        code, lot, pieces, on = self.place(), self.dice.choice("AABBCDP"), self.dice.randint(10, 90), self.day()
        facts = self.model.lots[lot]
        item = self.county.box if facts.product == "condom" else self.county.strip
        line = self.county.line(lot, pieces, expires=facts.expires, item=item)
        self.both(
            "receive",
            lambda: self.model.receive(code, lot, pieces, on),
            lambda: self.county.receive(self.facilities[code], line, on=on),
        )

    def place(self) -> str:
        return self.dice.choice(["WA", "WA", "SA", "SB"])

    def send(self) -> None:
        giver, receiver = self.dice.sample(["WA", "SA", "SB"], 2)
        self._issue("transfer_out", giver, (receiver, "transit"), self.county.send)

    def give_back(self) -> None:
        giver, receiver = self.dice.sample(["WA", "SA", "SB"], 2)
        self._issue("return", giver, (receiver, "transit"), self.county.give_back)

    def dispense(self) -> None:
        self._issue("dispensing", self.place(), ("", "clients"), self.county.dispense)

    def _issue(self, kind: str, giver: str, target: tuple[str, str], verb: Callable[..., Receipt]) -> None:
        product, pieces, on = self.dice.choice(["condom", "condom", "pill"]), self.dice.randint(1, 15), self.day()
        line = self.county.want(pieces, product=self._product(product))
        ends = [self.facilities[giver]] + ([self.facilities[target[0]]] if target[0] else [])
        self.both(
            kind,
            lambda: self.model.issue(kind, giver, target, product, pieces, on),
            lambda: verb(*ends, line, on=on),
        )

    def fact(self) -> None:
        code, product = self.place(), self.dice.choice(["condom", "pill"])
        pieces, on = self.dice.randint(1, 40), self.day()
        line = self.county.want(pieces, product=self._product(product))
        self.both(
            "fact",
            lambda: self.model.fact(code, product, pieces, on, unnumbered=f"none of {product}"),
            lambda: self.county.dispense(self.facilities[code], line, on=on, already_happened=True),
        )

    def take_in(self) -> None:
        sent = [i for i, slip in enumerate(self.model.slips) if slip.kind in {"transfer_out", "return"}]
        if not sent:
            return
        waiting = [i for i in sent if not self.model.received(i)]
        position, on = self.dice.choice(waiting if waiting and self.dice.random() < 0.7 else sent), self.day()
        counts, lines = {}, []
        for lot, _source, _target, pieces in self.model.slips[position].moves:
            damaged = self.dice.choice([0, 0, self.dice.randint(0, pieces)])
            missing = self.dice.choice([0, 0, pieces - damaged])
            counts[lot] = (pieces - damaged - missing, damaged, missing)
            lines.append(Arrived(self.lot_id(lot), *counts[lot]))
        self.both(
            "take_in",
            lambda: self.model.take_in(position, counts, on),
            lambda: self.county.take_in(self.receipts[position], *lines, on=on, note="counted"),
        )

    def adjust(self) -> None:
        known = [lot for lot in self.model.lots if self.lot_id(lot)]
        if not known:
            return
        code, reason = self.place(), self.dice.choice(list(REASONS))
        lot, pieces, on = self.dice.choice(known), self.dice.randint(1, 9), self.day()
        self.both(
            f"adjust {reason}",
            lambda: self.model.adjust(code, reason, lot, pieces, on),
            lambda: self.county.adjust(
                self.facilities[code], reason, lines=[(self.lot_id(lot), pieces)], on=on, note="seen"
            ),
        )

    def count(self) -> None:
        """Somebody counts lots; the shelf may hold more or less. Trading goes on until the count is posted."""
        code = self.place()
        stands = [lot for lot in self.model.lots if self.lot_id(lot) and self.model.balance((code, "store"), lot) > 0]
        found = {}
        for lot in self.dice.sample(stands, min(len(stands), 2)):
            pieces = self.dice.choice([-3, -1, 1, 4])
            if pieces + self.model.balance((code, "store"), lot) >= 0:
                found[lot] = pieces
        if found:
            self.counted.append((code, found))
            self.outcomes["count"] += 1

    def post_count(self) -> None:
        if not self.counted:
            return
        code, found = self.counted.pop(self.dice.randrange(len(self.counted)))
        differences = [Difference(self.lot_id(lot), pieces, "count_unknown") for lot, pieces in found.items()]
        said = {"on": TODAY, "reference": "P001", "actor": self.county.actor, "command_id": new(), "at": NOW}
        self.both(
            "post_count",
            lambda: self.model.count(code, found),
            lambda: post_count(facility_id=self.facilities[code].id, differences=differences, **said),
        )

    def recall(self) -> None:
        lot = self.dice.choice("ABCDP")
        facts = self.model.lots[lot]
        if lot in self.model.recalled:
            return
        item = self.county.box if facts.product == "condom" else self.county.strip
        said = {"area_path": "/", "reference": f"ZH-{lot}", "actor": self.officer, "at": NOW}
        self.blocks[lot] = block_lot(item_id=item.id, number=lot, expires_on=None, **said)
        self.model.recalled.add(lot)
        self.outcomes["recall"] += 1

    def end_recall(self) -> None:
        if self.blocks:
            lot = self.dice.choice(sorted(self.blocks))
            unblock_lot(block_id=self.blocks.pop(lot), actor=self.officer, at=NOW)
            self.model.recalled.discard(lot)
            self.outcomes["end_recall"] += 1

    def reverse(self) -> None:
        if not self.receipts:
            return
        position, on = self.dice.randrange(len(self.receipts)), self.day()
        if self.dice.random() < 0.6:
            position = max(position, len(self.receipts) - 6)
        self.both(
            "reverse",
            lambda: self.model.reverse(position, on),
            lambda: self.county.reverse(self.receipts[position], on=on),
        )

    def month(self) -> None:
        code, month = self.place(), self.dice.choice([(2026, 9), (2026, 9), (2026, 10), (2026, 11)])
        said = {"facility_id": self.facilities[code].id, "month": Month(*month), "actor": self.county.actor, "at": NOW}
        closing = self.dice.random() < 0.4
        name = "close" if closing else "reopen"
        try:
            (self.model.close if closing else self.model.reopen)(code, month)
        except No:
            with pytest.raises(Refused):
                close_month(**said) if closing else reopen_month(**said, reason="more to enter")
            name += " refused"
        else:
            close_month(**said) if closing else reopen_month(**said, reason="more to enter")
        self.outcomes[name] += 1

    def lot_id(self, number: str) -> int:
        if number not in self.ids:
            known = Lot.objects.filter(number="", product__code=number[8:]) if number.startswith("none") else None
            found = (Lot.objects.filter(number=number) if known is None else known).first()
            if found is None:
                return 0
            self.ids[number] = found.id
        return self.ids[number]

    def compare_balances(self) -> None:
        rows = Balance.objects.exclude(pieces=0).values_list(
            "place__facility__code", "place__kind", "lot__number", "lot__product__code", "pieces"
        )
        here = {((code, kind), number or f"none of {product}"): pieces for code, kind, number, product, pieces in rows}
        assert here == self.model.balances()

    def compare_cards(self) -> None:
        for code, facility in self.facilities.items():
            for product in ("condom", "pill"):
                store_id = facility.places.get(kind="store").id
                lines = CardLines(store_id, self._product(product).id)
                shown = [(line.on, line.pieces_in - line.pieces_out, line.balance) for line in lines[:10_000]]
                expected = self.model.card(code, product)[::-1]
                assert shown == expected, (code, product)
                assert len(lines) == len(expected)
                half = len(expected) // 2
                assert [line.balance for line in lines[half : half + 5]] == [
                    row[2] for row in expected[half : half + 5]
                ]

    def compare_books(self) -> None:
        """The category ledger of any days opens and closes with the stock card, whatever moved between."""
        for facility in self.facilities.values():
            store_id = facility.places.get(kind="store").id
            since, until = sorted(TODAY - timedelta(days=self.dice.randint(0, BACK_DAYS)) for _ in "ab")
            books = by_product(store_id, since, until)
            for product in ("condom", "pill"):
                product_id = self._product(product).id
                line = books.get(product_id, BookLine())
                before = CardLines(store_id, product_id, until=since - timedelta(days=1)).closing
                assert (line.opening, line.closing) == (before, CardLines(store_id, product_id, until=until).closing)


def moved(receipt: Receipt) -> list[Moved]:
    rows = (
        Movement.objects.filter(event_id=receipt.event_id)
        .order_by("line")
        .values_list(
            "lot__number",
            "lot__product__code",
            "from_place__facility__code",
            "from_place__kind",
            "to_place__facility__code",
            "to_place__kind",
            "pieces",
        )
    )
    return [
        (number or f"none of {product}", (giver or "", source), (taker or "", target), pieces)
        for number, product, giver, source, taker, target, pieces in rows
    ]


def run(seed: int, steps: int) -> Counter[str]:
    history = Run(seed)
    for step in range(steps):
        history.step()
        history.compare_balances()
        if step % 50 == 49:
            seal_ledger(at=NOW)
    history.compare_cards()
    history.compare_books()
    assert check_ledger() == []
    return history.outcomes


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [1, 2, 3, BASE], ids=str)
def test_system_and_model_agree(seed: int) -> None:
    outcomes = run(seed, 150)
    assert len([name for name in outcomes if "refused" not in name]) >= 6, "the dice must reach the verbs"


LONG_RUNS, LONG_STEPS = 500, 200
"""100,000 operations on each database."""


@pytest.mark.full
@pytest.mark.django_db
@pytest.mark.parametrize("seed", [BASE + i for i in range(1, LONG_RUNS + 1)], ids=str)
def test_system_and_model_agree_for_long(seed: int) -> None:
    run(seed, LONG_STEPS)
