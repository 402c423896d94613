"""Private: orders of the demo county in every state, a distribution, and what was said about differences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from zhixuan.demo.operations._papers import Desk
from zhixuan.demo.products import CONDOM
from zhixuan.modules.documents.operations.send_document import send_document
from zhixuan.modules.orders.operations.approve_order import approve_order
from zhixuan.modules.orders.operations.draw_order import draw_order
from zhixuan.modules.orders.operations.draw_plan import draw_plan
from zhixuan.modules.orders.operations.review_lines import ReviewedLine, review_lines
from zhixuan.modules.orders.operations.send_order import send_order
from zhixuan.modules.orders.operations.speak_on_difference import speak_on_difference
from zhixuan.modules.orders.operations.take_step import take_step
from zhixuan.modules.orders.queries import differences
from zhixuan.rules.orders.differences import CaseVerb
from zhixuan.rules.orders.steps import Verb
from zhixuan.rules.orders.suggesting import AskedLine
from zhixuan.shared.access import Actor

SETTLED_AFTER_DAYS = 10
VILLAGES = ("YL-V0301", "YL-V0302", "YL-V0303", "YL-V0304", "YL-V0305")


@dataclass(frozen=True, slots=True)
class Askers:
    """Who asks where, and who answers for the stores above."""

    desk: Desk
    keepers: Mapping[str, Actor]
    township: Actor
    liaison: Actor

    def _command(self, actor: Actor, day: date) -> dict[str, Any]:
        return self.desk.ledger.command(actor, day)

    def ask(self, code: str, day: date, pieces: int, *, by: Actor | None = None, **more: Any) -> int:
        """An order of one product, asked at once unless said otherwise."""
        line = AskedLine(self.desk.products[CONDOM], pieces, "下月有活动，多备一些")
        said = {"lines": [line], "send_in": True} | more
        asker = self.desk.facilities[code]
        return draw_order(asker_id=asker, on=day, **said, **self._command(by or self.keepers[code], day)).id

    def cut(self, order: int, day: date, pieces: int, by: Actor) -> None:
        line = ReviewedLine(self.desk.products[CONDOM], pieces, "别处也缺，先发一部分")
        command = self._command(by, day)
        review_lines(order_id=order, lines=[line], actor=by, at=command["at"])

    def approve(self, order: int, day: date, by: Actor) -> None:
        approve_order(order_id=order, **self._command(by, day))

    def step(self, order: int, verb: Verb, day: date, by: Actor, note: str = "") -> None:
        take_step(order_id=order, verb=verb, note=note, **self._command(by, day))

    def send(self, order: int, day: date, pieces: int, *, post: bool) -> None:
        """An issue slip for so many pieces of the order, checked and sent, or left to be checked."""
        desk = self.desk
        lines = [(desk.products[CONDOM], pieces)]
        document = send_order(order_id=order, lines=lines, on=day, **self._command(desk.keeper, day)).id
        if post:
            desk.check(document, day, 1)
            send_document(document_id=document, **self._command(desk.keeper, day))


def place_orders(askers: Askers, today: date) -> None:
    """Orders of villages to their township, of townships to the county, between villages, and a direct supply."""
    before = today - timedelta(days=1)
    _to_the_township(askers, before)
    _to_the_county(askers, before)
    desk = askers.desk
    draw_plan(giver_id=desk.facilities["YL-T10"], on=today, **desk.ledger.command(askers.keepers["YL-T10"], today))
    askers.ask("YL-V0401", before, 20, supplier_id=desk.facilities["YL-V0402"])
    direct = askers.ask("YL-I01", before, 100, by=askers.liaison)
    askers.approve(direct, today, desk.keeper)


def _to_the_township(askers: Askers, day: date) -> None:
    first, second, third, fourth, fifth = VILLAGES
    askers.ask(first, day, 30, send_in=False)
    askers.ask(second, day, 60)
    askers.ask(third, day, 80, emergency=True, reason="村里赶集，柜里快空了")
    askers.cut(askers.ask(fourth, day, 90), day, 50, askers.township)
    askers.step(askers.ask(fifth, day, 40), Verb.WITHDRAW, day, askers.keepers[fifth], "领重了")


def _to_the_county(askers: Askers, day: date) -> None:
    keeper = askers.desk.keeper
    for code, pieces, cut in (("YL-T04", 300, 240), ("YL-T05", 260, 0), ("YL-T06", 200, 0), ("YL-T09", 150, 0)):
        order = askers.ask(code, day, pieces)
        if cut:
            askers.cut(order, day, cut, keeper)
        askers.approve(order, day, keeper)
        if code == "YL-T05":
            askers.send(order, day, 120, post=False)
        if code == "YL-T06":
            askers.send(order, day, 120, post=True)
        if code == "YL-T09":
            askers.step(order, Verb.CLOSE, day, keeper, "改走月度下发，不再单发")
    refused = askers.ask("YL-T08", day, 900)
    askers.step(refused, Verb.REFUSE, day, keeper, "库存够用，请先用完")


def settle_old_differences(desk: Desk, officer: Actor, today: date) -> None:
    """Differences of the past were settled at the time: the senders accepted them. Those of late are open."""
    for case in differences.cases(differences.arrivals(officer, still_open=True)):
        day = case.arrival.on + timedelta(days=2)
        if (today - case.arrival.on).days < SETTLED_AFTER_DAYS:
            continue
        sender = Actor(None, "发货方 sender", officer.grants)
        speak_on_difference(
            arrival_id=case.arrival.pk,
            verb=CaseVerb.ACCEPT,
            note="认可清点结果",
            on=day,
            **desk.ledger.command(sender, day),
        )
