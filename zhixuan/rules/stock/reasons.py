"""Coded reasons of adjustments: each says the direction and the place the pieces go to or come from."""

from __future__ import annotations

from dataclasses import dataclass

from zhixuan.rules.refusal import N_, Refused
from zhixuan.rules.stock.ledger import KEPT_KINDS, PlaceKind


@dataclass(frozen=True, slots=True)
class Reason:
    """Why stock is corrected.

    Args:
        direction: +1 the store gains pieces, -1 it loses them.
        other: kind of the place on the other side.
        note_needed: the person must say more.
    """

    code: str
    label: str
    direction: int
    other: PlaceKind
    note_needed: bool = False

    @property
    def enters_lots(self) -> bool:
        """Pieces come from outside the books, so their lot may be one that was never in them."""
        return self.direction > 0 and self.other not in KEPT_KINDS


REASONS: dict[str, Reason] = {
    reason.code: reason
    for reason in (
        Reason("opening", N_("Opening stock"), +1, PlaceKind.OPENING),
        Reason("found", N_("Found: more on the shelf than in the books"), +1, PlaceKind.DIFFERENCE, note_needed=True),
        Reason("short", N_("Short: less on the shelf than in the books"), -1, PlaceKind.DIFFERENCE, note_needed=True),
        Reason("expired", N_("Expired"), -1, PlaceKind.EXPIRED),
        Reason("damaged", N_("Damaged, damp or spoiled"), -1, PlaceKind.DAMAGED),
        Reason("lost", N_("Lost or stolen"), -1, PlaceKind.LOST, note_needed=True),
        Reason("hold", N_("Held for inspection (to quarantine)"), -1, PlaceKind.QUARANTINE, note_needed=True),
        Reason("release", N_("Released after inspection (from quarantine)"), +1, PlaceKind.QUARANTINE),
        Reason("client_return", N_("Returned unopened by a client"), +1, PlaceKind.CLIENTS),
        Reason("supplier_return", N_("Sent back to the supplier"), -1, PlaceKind.SUPPLIER, note_needed=True),
        Reason("settle", N_("Settles an earlier shortfall (from suspense)"), -1, PlaceKind.SUSPENSE),
    )
}


def reason_of(code: str, *, note: str, field: str = "reason") -> Reason:
    """The reason of that code.

    Raises:
        Refused: unknown code, or a reason that needs a note without one.
    """
    reason = REASONS.get(code)
    if reason is None:
        raise Refused(N_("Choose a reason from the list."), field=field, code="unknown_reason")
    if reason.note_needed and not note.strip():
        raise Refused(N_("Say in the note what happened."), field="note", code="note_needed")
    return reason
