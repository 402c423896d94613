"""Hold a facility's stock still for the rest of a transaction."""

from __future__ import annotations

from zhixuan.modules.stock.operations import _posting
from zhixuan.modules.stock.queries.places import FacilityPlaces


def lock_store(places: FacilityPlaces) -> None:
    """Make everyone else who would post here wait until the caller's transaction ends.

    For modules above that decide from balances and post in the same transaction.
    """
    _posting.lock_places([places.store_id])
