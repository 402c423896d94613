"""What several operations load before they decide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Sum
from django.utils import timezone

from zhixuan.modules.stock.models import Balance
from zhixuan.modules.stock.operations import _posting
from zhixuan.modules.stock.operations._posting import Drawn
from zhixuan.modules.stock.operations._rows import OUTSIDE_IDS
from zhixuan.modules.stock.queries import history, picking
from zhixuan.modules.stock.queries.places import FacilityPlaces, asked_closed_until
from zhixuan.rules.refusal import N_, Refused, raise_all
from zhixuan.rules.stock import ledger
from zhixuan.rules.stock.fefo import LotOnHand, Needs, Pick, Wanted
from zhixuan.rules.stock.wanting import wanted_problems
from zhixuan.shared import sql


def day_of(at: datetime) -> date:
    """The calendar day of an instant where the system runs."""
    return at.astimezone(timezone.get_default_timezone()).date()


def lock_for_posting(places: FacilityPlaces, on: date, at: datetime, *more_place_ids: int) -> None:
    """Lock a facility's places, then look whether the day can be posted to.

    Raises:
        Refused: the day is in the future or its month is closed.
    """
    locked = _posting.locking([places.store_id, *more_place_ids])
    _, closed = sql.ask(locked, asked_closed_until(places.store_id))
    ledger.check_date(on, today=day_of(at), closed_until=closed)


def lock_for_fact(places: FacilityPlaces, happened_on: date, at: datetime) -> date:
    """Lock a facility's places; answers the day under which something that has happened is booked.

    Raises:
        Refused: it is said to have happened in the future.
    """
    _, closed = sql.ask(_posting.locking([places.store_id]), asked_closed_until(places.store_id))
    return ledger.day_of_fact(happened_on, today=day_of(at), closed_until=closed)


class Opened(NamedTuple):
    """What a slip is made of once nobody else can take it: lots by product, and the slip's own id and number."""

    lots: dict[int, list[LotOnHand]]
    drawn: Drawn


def open_slip(
    places: FacilityPlaces,
    product_ids: Iterable[int],
    on: date,
    at: datetime,
    *more_place_ids: int,
    from_quarantine: bool = False,
) -> Opened:
    """Lock a facility's places and look what lies there: one journey, in this order, so all is answered under the lock.

    Raises:
        Refused: the day is in the future or its month is closed.
    """
    today = day_of(at)
    _, closed, lots, drawn = sql.ask(
        _posting.locking([places.store_id, *more_place_ids]),
        asked_closed_until(places.store_id),
        picking.asked_lots(places, product_ids, dated=on if on < today else None, from_quarantine=from_quarantine),
        _posting.drawing(places.store_id, on),
    )
    ledger.check_date(on, today=today, closed_until=closed)
    return Opened(lots, drawn)


def past_day(on: date, at: datetime) -> date | None:
    """The day, when the posting is dated back; None when it is of today."""
    return on if on < day_of(at) else None


def check_wanted(lines: Sequence[Wanted]) -> None:
    """Quantities are positive and products stand once.

    Raises:
        Refused: all faulty lines at once.
    """
    raise_all(wanted_problems(lines))


def pick_all(
    lines: Sequence[Wanted], lots: Mapping[int, Sequence[LotOnHand]], needs: Needs
) -> list[tuple[Wanted, Pick]]:
    """Lots for every line, by first expiry first out or as chosen: what the preview of the screen has shown.

    Raises:
        Refused: every line that cannot be filled, at once.
    """
    proposals = picking.propose(lines, lots, needs)
    raise_all(one.refusal for one in proposals if one.refusal is not None)
    return [(one.line, one.pick) for one in proposals]


def explanation(picks: Sequence[tuple[Wanted, Pick]]) -> list[dict[str, object]]:
    """What was decided about each lot, as it is kept with the event and shown on the slip."""
    return [
        {"product": line.product_id, "override": line.override_reason, "lots": picking.explained(pick)}
        for line, pick in picks
    ]


def check_later_balances(places: FacilityPlaces, moves: Iterable[ledger.Move], on: date, at: datetime) -> None:
    """A posting dated back must leave every later balance at zero or more, suspense excepted.

    Raises:
        Refused: every lot that would fall below zero on some later day.
    """
    losses = {
        key: -pieces
        for key, pieces in ledger.net_changes(moves).items()
        if pieces < 0 and key[0] not in OUTSIDE_IDS and key[0] != places.suspense_id
    }
    if not losses or past_day(on, at) is None:
        return
    lowest = history.lowest_since(losses, on)
    raise_all(
        Refused(
            N_("On {day} only {available} pieces of lot {lot} can be moved: the rest came or was used later."),
            field="on",
            code="later_negative",
            day=on,
            available=max(lowest[key], 0),
            lot=history.lot_label(key[1]),
        )
        for key, pieces in losses.items()
        if lowest[key] < pieces
    )


def owed(places: FacilityPlaces) -> dict[int, int]:
    """Pieces by product that suspense owes: given out before the books had them. Ask after the lock."""
    rows = Balance.objects.filter(place_id=places.suspense_id).values_list("product_id").annotate(total=Sum("pieces"))
    return {product_id: -total for product_id, total in rows.order_by() if total < 0}


def check_enough(places: FacilityPlaces, moves: Sequence[ledger.Move]) -> None:
    """Every lot that leaves one of the facility's places is there. Call it after the lock.

    Raises:
        Refused: all lots with too little, at once.
    """
    losses = {
        key: -pieces
        for key, pieces in ledger.net_changes(moves).items()
        if pieces < 0 and key[0] in places.kept_ids and key[0] != places.suspense_id
    }
    there = {
        (place_id, lot_id): pieces
        for place_id, lot_id, pieces in Balance.objects.filter(
            place_id__in={place_id for place_id, _lot in losses}, lot_id__in={lot_id for _place, lot_id in losses}
        ).values_list("place_id", "lot_id", "pieces")
    }
    raise_all(
        Refused(
            N_("Lot {lot} has {available} pieces here, {wanted} were asked for."),
            code="too_little",
            lot=history.lot_label(lot_id),
            available=there.get((place_id, lot_id), 0),
            wanted=pieces,
        )
        for (place_id, lot_id), pieces in losses.items()
        if there.get((place_id, lot_id), 0) < pieces
    )
