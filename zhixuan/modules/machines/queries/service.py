"""How well machines served in the latest weeks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from django.db.models import Count
from django.utils import timezone

from zhixuan.modules.machines.models import Machine, Record, Visit
from zhixuan.modules.machines.queries import loading
from zhixuan.modules.machines.queries.machines import slots_of
from zhixuan.rules.machines import service as rules
from zhixuan.rules.machines.records import Kind

DAYS = 28


@dataclass(frozen=True, slots=True)
class Service:
    """A machine over the latest 28 days.

    Args:
        in_service: share of the time; None when nothing was ever heard of it.
        failed: share of tried vends that failed; None when none was tried.
        days_empty: of the slot that was empty longest.
    """

    machine: Machine
    vends: int
    failed_vends: int
    jams: int
    in_service: Fraction | None
    failed: Fraction | None
    days_empty: int

    @property
    def pk(self) -> int:
        return int(self.machine.pk)


def services(machines: Sequence[Machine], *, at: datetime) -> list[Service]:
    """How each machine served, in their order; a handful of questions for all of them."""
    since = at - timedelta(days=DAYS)
    today = timezone.localtime(at).date()
    ids = [machine.pk for machine in machines]
    counts = {(one, kind): count for one, kind, count in _counts(ids, since)}
    changes = _changes(ids)
    slots = list(slots_of(ids))
    used = loading.usage(slots, today=today, days=DAYS)
    found = []
    for machine in machines:
        vends, failed, jams = (
            counts.get((machine.pk, kind), 0) for kind in (Kind.VEND, Kind.FAILED_VEND, Kind.JAM)
        )  # fmt: skip
        down = rules.time_down(changes.get(machine.pk, []), since=since, until=at)
        share = rules.share_in_service(down, since=since, until=at) if machine.last_heard_at else None
        empty = max((used[slot.pk].days_empty for slot in slots if slot.machine_id == machine.pk), default=0)
        found.append(Service(machine, vends, failed, jams, share, rules.failed_share(vends, failed), empty))
    return found


def _counts(ids: Sequence[int], since: datetime) -> list[tuple[int, str, int]]:
    rows = Record.objects.filter(machine__in=ids, moment__gte=since, undone_at=None).values_list("machine", "kind")
    return list(rows.annotate(count=Count("pk")).order_by())


def _changes(ids: Sequence[int]) -> dict[int, list[tuple[datetime, str]]]:
    """Jams and what ended them, by machine. Vends matter only where there was a jam."""
    jammed = list(Record.objects.filter(machine__in=ids, kind=Kind.JAM).values_list("machine", flat=True).distinct())
    kinds = [kind.value for kind in rules.DOWN | rules.UP]
    rows = Record.objects.filter(machine__in=jammed, kind__in=kinds).values_list("machine", "moment", "kind")
    found: dict[int, list[tuple[datetime, str]]] = {}
    for machine_id, moment, kind in rows.iterator():
        found.setdefault(machine_id, []).append((moment, kind))
    for machine_id, moment in Visit.objects.filter(machine__in=jammed).values_list("machine", "at"):
        found.setdefault(machine_id, []).append((moment, rules.VISIT))
    return found
