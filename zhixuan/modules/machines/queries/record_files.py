"""Reading a vendor's table of records: entries, or every mistake with its row and column."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone

from zhixuan.modules.machines.permissions import RECORD
from zhixuan.modules.machines.queries.machines import machines_for
from zhixuan.rules.machines import record_files as rules
from zhixuan.rules.machines import records
from zhixuan.rules.machines.record_files import RecordMapping
from zhixuan.rules.machines.records import NUMBER_MAX, PIECES_AT_ONCE_MAX, SLOT_MAX, Kind, Told
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared.access import Actor
from zhixuan.shared.spreadsheets.cells import Cell, shown
from zhixuan.shared.spreadsheets.columns import locate
from zhixuan.shared.spreadsheets.fields import Collector
from zhixuan.shared.spreadsheets.tables import Row, Table, plain_title


@dataclass(slots=True)
class ReadRecords:
    """What a file holds: (machine, record) in the order of the rows, and what is wrong with it."""

    entries: list[tuple[int, Told]] = field(default_factory=list)
    reasons: list[Refused] = field(default_factory=list)


def titles(mapping: RecordMapping) -> list[str]:
    """All titles by which the heading row is found."""
    return [title for listed in mapping.columns.values() for title in listed]


def refuse_people(tables: Iterable[Table]) -> None:
    """A file that says who took something is not taken, not even to look at.

    Raises:
        Refused: a column about people, or a cell with an identity number; what it holds is not repeated.
    """
    for table in tables:
        for title in table.header:
            if plain_title(title) in rules.ABOUT_PEOPLE:
                raise Refused(
                    N_(
                        "The column {column} is about people and must not be here. Delete it and choose the file again."
                    ),
                    field="file",
                    code="about_people",
                    column=title,
                )
        for row in table.rows:
            if any(_holds_identity(cell) for cell in row.cells):
                raise Refused(
                    N_("Row {row} holds what looks like an identity number. Delete the column and choose again."),
                    field="file",
                    code="about_people",
                    row=row.number,
                )


def _holds_identity(cell: Cell) -> bool:
    text = shown(cell)
    return len(text) >= 18 and rules.ID_NUMBER.search(text) is not None


def read(tables: Iterable[Table], mapping: RecordMapping, actor: Actor) -> ReadRecords:
    """The entries of all sheets, for machines where the actor may enter records."""
    found = ReadRecords()
    known: dict[str, int] = {}
    for machine in machines_for(actor, RECORD):
        known[machine.facility.code.casefold()] = machine.pk
        if machine.serial:
            known.setdefault(machine.serial.casefold(), machine.pk)
    for table in tables:
        try:
            columns = locate(table, mapping.columns, optional=("number", "slot", "pieces"))
        except Refused as refused:
            found.reasons += refused.reasons
            continue
        _read_table(table, Collector(table, columns), columns, mapping, known, found)
    if not found.entries and not found.reasons:
        found.reasons.append(Refused(N_("The file holds no records."), field="file"))
    return found


def _read_table(
    table: Table,
    cells: Collector,
    columns: dict[str, int],
    mapping: RecordMapping,
    known: dict[str, int],
    found: ReadRecords,
) -> None:
    for row in table.rows:
        code = cells.code(row, "machine", required=True)
        machine_id = known.get(code.casefold())
        if code and machine_id is None:
            sentence = N_("Sheet {sheet}, row {row}: there is no machine {given} in your area.")
            cells.refuse(row, "machine", sentence, given=code[:40])
        kind = cells.choice(row, "kind", mapping.kinds, required=True) or Kind.ALIVE
        told = Told(
            kind=kind,
            happened_at=_moment(row, columns, cells),
            number=cells.whole(row, "number", minimum=0, maximum=NUMBER_MAX),
            slot=cells.whole(row, "slot", minimum=1, maximum=SLOT_MAX),
            pieces=cells.whole(row, "pieces", minimum=1, maximum=PIECES_AT_ONCE_MAX) if kind is Kind.VEND else None,
        )
        for problem in records.problems(told):
            cells.refuse(row, problem.field, problem.message, code=problem.code, **problem.fields)
        if machine_id is not None and cells.clean(row):
            found.entries.append((machine_id, told))
    found.reasons += cells.reasons


def _moment(row: Row, columns: dict[str, int], cells: Collector) -> datetime | None:
    """The time of a row; local where it does not say its zone."""
    cell = row.cell(columns["happened_at"])
    if cell is None:
        cells.wrong(row, "happened_at", "required")
        return None
    if isinstance(cell, datetime):
        return timezone.make_aware(cell)
    if isinstance(cell, date):
        return timezone.make_aware(datetime.combine(cell, datetime.min.time()))
    read_as = rules.moment_of(shown(cell))
    if read_as is None:
        cells.refuse(
            row,
            "happened_at",
            N_("Sheet {sheet}, row {row}: “{value}” is not a time. Write it as 2026-11-23 08:05:09."),
            value=shown(cell)[:40],
        )
        return None
    moment, zoned = read_as
    return moment if zoned else timezone.make_aware(moment)
