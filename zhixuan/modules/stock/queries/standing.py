"""How one product stands at one facility: the row of the list, so that no screen can say anything else."""

from __future__ import annotations

from datetime import date
from typing import Any

from zhixuan.modules.stock.permissions import VIEW
from zhixuan.modules.stock.queries import on_hand
from zhixuan.shared.access import Actor


def standing(actor: Actor, facility_id: int, product_id: int, *, today: date) -> dict[str, Any] | None:
    """The row of `on_hand.with_levels`; None while the facility never had the product, or is out of sight."""
    rows = on_hand.of_pair(facility_id, product_id, today=today)
    seen = [row for row in rows if actor.may(VIEW, area_path=row["area_path"], facility_id=facility_id)]
    return next(iter(on_hand.with_levels(seen, today=today)), None)
