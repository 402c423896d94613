"""A line of a document as it is drawn, and what can be wrong with it by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from zhixuan.rules.refusal import N_, Refused
from zhixuan.rules.stock.fefo import Wanted
from zhixuan.rules.stock.receiving import Arrived, Delivered

PRICE_MAX = Decimal("99999999.9999")


class Origin(StrEnum):
    """Where the goods of a goods-receipt note come from."""

    PURCHASE = "purchase"
    TRANSFER = "transfer"
    RETURN = "return"
    SURPLUS = "surplus"


class Conclusion(StrEnum):
    """What acceptance came to."""

    ACCEPTED = "accepted"
    PARTLY = "partly"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What was looked at when goods came: words of the person who looked, `sampled_pieces` counted."""

    appearance: str = ""
    packaging: str = ""
    temperature: str = ""
    sampled_pieces: int | None = None
    conclusion: str = ""


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """One line.

    Args:
        item_id: the trade item; needed on a goods-receipt note, on the others only where one pack is wanted.
        pieces: to issue or return; on a goods-receipt note what is accepted.
        chosen: (lot id, pieces) when a person names the lots instead of first expiry first out.
        asked_pieces: what was asked for, where less is issued.
        lot_number, expires_on, made_on: as printed, on a goods-receipt note.
        lot_id, damaged, missing: on a goods-receipt note of a transfer: which lot of it, and the differences.
        unit_price: of a piece; never used in any sum of stock.
    """

    product_id: int
    item_id: int | None
    pieces: int
    whole_packs: bool = False
    chosen: tuple[tuple[int, int], ...] = ()
    override_reason: str = ""
    asked_pieces: int | None = None
    lot_number: str = ""
    expires_on: date | None = None
    made_on: date | None = None
    other_expiry_confirmed: bool = False
    lot_id: int | None = None
    damaged: int = 0
    missing: int = 0
    unit_price: Decimal | None = None
    acceptance: Acceptance = field(default_factory=Acceptance)

    @property
    def amount(self) -> Decimal | None:
        return None if self.unit_price is None else (self.unit_price * self.pieces).quantize(Decimal("0.01"))

    def wanted(self) -> Wanted:
        """As the ledger is asked for it."""
        return Wanted(self.product_id, self.pieces, self.item_id, self.whole_packs, self.chosen, self.override_reason)

    def delivered(self) -> Delivered:
        """As the ledger takes it in."""
        return Delivered(
            self.item_id or 0,
            self.lot_number.strip(),
            self.expires_on,
            self.pieces,
            self.made_on,
            self.other_expiry_confirmed,
        )

    def arrived(self) -> Arrived:
        """As the ledger settles it against what was sent."""
        return Arrived(self.lot_id or 0, self.pieces, self.damaged, self.missing)


def line_problems(lines: Sequence[DocumentLine]) -> list[Refused]:
    """What is wrong with prices, asked pieces and samples; the ledger's own rules say the rest."""
    return [reason for index, line in enumerate(lines) for reason in _problems(line, index)]


def difference_problems(lines: Iterable[DocumentLine], note: str) -> list[Refused]:
    """What was damaged or missing on arrival is told, or there is nothing to settle it by."""
    if note.strip() or not any(line.damaged or line.missing for line in lines):
        return []
    return [Refused(N_("Say in the note what was damaged or missing."), field="note", code="note_needed")]


def _problems(line: DocumentLine, index: int) -> Iterator[Refused]:
    row = index + 1
    if line.unit_price is not None and not 0 <= line.unit_price <= PRICE_MAX:
        yield Refused(
            N_("Line {row}: the price of a piece is 0 or more, below a hundred million."),
            field=f"lines-{index}-unit_price",
            row=row,
        )
    if line.asked_pieces is not None and line.asked_pieces < line.pieces:
        yield Refused(
            N_("Line {row}: {pieces} pieces are to go, but only {asked} were asked for."),
            field=f"lines-{index}-asked_pieces",
            row=row,
            pieces=line.pieces,
            asked=line.asked_pieces,
        )
    sampled = line.acceptance.sampled_pieces
    if sampled is not None and not 0 <= sampled <= line.pieces:
        yield Refused(
            N_("Line {row}: {sampled} pieces were sampled of {pieces}. Correct one of the numbers."),
            field=f"lines-{index}-sampled_pieces",
            row=row,
            sampled=sampled,
            pieces=line.pieces,
        )
    if line.acceptance.conclusion == Conclusion.REFUSED:
        yield Refused(
            N_("Line {row}: what is refused is not taken in. Remove the line and send the goods back."),
            field=f"lines-{index}-conclusion",
            row=row,
        )
