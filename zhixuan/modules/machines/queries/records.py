"""What machines told: lists, and what is known already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import QuerySet

from zhixuan.modules.machines.models import Record
from zhixuan.rules.machines import records as rules

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
    found: set[str] = set()
    for start in range(0, len(keys), AT_ONCE):
        part = keys[start : start + AT_ONCE]
        rows = Record.objects.filter(machine_id=machine_id, key__in=part)
        found.update(rows.values_list("key", flat=True))
    return found


def known_numbers(machine_id: int, numbers: Iterable[int | None]) -> set[int]:
    """Which of these running numbers the machine has used."""
    wanted = sorted({number for number in numbers if number is not None})
    found: set[int] = set()
    for start in range(0, len(wanted), AT_ONCE):
        part = wanted[start : start + AT_ONCE]
        rows = Record.objects.filter(machine_id=machine_id, number__in=part)
        found.update(number for number in rows.values_list("number", flat=True) if number is not None)
    return found


def gaps_of(machine_id: int) -> list[tuple[int, int]]:
    """Ranges of running numbers that never came, latest first; of the latest 100,000 records."""
    rows = Record.objects.filter(machine_id=machine_id).exclude(number=None).order_by("-number")
    numbers = [number for number in rows.values_list("number", flat=True)[:NUMBERS_MAX] if number is not None]
    return rules.gaps(numbers)[::-1]


def waiting_vends(machine_id: int) -> QuerySet[Record]:
    """Vends at slots that were not in the plan."""
    return Record.objects.filter(machine_id=machine_id, kind=rules.Kind.VEND, event=None).order_by("moment", "id")
