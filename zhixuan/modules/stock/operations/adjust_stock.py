"""Correct the stock of a store, with a coded reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from zhixuan.modules.stock import permissions
from zhixuan.modules.stock.models import Lot
from zhixuan.modules.stock.operations import _found_lots, _loading, _posting, _release
from zhixuan.modules.stock.operations._commands import once
from zhixuan.modules.stock.operations._posting import Slip
from zhixuan.modules.stock.queries import blocks
from zhixuan.modules.stock.queries.places import FacilityPlaces, places_of
from zhixuan.modules.stock.queries.slips import Receipt
from zhixuan.rules.refusal import N_, Refused
from zhixuan.rules.stock import reasons
from zhixuan.rules.stock.ledger import KEPT_KINDS, OUTSIDE_PLACE_IDS, PIECES_MAX, EventKind, Move, PlaceKind
from zhixuan.rules.stock.reasons import Reason
from zhixuan.rules.stock.receiving import Delivered
from zhixuan.shared import audit
from zhixuan.shared.access import Actor


@once
def adjust_stock(
    *,
    facility_id: int,
    reason_code: str,
    lines: Sequence[tuple[int, int]],
    found: Sequence[Delivered] = (),
    on: date,
    note: str = "",
    from_quarantine: bool = False,
    actor: Actor,
    command_id: UUID,
    at: datetime,
) -> Receipt:
    """Add or take away pieces of lots for one reason of `rules.stock.reasons`. Safe to repeat.

    Args:
        lines: (lot id, pieces), pieces positive: the reason says the direction.
        found: lots that were never in the books here, entered when new; only where the reason adds from outside.
        from_quarantine: what is written off lies in quarantine, not in the store.

    What comes in of a recalled lot goes into quarantine instead of the store.

    Raises:
        Refused: unknown reason, missing note, a lot with too little, a closed month.
        Unknown, Forbidden: see permissions.
    """
    places = places_of(facility_id)
    permissions.require(actor, permissions.ADJUST, places)
    reason = reasons.reason_of(reason_code, note=note)
    products = _products(lines, found)
    _found_lots.check(found, reason)
    _check_quarantine(reason, from_quarantine)
    _loading.lock_for_posting(places, on, at, places.quarantine_id)

    entered = _found_lots.enter(found)
    corrected = [
        *((lot_id, products[lot_id], pieces) for lot_id, pieces in lines),
        *((lot.id, lot.product_id, pieces) for lot, pieces in entered),
    ]
    recalled = blocks.blocked_lot_ids(places.area_path, {lot_id for lot_id, *_rest in corrected})
    moves = tuple(
        _move(reason, line, places, held=from_quarantine or (reason.enters_lots and line[0] in recalled))
        for line in corrected
    )
    _release.check(places, moves, actor)
    _loading.check_enough(places, moves)
    _loading.check_later_balances(places, moves, on, at)

    slip = Slip(
        command_id,
        EventKind.ADJUSTMENT,
        places.store_id,
        places.code,
        on,
        moves,
        suspense_ids=frozenset({places.suspense_id}),
        note=note.strip(),
        details={"reason": reason.code},
    )
    receipt = _posting.post([slip], actor=actor, at=at)[0]
    audit.record(
        actor, "adjust_stock", "stock.event", str(receipt.event_id), places.area_path, {"reason": reason.code}, at
    )
    return receipt


def _products(lines: Sequence[tuple[int, int]], found: Sequence[Delivered]) -> dict[int, int]:
    """Product by lot id, of lines that make sense."""
    problems = []
    known = dict(Lot.objects.filter(id__in=[lot_id for lot_id, _ in lines]).values_list("id", "product_id"))
    if not lines and not found:
        problems.append(Refused(N_("Enter at least one line."), code="no_lines"))
    seen: set[int] = set()
    for index, (lot_id, pieces) in enumerate(lines):
        row = index + 1
        if lot_id not in known or lot_id in seen:
            problems.append(
                Refused(N_("Line {row}: choose a lot, each one once."), field=f"lines-{index}-lot", row=row)
            )
        if not 0 < pieces <= PIECES_MAX:
            problems.append(
                Refused(N_("Line {row}: enter how many pieces, 1 or more."), field=f"lines-{index}-pieces", row=row)
            )
        seen.add(lot_id)
    if problems:
        raise Refused.many(problems)
    return known


def _check_quarantine(reason: Reason, from_quarantine: bool) -> None:
    if from_quarantine and (reason.direction > 0 or reason.other in KEPT_KINDS):
        raise Refused(N_("With this reason nothing can be taken from quarantine."), field="reason")


def _move(reason: Reason, line: tuple[int, int, int], places: FacilityPlaces, *, held: bool) -> Move:
    """The move of one (lot, product, pieces); `held`: at the quarantine instead of the store."""
    lot_id, product_id, pieces = line
    here = places.quarantine_id if held else places.store_id
    other = {PlaceKind.QUARANTINE: places.quarantine_id, PlaceKind.SUSPENSE: places.suspense_id}.get(
        reason.other
    ) or OUTSIDE_PLACE_IDS[reason.other]
    if reason.direction > 0:
        return Move(lot_id, product_id, other, here, pieces, reason.code)
    return Move(lot_id, product_id, here, other, pieces, reason.code)
