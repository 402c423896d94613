"""Questions: stock on hand, lots, cards, slips, what is on its way, months."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.utils import timezone
from ninja import Router
from pydantic import Field

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.directory import queries as directory
from zhixuan.modules.stock import permissions
from zhixuan.modules.stock.api import shapes
from zhixuan.modules.stock.queries import months as month_queries
from zhixuan.modules.stock.queries import on_hand, slips
from zhixuan.modules.stock.queries.card import CardLines
from zhixuan.modules.stock.queries.places import FacilityPlaces, places_of
from zhixuan.rules.stock.ledger import UNKNOWN_EXPIRY, slip_number
from zhixuan.shared.access import Unknown
from zhixuan.shared.api import REFUSALS, Code, PageQuery, part
from zhixuan.shared.requests import ActorRequest

router = Router()

MonthsShown = Annotated[int, Field(ge=1, le=1200)]


def places_in_sight(request: ActorRequest, code: str) -> FacilityPlaces:
    """The places of a facility whose stock this caller may view."""
    places = places_of(directory.facility_in_sight(request.actor, code).id)
    permissions.require(request.actor, permissions.VIEW, places)
    return places


def product_id_of(code: str) -> int:
    found = catalogue.product_ids([code])
    if code not in found:
        raise Unknown
    return found[code]


@router.get("/on-hand", response={200: shapes.OnHandPageOut, **REFUSALS})
def stock_on_hand(
    request: ActorRequest, page: PageQuery, facility: Code | None = None, product: Code | None = None
) -> Any:
    """Stock by facility and product, with average use, months of stock and status."""
    today = timezone.localdate()
    rows = on_hand.by_facility(request.actor, today=today)
    if facility is not None:
        rows = rows.filter(place__facility__code=facility)
    if product is not None:
        rows = rows.filter(product__code=product)
    found = part(rows, page)
    shown = on_hand.with_levels(found["rows"], today=today)
    return {"total": found["total"], "rows": [_on_hand(row) for row in shown]}


def _on_hand(row: dict[str, Any]) -> dict[str, Any]:
    exact = {name: None if row[name] is None else float(row[name]) for name in ("per_month", "months")}
    return {**row, **exact, "facility": row["facility_code"], "product": row["product_code"]}


@router.get("/lots", response={200: shapes.LotsOut, **REFUSALS})
def lots(request: ActorRequest, page: PageQuery, facility: Code | None = None, product: Code | None = None) -> Any:
    """Lots with pieces left, next expiry first."""
    rows = on_hand.by_lot(request.actor)
    if facility is not None:
        rows = rows.filter(place__facility__code=facility)
    if product is not None:
        rows = rows.filter(product__code=product)
    found = part(rows, page)
    return {"total": found["total"], "rows": [_lot(row) for row in found["rows"]]}


def _lot(row: Any) -> dict[str, Any]:
    return {
        "lot_id": row.lot_id,
        "facility": row.place.facility.code,
        "product": row.product.code,
        "item": row.lot.item.code,
        "lot": row.lot.number,
        "expires_on": None if row.lot.expires_on == UNKNOWN_EXPIRY else row.lot.expires_on,
        "place": row.place.kind,
        "pieces": row.pieces,
    }


@router.get("/cards/{facility}/{product}", response={200: shapes.CardOut, **REFUSALS})
def card(
    request: ActorRequest,
    facility: Code,
    product: Code,
    page: PageQuery,
    since: date | None = None,
    until: date | None = None,
) -> Any:
    """The stock card of a product at a facility, latest line first, with the balance after each line."""
    places = places_in_sight(request, facility)
    lines = CardLines(places.store_id, product_id_of(product), since=since, until=until)
    rows = [
        {name: getattr(line, name) for name in shapes.CardLineOut.model_fields if name != "lot"}
        | {"lot": line.lot_number}
        for line in lines[page.offset : page.offset + page.limit]
    ]
    return {"total": len(lines), "closing": lines.closing, "rows": rows}


@router.get("/slips", response={200: shapes.SlipsOut, **REFUSALS})
def all_slips(request: ActorRequest, page: PageQuery, facility: Code | None = None) -> Any:
    """Slips in sight, latest first."""
    rows = slips.events_for(request.actor).select_related("place__facility").order_by("-on", "-id")
    if facility is not None:
        rows = rows.filter(place__facility__code=facility)
    found = part(rows, page)
    return {"total": found["total"], "rows": [_slip(event) for event in found["rows"]]}


def _slip(event: Any) -> dict[str, Any]:
    return {
        "event_id": event.id,
        "slip": slip_number(event.place.facility.code, event.year, event.number),
        "kind": event.kind,
        "facility": event.place.facility.code,
        "on": event.on,
        "recorded_at": event.recorded_at,
        "reference": event.reference,
        "note": event.note,
    }


@router.get("/slips/{event_id}", response={200: shapes.SlipWithLinesOut, **REFUSALS})
def one_slip(request: ActorRequest, event_id: shapes.LotId) -> Any:
    """One slip with its lines, and why these lots were taken."""
    event = slips.event(request.actor, event_id)
    lines = [
        {
            "line": line.line,
            "lot_id": line.lot_id,
            "product": line.product.code,
            "pieces": line.pieces,
            "from_place": line.from_place.kind,
            "to_place": line.to_place.kind,
            "reason": line.reason,
        }
        for line in slips.movements_of(event_id)
    ]
    return {**_slip(event), "details": event.details, "lines": lines}


@router.get("/transfers/awaiting", response={200: shapes.SlipsOut, **REFUSALS})
def awaiting(request: ActorRequest, page: PageQuery) -> Any:
    """Transfers and returns on their way to facilities in sight, oldest first."""
    found = part(slips.awaiting_receipt(request.actor).select_related("place__facility"), page)
    return {"total": found["total"], "rows": [_slip(event) for event in found["rows"]]}


@router.get("/facilities/{facility}/months", response={200: list[shapes.MonthOut], **REFUSALS})
def months(request: ActorRequest, facility: Code, latest: MonthsShown = 24) -> Any:
    """Months of a store, latest first."""
    places = places_in_sight(request, facility)
    rows = month_queries.months_of_store(places.store_id, today=timezone.localdate())
    return [
        {
            "month": str(row.month),
            "opening": row.opening,
            "gained": row.gained,
            "lost": row.lost,
            "closing": row.closing,
            "closed": row.close is not None,
        }
        for row in rows[:latest]
    ]
