"""What several operations load before they decide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from django.utils import timezone

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.stock.models import Balance
from zhixuan.modules.stock.operations import _posting
from zhixuan.modules.stock.queries import history
from zhixuan.modules.stock.queries.places import FacilityPlaces, closed_until
from zhixuan.rules.refusal import N_, Refused, raise_all
from zhixuan.rules.stock import fefo, ledger
from zhixuan.rules.stock.fefo import LotOnHand, Needs, Pick, Wanted
from zhixuan.shared.ui.naming import LocalizedName


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


def lots_on_hand(places: FacilityPlaces, product_ids: Iterable[int]) -> dict[int, list[LotOnHand]]:
    """Lots with pieces at a facility, in store or held, by product. Call it after the lock."""
    rows = Balance.objects.filter(
        place_id__in=[places.store_id, places.quarantine_id], product_id__in=set(product_ids), pieces__gt=0
    ).values_list(
        "place_id",
        "lot_id",
        "product_id",
        "pieces",
        "lot__item_id",
        "lot__number",
        "lot__expires_on",
        "lot__item__pieces_per_pack",
    )
    lots: dict[int, dict[int, LotOnHand]] = {}
    for place_id, lot_id, product_id, pieces, item_id, number, expires_on, pack in rows:
        known = lots.setdefault(product_id, {}).get(lot_id)
        in_store = (known.pieces if known else 0) + (pieces if place_id == places.store_id else 0)
        held = (known.pieces_held if known else 0) + (pieces if place_id == places.quarantine_id else 0)
        lots[product_id][lot_id] = LotOnHand(lot_id, item_id, product_id, number, expires_on, in_store, held, pack)
    return {product_id: list(by_lot.values()) for product_id, by_lot in lots.items()}


def check_wanted(lines: Sequence[Wanted]) -> None:
    """Quantities are positive and products stand once.

    Raises:
        Refused: all faulty lines at once.
    """
    problems: list[Refused] = []
    if not lines:
        problems.append(Refused(N_("Enter at least one line."), code="no_lines"))
    seen: set[tuple[int, int | None]] = set()
    for index, line in enumerate(lines):
        if not 0 < line.pieces <= ledger.PIECES_MAX:
            problems.append(
                Refused(
                    N_("Line {row}: enter how many pieces, 1 or more."), field=f"lines-{index}-pieces", row=index + 1
                )
            )
        if line.chosen and sum(pieces for _lot, pieces in line.chosen) != line.pieces:
            problems.append(
                Refused(
                    N_("Line {row}: the pieces of the chosen lots do not add up to the quantity."),
                    field=f"lines-{index}-pieces",
                    row=index + 1,
                )
            )
        if (line.product_id, line.item_id) in seen:
            problems.append(
                Refused(
                    N_("Line {row}: this product stands on an earlier line. Put both quantities on one line."),
                    field=f"lines-{index}-product",
                    row=index + 1,
                )
            )
        seen.add((line.product_id, line.item_id))
    if problems:
        raise Refused.many(problems)


def pick_all(
    lines: Sequence[Wanted], lots: Mapping[int, Sequence[LotOnHand]], needs: Needs
) -> list[tuple[Wanted, Pick]]:
    """Lots for every line, by first expiry first out or as chosen.

    Raises:
        Refused: every line that cannot be filled, at once.
    """
    picks: list[tuple[Wanted, Pick]] = []
    problems: list[Refused] = []
    for index, line in enumerate(lines):
        try:
            picks.append((line, _pick(line, lots.get(line.product_id, []), needs, f"lines-{index}-pieces")))
        except Refused as refused:
            refused.field = refused.field or f"lines-{index}-pieces"
            problems.append(refused)
    if problems:
        raise Refused.many(problems)
    return picks


def _pick(line: Wanted, lots: Sequence[LotOnHand], needs: Needs, field: str) -> Pick:
    own = Needs(needs.on, needs.good_until, line.item_id, line.whole_packs, needs.expired_allowed)
    if line.chosen:
        return fefo.follow_choice(lots, dict(line.chosen), own, override_reason=line.override_reason)
    picked = fefo.pick(lots, line.pieces, own)
    if picked.missing:
        raise fefo.shortage(picked, product=product_name(line.product_id), wanted=line.pieces, field=field)
    return picked


def product_name(product_id: int) -> LocalizedName:
    product = catalogue.products_by_id([product_id]).get(product_id)
    return LocalizedName(product.name_zh, product.name_en) if product else LocalizedName("？", "?")


def explanation(picks: Sequence[tuple[Wanted, Pick]]) -> list[dict[str, object]]:
    """What was decided about each lot, as it is kept with the event and shown on the slip."""
    return [
        {
            "product": line.product_id,
            "override": line.override_reason,
            "lots": [
                {
                    "lot": verdict.lot_id,
                    "number": verdict.number,
                    "expires": verdict.expires_on.isoformat(),
                    "pieces": verdict.pieces,
                    "why": verdict.why.value,
                }
                for verdict in pick.verdicts
            ],
        }
        for line, pick in picks
    ]


def check_later_balances(places: FacilityPlaces, moves: Iterable[ledger.Move], on: date, at: datetime) -> None:
    """A posting dated back must leave every later balance of the facility at zero or more.

    Raises:
        Refused: names the lot that would fall below zero on some later day.
    """
    if on >= day_of(at):
        return
    losses = {
        key: pieces
        for key, pieces in ledger.net_changes(moves).items()
        if pieces < 0 and key[0] in (places.store_id, places.quarantine_id, places.transit_id)
    }
    for (place_id, lot_id), pieces in losses.items():
        now, later = history.balance_and_later_changes(place_id, lot_id, on)
        lowest = ledger.lowest_later_balance(now, later)
        if lowest + pieces < 0:
            raise Refused(
                N_("On {day} only {available} pieces of lot {lot} can be moved: the rest was used later."),
                field="on",
                code="later_negative",
                day=on,
                available=max(lowest, 0),
                lot=history.lot_label(lot_id),
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
