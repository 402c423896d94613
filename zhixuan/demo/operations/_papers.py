"""Private: papers of the county warehouse in every state, drawn yesterday and today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from zhixuan.demo.operations._ledger import Ledger
from zhixuan.demo.products import CONDOM, ITEMS, PILL
from zhixuan.modules.documents.operations.cancel_document import cancel_document
from zhixuan.modules.documents.operations.check_document import check_document
from zhixuan.modules.documents.operations.close_document import close_document
from zhixuan.modules.documents.operations.draw_document import draw_document
from zhixuan.modules.documents.operations.post_document import post_document
from zhixuan.modules.documents.operations.send_document import send_document
from zhixuan.modules.stock.operations.receive_transfer import receive_transfer
from zhixuan.modules.stock.operations.return_stock import return_stock
from zhixuan.modules.stock.queries import slips
from zhixuan.rules.documents.checking import Check, Match
from zhixuan.rules.documents.heads import Head
from zhixuan.rules.documents.lines import Acceptance, DocumentLine
from zhixuan.rules.documents.states import DocumentKind
from zhixuan.rules.stock.fefo import Wanted
from zhixuan.rules.stock.receiving import Arrived
from zhixuan.shared.access import Actor

RECEIVER = "YL-T03"
DELIVERED = ITEMS[0], ITEMS[2]
SUPPLIER = "虚构药具供应公司 Fictional Supplies"


@dataclass(frozen=True, slots=True)
class Desk:
    """Who works at the warehouse, who receives, and ids by code."""

    ledger: Ledger
    facilities: Mapping[str, int]
    products: Mapping[str, int]
    items: Mapping[str, int]
    store: str
    keeper: Actor
    checker: Actor
    receiver: Actor

    def issue(self, day: date, to: str, lines: Mapping[str, int], reference: str) -> int:
        """An issue slip that is drawn."""
        return draw_document(
            kind=DocumentKind.ISSUE,
            facility_id=self.facilities[self.store],
            other_facility_id=self.facilities[to],
            lines=[DocumentLine(self.products[product], None, pieces) for product, pieces in lines.items()],
            on=day,
            reference=reference,
            head=Head(transport="药具车 1 号", keeper=self.keeper.name),
            **self.ledger.command(self.keeper, day),
        ).id

    def check(self, document: int, day: date, rows: int, *, wrong: str = "", reason: str = "") -> None:
        """The other keeper looks; `wrong` is the match of line 1 that is not ok."""
        lines = {row: {match.value: "ok" for match in Match} for row in range(1, rows + 1)}
        if wrong:
            lines[1][wrong] = "not_ok"
        check_document(
            document_id=document,
            head={check.value: "ok" for check in Check},
            lines=lines,
            reason=reason,
            **self.ledger.command(self.checker, day),
        )

    def send(self, day: date, lines: Mapping[str, int], reference: str) -> tuple[int, int]:
        """Drawn, checked and sent to the receiver; the document and its slip."""
        document = self.issue(day, RECEIVER, lines, reference)
        self.check(document, day, len(lines))
        sent = send_document(document_id=document, **self.ledger.command(self.keeper, day))
        return document, sent.event_id or 0


def draw_papers(desk: Desk, today: date) -> None:
    """Papers in every state, packs on their way back, and two deliveries."""
    before = today - timedelta(days=1)
    closed, slip = desk.send(before, {CONDOM: 200, PILL: 20}, "QL-0301")
    _take_in(desk, slip, before, missing=0)
    close_document(document_id=closed, **desk.ledger.command(desk.keeper, before))
    _short, slip = desk.send(before, {CONDOM: 120}, "QL-0302")
    _take_in(desk, slip, before, missing=2)
    _send_back(desk, before)
    desk.send(today, {PILL: 30}, "QL-0303")
    desk.check(desk.issue(today, "YL-T04", {CONDOM: 300, PILL: 20}, "QL-0304"), today, 2)
    wrong = "架上只取了 250 只，请改数。"
    desk.check(desk.issue(today, "YL-T05", {CONDOM: 260}, "QL-0305"), today, 1, wrong="quantity", reason=wrong)
    desk.issue(today, "YL-T06", {CONDOM: 180, PILL: 10}, "QL-0306")
    cancelled = desk.issue(today, "YL-T07", {CONDOM: 100}, "QL-0307")
    cancel_document(document_id=cancelled, reason="重复开单，见上一张。", **desk.ledger.command(desk.keeper, today))
    _receipts(desk, today)


def _take_in(desk: Desk, slip: int, day: date, *, missing: int) -> None:
    pieces: dict[int, int] = {}
    for move in slips.moves_of(slip):
        pieces[move.lot_id] = pieces.get(move.lot_id, 0) + move.pieces
    arrived = [Arrived(lot_id, count) for lot_id, count in pieces.items()]
    if missing:
        lot_id, count = next(iter(pieces.items()))
        arrived[0] = Arrived(lot_id, count - missing, missing=missing)
    note = "少 2 只，箱角破损。" if missing else ""
    receive_transfer(transfer_id=slip, lines=arrived, on=day, note=note, **desk.ledger.command(desk.receiver, day))


def _send_back(desk: Desk, day: date) -> None:
    """Packs that the receiver does not use in time: on their way back, to be taken in at the warehouse."""
    return_stock(
        from_facility_id=desk.facilities[RECEIVER],
        to_facility_id=desk.facilities[desk.store],
        lines=[Wanted(desk.products[CONDOM], 60), Wanted(desk.products[PILL], 10)],
        on=day,
        note="用不完，退回县库调剂。",
        reference="TH-0301",
        **desk.ledger.command(desk.receiver, day),
    )


def _receipts(desk: Desk, today: date) -> None:
    """A delivery that is in the store, and one that waits to be checked."""
    names = Head("purchase", SUPPLIER, "", desk.keeper.name, desk.checker.name, "云知夏 Yun Zhixia")
    for number, is_posted in (("26B071", True), ("26B072", False)):
        drawn = draw_document(
            kind=DocumentKind.RECEIPT,
            facility_id=desk.facilities[desk.store],
            other_facility_id=None,
            lines=[
                DocumentLine(
                    product_id=desk.products[item.product],
                    item_id=desk.items[item.code],
                    pieces=2000,
                    lot_number=number,
                    expires_on=date(today.year + 2, 12, 31),
                    made_on=date(today.year - 1, 7, 1),
                    unit_price=Decimal("0.1250"),
                    acceptance=Acceptance("完好", "无破损", "20 ℃", 20, "accepted"),
                )
                for item in DELIVERED
            ],
            on=today,
            reference="HT-07",
            head=names,
            **desk.ledger.command(desk.keeper, today),
        )
        if is_posted:
            desk.check(drawn.id, today, len(DELIVERED))
            post_document(document_id=drawn.id, **desk.ledger.command(desk.keeper, today))
