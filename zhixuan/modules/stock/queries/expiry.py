"""Lots by their expiry: how many pieces lie how near to it, which will not be used in time, and who could use them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from django.db.models import Count, Q, QuerySet

from zhixuan.modules.stock.models import Balance
from zhixuan.modules.stock.queries import on_hand
from zhixuan.modules.stock.queries.scope import visible
from zhixuan.rules.stock.ledger import UNKNOWN_EXPIRY, PlaceKind
from zhixuan.rules.stock.levels import AverageState, AverageUse, DatedLot
from zhixuan.rules.stock.short_dated import Band, Placing, Taker, at_risk, placings
from zhixuan.shared.access import Actor, the_one

Series = tuple[int, int]
"""(facility id, product id)"""


def shelved(actor: Actor) -> QuerySet[Balance]:
    """Every lot with pieces in a store in sight, next expiry first."""
    rows = Balance.objects.filter(visible(actor, "place__facility"), pieces__gt=0, place__kind=PlaceKind.STORE)
    return rows.select_related("place__facility", "lot__item", "product").order_by("lot__expires_on", "lot__number")


def in_band(rows: QuerySet[Balance], band: str, *, today: date) -> QuerySet[Balance]:
    """Those rows whose expiry lies in the band."""
    return rows.filter(_conditions(today)[Band(band)])


def _conditions(today: date) -> dict[Band, Q]:
    days = [today + timedelta(days=int(limit)) for limit in (Band.WITHIN_30, Band.WITHIN_90, Band.WITHIN_180)]
    return {
        Band.EXPIRED: Q(lot__expires_on__lt=today),
        Band.WITHIN_30: Q(lot__expires_on__gte=today, lot__expires_on__lte=days[0]),
        Band.WITHIN_90: Q(lot__expires_on__gt=days[0], lot__expires_on__lte=days[1]),
        Band.WITHIN_180: Q(lot__expires_on__gt=days[1], lot__expires_on__lte=days[2]),
        Band.LATER: Q(lot__expires_on__gt=days[2], lot__expires_on__lt=UNKNOWN_EXPIRY),
        Band.UNDATED: Q(lot__expires_on=UNKNOWN_EXPIRY),
    }


def lots_by_band(rows: QuerySet[Balance], *, today: date) -> dict[Band, int]:
    """How many lots lie in each band. Pieces of different products are never added up."""
    counts = {band.name: Count("lot_id", filter=condition) for band, condition in _conditions(today).items()}
    found = rows.order_by().aggregate(**counts)
    return {band: found[band.name] for band in Band}


@dataclass(frozen=True, slots=True)
class Risk:
    """A lot at a store against the use there.

    Args:
        per_month: average use; None while it is not known.
        months: how long these pieces alone would last.
        at_risk: pieces that will expire unused, first expiry first out; None while the use is not known.
    """

    per_month: Fraction | None
    months: Fraction | None
    at_risk: int | None


def risks(actor: Actor, rows: Sequence[Balance], *, today: date) -> dict[tuple[int, int], Risk]:
    """The risk of each row by (place, lot), in as many queries for one row as for a page of them."""
    wanted = {(row.place.facility_id or 0, row.product_id) for row in rows}
    uses = _uses(actor, wanted, today)
    found: dict[tuple[int, int], Risk] = {}
    for series, lots in _lots_of(wanted).items():
        use = uses.get(series, AverageUse(AverageState.NO_RECORDS))
        risk = at_risk([_dated(row) for row in lots], use, on=today)
        for row in lots:
            months = row.pieces / use.per_month if use.per_month else None
            found[row.place_id, row.lot_id] = Risk(use.per_month, months, risk[str(row.lot_id)] if risk else None)
    return found


def _uses(actor: Actor, wanted: Iterable[Series], today: date) -> dict[Series, AverageUse]:
    """Average use as `on_hand.with_levels` has it."""
    keys = set(wanted)
    rows = on_hand.by_facility(actor, today=today).filter(
        place__facility_id__in={key[0] for key in keys}, product_id__in={key[1] for key in keys}
    )
    return {
        (row["facility_id"], row["product_id"]): _use_of(row)
        for row in on_hand.with_levels(rows, today=today)
        if (row["facility_id"], row["product_id"]) in keys
    }


def _use_of(row: dict[str, Any]) -> AverageUse:
    per_month = row["per_month"]
    return AverageUse(AverageState.NO_RECORDS if per_month is None else AverageState.KNOWN, per_month)


def _lots_of(wanted: Iterable[Series]) -> dict[Series, list[Balance]]:
    keys = set(wanted)
    rows = Balance.objects.filter(
        pieces__gt=0,
        place__kind=PlaceKind.STORE,
        place__facility_id__in={key[0] for key in keys},
        product_id__in={key[1] for key in keys},
    ).select_related("lot", "place")
    lots: dict[Series, list[Balance]] = {}
    for row in rows:
        key = (row.place.facility_id or 0, row.product_id)
        if key in keys:
            lots.setdefault(key, []).append(row)
    return lots


def _dated(row: Balance) -> DatedLot:
    expires_on = row.lot.expires_on
    return DatedLot(str(row.lot_id), None if expires_on == UNKNOWN_EXPIRY else expires_on, row.pieces)


def one(actor: Actor, facility_id: int, lot_id: int) -> Balance:
    """A lot at the store of a facility.

    Raises:
        Unknown: none of it lies there, or the facility is out of sight.
    """
    return the_one(shelved(actor).filter(place__facility_id=facility_id, lot_id=lot_id))


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A place that can use some of a lot in time."""

    placing: Placing
    row: dict[str, Any]


def suggestions(actor: Actor, lot: Balance, surplus: int, *, today: date) -> list[Suggestion]:
    """Where in sight the surplus of a lot can be used in time: the shortest of stock first."""
    product_rows = on_hand.by_facility(actor, today=today).filter(product_id=lot.product_id)
    rows = [row for row in on_hand.with_levels(product_rows, today=today) if row["per_month"]]
    rows = [row for row in rows if row["facility_id"] != lot.place.facility_id and row["store_id"]]
    rows.sort(key=lambda row: (row["months"] is None, row["months"], row["facility_code"]))
    lots = _lots_of((row["facility_id"], row["product_id"]) for row in rows)
    takers = [
        Taker(
            row["facility_id"],
            _use_of(row),
            [_dated(one) for one in lots.get((row["facility_id"], lot.product_id), [])],
        )
        for row in rows
    ]
    found = placings(
        expires_on=lot.lot.expires_on,
        surplus_pieces=surplus,
        pieces_per_pack=lot.lot.item.pieces_per_pack,
        takers=takers,
        today=today,
    )
    by_id = {row["facility_id"]: row for row in rows}
    return [Suggestion(placing, by_id[placing.facility_id]) for placing in found]
