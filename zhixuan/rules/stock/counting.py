"""A count brought into the ledger: one event, a movement for each difference, each with its reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from zhixuan.rules.refusal import N_
from zhixuan.rules.stock.ledger import OUTSIDE_PLACE_IDS, Move, PlaceKind
from zhixuan.rules.stock.receiving import Delivered

COUNTED_PLACES: Final = (PlaceKind.STORE, PlaceKind.QUARANTINE)


@dataclass(frozen=True, slots=True)
class CountReason:
    """Why shelf and books differ. `note_needed`: the person must say more."""

    code: str
    label: str
    note_needed: bool = False


COUNT_REASONS: dict[str, CountReason] = {
    reason.code: reason
    for reason in (
        CountReason("count_no_slip_out", N_("Given out without a slip")),
        CountReason("count_no_slip_in", N_("Received without a slip")),
        CountReason("count_wrong_slip", N_("Wrong number on an earlier slip")),
        CountReason("count_wrong_lot", N_("Another lot was taken than the slip says")),
        CountReason("count_thrown_away", N_("Expired or damaged, thrown away without a slip")),
        CountReason("count_lost", N_("Lost or stolen"), note_needed=True),
        CountReason("count_unknown", N_("No reason was found"), note_needed=True),
    )
}

WITHIN_TOLERANCE: Final = "count_tolerated"


@dataclass(frozen=True, slots=True)
class Difference:
    """A lot of the books of which more (+) or less (-) lay there, in pieces. `held`: in quarantine."""

    lot_id: int
    pieces: int
    reason: str
    held: bool = False


@dataclass(frozen=True, slots=True)
class FoundLot:
    """A lot that lay there and was never in the books here."""

    lot: Delivered
    reason: str
    held: bool = False


def moves_of(differences: Iterable[tuple[Difference, int]], *, store_id: int, quarantine_id: int) -> tuple[Move, ...]:
    """Movements between the facility's places and the place `difference`.

    Args:
        differences: with the product of each lot.
    """
    outside = OUTSIDE_PLACE_IDS[PlaceKind.DIFFERENCE]
    moves = []
    for one, product_id in differences:
        here = quarantine_id if one.held else store_id
        sides = (outside, here) if one.pieces > 0 else (here, outside)
        moves.append(Move(one.lot_id, product_id, *sides, abs(one.pieces), one.reason))
    return tuple(moves)
