"""The places of a facility."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zhixuan.rules.periods import Month
from zhixuan.rules.stock.ledger import PlaceKind
from zhixuan.shared import sql
from zhixuan.shared.access import Actor, Role, Unknown

PLACES = """
    SELECT place.kind, place.id, facility.code, facility.area_path, facility.level, facility.kind
    FROM stock_place place JOIN directory_facility facility ON facility.id = place.facility_id
    WHERE place.facility_id = %s
"""


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

    def lets(self, actor: Actor, roles: frozenset[Role]) -> bool:
        """Whether the actor holds one of the roles here."""
        return actor.may(roles, area_path=self.area_path, facility_id=self.facility_id)

    @property
    def kept_ids(self) -> tuple[int, int, int, int]:
        return (self.store_id, self.quarantine_id, self.transit_id, self.suspense_id)


def places_of(facility_id: int | None) -> FacilityPlaces:
    """The places of a facility.

    Raises:
        Unknown: no such facility, or its places were never opened (`operations.open_places`).
    """
    if facility_id is None:
        raise Unknown
    ids: dict[str, int] = {}
    facts: tuple[str, str, str, str] = ("", "", "", "")
    for kind, place_id, *rest in sql.rows(PLACES, [facility_id]):
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
    latest = sql.rows("SELECT max(month) FROM stock_monthclose WHERE place_id = %s", [store_id])[0][0]
    return None if latest is None else Month.of(sql.as_date(latest)).last_day
