"""Give facilities their places in the ledger."""

from __future__ import annotations

from collections.abc import Iterable

from zhixuan.modules.stock.models import Place
from zhixuan.rules.stock.ledger import KEPT_KINDS


def open_places(facility_ids: Iterable[int]) -> None:
    """Open store, quarantine, transit and suspense of facilities. Safe to repeat."""
    kinds = sorted(KEPT_KINDS)
    Place.objects.bulk_create(
        [Place(facility_id=facility_id, kind=kind.value) for facility_id in facility_ids for kind in kinds],
        ignore_conflicts=True,
        batch_size=2000,
    )
