"""The API of machines: what they tell, and the question whether so many packs may be taken."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import AwareDatetime, ConfigDict, Field, StringConstraints

from zhixuan.modules.machines.models import Record
from zhixuan.modules.machines.operations.ask_pick_up import ask_pick_up
from zhixuan.modules.machines.operations.record_batch import Entry, record_batch
from zhixuan.modules.machines.queries import machines as queries
from zhixuan.modules.machines.queries import states
from zhixuan.modules.machines.queries.records import records_of
from zhixuan.rules.machines.limits import PACKS_MAX
from zhixuan.rules.machines.records import NUMBER_MAX, PIECES_AT_ONCE_MAX, SLOT_MAX, Kind, Told
from zhixuan.shared.api import REFUSALS, PageQuery, part
from zhixuan.shared.requests import ActorRequest

router = Router()

RECORDS_AT_ONCE = 2000
Blinded = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Strict(Schema):
    """A field that is not known is refused by its name: a document's number sent by mistake is never read."""

    model_config = ConfigDict(extra="forbid")


class RecordIn(Strict):
    """One record; `blinded` is what the door's key makes of a document shown for a limit, never the document."""

    kind: Kind
    happened_at: AwareDatetime | None = None
    number: int | None = Field(None, ge=0, le=NUMBER_MAX)
    slot: int | None = Field(None, ge=1, le=SLOT_MAX)
    pieces: int | None = Field(None, ge=1, le=PIECES_AT_ONCE_MAX)
    blinded: Blinded | None = None


class BatchIn(Strict):
    command_id: UUID
    records: list[RecordIn] = Field(min_length=1, max_length=RECORDS_AT_ONCE)


class OutcomeOut(Schema):
    """What became of a batch: see `record_batch`."""

    new: int
    known: int
    vends: int
    pieces: int
    waiting: int
    doubted: int
    numbers_again: int
    events: list[int]
    repeated: bool


class PickUpIn(Strict):
    packs: int = Field(1, ge=1, le=PACKS_MAX)
    blinded: Blinded | None = None


class PickUpOut(Schema):
    """`packs` may be taken now; `packs_without` are given to whoever shows nothing."""

    packs: int
    packs_without: int


class SlotOut(Schema):
    number: int
    item: str
    product: str
    capacity: int
    pieces: int
    fill: str


class MachineOut(Schema):
    """A machine as it stands; `troubles` say why somebody must go there."""

    code: str
    name_zh: str
    name_en: str
    model: str
    serial: str
    service_phone: str
    last_heard_at: datetime | None
    troubles: list[str]
    slots: list[SlotOut]


class RecordOut(Schema):
    kind: str
    number: int | None
    slot: int | None
    pieces: int
    happened_at: datetime | None
    received_at: datetime
    clock: str
    event_id: int | None
    undone_at: datetime | None

    @staticmethod
    def resolve_slot(row: Record) -> int | None:
        return row.slot_number


class RecordsOut(Schema):
    total: int
    rows: list[RecordOut]


def _shown(state: states.MachineState) -> dict[str, Any]:
    machine = state.machine
    return {
        "code": machine.facility.code,
        "name_zh": machine.facility.name_zh,
        "name_en": machine.facility.name_en,
        "model": machine.model,
        "serial": machine.serial,
        "service_phone": machine.service_phone,
        "last_heard_at": machine.last_heard_at,
        "troubles": [trouble.value for trouble in state.troubles],
        "slots": [
            {
                "number": one.slot.number,
                "item": one.slot.item.code,
                "product": one.slot.item.product.code,
                "capacity": one.slot.capacity,
                "pieces": one.slot.pieces,
                "fill": one.fill.value,
            }
            for one in state.slots
        ],
    }


@router.get("/", response={200: list[MachineOut], **REFUSALS}, url_name="machines")
def list_machines(request: ActorRequest) -> list[dict[str, Any]]:
    """Machines in sight, as they stand."""
    today = timezone.localdate()
    return [_shown(state) for state in states.states(queries.open_machines(request.actor, today), today=today)]


@router.get("/{code}/log", response={200: RecordsOut, **REFUSALS}, url_name="machine_log")
def list_records(request: ActorRequest, code: str, page: PageQuery) -> dict[str, Any]:
    """What a machine told, latest first."""
    return part(records_of(queries.machine_by_code(request.actor, code).pk), page)


@router.post("/{code}/records", response={200: OutcomeOut, 201: OutcomeOut, **REFUSALS}, url_name="machine_records")
def add_records(request: ActorRequest, code: str, body: BatchIn) -> Status[dict[str, Any]]:
    """Tell what happened; told twice it is kept once. A vend is never refused for want of stock."""
    machine = queries.machine_by_code(request.actor, code)
    entries = [
        Entry(machine.pk, Told(one.kind, one.happened_at, one.number, one.slot, one.pieces), one.blinded or "")
        for one in body.records
    ]
    outcome = record_batch(
        entries=entries, source="machine", actor=request.actor, command_id=body.command_id, at=timezone.now()
    )
    return Status(200 if outcome.repeated else 201, asdict(outcome))


@router.post("/{code}/pick-ups", response={200: PickUpOut, **REFUSALS}, url_name="ask_pick_up")
def ask(request: ActorRequest, code: str, body: PickUpIn) -> dict[str, int]:
    """May so many packs be taken? Nothing of the question is kept. No answer within two seconds: give."""
    machine = queries.machine_by_code(request.actor, code)
    allowance = ask_pick_up(
        machine_id=machine.pk, blinded=body.blinded or "", packs=body.packs, actor=request.actor, at=timezone.now()
    )
    return asdict(allowance)
