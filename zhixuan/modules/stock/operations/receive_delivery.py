"""Receive a supplier's delivery into a store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.stock import permissions
from zhixuan.modules.stock.operations import _loading, _lots, _posting
from zhixuan.modules.stock.operations._commands import once
from zhixuan.modules.stock.operations._slip import Slip, Trace
from zhixuan.modules.stock.queries import deliveries
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.modules.stock.queries.slips import Receipt
from zhixuan.rules.refusal import raise_all
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
    actor: Actor,
    command_id: UUID,
    at: datetime,
) -> Receipt:
    """Put a supplier's delivery into a store's stock. Safe to repeat.

    Raises:
        Refused: faulty lines (all at once), a product the facility may not hold, a closed month, a future day.
        Unknown, Forbidden: see permissions.
    """
    places = places_of(facility_id)
    permissions.require(actor, permissions.RECEIVE, places)
    _loading.lock_for_posting(places, on, at)
    raise_all(deliveries.objections(places.facility_id, lines, on))
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
    )
    trace = Trace("receive_delivery", places.area_path)
    return _posting.post_one(slip, trace, actor=actor, at=at)
