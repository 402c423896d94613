"""Goods between two facilities: what is on its way, what was counted other than sent, what turned up later."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Sum

from zhixuan.modules.stock.models import Event, Movement
from zhixuan.modules.stock.queries.scope import visible
from zhixuan.rules.stock.ledger import OUTSIDE_PLACE_IDS, EventKind, PlaceKind
from zhixuan.rules.stock.receipt_back import DAMAGED as DAMAGED
from zhixuan.rules.stock.receipt_back import MISSING as MISSING
from zhixuan.shared.access import Actor, the_one

TURNED_UP = "missing_turned_up"
"""Reason of a movement, beside those of a receipt."""
SENT_KINDS = (EventKind.TRANSFER_OUT, EventKind.RETURN)
LOST, SPOILED = OUTSIDE_PLACE_IDS[PlaceKind.LOST], OUTSIDE_PLACE_IDS[PlaceKind.DAMAGED]


def on_the_way(actor: Actor) -> QuerySet[Event]:
    """Transfers and returns that nobody has received, with either end in sight, oldest first."""
    answers = Event.objects.filter(answers=OuterRef("pk"), reversed_by=None)
    return (
        Event.objects.filter(kind__in=SENT_KINDS, reversed_by=None, other_place__kind=PlaceKind.TRANSIT)
        .filter(~Exists(answers))
        .filter(visible(actor, "place__facility") | visible(actor, "other_place__facility"))
        .select_related("place__facility", "other_place__facility")
        .order_by("on", "id")
    )


def products_of(event_ids: Iterable[int]) -> dict[int, dict[int, int]]:
    """Pieces by product of each slip."""
    found: dict[int, dict[int, int]] = defaultdict(dict)
    rows = Movement.objects.filter(event_id__in=set(event_ids)).values_list("event_id", "product_id")
    for event_id, product_id, pieces in rows.annotate(total=Sum("pieces")).order_by("event_id", "product_id"):
        found[event_id][product_id] = pieces
    return found


def differing_arrivals(actor: Actor) -> QuerySet[Event]:
    """Arrivals at which something was damaged or missing, with either end in sight, latest first."""
    differing = Movement.objects.filter(to_place_id__in=(LOST, SPOILED), reason__in=(DAMAGED, MISSING))
    return (
        Event.objects.filter(id__in=differing.values("event_id"), kind=EventKind.TRANSFER_IN, reversed_by=None)
        .filter(visible(actor, "place__facility") | visible(actor, "other_place__facility"))
        .select_related("place__facility", "other_place__facility", "answers__place__facility")
        .order_by("-on", "-id")
    )


def differing_arrival(actor: Actor, event_id: int) -> Event:
    """One arrival with a difference.

    Raises:
        Unknown: none such in sight.
    """
    return the_one(differing_arrivals(actor).filter(id=event_id))


def differences_of(event_id: int) -> list[dict[str, Any]]:
    """Lots of an arrival that were damaged or missing, with what turned up since."""
    rows = (
        Movement.objects.filter(event_id=event_id, reason__in=(DAMAGED, MISSING))
        .values("lot_id", "reason", "lot__number", "lot__expires_on")
        .annotate(pieces=Sum("pieces"))
        .values("lot_id", "reason", "pieces", "lot__number", "lot__expires_on", "product_id")
        .order_by("lot_id", "reason")
    )
    back = turned_up(event_id)
    listed = list(rows)
    for row in listed:
        row["turned_up"] = back.get(row["lot_id"], 0) if row["reason"] == MISSING else 0
    return listed


def turned_up(event_id: int) -> dict[int, int]:
    """Pieces that were missing at an arrival and have turned up since, by lot."""
    rows = Movement.objects.filter(event__answers_id=event_id, event__reversed_by=None, reason=TURNED_UP)
    return dict(rows.values_list("lot_id").annotate(total=Sum("pieces")).order_by())


def still_missing(event_id: int) -> dict[int, int]:
    """Pieces still missing of an arrival, by lot."""
    return {
        row["lot_id"]: row["pieces"] - row["turned_up"] for row in differences_of(event_id) if row["reason"] == MISSING
    }
