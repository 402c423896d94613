"""What there is to count at a facility, and what the books say of it at the moment it was counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max, Min, Q

from zhixuan.modules.stock.models import Balance, Event, Lot, Movement
from zhixuan.modules.stock.queries import history
from zhixuan.modules.stock.queries.deliveries import LotKey, known_lots
from zhixuan.modules.stock.queries.places import FacilityPlaces, closed_until
from zhixuan.rules.counting.moments import Book, LaterMove, Moment, book_at
from zhixuan.rules.stock.ledger import EventKind, PlaceKind

Key = tuple[bool, int]
"""(held in quarantine, lot id)"""


@dataclass(frozen=True, slots=True)
class LotToCount:
    """A lot that lies at a facility, in the store or held in quarantine."""

    held: bool
    lot_id: int
    item_id: int
    product_id: int
    number: str
    expires_on: date
    pieces: int


def lots_to_count(
    places: FacilityPlaces,
    *,
    held: bool = True,
    product_ids: Collection[int] | None = None,
    moved_since: date | None = None,
) -> list[LotToCount]:
    """Lots with pieces, in the order of the catalogue, next expiry first.

    Args:
        held: also what is in quarantine.
        product_ids: only these; None for all.
        moved_since: only lots that came or went on that day or later, also those of which none are left.
    """
    rows = Balance.objects.filter(place_id__in=[places.store_id, *([places.quarantine_id] if held else [])])
    if product_ids is not None:
        rows = rows.filter(product_id__in=list(product_ids))
    if moved_since is None:
        rows = rows.filter(pieces__gt=0)
    else:
        own = Q(from_place_id__in=places.kept_ids) | Q(to_place_id__in=places.kept_ids)
        rows = rows.filter(lot_id__in=Movement.objects.filter(own, on__gte=moved_since).values("lot_id"))
    found = rows.order_by("product__code", "lot__expires_on", "lot__number", "lot_id", "place_id").values_list(
        "place_id", "lot_id", "lot__item_id", "product_id", "lot__number", "lot__expires_on", "pieces"
    )
    return [
        LotToCount(place_id == places.quarantine_id, lot_id, item_id, product_id, number, expires_on, pieces)
        for place_id, lot_id, item_id, product_id, number, expires_on, pieces in found
    ]


def last_event_id() -> int:
    """The latest event there is: all that was posted at a locked store has an id up to it."""
    return Event.objects.aggregate(last=Max("id"))["last"] or 0


def books(places: FacilityPlaces, moments: Mapping[Key, Moment | None], *, after_event: int) -> dict[Key, Book]:
    """What the books say of lots: at the moment each was counted, or now where there is no moment yet.

    Args:
        after_event: an event that was there before the earliest moment.
    """
    by_place = {places.store_id: False, places.quarantine_id: True}
    wanted = {lot_id for _held, lot_id in moments}
    balances = Balance.objects.filter(place_id__in=by_place)
    if len(wanted) < 500:
        balances = balances.filter(lot_id__in=wanted)
    now = {
        (by_place[place_id], lot_id): pieces
        for place_id, lot_id, pieces in balances.values_list("place_id", "lot_id", "pieces")
    }
    earliest = min((moment.at for moment in moments.values() if moment is not None), default=None)
    later = {} if earliest is None else _later(places, earliest, after_event)
    return {
        key: Book(now.get(key, 0), now.get(key, 0))
        if moment is None
        else book_at(moment, now.get(key, 0), later.get(key, ()))
        for key, moment in moments.items()
    }


def _later(places: FacilityPlaces, earliest: datetime, after_event: int) -> Mapping[Key, list[LaterMove]]:
    """Movements entered after an instant, by lot; reversals with day and instant of the slip they undo."""
    rows = Movement.objects.filter(
        event_id__gt=after_event, event__place_id=places.store_id, event__recorded_at__gt=earliest
    ).values_list(
        "lot_id",
        "pieces",
        "from_place_id",
        "to_place_id",
        "from_place__kind",
        "to_place__kind",
        "on",
        "event__recorded_at",
        "event__reverses__on",
        "event__reverses__recorded_at",
    )
    found: dict[Key, list[LaterMove]] = defaultdict(list)
    for lot_id, pieces, source, target, source_kind, target_kind, on, at, undone_on, undone_at in rows:
        day, instant = undone_on or on, undone_at or at
        for place_id, change, other in ((source, -pieces, target_kind), (target, pieces, source_kind)):
            if place_id in {places.store_id, places.quarantine_id}:
                key = (place_id == places.quarantine_id, lot_id)
                found[key].append(LaterMove(change, day, instant, other))
    return found


def day_to_post(places: FacilityPlaces, losses: Mapping[Key, int], counted_on: date, *, today: date) -> date:
    """The day of counting where the ledger can be dated back to it, else today.

    Args:
        losses: pieces that would be taken, by lot.
    """
    closed = closed_until(places.store_id)
    if counted_on >= today or (closed is not None and counted_on <= closed):
        return today
    keys = {
        (places.quarantine_id if held else places.store_id, lot_id): pieces for (held, lot_id), pieces in losses.items()
    }
    lowest = history.lowest_since(keys, counted_on) if keys else {}
    return counted_on if all(lowest[key] >= pieces for key, pieces in keys.items()) else today


def ids_of_lots(keys: Collection[LotKey]) -> dict[LotKey, int]:
    """Lots that are in the books anywhere, by item, number and expiry."""
    return {key: lot.id for key, lot in known_lots(keys).items() if key in set(keys)}


def first_days(facility_ids: Collection[int]) -> dict[int, date]:
    """The day of the first slip by facility; facilities without any are left out."""
    rows = Event.objects.filter(place__facility_id__in=list(facility_ids), place__kind=PlaceKind.STORE)
    return dict(rows.values_list("place__facility_id").annotate(first=Min("on")).order_by())


def opened_with(facility_id: int) -> dict[LotKey, int]:
    """Pieces that were entered as opening stock of a facility, by lot; reversed slips do not count."""
    rows = Movement.objects.filter(
        to_place__facility_id=facility_id, from_place__kind=PlaceKind.OPENING, event__reversed_by=None
    ).exclude(event__kind=EventKind.REVERSAL)
    found: dict[LotKey, int] = defaultdict(int)
    for item_id, number, expires_on, pieces in rows.values_list(
        "lot__item_id", "lot__number", "lot__expires_on", "pieces"
    ):
        found[item_id, number, expires_on] += pieces
    return dict(found)


def expiries_of(numbers: Collection[tuple[int, str]]) -> dict[tuple[int, str], list[date]]:
    """Expiries under which lots are known, by item and number."""
    rows = Lot.objects.filter(
        item_id__in={item_id for item_id, _number in numbers}, number__in={n for _item, n in numbers}
    )
    found: dict[tuple[int, str], list[date]] = defaultdict(list)
    for item_id, number, expires_on in (
        rows.exclude(number="").order_by("expires_on").values_list("item_id", "number", "expires_on")
    ):
        found[item_id, number].append(expires_on)
    return dict(found)
