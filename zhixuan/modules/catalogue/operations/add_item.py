from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhixuan.modules.catalogue import permissions, queries
from zhixuan.modules.catalogue.models import Item
from zhixuan.modules.catalogue.operations import _items
from zhixuan.shared import audit
from zhixuan.shared.access import Actor


@transaction.atomic
def add_item(
    *,
    product_id: int,
    code: str,
    gtin: str = "",
    brand_zh: str = "",
    brand_en: str = "",
    holder: str = "",
    registration_number: str = "",
    pieces_per_pack: int = 1,
    packs_per_carton: int = 1,
    actor: Actor,
    at: datetime,
) -> Item:
    """Add a trade item to a product: one brand in one packing.

    Raises:
        Refused: every wrong field at once: a GTIN whose check digit does not fit or that is taken, a taken code,
            an impossible packing.
        Unknown: no such product.
        Forbidden: the actor may not change the catalogue.
    """
    permissions.require(actor, permissions.CHANGE_ITEMS)
    product = queries.product(product_id)

    facts = _items.ItemFacts(
        code, gtin, brand_zh, brand_en, holder, registration_number, pieces_per_pack, packs_per_carton
    )
    values = _items.checked(facts, item_id=None)

    item = Item.objects.create(product=product, **values)
    audit.record(actor, "add_item", "catalogue.item", item.pk, "", values, at)
    return item
