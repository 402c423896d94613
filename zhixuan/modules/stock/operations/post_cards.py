"""Bring the ledger in line with imported monthly stock cards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhixuan.modules.stock import permissions
from zhixuan.modules.stock.operations import _cards, _posting
from zhixuan.modules.stock.operations._commands import claim
from zhixuan.modules.stock.operations._loading import day_of
from zhixuan.modules.stock.queries.cards import CardSeries, what_would_change
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.modules.stock.queries.slips import Receipt
from zhixuan.rules.refusal import raise_all
from zhixuan.shared import audit, crypto
from zhixuan.shared.access import Actor


@dataclass(frozen=True, slots=True)
class PostedCards:
    """Slips by what they are for; empty when the cards say what the ledger says, or when this was a repeat."""

    receipts: dict[_cards.SlipKey, Receipt]
    movements: int = 0
    repeated: bool = False


@transaction.atomic
def post_cards(
    *, series: Sequence[CardSeries], reference: str, actor: Actor, command_id: UUID, at: datetime
) -> PostedCards:
    """Post what monthly cards say and the ledger does not say yet. Safe to repeat.

    One slip for each facility and day: the first of a month for what came in, the last for what went out, with all
    products. A card that was corrected gives a slip with the difference alone, which names the slips it corrects.

    Args:
        series: every row of each series, also those posted before: the difference is worked out from the ledger.
        reference: where the cards come from; stands on the slips.

    Raises:
        Refused: all series that cannot be posted, at once: a closed or future month, slips of the store's own.
        Unknown, Forbidden: see permissions.
        SameIdOtherContent: the command id was used for something else.
    """
    stores = {facility_id: places_of(facility_id) for facility_id in {one.facility_id for one in series}}
    for places in stores.values():
        permissions.require(actor, permissions.IMPORT_CARDS, places)
    if claim(command_id, crypto.fingerprint(_cards.payload(series, reference)), actor, at) is None:
        return PostedCards({}, repeated=True)
    _posting.lock_places(place_id for places in stores.values() for place_id in places.kept_ids)

    found = what_would_change(series, today=day_of(at))
    raise_all(one.refused for one in found if one.refused is not None)

    slips = _cards.slips(found, stores, reference=reference, command_id=command_id)
    receipts = _posting.post(list(slips.values()), actor=actor, at=at) if slips else []
    for facility_id, count in _cards.slips_by_facility(slips).items():
        details = {"slips": count, "reference": reference}
        audit.record(actor, "post_cards", "stock.cards", facility_id, stores[facility_id].area_path, details, at)
    return PostedCards(
        dict(zip(slips, receipts, strict=True)), movements=sum(len(slip.moves) for slip in slips.values())
    )
