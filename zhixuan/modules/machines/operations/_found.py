"""Which lots are corrected when slots hold more or less than the books."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from uuid import UUID

from zhixuan.modules.machines.models import Slot
from zhixuan.modules.stock.operations.adjust_stock import adjust_stock
from zhixuan.modules.stock.queries import picking
from zhixuan.modules.stock.queries.places import FacilityPlaces
from zhixuan.rules.stock import fefo
from zhixuan.rules.stock.fefo import LotOnHand, Needs
from zhixuan.rules.stock.receiving import Delivered
from zhixuan.shared.access import Actor

EXPLAINED = "后来传回的发放记录说明了盘点差异 · vends told later explain a count's difference"


def put_back(
    places: FacilityPlaces, explained: Mapping[Slot, int], *, on: date, actor: Actor, command_id: UUID, at: datetime
) -> int:
    """Take a count's difference back as far as vends told later explain it; the vends take the pieces out again.

    Returns:
        id of the slip.
    """
    pieces = Counter[tuple[int, int]]()
    for slot, count in explained.items():
        pieces[slot.item.product_id, slot.item_id] += count
    lines, found = lots_to_add(places, pieces)
    return adjust_stock(
        facility_id=places.facility_id, reason_code="found", lines=lines, found=found, on=on, note=EXPLAINED,
        actor=actor, command_id=command_id, at=at,
    ).event_id  # fmt: skip


def lots_to_add(
    places: FacilityPlaces, pieces: Mapping[tuple[int, int], int]
) -> tuple[list[tuple[int, int]], list[Delivered]]:
    """Lots that pieces too many are written to: the latest of the item here, else one without a number.

    Args:
        pieces: by (product, item).
    """
    lots = picking.lots_on_hand(places, [product_id for product_id, _item in pieces])
    added: Counter[int] = Counter()
    found = []
    for (product_id, item_id), count in sorted(pieces.items()):
        here = [lot for lot in lots.get(product_id, []) if lot.item_id == item_id and lot.pieces]
        if here:
            added[max(here, key=fefo.order).lot_id] += count
        else:
            found.append(Delivered(item_id=item_id, lot_number="", expires_on=None, pieces=count))
    return sorted(added.items()), found


def lots_to_take(
    lots: Iterable[LotOnHand], pieces: int, *, on: date, expired_only: bool = False
) -> tuple[Counter[int], int]:
    """Lots that pieces too few are taken from, first expiry first, and what the books do not have."""
    wanted = [lot for lot in lots if not expired_only or lot.expires_on < on]
    picked = fefo.pick(wanted, pieces, Needs(on=on, expired_allowed=True))
    return Counter({lot.lot_id: count for lot, count in picked.lines}), picked.missing
