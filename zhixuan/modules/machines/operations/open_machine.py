"""Every facility of the kind vending machine has its row here."""

from __future__ import annotations

from zhixuan.modules.directory import queries as directory
from zhixuan.modules.machines.models import Machine
from zhixuan.modules.machines.queries.machines import KIND


def open_machine(facility_id: int) -> None:
    """Make the machine of a facility that was just added; nothing for other kinds, or when it is there."""
    if directory.all_facilities().filter(pk=facility_id, kind=KIND).exists():
        Machine.objects.get_or_create(facility_id=facility_id)
