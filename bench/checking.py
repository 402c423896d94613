"""How fast the whole ledger proves itself, and how the real data comes in where it is at hand."""

from __future__ import annotations

import time

from django.db import connection

from bench.rounds import Line
from zhixuan.modules.stock.models import Event, Movement
from zhixuan.modules.stock.operations.check_ledger import check_ledger


def lines() -> list[Line]:
    """Over whatever the benches before have posted."""
    begin = time.perf_counter()
    faults = check_ledger()
    seconds = time.perf_counter() - begin
    events, movements = Event.objects.count(), Movement.objects.count()
    name = "SQLite" if connection.vendor == "sqlite" else "PostgreSQL"
    return [
        Line(
            f"{name}: check_ledger over {events} events, {movements} movements",
            f"{seconds:.1f} s, {events / seconds:.0f} events/s",
            reached=not faults,
            bar="no faults",
        )
    ]
