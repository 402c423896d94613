from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhixuan.modules.catalogue import permissions, queries
from zhixuan.modules.catalogue.models import Item, Product
from zhixuan.modules.catalogue.operations import _items
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared import audit
from zhixuan.shared.access import Actor


@transaction.atomic
def change_item(
    *,
    item_id: int,
    code: str,
    gtin: str,
    brand_zh: str,
    brand_en: str,
    holder: str,
    registration_number: str,
    pieces_per_pack: int,
    packs_per_carton: int,
    status: str,
    actor: Actor,
    at: datetime,
) -> Item:
    """Correct a trade item, or withdraw it. Its lots and their history stay.

    Raises:
        Refused: every wrong field at once, as in `add_item`.
        Unknown: no such item.
        Forbidden: the actor may not change the catalogue.
    """
    permissions.require(actor, permissions.CHANGE_ITEMS)
    item = queries.item(item_id)

    facts = _items.ItemFacts(
        code, gtin, brand_zh, brand_en, holder, registration_number, pieces_per_pack, packs_per_carton
    )
    values = _items.checked(facts, item_id=item.pk)
    if status not in Product.Status.values:
        raise Refused(N_("Choose a status from the list."), field="status")
    values["status"] = status
    changed = {name: [getattr(item, name), value] for name, value in values.items() if getattr(item, name) != value}
    if not changed:
        return item

    for name, value in values.items():
        setattr(item, name, value)
    item.save()
    audit.record(actor, "change_item", "catalogue.item", item.pk, "", changed, at)
    return item
