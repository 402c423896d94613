"""First expiry, first out, and able to explain itself: which lots were taken, which passed over, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from zhixuan.rules.refusal import N_, Refused


class Why(StrEnum):
    """What was decided about a lot."""

    TAKEN = "taken"
    NOT_NEEDED = "not_needed"
    EXPIRED = "expired"
    QUARANTINED = "quarantined"
    RECALLED = "recalled"
    NOT_THERE_THEN = "not_there_then"
    SHORT_DATED = "short_dated"
    WRONG_PACK = "wrong_pack"
    NOT_CHOSEN = "not_chosen"


class LotOnHand(NamedTuple):
    """A lot at the store that gives: `pieces` can go out.

    Args:
        pieces_held: in quarantine, cannot go out.
        pieces_later: there now, but came or were used after the day that is posted to.
        recalled: a recall or a stop of use holds for this lot here (`stock.operations.block_lot`).
    """

    lot_id: int
    item_id: int
    product_id: int
    number: str
    expires_on: date
    pieces: int
    pieces_held: int = 0
    pieces_per_pack: int = 1
    pieces_later: int = 0
    recalled: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """One line of an issue, a transfer or a return: so many pieces of a product.

    Args:
        item_id: only this trade item; None for any of the product.
        chosen: (lot id, pieces) when a person names the lots; they must add up to `pieces`.
        override_reason: why not the lot that expires first.
    """

    product_id: int
    pieces: int
    item_id: int | None = None
    whole_packs: bool = False
    chosen: tuple[tuple[int, int], ...] = ()
    override_reason: str = ""


@dataclass(frozen=True, slots=True)
class Needs:
    """What makes a lot fit for the one who receives it.

    Args:
        on: the day it goes out; a lot is good up to and including its expiry day.
        good_until: it must not expire before this day (turnover norm of the receiver).
        item_id: only this trade item.
        whole_packs: only whole packs may leave.
        expired_allowed: for sending back or writing off, not for use.
        recalled_allowed: for sending back, and for what has happened already.
    """

    on: date
    good_until: date | None = None
    item_id: int | None = None
    whole_packs: bool = False
    expired_allowed: bool = False
    recalled_allowed: bool = False


class Verdict(NamedTuple):
    """One line of the explanation."""

    lot_id: int
    number: str
    expires_on: date
    pieces: int
    why: Why


@dataclass(frozen=True, slots=True)
class Pick:
    """Lots to take, in order, the explanation for every lot looked at, and what is missing."""

    lines: tuple[tuple[LotOnHand, int], ...]
    verdicts: tuple[Verdict, ...]
    missing: int


def order(lot: LotOnHand) -> tuple[date, str, int]:
    """Earliest expiry first; lots without a recorded expiry last; ties by number, then by age in the books."""
    return (lot.expires_on, lot.number, lot.lot_id)


def unfit(lot: LotOnHand, needs: Needs) -> Why | None:
    """Why a lot may not be opened, or None when it may."""
    if lot.pieces <= 0 and lot.pieces_later > 0:
        return Why.NOT_THERE_THEN
    if lot.pieces <= 0 and lot.pieces_held > 0:
        return Why.QUARANTINED
    if lot.recalled and not needs.recalled_allowed:
        return Why.RECALLED
    if lot.expires_on < needs.on and not needs.expired_allowed:
        return Why.EXPIRED
    if needs.item_id is not None and lot.item_id != needs.item_id:
        return Why.WRONG_PACK
    if needs.whole_packs and lot.pieces < lot.pieces_per_pack:
        return Why.WRONG_PACK
    if needs.good_until is not None and lot.expires_on < needs.good_until:
        return Why.SHORT_DATED
    return None


def pick(lots: Iterable[LotOnHand], wanted: int, needs: Needs) -> Pick:
    """Take `wanted` pieces from the fitting lots, first expiry first.

    Never takes from a later lot while a fitting earlier one still has pieces.
    """
    lines: list[tuple[LotOnHand, int]] = []
    verdicts: list[Verdict] = []
    missing = wanted
    for lot in sorted(lots, key=order):
        why = unfit(lot, needs)
        take = 0
        if why is None:
            take = _takeable(lot, missing, needs) if missing else 0
            why = Why.TAKEN if take else Why.NOT_NEEDED
        if take:
            lines.append((lot, take))
            missing -= take
        pieces = take or lot.pieces or lot.pieces_later or lot.pieces_held
        verdicts.append(Verdict(lot.lot_id, lot.number, lot.expires_on, pieces, why))
    return Pick(tuple(lines), tuple(verdicts), missing)


def told(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """What a slip keeps: each lot taken, each passed over and why; not those that come later and were not needed."""
    last = max((place for place, one in enumerate(verdicts) if one.why is Why.TAKEN), default=-1)
    return [one for place, one in enumerate(verdicts) if one.why is not Why.NOT_NEEDED or place < last]


def _takeable(lot: LotOnHand, missing: int, needs: Needs) -> int:
    take = min(lot.pieces, missing)
    return take - take % lot.pieces_per_pack if needs.whole_packs else take


def left_after(pick_: Pick, lots: Sequence[LotOnHand]) -> list[LotOnHand]:
    """The lots as they stand once a pick is taken: the next line of the same product looks at these."""
    taken = {lot.lot_id: pieces for lot, pieces in pick_.lines}
    return [lot._replace(pieces=lot.pieces - taken[lot.lot_id]) if lot.lot_id in taken else lot for lot in lots]


def follow_choice(lots: Sequence[LotOnHand], chosen: Mapping[int, int], needs: Needs, *, override_reason: str) -> Pick:
    """Take the lots a person named, when first-expiry-first-out would have taken the same or a reason is given.

    Args:
        chosen: pieces by lot id.

    Raises:
        Refused: a named lot is not there, has too little, may never be opened (expired, quarantined, recalled), or the
            choice differs from first expiry first out without a reason.
    """
    known = {lot.lot_id: lot for lot in lots}
    lines: list[tuple[LotOnHand, int]] = []
    for lot_id, pieces in chosen.items():
        lot = known.get(lot_id)
        if lot is None or lot.pieces < pieces:
            raise _too_little(lot, pieces)
        why = unfit(lot, needs)
        if why in {Why.EXPIRED, Why.QUARANTINED, Why.RECALLED}:
            raise Refused(UNFIT_SENTENCES[why], code=why.value, lot=lot.number or "—", day=lot.expires_on)
        lines.append((lot, pieces))
    proposal = pick(lots, sum(chosen.values()), needs)
    if {lot.lot_id: pieces for lot, pieces in proposal.lines} != dict(chosen) and not override_reason.strip():
        raise Refused(
            N_("Lot {lot} should go out first because it expires first. Take it, or give the reason for another."),
            code="fefo_reason_needed",
            lot=(proposal.lines[0][0].number if proposal.lines else "") or "—",
        )
    return Pick(tuple(lines), tuple(_chosen_verdict(verdict, chosen) for verdict in proposal.verdicts), 0)


def _chosen_verdict(verdict: Verdict, chosen: Mapping[int, int]) -> Verdict:
    """What became of a lot when a person chose: the slip must not say that a lot left behind was taken."""
    if chosen.get(verdict.lot_id):
        return verdict._replace(pieces=chosen[verdict.lot_id], why=Why.TAKEN)
    return verdict._replace(why=Why.NOT_CHOSEN) if verdict.why is Why.TAKEN else verdict


def _too_little(lot: LotOnHand | None, pieces: int) -> Refused:
    if lot is None:
        return Refused(N_("This lot is not in stock here."), code="lot_not_here")
    return Refused(
        N_("Lot {lot} has {available} pieces here, {wanted} were asked for."),
        code="too_little",
        lot=lot.number or "—",
        available=lot.pieces,
        wanted=pieces,
    )


UNFIT_SENTENCES: dict[Why, str] = {
    Why.EXPIRED: N_("Lot {lot} expired on {day} and cannot be given out. Write it off instead."),
    Why.QUARANTINED: N_("Lot {lot} is held in quarantine and cannot be given out until it is released."),
    Why.RECALLED: N_("Lot {lot} is recalled and cannot be given out. Put it into quarantine and send it back."),
}


def shortage(pick_: Pick, *, product: object, wanted: int, field: str = "") -> Refused:
    """The refusal that says how much can be had, and what stands in the way of the rest."""
    blocked = dict.fromkeys(Why, 0)
    for verdict in pick_.verdicts:
        blocked[verdict.why] += verdict.pieces
    blocked[Why.NOT_THERE_THEN] += sum(lot.pieces_later for lot, _pieces in pick_.lines)
    available = wanted - pick_.missing
    for why, sentence in _SHORTAGE_SENTENCES:
        if blocked[why]:
            return Refused(
                sentence,
                field=field,
                code=f"only_{why.value}",
                product=product,
                wanted=wanted,
                available=available,
                blocked=blocked[why],
            )
    return Refused(
        N_("{product}: {wanted} pieces were asked for, {available} are in stock."),
        field=field,
        code="too_little",
        product=product,
        wanted=wanted,
        available=available,
    )


_SHORTAGE_SENTENCES: tuple[tuple[Why, str], ...] = (
    (
        Why.NOT_THERE_THEN,
        N_(
            "{product}: {wanted} pieces were asked for, {available} can be dated to that day; {blocked} more came or "
            "were used later."
        ),
    ),
    (
        Why.SHORT_DATED,
        N_(
            "{product}: {wanted} pieces were asked for, {available} keep long enough for the receiver; {blocked} more "
            "expire too soon. Choose lots yourself and give a reason, or send less."
        ),
    ),
    (
        Why.WRONG_PACK,
        N_(
            "{product}: {wanted} pieces were asked for, {available} can go out in whole packs; {blocked} more are in "
            "another or an opened pack."
        ),
    ),
    (
        Why.RECALLED,
        N_(
            "{product}: {wanted} pieces were asked for, {available} can be given out; {blocked} more are of a recalled "
            "lot."
        ),
    ),
    (
        Why.QUARANTINED,
        N_(
            "{product}: {wanted} pieces were asked for, {available} can be given out; {blocked} more are held in "
            "quarantine."
        ),
    ),
    (
        Why.EXPIRED,
        N_(
            "{product}: {wanted} pieces were asked for, {available} can be given out; {blocked} more have expired and "
            "count as out of stock."
        ),
    ),
)
