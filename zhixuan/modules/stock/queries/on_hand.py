"""Stock on hand: by facility and product, by product, by lot."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

from django.db.models import F, Max, Min, Q, QuerySet, Sum

from zhixuan.modules.stock.models import Balance, Lot
from zhixuan.modules.stock.queries import norms, order_levels, use
from zhixuan.modules.stock.queries.scope import visible
from zhixuan.rules.stock import levels
from zhixuan.rules.stock.joining import joined_use
from zhixuan.rules.stock.ledger import UNKNOWN_EXPIRY, PlaceKind
from zhixuan.rules.stock.levels import PeriodUse
from zhixuan.shared import sql
from zhixuan.shared.access import Actor, the_one

Row = dict[str, Any]

IN_STORE = Q(place__kind=PlaceKind.STORE)


def _sums(today: date) -> dict[str, Any]:
    """Pieces in store, usable (not expired), held in quarantine, coming, owed to suspense; and the next expiry."""
    usable = IN_STORE & Q(lot__expires_on__gte=today)
    return {
        "in_store": Sum("pieces", filter=IN_STORE, default=0),
        "usable": Sum("pieces", filter=usable, default=0),
        "held": Sum("pieces", filter=Q(place__kind=PlaceKind.QUARANTINE), default=0),
        "coming": Sum("pieces", filter=Q(place__kind=PlaceKind.TRANSIT), default=0),
        "owed": Sum("pieces", filter=Q(place__kind=PlaceKind.SUSPENSE), default=0),
        "next_expiry": Min("lot__expires_on", filter=usable & Q(pieces__gt=0, lot__expires_on__lt=UNKNOWN_EXPIRY)),
    }


FACILITY_AND_PRODUCT = {
    "area_path": Min("place__facility__area_path"),
    "facility_code": Min("place__facility__code"),
    "product_code": Min("product__code"),
}
"""What pairs are sorted by: the same in every balance of a pair, so the least of them is it."""

NAMES = {
    "facility_zh": Min("place__facility__name_zh"),
    "facility_en": Min("place__facility__name_en"),
    "level": Min("place__facility__level"),
    "product_zh": Min("product__name_zh"),
    "product_en": Min("product__name_en"),
    "piece_zh": Min("product__piece_zh"),
    "piece_en": Min("product__piece_en"),
}

PRODUCT_NAMES = {
    "product_code": F("product__code"),
    "product_zh": F("product__name_zh"),
    "product_en": F("product__name_en"),
    "piece_zh": F("product__piece_zh"),
    "piece_en": F("product__piece_en"),
}


def by_facility(actor: Actor, *, today: date) -> QuerySet[Balance, Row]:
    """One row a facility and product that ever had stock of it; in the order of areas, facilities, products."""
    return _amounts(pairs(actor), today)


def pairs(actor: Actor) -> QuerySet[Balance, Row]:
    """The same rows without names and amounts, for a page of a long list: `with_levels` adds them to the rows shown."""
    return _pairs(Balance.objects.filter(visible(actor, "place__facility")))


def of_facilities(facility_ids: Collection[int], *, today: date) -> QuerySet[Balance, Row]:
    """The same for these facilities, whoever asks: for the stores that feed them, which check permission themselves."""
    return _amounts(_pairs(Balance.objects.filter(place__facility__in=set(facility_ids))), today)


def _pairs(balances: QuerySet[Balance]) -> QuerySet[Balance, Row]:
    return (
        balances.values("product_id", facility_id=F("place__facility_id"))
        .annotate(**FACILITY_AND_PRODUCT)
        .order_by("area_path", "facility_code", "product_code")
    )


def _amounts(rows: QuerySet[Balance, Row], today: date) -> QuerySet[Balance, Row]:
    return rows.annotate(store_id=Max("place_id", filter=IN_STORE), **NAMES, **_sums(today))


def by_product(actor: Actor, *, today: date) -> QuerySet[Balance, Row]:
    """One row a product over all facilities in sight."""
    return (
        Balance.objects.filter(visible(actor, "place__facility"))
        .values("product_id", **PRODUCT_NAMES)
        .annotate(**_sums(today))
        .order_by("product_code")
    )


def by_lot(actor: Actor) -> QuerySet[Balance]:
    """Every lot in a store or quarantine with pieces left, next expiry first."""
    return (
        Balance.objects.filter(visible(actor, "place__facility"), pieces__gt=0)
        .filter(place__kind__in=[PlaceKind.STORE, PlaceKind.QUARANTINE])
        .select_related("place__facility", "lot__item", "product")
        .order_by("lot__expires_on", "lot__number")
    )


def with_levels(rows: Iterable[Row], *, today: date) -> list[Row]:
    """Add average monthly use, months of stock, status and a suggested order to rows of `by_facility` or `pairs`;
    `order_level` is what it is filled to by a forecast, None where the norm holds. Rows of `replaced.joined_rows` too:
    their use is that of all products in them.

    Average of the latest three full months, adjusted for days without usable stock; only usable stock counts. The one
    place where these figures are worked out: every screen that shows them asks here.
    """
    listed = _with_amounts(list(rows), today)
    fresh = [row for row in listed if "status" not in row]
    if not fresh:
        return listed
    in_force, seen_from = norms.in_force_and_reference_day(today)
    held = {(part.store, part.product): part.usable for row in fresh for part in parts_of(row) if part.store}
    history = use.use_history(held, today=today, seen_from=seen_from)
    filled = order_levels.of({row["facility_id"] for row in fresh}, today=today)
    for row in fresh:
        average = levels.average_monthly_use(_use_of(row, history))
        bounds = in_force.bounds(row["level"], facility_id=row["facility_id"], area_path=row["area_path"])
        row["bounds"] = bounds
        row["average"], row["per_month"] = average, average.per_month
        row["months"] = levels.months_of_stock(row["usable"], average).months
        row["status"] = levels.stock_status(row["usable"], average, bounds)
        row["order_level"] = filled.get((row["facility_id"], row["product_id"]))
        row["order"] = levels.order_quantity(
            average,
            bounds,
            on_hand_pieces=row["usable"],
            in_transit_pieces=row["coming"],
            level=row["order_level"],
        )
    return listed


def _use_of(row: Row, history: Mapping[tuple[int, int], list[PeriodUse]]) -> list[PeriodUse]:
    told = [(history[part.store, part.product], part.pieces) for part in parts_of(row) if part.store]
    return joined_use(told) if "parts" in row else next((months for months, _pieces in told), [])


class Part(NamedTuple):
    """What is counted in a row: usable pieces of a product in a store (None: the place has none), and how many pieces
    of the row's product stand for one of them."""

    store: int | None
    product: int
    usable: int
    pieces: Fraction = Fraction(1)


def parts_of(row: Row) -> Sequence[Part]:
    """The products counted in a row: its own, unless `replaced.joined_rows` put others there."""
    return row.get("parts") or (Part(row["store_id"], row["product_id"], row["usable"]),)


def in_stores(facility_ids: Iterable[int], *, today: date) -> list[tuple[int, int, int, int]]:
    """(facility, product, pieces in store, expired ones among them), for whoever has found the facilities in sight."""
    rows = Balance.objects.filter(IN_STORE, place__facility__in=list(facility_ids)).exclude(pieces=0)
    expired = Sum("pieces", filter=Q(lot__expires_on__lt=today), default=0)
    sums = rows.values_list("place__facility_id", "product_id").annotate(total=Sum("pieces"), expired=expired)
    return list(sums.order_by())


def products_at(facility_ids: Iterable[int]) -> int:
    """Of how many products there are pieces in these stores, for whoever has found the facilities in sight."""
    rows = Balance.objects.filter(IN_STORE, place__facility__in=list(facility_ids), pieces__gt=0)
    return rows.values("product_id").distinct().count()


def of_pair(facility_id: int, product_id: int, *, today: date) -> list[Row]:
    """The row of `by_facility` of one product at one facility, whoever asks; none while it never had any of it."""
    return _rows_of([facility_id], [product_id], today)


def _with_amounts(rows: list[Row], today: date) -> list[Row]:
    """Rows of `pairs` with their names and amounts; they are in sight, so nobody is asked again."""
    bare = [row for row in rows if "in_store" not in row]
    if not bare:
        return rows
    facilities, products = sorted({row["facility_id"] for row in bare}), sorted({row["product_id"] for row in bare})
    amounts = {(row["facility_id"], row["product_id"]): row for row in _rows_of(facilities, products, today)}
    for row in bare:
        row.update(amounts[row["facility_id"], row["product_id"]])
    return rows


def _rows_of(facilities: Collection[int], products: Collection[int], today: date) -> list[Row]:
    statement = AMOUNTS.format(facilities=sql.marks(len(facilities)), products=sql.marks(len(products)))
    days = [sql.date_value(today), sql.date_value(today), sql.date_value(UNKNOWN_EXPIRY)]
    found = [dict(zip(AMOUNT_NAMES, row, strict=True)) for row in sql.rows(statement, [*days, *facilities, *products])]
    for row in found:
        row["next_expiry"] = row["next_expiry"] and sql.as_date(row["next_expiry"])
    return found


AMOUNT_NAMES = (
    "facility_id",
    "product_id",
    "store_id",
    "in_store",
    "usable",
    "held",
    "coming",
    "owed",
    "next_expiry",
    "area_path",
    "facility_code",
    "facility_zh",
    "facility_en",
    "level",
    "product_code",
    "product_zh",
    "product_en",
    "piece_zh",
    "piece_en",
)
AMOUNTS = """
    SELECT amounts.*, facility.area_path, facility.code, facility.name_zh, facility.name_en, facility.level,
        product.code, product.name_zh, product.name_en, product.piece_zh, product.piece_en
    FROM (
        SELECT place.facility_id, balance.product_id,
            max(CASE WHEN place.kind = 'store' THEN place.id END),
            CAST(sum(CASE WHEN place.kind = 'store' THEN balance.pieces ELSE 0 END) AS bigint),
            CAST(sum(CASE WHEN place.kind = 'store' AND lot.expires_on >= %s THEN balance.pieces ELSE 0 END) AS bigint),
            CAST(sum(CASE WHEN place.kind = 'quarantine' THEN balance.pieces ELSE 0 END) AS bigint),
            CAST(sum(CASE WHEN place.kind = 'transit' THEN balance.pieces ELSE 0 END) AS bigint),
            CAST(sum(CASE WHEN place.kind = 'suspense' THEN balance.pieces ELSE 0 END) AS bigint),
            min(CASE WHEN place.kind = 'store' AND balance.pieces > 0
                AND lot.expires_on >= %s AND lot.expires_on < %s THEN lot.expires_on END)
        FROM stock_balance balance
        JOIN stock_place place ON place.id = balance.place_id
        JOIN stock_lot lot ON lot.id = balance.lot_id
        WHERE place.facility_id IN ({facilities}) AND balance.product_id IN ({products})
        GROUP BY place.facility_id, balance.product_id
    ) amounts
    JOIN directory_facility facility ON facility.id = amounts.facility_id
    JOIN catalogue_product product ON product.id = amounts.product_id
"""
"""What `by_facility` says, for the pairs of one page: a test compares them."""


def lot(lot_id: int) -> Lot:
    """One lot with its item and product.

    Raises:
        Unknown: there is none.
    """
    return the_one(Lot.objects.select_related("item", "product").filter(id=lot_id))


def where_is(actor: Actor, lot_id: int) -> QuerySet[Balance]:
    """Facilities in sight that hold pieces of a lot, in store, in quarantine or on the way to them."""
    return (
        Balance.objects.filter(visible(actor, "place__facility"), lot_id=lot_id)
        .exclude(pieces=0)
        .select_related("place__facility")
        .order_by("place__facility__area_path", "place__facility__code", "place__kind")
    )
