"""A county with stock in its stores, and the verbs of the ledger in the short form that tests read well in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from tests.builders import CHECKED, NOW, TODAY, Network, a_network, a_planner, a_storekeeper, a_stranger, an_actor
from zhixuan.modules.catalogue.models import Item, Method, Product
from zhixuan.modules.directory.models import Facility
from zhixuan.modules.stock.models import Balance, Event, Lot
from zhixuan.modules.stock.operations.adjust_stock import adjust_stock
from zhixuan.modules.stock.operations.dispense import dispense
from zhixuan.modules.stock.operations.open_places import open_places
from zhixuan.modules.stock.operations.receive_delivery import receive_delivery
from zhixuan.modules.stock.operations.receive_transfer import receive_transfer
from zhixuan.modules.stock.operations.return_stock import return_stock
from zhixuan.modules.stock.operations.reverse_event import reverse_event
from zhixuan.modules.stock.operations.send_transfer import send_transfer
from zhixuan.modules.stock.queries.slips import Receipt
from zhixuan.rules.refusal import Refused
from zhixuan.rules.stock.fefo import Wanted
from zhixuan.rules.stock.receiving import Arrived, Delivered
from zhixuan.shared.access import Actor
from zhixuan.shared.command_ids import new

FAR = TODAY + timedelta(days=700)
"""An expiry that every norm is content with."""


def days(count: int) -> date:
    """So many days after today; negative for days that are over."""
    return TODAY + timedelta(days=count)


def a_product(code: str = "condom", **fields: Any) -> Product:
    method, _ = Method.objects.get_or_create(
        code="male-condom", defaults={"name_zh": "男用避孕套", "name_en": "Male condom", "method_class": "barrier"}
    )
    known = {"name_zh": f"药具{code}", "name_en": code.title(), "piece_zh": "只", "piece_en": "piece"}
    return Product.objects.create(**({"code": code, "method": method, "regulation": "device"} | known | fields))


def an_item(product: Product, code: str = "", *, pieces_per_pack: int = 10) -> Item:
    return Item.objects.create(
        code=code or f"{product.code}-{pieces_per_pack}", product=product, pieces_per_pack=pieces_per_pack
    )


@dataclass(frozen=True, slots=True)
class StockedCounty:
    """County A with two products, and the verbs. Each verb is done by `actor` now, unless said otherwise."""

    network: Network
    condom: Product
    box: Item
    carton: Item
    pill: Product
    strip: Item
    actor: Actor
    keeper: Actor
    stranger: Actor

    @property
    def warehouse(self) -> Facility:
        return self.network.warehouse

    @property
    def store(self) -> Facility:
        return self.network.store

    def by(self, actor: Actor) -> StockedCounty:
        """The same verbs, done by somebody else."""
        return replace(self, actor=actor)

    def _said(self, more: dict[str, Any]) -> dict[str, Any]:
        return {"on": TODAY, "actor": self.actor, "command_id": new(), "at": NOW} | more

    def line(
        self, number: str, pieces: int, *, expires: date | None = FAR, item: Item | None = None, **more: Any
    ) -> Delivered:
        return Delivered((item or self.box).id, number, expires, pieces, **more)

    def want(self, pieces: int, *, product: Product | None = None, **more: Any) -> Wanted:
        return Wanted((product or self.condom).id, pieces, **more)

    def choose(self, reason: str = "", **lots: int) -> Wanted:
        chosen = tuple((lot(number).id, pieces) for number, pieces in lots.items())
        return self.want(sum(lots.values()), chosen=chosen, override_reason=reason)

    def receive(self, facility: Facility, *lines: Delivered, **more: Any) -> Receipt:
        return receive_delivery(facility_id=facility.id, lines=lines, **self._said({"checked": CHECKED} | more))

    def stock(self, facility: Facility, number: str, pieces: int, **more: Any) -> Receipt:
        """A delivery of one lot."""
        said = {key: more.pop(key) for key in ("expires", "item") if key in more}
        return self.receive(facility, self.line(number, pieces, **said), **more)

    def dispense(self, facility: Facility, *lines: Wanted, **more: Any) -> Receipt:
        return dispense(facility_id=facility.id, lines=lines, **self._said(more))

    def send(self, giver: Facility, receiver: Facility, *lines: Wanted, **more: Any) -> Receipt:
        return send_transfer(
            from_facility_id=giver.id,
            to_facility_id=receiver.id,
            lines=lines,
            **self._said({"checked": CHECKED} | more),
        )

    def give_back(
        self, giver: Facility, receiver: Facility, *lines: Wanted, note: str = "too much", **more: Any
    ) -> Receipt:
        said = self._said({"checked": CHECKED} | more | {"note": note})
        return return_stock(from_facility_id=giver.id, to_facility_id=receiver.id, lines=lines, **said)

    def take_in(self, sent: Receipt, *lines: Arrived, **more: Any) -> Receipt:
        """By note where that needs two people."""
        two = Event.objects.filter(id=sent.event_id, other_place__facility__kind="warehouse").exists()
        checked = {"checked": CHECKED} if two else {}
        return receive_transfer(transfer_id=sent.event_id, lines=lines, **self._said(checked | more))

    def take_all_in(self, sent: Receipt, **more: Any) -> Receipt:
        return self.take_in(sent, *(Arrived(lot_id, pieces) for lot_id, pieces in lots_of(sent).items()), **more)

    def adjust(self, facility: Facility, reason: str, **more: Any) -> Receipt:
        """Keyword arguments that name lots say the pieces: `adjust(store, "damaged", A=5)`."""
        lines = [(lot(number).id, more.pop(number)) for number in [key for key in more if key.isupper()]]
        lines += more.pop("lines", [])
        return adjust_stock(facility_id=facility.id, reason_code=reason, lines=lines, **self._said(more))

    def reverse(self, receipt: Receipt, *, reason: str = "entered twice", **more: Any) -> Receipt:
        return reverse_event(event_id=receipt.event_id, reason=reason, **self._said(more))


def a_stocked_county(**lots: int) -> StockedCounty:
    """County A: warehouse and township store with open places; the lots named stand in the township store."""
    network = a_network()
    for facility in (network.warehouse, network.store, network.sibling_warehouse, network.sibling_store):
        open_places([facility.id])
    condom, pill = a_product("condom"), a_product("pill")
    county = StockedCounty(
        network=network,
        condom=condom,
        box=an_item(condom),
        carton=an_item(condom, pieces_per_pack=100),
        pill=pill,
        strip=an_item(pill, pieces_per_pack=1),
        actor=an_actor(a_planner(network.county)),
        keeper=an_actor(a_storekeeper(network.store)),
        stranger=an_actor(a_stranger(network)),
    )
    for number, pieces in lots.items():
        county.stock(network.store, number, pieces, on=days(-20))
    return county


def lot(number: str) -> Lot:
    return Lot.objects.get(number=number)


def lots_of(receipt: Receipt) -> dict[int, int]:
    """Pieces by lot of a slip."""
    pieces: dict[int, int] = {}
    for lot_id, count in event(receipt).movements.order_by("line").values_list("lot_id", "pieces"):
        pieces[lot_id] = pieces.get(lot_id, 0) + count
    return pieces


def event(receipt: Receipt) -> Event:
    return Event.objects.get(id=receipt.event_id)


def pieces_at(facility: Facility, number: str = "", kind: str = "store") -> int:
    """Pieces of a lot, or of all, at one of a facility's places."""
    rows = Balance.objects.filter(place__facility=facility, place__kind=kind)
    if number:
        rows = rows.filter(lot__number=number)
    return sum(rows.values_list("pieces", flat=True))


def counts() -> tuple[int, ...]:
    """How many rows the ledger has: the same before and after what was refused."""
    from zhixuan.modules.stock.models import Command, Movement, SlipCounter
    from zhixuan.shared.models import AuditEntry

    tables: Sequence[Any] = (Event, Movement, Lot, Balance, SlipCounter, Command, AuditEntry)
    return tuple(table.objects.count() for table in tables)


def sentences(refused: Refused) -> list[str]:
    return [reason.text() for reason in refused.reasons]


def a_command() -> UUID:
    return new()
