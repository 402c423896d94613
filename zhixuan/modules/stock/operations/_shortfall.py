"""What already happened is never refused: pieces that the books do not have are taken from suspense."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.stock.models import Lot
from zhixuan.modules.stock.operations import _loading, _lots, _posting
from zhixuan.modules.stock.operations._issuing import Issue
from zhixuan.modules.stock.operations._slip import Slip, Trace
from zhixuan.modules.stock.queries import picking
from zhixuan.modules.stock.queries.slips import Receipt
from zhixuan.rules.refusal import N_, Refused
from zhixuan.rules.stock import fefo
from zhixuan.rules.stock.fefo import LotOnHand, Needs, Pick, Wanted
from zhixuan.rules.stock.ledger import Move
from zhixuan.rules.stock.receiving import Delivered
from zhixuan.shared.access import Actor


def issue_fact(out: Issue, lines: Sequence[Wanted], *, actor: Actor, command_id: UUID, at: datetime) -> Receipt:
    """Post an issue that has happened; the missing part comes out of the facility's suspense."""
    dated = _loading.past_day(out.on, at)
    lots = picking.lots_on_hand(out.giver, [line.product_id for line in lines], dated=dated)
    picks: list[tuple[Wanted, Pick]] = []
    moves: list[Move] = []
    for line in lines:
        pick = _take_what_is_there(lots.get(line.product_id, []), line)
        picks.append((line, pick))
        moves += [
            Move(lot.lot_id, lot.product_id, out.giver.store_id, out.to_place_id, pieces) for lot, pieces in pick.lines
        ]
        if pick.missing:
            lot_id = _lot_to_owe(line, lots.get(line.product_id, []))
            moves.append(
                Move(lot_id, line.product_id, out.giver.suspense_id, out.to_place_id, pick.missing, "shortfall")
            )
        lots[line.product_id] = fefo.left_after(pick, lots.get(line.product_id, []))
    slip = Slip(
        command_id,
        out.kind,
        out.giver.store_id,
        out.giver.code,
        out.on,
        tuple(moves),
        suspense_ids=frozenset({out.giver.suspense_id}),
        other_place_id=out.to_place_id,
        reference=out.reference,
        note=out.note.strip(),
        details={
            "picks": _loading.explanation(picks),
            "shortfall": sum(pick.missing for _line, pick in picks),
            **({"happened_on": out.happened_on.isoformat()} if out.happened_on else {}),
            **out.seen,
        },
    )
    trace = Trace(out.kind.value, out.giver.area_path)
    return _posting.post_one(slip, trace, actor=actor, at=at)


def _take_what_is_there(lots: Sequence[LotOnHand], line: Wanted) -> Pick:
    """Named lots first; what happened may even have come from an expired lot."""
    named = dict(line.chosen)
    if not named:
        return fefo.pick(lots, line.pieces, Needs(on=date.min, item_id=line.item_id, recalled_allowed=True))
    taken = tuple((lot, min(lot.pieces, named[lot.lot_id])) for lot in lots if lot.lot_id in named and lot.pieces)
    return Pick(taken, (), line.pieces - sum(pieces for _lot, pieces in taken))


def _lot_to_owe(line: Wanted, lots: Sequence[LotOnHand]) -> int:
    """The lot that the shortfall is written to: the one named, the latest one here, or one without a number."""
    named = [lot_id for lot_id, _pieces in line.chosen]
    if known := Lot.objects.filter(id__in=named, product_id=line.product_id).order_by("id").last():
        return known.id
    here = [lot for lot in lots if line.item_id in (None, lot.item_id)]
    if here:
        return max(here, key=fefo.order).lot_id
    item_id = line.item_id or catalogue.first_item_id(line.product_id)
    if item_id is None:
        raise Refused(N_("This product has no trade item in the catalogue yet. Add one first."), code="no_item")
    unnumbered = Delivered(item_id=item_id, lot_number="", expires_on=None, pieces=line.pieces)
    return _lots.ensure([unnumbered], {item_id: line.product_id})[_lots.key_of(unnumbered)].id
