"""Areas and facilities in sight."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from ninja import Router, Schema

from zhixuan.modules.directory import queries
from zhixuan.shared.api import REFUSALS, Code, PageQuery, part
from zhixuan.shared.requests import ActorRequest

router = Router()


class AreaOut(Schema):
    """An area; `path` is the codes from the root down."""

    code: str
    name_zh: str
    name_en: str
    level: str
    path: str


class FacilityOut(Schema):
    """A facility; `supplied_by` is the code of the one that feeds it."""

    code: str
    name_zh: str
    name_en: str
    kind: str
    level: str
    area: str
    supplied_by: str | None
    longitude: Decimal | None
    latitude: Decimal | None
    address: str
    opening_hours: str
    phone: str
    valid_to: date | None

    @staticmethod
    def resolve_area(facility: Any) -> str:
        return str(facility.area.code)

    @staticmethod
    def resolve_supplied_by(facility: Any) -> str | None:
        return facility.supplied_by.code if facility.supplied_by else None


class AreasOut(Schema):
    total: int
    rows: list[AreaOut]


class FacilitiesOut(Schema):
    total: int
    rows: list[FacilityOut]


@router.get("/areas", response={200: AreasOut, **REFUSALS})
def areas(request: ActorRequest, page: PageQuery) -> Any:
    """Areas in sight, in the order of the tree."""
    return part(queries.areas_for(request.actor), page)


@router.get("/facilities", response={200: FacilitiesOut, **REFUSALS})
def facilities(request: ActorRequest, page: PageQuery) -> Any:
    """Facilities in sight."""
    return part(queries.facilities_for(request.actor).select_related("supplied_by"), page)


@router.get("/facilities/{code}", response={200: FacilityOut, **REFUSALS})
def facility(request: ActorRequest, code: Code) -> Any:
    """One facility by its code."""
    return queries.facility_in_sight(request.actor, code)
