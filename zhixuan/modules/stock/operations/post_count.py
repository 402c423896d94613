"""Bring the books in line with what was counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.stock import permissions
from zhixuan.modules.stock.models import Lot
from zhixuan.modules.stock.operations import _loading, _lots, _posting
from zhixuan.modules.stock.operations._commands import once
from zhixuan.modules.stock.operations._slip import Slip, Trace
from zhixuan.modules.stock.queries.deliveries import key_of
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.modules.stock.queries.slips import Receipt
from zhixuan.rules.refusal import N_, Refused
from zhixuan.rules.stock import counting
from zhixuan.rules.stock.counting import Difference, FoundLot
from zhixuan.rules.stock.ledger import EventKind
from zhixuan.shared.access import Actor


@once
def post_count(
    *,
    facility_id: int,
    differences: Sequence[Difference],
    found: Sequence[FoundLot] = (),
    on: date,
    reference: str,
    note: str = "",
    actor: Actor,
    command_id: UUID,
    at: datetime,
) -> Receipt:
    """Post the differences of one count as one slip, against the place `difference`. Safe to repeat.

    Args:
        differences: lots of the books, each with pieces other than 0 and its reason.
        found: lots that lay there and were never in the books here; entered when new.
        reference: number of the count; stands on the slip.

    Raises:
        Refused: nothing to post, a lot with too little, a closed month.
        Unknown, Forbidden: see permissions.
    """
    places = places_of(facility_id)
    permissions.require(actor, permissions.POST_COUNT, places)
    if not differences and not found:
        raise Refused(N_("Books and shelf agree: there is nothing to post."), code="no_lines")
    _loading.lock_for_posting(places, on, at)

    lines = [*differences, *_entered(found)]
    products = dict(Lot.objects.filter(id__in=[one.lot_id for one in lines]).values_list("id", "product_id"))
    moves = counting.moves_of(
        ((one, products[one.lot_id]) for one in lines), store_id=places.store_id, quarantine_id=places.quarantine_id
    )
    _loading.check_enough(places, moves)
    _loading.check_later_balances(places, moves, on, at)

    slip = Slip(
        command_id,
        EventKind.COUNT,
        places.store_id,
        places.code,
        on,
        moves,
        reference=reference,
        note=note.strip(),
    )
    trace = Trace("post_count", places.area_path, {"count": reference, "lots": len(moves)})
    return _posting.post_one(slip, trace, actor=actor, at=at)


def _entered(found: Sequence[FoundLot]) -> list[Difference]:
    """Found lots as differences; those that nobody knew are entered."""
    if not found:
        return []
    # Whoever counted has looked at the label: another expiry under the same number was asked about then.
    labels = [replace(one.lot, other_expiry_confirmed=True) for one in found]
    items = catalogue.items_by_id([label.item_id for label in labels])
    lots = _lots.ensure(labels, {item.id: item.product_id for item in items.values()})
    return [Difference(lots[key_of(one.lot)].id, one.lot.pieces, one.reason, one.held) for one in found]
