"""The places of a facility."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zhixuan.modules.stock.models import MonthClose, Place
from zhixuan.rules.periods import Month
from zhixuan.rules.stock.ledger import PlaceKind
from zhixuan.shared.access import Unknown


@dataclass(frozen=True, slots=True)
class FacilityPlaces:
    """A facility as the ledger sees it: its four places and what is needed to decide who may act there."""

    facility_id: int
    code: str
    area_path: str
    level: str
    kind: str
    store_id: int
    quarantine_id: int
    transit_id: int
    suspense_id: int

    @property
    def kept_ids(self) -> tuple[int, int, int, int]:
        return (self.store_id, self.quarantine_id, self.transit_id, self.suspense_id)


def places_of(facility_id: int) -> FacilityPlaces:
    """The places of a facility.

    Raises:
        Unknown: no such facility, or its places were never opened (`operations.open_places`).
    """
    rows = Place.objects.filter(facility_id=facility_id).values_list(
        "kind", "id", "facility__code", "facility__area_path", "facility__level", "facility__kind"
    )
    ids: dict[str, int] = {}
    facts: tuple[str, str, str, str] = ("", "", "", "")
    for kind, place_id, *rest in rows:
        ids[kind] = place_id
        facts = (rest[0], rest[1], rest[2], rest[3])
    if len(ids) < 4:
        raise Unknown
    code, area_path, level, facility_kind = facts
    return FacilityPlaces(
        facility_id=facility_id,
        code=code,
        area_path=area_path,
        level=level,
        kind=facility_kind,
        store_id=ids[PlaceKind.STORE],
        quarantine_id=ids[PlaceKind.QUARANTINE],
        transit_id=ids[PlaceKind.TRANSIT],
        suspense_id=ids[PlaceKind.SUSPENSE],
    )


def closed_until(store_id: int) -> date | None:
    """The last day of the latest closed month of a store, or None when no month is closed."""
    month = MonthClose.objects.filter(place_id=store_id).order_by("-month").values_list("month", flat=True).first()
    return None if month is None else Month(month.year, month.month).last_day
