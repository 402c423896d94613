from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhixuan.modules.catalogue import permissions, queries
from zhixuan.modules.catalogue.models import ItemCode
from zhixuan.rules.gtin import clean_gtin
from zhixuan.rules.refusal import N_, Refused
from zhixuan.rules.scanning.scanned import TRACE_PACK_DIGITS
from zhixuan.shared import audit
from zhixuan.shared.access import Actor


@transaction.atomic
def link_code(*, code: str, item_id: int, holds: str, actor: Actor, at: datetime) -> ItemCode:
    """Make a code known that stands on packs or cartons of an item. Repeating the same changes nothing.

    Args:
        code: a GTIN, or the first 7 digits of the item's trace codes.
        holds: "pack" or "carton".

    Raises:
        Refused: a wrong check digit, or the code belongs to another item.
        Unknown: no such item.
        Forbidden: the actor may not link codes.
    """
    permissions.require(actor, permissions.LINK_CODES)
    item = queries.item(item_id)
    is_trace = len(code) == TRACE_PACK_DIGITS and code.isascii() and code.isdigit()
    plain = code if is_trace else clean_gtin(code, field="code")

    known = queries.items_by_code([plain]).get(plain) if plain else None
    if not plain:
        raise Refused(N_("Give the code that was scanned."), field="code")
    if holds not in ItemCode.Holds.values:
        raise Refused(N_("Say whether the code stands on a pack or on a carton."), field="holds")
    if known is not None and known.item.pk != item.pk:
        sentence = N_("Item {other} has this code already. If that is wrong, correct that item first.")
        raise Refused(sentence, field="code", code="taken", other=known.item.code)

    link, made = ItemCode.objects.get_or_create(
        code=plain,
        defaults={
            "item": item,
            "holds": holds,
            "linked_at": at,
            "linked_by": actor.user_id,
            "linked_by_name": actor.name,
        },
    )
    if made:
        facts = {"code": plain, "holds": holds}
        audit.record(actor, "link_code", "catalogue.item", item.pk, "", facts, at)
    return link
