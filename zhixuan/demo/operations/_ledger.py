"""Private: posting the made-up history through the operations of stock, as its people would have done."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from zhixuan.demo.acts import Act, Correction, Delivery, Issue, Reception, Transfer
from zhixuan.modules.stock.operations.adjust_stock import adjust_stock
from zhixuan.modules.stock.operations.dispense import dispense
from zhixuan.modules.stock.operations.receive_delivery import receive_delivery
from zhixuan.modules.stock.operations.receive_transfer import receive_transfer
from zhixuan.modules.stock.operations.send_transfer import send_transfer
from zhixuan.modules.stock.queries import slips
from zhixuan.rules.stock.fefo import Wanted
from zhixuan.rules.stock.flow import Checked
from zhixuan.rules.stock.receiving import Arrived, Delivered
from zhixuan.shared.access import Actor


class Ledger:
    """Turns codes into ids and acts into slips.

    Args:
        facilities, products, items: ids by code.
        keepers: who acts at a facility, by its code.
        checkers: who checks there, where two people are needed.
        now: the acts of today happened just before.
    """

    def __init__(
        self,
        *,
        facilities: Mapping[str, int],
        products: Mapping[str, int],
        items: Mapping[str, int],
        keepers: Mapping[str, Actor],
        checkers: Mapping[str, Actor],
        now: datetime,
    ) -> None:
        self._facilities = facilities
        self._products = products
        self._items = items
        self._keepers = keepers
        self._checkers = checkers
        self._now = now
        self._posted = 0
        self._lots: dict[int, int] = {}
        self._events: dict[int, int] = {}
        self._post: dict[type[Act], Callable[[Any], None]] = {
            Delivery: self._deliver,
            Transfer: self._send,
            Reception: self._receive,
            Issue: self._issue,
            Correction: self._correct,
        }

    def post(self, act: Act) -> None:
        self._post[type(act)](act)

    def moment(self, day: date) -> datetime:
        """When an act of that day was entered: in working hours, one minute after the other, never after now."""
        minute = 8 * 60 + 30 + self._posted % 480
        entered = timezone.make_aware(datetime.combine(day, time()) + timedelta(minutes=minute))
        return min(entered, self._now)

    def _common(self, facility: str, day: date) -> dict[str, Any]:
        return {"on": day, **self.command(self._keepers[facility], day)}

    def command(self, actor: Actor, day: date) -> dict[str, Any]:
        """Who does the next thing that day, when, and its command id."""
        self._posted += 1
        at = self.moment(day)
        return {"actor": actor, "at": at, "command_id": _command_id(at, self._posted)}

    def _on_paper(self, facility: str, day: date) -> dict[str, Any]:
        """Before documents were drawn here, slips were written and checked by hand: the ledger keeps its number."""
        drawn, checker = self._keepers[facility], self._checkers.get(facility)
        number = f"手写 {facility}-{day:%Y%m%d}-{self._posted + 1}"
        checked = Checked(number, drawn.name, drawn.user_id, checker.name, checker.user_id) if checker else None
        return {"checked": checked, **self._common(facility, day)}

    def _deliver(self, act: Delivery) -> None:
        lines = [
            Delivered(
                item_id=self._items[lot.item],
                lot_number=lot.number,
                expires_on=lot.expires_on,
                pieces=pieces,
                made_on=lot.made_on,
            )
            for lot, pieces in act.lines
        ]
        receipt = receive_delivery(
            facility_id=self._facilities[act.facility],
            lines=lines,
            reference=act.reference,
            **self._on_paper(act.facility, act.on),
        )
        for (lot, _), movement in zip(act.lines, slips.movements_of(receipt.event_id), strict=True):
            self._lots[lot.key] = movement.lot_id

    def _wanted(self, lines: Iterable[tuple[str, int]]) -> list[Wanted]:
        return [Wanted(product_id=self._products[product], pieces=pieces) for product, pieces in lines]

    def _send(self, act: Transfer) -> None:
        receipt = send_transfer(
            from_facility_id=self._facilities[act.giver],
            to_facility_id=self._facilities[act.receiver],
            lines=self._wanted(act.lines),
            **self._on_paper(act.giver, act.on),
        )
        self._events[act.key] = receipt.event_id

    def _receive(self, act: Reception) -> None:
        receive_transfer(
            transfer_id=self._events[act.transfer],
            lines=[Arrived(self._lots[lot], accepted, damaged, lost) for lot, accepted, damaged, lost in act.lines],
            note=act.note,
            **self._on_paper(act.facility, act.on),
        )

    def _issue(self, act: Issue) -> None:
        dispense(
            facility_id=self._facilities[act.facility],
            lines=self._wanted(act.lines),
            already_happened=act.already_happened,
            note=act.note,
            **self._common(act.facility, act.on),
        )

    def _correct(self, act: Correction) -> None:
        adjust_stock(
            facility_id=self._facilities[act.facility],
            reason_code=act.reason,
            lines=[(self._lots[lot], pieces) for lot, pieces in act.lines],
            note=act.note,
            **self._common(act.facility, act.on),
        )


def _command_id(at: datetime, number: int) -> uuid.UUID:
    """A UUIDv7 of that moment whose random part comes from the number, so that every seeding gives the same ids."""
    milliseconds = int(at.timestamp() * 1000)
    rest = int.from_bytes(hashlib.sha256(f"demo {number}".encode()).digest()[:10], "big")
    value = milliseconds << 80 | 0x7 << 76 | (rest >> 64 & 0xFFF) << 64 | 0b10 << 62 | rest & (1 << 62) - 1
    return uuid.UUID(int=value)
