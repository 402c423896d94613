"""The places of a facility."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from zhixuan.rules.periods import Month
from zhixuan.rules.stock.ledger import PlaceKind
from zhixuan.shared import sql
from zhixuan.shared.access import Actor, Role, Unknown
from zhixuan.shared.journeys import Row
from zhixuan.shared.sql import Question

PLACES = """
    SELECT place.kind, place.id, facility.code, facility.area_path, facility.level, facility.kind,
        facility.name_zh, facility.name_en
    FROM stock_place place JOIN directory_facility facility ON facility.id = place.facility_id
    WHERE place.facility_id = %s
"""


@dataclass(frozen=True, slots=True)
class FacilityPlaces:
    """A facility as the ledger sees it: its names, its four places and what is needed to decide who may act there."""

    facility_id: int
    code: str
    area_path: str
    level: str
    kind: str
    name_zh: str
    name_en: str
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
    return sql.ask_all([asked_places(facility_id)])[0]


def places_of_all(facility_ids: Sequence[int]) -> list[FacilityPlaces]:
    """The same of many facilities, in their order."""
    return sql.ask_all([asked_places(facility_id) for facility_id in facility_ids])


def asked_places(facility_id: int | None) -> Question[FacilityPlaces]:
    """The same as a question, to be put together with others."""
    if facility_id is None:
        raise Unknown
    return Question(PLACES, [facility_id], partial(_places, facility_id))


def _places(facility_id: int, rows: list[Row]) -> FacilityPlaces:
    if len(rows) < 4:
        raise Unknown
    ids = {row[0]: row[1] for row in rows}
    code, area_path, level, facility_kind, name_zh, name_en = rows[0][2:]
    return FacilityPlaces(
        facility_id=facility_id,
        code=code,
        area_path=area_path,
        level=level,
        kind=facility_kind,
        name_zh=name_zh,
        name_en=name_en,
        store_id=ids[PlaceKind.STORE],
        quarantine_id=ids[PlaceKind.QUARANTINE],
        transit_id=ids[PlaceKind.TRANSIT],
        suspense_id=ids[PlaceKind.SUSPENSE],
    )


def closed_until(store_id: int) -> date | None:
    """The last day of the latest closed month of a store, or None when no month is closed."""
    return sql.ask_all([asked_closed_until(store_id)])[0]


def asked_closed_until(store_id: int) -> Question[date | None]:
    """The same as a question, to be put together with others."""
    return Question("SELECT max(month) FROM stock_monthclose WHERE place_id = %s", [store_id], _last_day)


def _last_day(rows: list[Row]) -> date | None:
    latest = rows[0][0]
    return None if latest is None else Month.of(sql.as_date(latest)).last_day
