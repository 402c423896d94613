"""What goes in and out of the documents' API. Facilities, products and items are named by their codes."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field, StringConstraints

from zhixuan.rules.stock.ledger import PIECES_MAX
from zhixuan.shared.api import Code, Count, Pieces, Sentence

Text = Annotated[str, StringConstraints(max_length=120, pattern=r"^[^\x00]*$")]
Name = Annotated[str, StringConstraints(max_length=80, pattern=r"^[^\x00]*$")]
Short = Annotated[str, StringConstraints(max_length=40, pattern=r"^[^\x00]*$")]
Id = Annotated[int, Field(ge=1, le=2**62)]
Price = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=4)]
Answer = Literal["ok", "not_ok"]
LINES_MAX = 5000


class ChosenIn(Schema):
    lot_id: Id
    pieces: Pieces


class LineIn(Schema):
    """A line; `item`, `lot` and `expires_on` on a goods-receipt note, `lots` only to choose lots by hand elsewhere."""

    product: Code
    item: Code | None = None
    pieces: Annotated[int, Field(ge=0, le=PIECES_MAX)]
    asked_pieces: Pieces | None = None
    whole_packs: bool = False
    lots: list[ChosenIn] = Field(default_factory=list, max_length=200)
    override_reason: Text = ""
    lot: Short = ""
    expires_on: date | None = None
    made_on: date | None = None
    other_expiry_confirmed: bool = False
    lot_id: Id | None = None
    damaged: Count = 0
    missing: Count = 0
    unit_price: Price | None = None
    appearance: Name = ""
    packaging: Name = ""
    temperature: Short = ""
    sampled_pieces: Count | None = None
    conclusion: Literal["", "accepted", "partly", "refused"] = ""


class DocumentIn(Schema):
    """`transfer` is the ledger's slip that a goods-receipt note of a transfer or return takes in."""

    command_id: UUID
    kind: Literal["receipt", "issue", "return"]
    to_facility: Code | None = None
    on: date
    reference: Text = ""
    note: Sentence = ""
    origin: Literal["", "purchase", "transfer", "return", "surplus"] = ""
    supplier: Text = ""
    transport: Text = ""
    keeper: Name = ""
    acceptor: Name = ""
    supervisor: Name = ""
    transfer: Id | None = None
    lines: list[LineIn] = Field(min_length=1, max_length=LINES_MAX)


class CheckIn(Schema):
    """The two checks, and by row the seven matches; `reason` when something is not ok."""

    command_id: UUID
    consignee: Answer
    day: Answer
    lines: dict[Annotated[int, Field(ge=1, le=10**6)], dict[Short, Answer]] = Field(max_length=LINES_MAX)
    reason: Sentence = ""


class SendIn(Schema):
    """`confirmed`: what the refusal `lots_changed` was agreed to, as the screen shows it."""

    command_id: UUID
    confirmed: Short = ""


class CancelIn(Schema):
    command_id: UUID
    reason: Sentence


class DrawnOut(Schema):
    """`event_id` is the ledger's slip; `repeated` when the command had been carried out before."""

    id: int
    number: str
    state: str
    event_id: int | None
    repeated: bool


class LineOut(Schema):
    row: int
    product: str
    item: str | None
    pieces: int
    asked_pieces: int | None
    lot: str
    expires_on: date | None
    unit_price: Decimal | None
    proposal: list[dict[str, Any]]
    answers: dict[str, str]


class DocumentOut(Schema):
    id: int
    number: str
    kind: str
    state: str
    facility: str
    other_facility: str | None
    on: date
    reference: str
    note: str
    drawn_by: str
    drawn_at: datetime
    checked_by: str
    event_id: int | None


class DocumentWithLinesOut(DocumentOut):
    lines: list[LineOut]


class DocumentsOut(Schema):
    total: int
    rows: list[DocumentOut]
