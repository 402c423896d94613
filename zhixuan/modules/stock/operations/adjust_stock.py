"""Correct the stock of a store, with a coded reason."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from zhixuan.modules.stock import permissions
from zhixuan.modules.stock.models import Lot
from zhixuan.modules.stock.operations import _found_lots, _loading, _posting, _release
from zhixuan.modules.stock.operations._commands import once
from zhixuan.modules.stock.operations._slip import Slip, Trace
from zhixuan.modules.stock.queries import blocks
from zhixuan.modules.stock.queries.places import FacilityPlaces, places_of
from zhixuan.modules.stock.queries.slips import Receipt
from zhixuan.rules.refusal import N_, Refused
from zhixuan.rules.stock import reasons
from zhixuan.rules.stock.ledger import OUTSIDE_PLACE_IDS, PIECES_MAX, EventKind, Move, PlaceKind
from zhixuan.rules.stock.reasons import LotOfLine, Reason
from zhixuan.rules.stock.receiving import Delivered
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
        Refused: unknown reason, missing note, a lot with too little, a lot that has not expired, more than is owed, a
            closed month.
        Unknown, Forbidden: see permissions.
    """
    places = places_of(facility_id)
    permissions.require(actor, permissions.ADJUST, places)
    reason = reasons.reason_of(reason_code, note=note)
    known = _known(lines, found)
    _found_lots.check(found, reason)
    reasons.check_expired(reason, known, on=on)
    reasons.check_held(reason, from_quarantine=from_quarantine)
    _loading.lock_for_posting(places, on, at, places.quarantine_id)
    reasons.check_owed(reason, known, _loading.owed(places) if reason.other is PlaceKind.SUSPENSE else {})

    entered = _found_lots.enter(found)
    corrected = [
        *((lot_id, known[row].product_id, pieces) for row, (lot_id, pieces) in enumerate(lines)),
        *((lot.id, lot.product_id, pieces) for lot, pieces in entered),
    ]
    held = _held(reason, corrected, places, from_quarantine=from_quarantine)
    moves = tuple(_move(reason, line, places, held=line[0] in held) for line in corrected)
    _release.check(places, moves, actor, at)
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
    trace = Trace("adjust_stock", places.area_path, {"reason": reason.code})
    return _posting.post_one(slip, trace, actor=actor, at=at)


def _known(lines: Sequence[tuple[int, int]], found: Sequence[Delivered]) -> dict[int, LotOfLine]:
    """The lot of each line, by its index, of lines that make sense."""
    problems = []
    known = {lot.id: lot for lot in Lot.objects.filter(id__in=[lot_id for lot_id, _ in lines])}
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
    return {
        index: LotOfLine(known[lot_id].product_id, known[lot_id].number, known[lot_id].expires_on, pieces)
        for index, (lot_id, pieces) in enumerate(lines)
    }


def _held(
    reason: Reason, corrected: Sequence[tuple[int, int, int]], places: FacilityPlaces, *, from_quarantine: bool
) -> Collection[int]:
    """Lots whose pieces leave or enter the quarantine instead of the store."""
    lot_ids = {lot_id for lot_id, _product, _pieces in corrected}
    if from_quarantine:
        return lot_ids
    return blocks.blocked_lot_ids(places.area_path, lot_ids) if reason.enters_lots else ()


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
