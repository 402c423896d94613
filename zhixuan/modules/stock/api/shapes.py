"""What goes in and out of the ledger's API. Facilities, products and items are named by their codes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Schema
from pydantic import Field, StringConstraints

from zhixuan.rules.stock.given_out import Channel
from zhixuan.shared.api import Code, Count, Pieces, Sentence

LotNumber = Annotated[str, StringConstraints(max_length=40, pattern=r"^[^\x00]*$")]
Reference = Annotated[str, StringConstraints(max_length=120, pattern=r"^[^\x00]*$")]
LotId = Annotated[int, Field(ge=1, le=2**62)]
LINES_MAX = 5000


class CommandIn(Schema):
    """Common to all postings: `command_id` is made by the client, kept until an answer came."""

    command_id: UUID
    on: date
    note: Sentence = ""


class DeliveredIn(Schema):
    """A lot of a supplier's delivery; `expires_on` null when the label does not say."""

    item: Code
    lot: LotNumber = ""
    expires_on: date | None = None
    made_on: date | None = None
    pieces: Pieces
    other_expiry_confirmed: bool = False


class DeliveryIn(CommandIn):
    reference: Reference = ""
    lines: list[DeliveredIn] = Field(min_length=1, max_length=LINES_MAX)


class ChosenIn(Schema):
    lot_id: LotId
    pieces: Pieces


class WantedIn(Schema):
    """Pieces of a product; name `lots` only to override first expiry first out, with `override_reason`."""

    product: Code
    pieces: Pieces
    item: Code | None = None
    whole_packs: bool = False
    lots: list[ChosenIn] = Field(default_factory=list, max_length=200)
    override_reason: Sentence = ""


class TransferIn(CommandIn):
    to_facility: Code
    reference: Reference = ""
    lines: list[WantedIn] = Field(min_length=1, max_length=LINES_MAX)


class DispensingIn(CommandIn):
    """`already_happened`: the pieces have left the shelf; a shortfall is taken from suspense, never refused.

    `channel`, `first_time`, `counselled` may each be left out; they say nothing of who the client is.
    """

    already_happened: bool = False
    channel: Channel | None = None
    first_time: bool | None = None
    counselled: bool | None = None
    lines: list[WantedIn] = Field(min_length=1, max_length=LINES_MAX)


class ArrivedIn(Schema):
    lot_id: LotId
    accepted: Count
    damaged: Count = 0
    missing: Count = 0


class ArrivalIn(CommandIn):
    lines: list[ArrivedIn] = Field(min_length=1, max_length=LINES_MAX)


class AdjustmentIn(CommandIn):
    reason: Code
    lines: list[ChosenIn] = Field(min_length=1, max_length=LINES_MAX)


class ReversalIn(Schema):
    command_id: UUID
    on: date
    reason: Sentence


class ReasonIn(Schema):
    reason: Sentence = ""


class ReceiptOut(Schema):
    """Proof of a posting; `repeated` when the command had been carried out before."""

    event_id: int
    command_id: UUID
    kind: str
    slip: str
    on: date
    repeated: bool
    details: dict[str, Any]


class OnHandOut(Schema):
    """Stock of a product at a facility, in pieces; `months` and `per_month` null where use is not known."""

    facility: str
    product: str
    in_store: int
    usable: int
    held: int
    coming: int
    owed: int
    next_expiry: date | None
    per_month: float | None
    months: float | None
    status: str


class OnHandPageOut(Schema):
    total: int
    rows: list[OnHandOut]


class LotOut(Schema):
    """A lot at a facility; `expires_on` null where none was recorded."""

    lot_id: int
    facility: str
    product: str
    item: str
    lot: str
    expires_on: date | None
    place: str
    pieces: int


class LotsOut(Schema):
    total: int
    rows: list[LotOut]


class CardLineOut(Schema):
    """One line of a stock card; `balance` is what stood after it."""

    event_id: int
    slip: str
    kind: str
    on: date
    lot_id: int
    lot: str
    pieces_in: int
    pieces_out: int
    balance: int
    reason: str
    note: str


class CardOut(Schema):
    total: int
    closing: int
    rows: list[CardLineOut]


class SlipLineOut(Schema):
    line: int
    lot_id: int
    product: str
    pieces: int
    from_place: str
    to_place: str
    reason: str


class SlipOut(Schema):
    event_id: int
    slip: str
    kind: str
    facility: str
    on: date
    recorded_at: datetime
    reference: str
    note: str


class SlipWithLinesOut(SlipOut):
    details: dict[str, Any]
    lines: list[SlipLineOut]


class SlipsOut(Schema):
    total: int
    rows: list[SlipOut]


class MonthOut(Schema):
    month: str
    opening: int
    gained: int
    lost: int
    closing: int
    closed: bool
