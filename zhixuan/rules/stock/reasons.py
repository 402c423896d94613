"""Coded reasons of adjustments: each says the direction and the place the pieces go to or come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from zhixuan.rules.refusal import N_, Refused, raise_all
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
        Reason(
            "release", N_("Released after inspection (from quarantine)"), +1, PlaceKind.QUARANTINE, note_needed=True
        ),
        Reason("client_return", N_("Returned unopened by a client"), +1, PlaceKind.CLIENTS),
        Reason("supplier_return", N_("Sent back to the supplier"), -1, PlaceKind.SUPPLIER, note_needed=True),
        Reason("settle", N_("Settles an earlier shortfall (from suspense)"), -1, PlaceKind.SUSPENSE),
    )
}


@dataclass(frozen=True, slots=True)
class LotOfLine:
    """What a line of an adjustment says, as far as its reason has to know."""

    product_id: int
    number: str
    expires_on: date
    pieces: int


def check_held(reason: Reason, *, from_quarantine: bool) -> None:
    """Only what is lost for good, or goes back to the supplier, is taken right out of quarantine.

    Raises:
        Refused: another reason.
    """
    if from_quarantine and (reason.direction > 0 or reason.other in KEPT_KINDS):
        raise Refused(N_("With this reason nothing can be taken from quarantine."), field="reason")


def check_expired(reason: Reason, lines: Mapping[int, LotOfLine], *, on: date) -> None:
    """Only what has expired is written off as expired.

    Args:
        lines: by index of the line.

    Raises:
        Refused: every lot that is still good on that day.
    """
    if reason.other is not PlaceKind.EXPIRED:
        return
    raise_all(
        Refused(
            N_("Line {row}: lot {lot} has not expired on {day}. Choose another reason."),
            field=f"lines-{index}-lot",
            code="not_expired",
            row=index + 1,
            lot=line.number or "—",
            day=on,
        )
        for index, line in lines.items()
        if line.expires_on >= on
    )


def check_owed(reason: Reason, lines: Mapping[int, LotOfLine], owed: Mapping[int, int]) -> None:
    """No more is settled than suspense owes, product by product: another lot may have been given out than was noted.

    Args:
        lines: by index of the line.
        owed: pieces by product.

    Raises:
        Refused: every line that goes beyond.
    """
    if reason.other is not PlaceKind.SUSPENSE:
        return
    left = dict(owed)
    problems = []
    for index, line in lines.items():
        free = left.get(line.product_id, 0)
        if line.pieces > free:
            problems.append(
                Refused(
                    N_("Line {row}: only {owed} pieces of this product are owed in suspense."),
                    field=f"lines-{index}-pieces",
                    code="more_than_owed",
                    row=index + 1,
                    owed=max(free, 0),
                )
            )
        left[line.product_id] = free - line.pieces
    raise_all(problems)


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
