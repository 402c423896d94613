"""What several operations load before they decide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from django.utils import timezone

from zhixuan.modules.stock.models import Balance
from zhixuan.modules.stock.operations import _posting
from zhixuan.modules.stock.operations._rows import OUTSIDE_IDS
from zhixuan.modules.stock.queries import history, picking
from zhixuan.modules.stock.queries.places import FacilityPlaces, closed_until
from zhixuan.rules.refusal import N_, Refused, raise_all
from zhixuan.rules.stock import ledger
from zhixuan.rules.stock.fefo import LotOnHand, Needs, Pick, Wanted
from zhixuan.rules.stock.wanting import wanted_problems


def day_of(at: datetime) -> date:
    """The calendar day of an instant where the system runs."""
    return timezone.localtime(at).date()


def lock_for_posting(places: FacilityPlaces, on: date, at: datetime, *more_place_ids: int) -> None:
    """Lock a facility's places, then look whether the day can be posted to.

    Raises:
        Refused: the day is in the future or its month is closed.
    """
    _posting.lock_places([places.store_id, *more_place_ids])
    ledger.check_date(on, today=day_of(at), closed_until=closed_until(places.store_id))


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
