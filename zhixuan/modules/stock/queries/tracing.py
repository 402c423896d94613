"""Where the pieces of some lots are, and where they went: quantities by facility and month, never people."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from zhixuan.modules.stock.models import Balance, Movement
from zhixuan.rules.stock.ledger import EventKind, PlaceKind

FacilityIds = Collection[int] | QuerySet[Any, Any]
"""Ids, or a query that yields them."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """Pieces that moved between two kinds of places, with the facilities they belong to (None: the world outside)."""

    kind: str
    from_kind: str
    from_path: str | None
    to_kind: str
    to_path: str | None
    pieces: int


def crossings(lot_ids: Collection[int]) -> list[Crossing]:
    """All that ever moved of these lots, summed up."""
    rows = (
        Movement.objects.filter(lot_id__in=list(lot_ids))
        .values_list(
            "event__kind",
            "from_place__kind",
            "from_place__facility__area_path",
            "to_place__kind",
            "to_place__facility__area_path",
        )
        .annotate(Sum("pieces"))
        .order_by()
    )
    return [Crossing(*row) for row in rows]


def balances_of(lot_ids: Collection[int], area_path: str) -> QuerySet[Balance]:
    """What facilities of the area hold of these lots, place by place, whoever asks."""
    return (
        Balance.objects.filter(lot_id__in=list(lot_ids), place__facility__area_path__startswith=area_path)
        .exclude(pieces=0)
        .select_related("place__facility", "lot", "product")
        .order_by("place__facility__area_path", "place__facility__code", "lot_id", "place__kind")
    )


def dispensed_by_month(lot_ids: Collection[int], area_path: str) -> dict[tuple[int, date], int]:
    """Pieces given to clients less those brought back, by facility and first day of the month."""
    found: dict[tuple[int, date], int] = {}
    moved = Movement.objects.filter(lot_id__in=list(lot_ids))
    for side, other, sign in (("from_place", "to_place", 1), ("to_place", "from_place", -1)):
        rows = (
            moved.filter(**{f"{other}__kind": PlaceKind.CLIENTS, f"{side}__facility__area_path__startswith": area_path})
            .annotate(month=TruncMonth("on"))
            .values_list(f"{side}__facility_id", "month")
            .annotate(Sum("pieces"))
            .order_by()
        )
        for facility_id, month, pieces in rows:
            found[facility_id, month] = found.get((facility_id, month), 0) + sign * pieces
    return {key: pieces for key, pieces in found.items() if pieces}


def facilities_that_had(lot_ids: Collection[int], area_path: str) -> set[int]:
    """Facilities of the area that hold or ever held pieces of these lots, or have them on the way."""
    return set(
        Balance.objects.filter(lot_id__in=list(lot_ids), place__facility__area_path__startswith=area_path).values_list(
            "place__facility_id", flat=True
        )
    )


def pieces_of(facility_id: int, lot_ids: Collection[int]) -> dict[tuple[int, str], int]:
    """Pieces by lot and kind of place at one facility."""
    rows = Balance.objects.filter(place__facility_id=facility_id, lot_id__in=list(lot_ids)).exclude(pieces=0)
    return {(lot_id, kind): pieces for lot_id, kind, pieces in rows.values_list("lot_id", "place__kind", "pieces")}


def holders(facility_id: int, lot_ids: Collection[int]) -> dict[int, int | None]:
    """Who put what lies in quarantine there: by lot the user id of who first did since none of it lay there."""
    at = Q(from_place__facility_id=facility_id, from_place__kind=PlaceKind.QUARANTINE)
    at |= Q(to_place__facility_id=facility_id, to_place__kind=PlaceKind.QUARANTINE)
    rows = Movement.objects.filter(at, lot_id__in=list(lot_ids)).order_by("event_id", "line")
    lying, found = dict.fromkeys(lot_ids, 0), dict[int, int | None]()
    for lot_id, kind, pieces, by in rows.values_list("lot_id", "to_place__kind", "pieces", "event__actor_id"):
        if kind == PlaceKind.QUARANTINE:
            if not lying[lot_id]:
                found[lot_id] = by
            lying[lot_id] += pieces
        else:
            lying[lot_id] -= pieces
    return {lot_id: by for lot_id, by in found.items() if lying[lot_id]}


@dataclass(frozen=True, slots=True)
class Lying:
    """A lot that lies at a facility: pieces in the store and held, and when some of it last came in."""

    facility_id: int
    lot_id: int
    product_id: int
    method_class: str
    number: str
    expires_on: date
    in_store: int
    held: int
    arrived_on: date


def lying(facility_ids: FacilityIds, *, lot_id: int | None = None) -> list[Lying]:
    """Lots with pieces in the store or the quarantine of these facilities, next expiry first."""
    there = Balance.objects.filter(place__facility_id__in=facility_ids, pieces__gt=0)
    there = there.filter(place__kind__in=[PlaceKind.STORE, PlaceKind.QUARANTINE])
    if lot_id is not None:
        there = there.filter(lot_id=lot_id)
    rows = (
        there.values_list(
            "place__facility_id",
            "lot_id",
            "product_id",
            "product__method__method_class",
            "lot__number",
            "lot__expires_on",
        )
        .annotate(
            in_store=Sum("pieces", filter=Q(place__kind=PlaceKind.STORE), default=0),
            held=Sum("pieces", filter=Q(place__kind=PlaceKind.QUARANTINE), default=0),
        )
        .order_by("lot__expires_on", "lot__number", "place__facility_id")
    )
    arrived = _arrivals(facility_ids, lot_id)
    return [
        Lying(facility, lot, product, method, number, expires, in_store, held, arrived.get((facility, lot), date.min))
        for facility, lot, product, method, number, expires, in_store, held in rows
    ]


def _arrivals(facility_ids: FacilityIds, lot_id: int | None) -> dict[tuple[int, int], date]:
    came = Movement.objects.filter(
        to_place__facility_id__in=facility_ids, to_place__kind__in=[PlaceKind.STORE, PlaceKind.QUARANTINE]
    ).exclude(from_place__kind__in=[PlaceKind.STORE, PlaceKind.QUARANTINE, PlaceKind.SUSPENSE])
    came = came.exclude(event__kind=EventKind.REVERSAL)
    if lot_id is not None:
        came = came.filter(lot_id=lot_id)
    rows = came.values_list("to_place__facility_id", "lot_id").annotate(Max("on")).order_by()
    return {(facility_id, lot): on for facility_id, lot, on in rows}
