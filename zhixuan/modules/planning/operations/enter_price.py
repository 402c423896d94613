"""Say what a product costs in an area, from which day on, and who says so."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.directory import queries as directory
from zhixuan.modules.planning import permissions
from zhixuan.modules.planning.models import ProductPrice
from zhixuan.rules.planning import cost
from zhixuan.rules.refusal import raise_all
from zhixuan.shared import audit
from zhixuan.shared.access import Actor
from zhixuan.shared.once import once


@once
def enter_price(
    *,
    area_id: int,
    product_id: int,
    cents: int,
    pieces: int,
    holds_from: date,
    source: str,
    actor: Actor,
    command_id: UUID,
    at: datetime,
) -> int:
    """Add a price; an earlier one stays as it was. Safe to repeat.

    Args:
        cents: for so many `pieces`.

    Raises:
        Refused: no amount, no number of pieces, no source.
        Unknown, Forbidden: see permissions; no such product.
    """
    area = directory.area(actor, area_id)
    permissions.require_prices(actor, area.path)
    product = catalogue.product(product_id)

    raise_all(cost.objections(cents, source, pieces=pieces))

    made = ProductPrice.objects.create(
        area_id=area.pk,
        product_id=product.pk,
        cents=cents,
        pieces=pieces,
        holds_from=holds_from,
        source=source.strip()[: cost.SOURCE_MAX],
        entered_at=at,
        entered_by=actor.user_id,
        entered_by_name=actor.name[:150],
    )
    about = {"product": product.code, "cents": cents, "pieces": pieces, "holds_from": holds_from.isoformat()}
    audit.record(actor, "enter_price", "planning.productprice", made.pk, area.path, about, at)
    return made.pk
