"""Receive a supplier's delivery into a store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.stock import permissions
from zhixuan.modules.stock.operations import _flow, _loading, _lots, _posting, _traces
from zhixuan.modules.stock.operations._commands import once
from zhixuan.modules.stock.operations._slip import Slip, Trace
from zhixuan.modules.stock.queries import deliveries
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.modules.stock.queries.slips import Receipt
from zhixuan.rules.refusal import raise_all
from zhixuan.rules.scanning.traces import Direction, PackCode, check_codes
from zhixuan.rules.stock.flow import Checked, Deed
from zhixuan.rules.stock.ledger import OUTSIDE_PLACE_IDS, EventKind, Move, PlaceKind
from zhixuan.rules.stock.receiving import Delivered
from zhixuan.shared.access import Actor


@once
def receive_delivery(
    *,
    facility_id: int,
    lines: Sequence[Delivered],
    on: date,
    reference: str = "",
    note: str = "",
    codes: Sequence[PackCode] = (),
    checked: Checked | None = None,
    actor: Actor,
    command_id: UUID,
    at: datetime,
) -> Receipt:
    """Put a supplier's delivery into a store's stock. Safe to repeat.

    Args:
        codes: of single packs, as scanned; kept beside the slip.
        checked: the goods-receipt note it was drawn on; needed where the facility's flow asks for two people.

    Raises:
        Refused: no checked document where one is needed, faulty lines (all at once), a product the facility may not
            hold, a closed month, a future day.
        Unknown, Forbidden: see permissions.
    """
    places = places_of(facility_id)
    permissions.require(actor, permissions.RECEIVE, places)
    seen = _flow.check(places, Deed.RECEIPT, checked, at)
    _loading.lock_for_posting(places, on, at)
    raise_all(deliveries.objections(places.facility_id, lines, on))
    check_codes(codes, lines=len(lines))
    items = catalogue.items_by_id(line.item_id for line in lines)
    lots = _lots.ensure(lines, {item.id: item.product_id for item in items.values()})

    supplier = OUTSIDE_PLACE_IDS[PlaceKind.SUPPLIER]
    moves = tuple(
        Move(lots[_lots.key_of(line)].id, items[line.item_id].product_id, supplier, places.store_id, line.pieces)
        for line in lines
    )

    slip = Slip(
        command_id,
        EventKind.RECEIPT,
        places.store_id,
        places.code,
        on,
        moves,
        reference=reference.strip(),
        note=note.strip(),
        details=seen,
    )
    receipt = _posting.post_one(slip, Trace("receive_delivery", places.area_path), actor=actor, at=at)
    in_lots = [replace(one, lot_id=lots[_lots.key_of(lines[one.line])].id) for one in codes]
    _traces.keep(receipt.event_id, in_lots, Direction.IN, products=[move.product_id for move in moves])
    return receipt
