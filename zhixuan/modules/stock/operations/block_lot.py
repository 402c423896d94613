"""Stop a lot: no store of an area receives, sends or dispenses it any more."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from zhixuan.modules.stock import permissions
from zhixuan.modules.stock.models import Balance, LotBlock
from zhixuan.modules.stock.operations import _posting
from zhixuan.modules.stock.queries import blocks
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared import audit
from zhixuan.shared.access import Actor, Forbidden


@transaction.atomic
def block_lot(
    *,
    item_id: int,
    number: str,
    expires_on: date | None,
    area_path: str,
    reference: str,
    actor: Actor,
    at: datetime,
) -> int:
    """Block a lot in an area and all below it; answers the block's id. The same reference again changes nothing.

    Whoever is posting the lot at this moment finishes first: the places that hold it are locked.

    Args:
        expires_on: only lots with this expiry; None for every lot of that number.

    Raises:
        Refused: no lot number.
        Forbidden: the actor is not the station officer of the area.
    """
    if not actor.may(permissions.BLOCK_LOT, area_path=area_path):
        raise Forbidden
    if not number.strip():
        raise Refused(N_("Give the lot number that is printed on the pack."), field="lot_number")
    lot_ids = blocks.lots_named(item_id, number.strip(), expires_on).values("id")
    holding = Balance.objects.filter(lot__in=lot_ids, place__facility__area_path__startswith=area_path)
    _posting.lock_places(holding.values_list("place_id", flat=True))

    block, made = LotBlock.objects.get_or_create(
        item_id=item_id,
        number=number.strip(),
        area_path=area_path,
        reference=reference,
        defaults={
            "expires_on": expires_on,
            "blocked_at": at,
            "blocked_by": actor.user_id,
            "blocked_by_name": actor.name[:150],
        },
    )
    if made:
        audit.record(actor, "block_lot", "stock.lotblock", block.pk, area_path, {"lot": number.strip()}, at)
    return int(block.pk)
