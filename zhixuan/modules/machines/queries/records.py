"""What machines told: lists, and what is known already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import QuerySet

from zhixuan.modules.machines.models import Record
from zhixuan.rules.machines import records as rules
from zhixuan.shared import sql

KEYS = "SELECT key FROM machines_record WHERE machine_id = %s AND key IN ({values})"
NUMBERS = "SELECT number FROM machines_record WHERE machine_id = %s AND number IN ({values})"
AT_ONCE = 500
NUMBERS_MAX = 100_000


def records_of(machine_id: int) -> QuerySet[Record]:
    """Records of a machine, latest first; the caller has found the machine in sight."""
    return (
        Record.objects.filter(machine_id=machine_id)
        .select_related("slot__item__product", "batch")
        .order_by("-moment", "-id")
    )


def known_keys(machine_id: int, keys: Sequence[str]) -> set[str]:
    """Which of these records are there already."""
    return set(_known(KEYS, machine_id, keys))


def known_numbers(machine_id: int, numbers: Iterable[int | None]) -> set[int]:
    """Which of these running numbers the machine has used."""
    return set(_known(NUMBERS, machine_id, sorted({number for number in numbers if number is not None})))


def _known(statement: str, machine_id: int, values: Sequence[Any]) -> Iterator[Any]:
    for start in range(0, len(values), AT_ONCE):
        part = values[start : start + AT_ONCE]
        for (value,) in sql.rows(statement.format(values=sql.marks(len(part))), [machine_id, *part]):
            yield value


def gaps_of(machine_id: int) -> list[tuple[int, int]]:
    """Ranges of running numbers that never came, latest first; of the latest 100,000 records."""
    rows = Record.objects.filter(machine_id=machine_id).exclude(number=None).order_by("-number")
    numbers = [number for number in rows.values_list("number", flat=True)[:NUMBERS_MAX] if number is not None]
    return rules.gaps(numbers)[::-1]


def waiting_vends(machine_id: int) -> QuerySet[Record]:
    """Vends at slots that were not in the plan."""
    return Record.objects.filter(machine_id=machine_id, kind=rules.Kind.VEND, event=None).order_by("moment", "id")
