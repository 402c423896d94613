"""Records on their way into the table: plain rows, because a file of a vendor holds thousands of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from zhixuan.modules.machines.models import Slot
from zhixuan.rules.machines.records import Clock, Kind
from zhixuan.shared import sql

INSERT = (
    "INSERT INTO machines_record (machine_id, key, number, kind, slot_number, slot_id, pieces, happened_at, "
    "received_at, moment, clock, number_again, event_id, batch_id)"
)
WORDS = {str(one): one.value for one in (*Kind, *Clock)}


@dataclass(slots=True)
class NewRecord:
    """A record that is not in the table yet; the fields are those of `models.Record`."""

    machine_id: int
    key: str
    number: int | None
    kind: Kind
    slot_number: int | None
    slot: Slot | None
    pieces: int
    happened_at: datetime | None
    moment: datetime
    clock: Clock
    number_again: bool = False
    event_id: int | None = None

    @property
    def slot_id(self) -> int | None:
        return None if self.slot is None else self.slot.id


def write(rows: Sequence[NewRecord], *, batch_id: UUID, received_at: datetime) -> None:
    """Insert them all; the unique key of the table refuses what is there already."""
    received, batch = sql.moment_value(received_at), sql.uuid_value(batch_id)
    statements = []
    for chunk in sql.chunks(rows):
        statements += sql.insertion(INSERT, [_values(row, received, batch) for row in chunk])
    sql.tell(statements)


def _values(row: NewRecord, received: Any, batch: Any) -> tuple[Any, ...]:
    told = None if row.happened_at is None else sql.moment_value(row.happened_at)
    moment = told if row.clock is Clock.GOOD else received
    return (
        row.machine_id, row.key, row.number, WORDS[row.kind], row.slot_number, row.slot_id, row.pieces, told,
        received, moment, WORDS[row.clock], row.number_again, row.event_id, batch,
    )  # fmt: skip
