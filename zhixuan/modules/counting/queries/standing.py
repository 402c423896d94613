"""Who has counted, who has to, who is late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Max

from zhixuan.modules.counting import permissions
from zhixuan.modules.counting.models import Count
from zhixuan.modules.counting.queries import counts
from zhixuan.modules.directory import queries as directory
from zhixuan.modules.directory.queries import Facility
from zhixuan.modules.stock.queries import counting as ledger
from zhixuan.rules.counting.due import Due, Every, Standing, due
from zhixuan.shared.access import Actor

ORDER = {Standing.OVERDUE: 0, Standing.DUE: 1, Standing.DONE: 2}


@dataclass(frozen=True, slots=True)
class FacilityStanding:
    """A facility with the count it owes. `open` is a sheet that is being worked on."""

    facility: Facility
    every: Every
    due: Due
    last_counted: date | None
    open: Count | None


def standings(actor: Actor, *, today: date) -> list[FacilityStanding]:
    """Every facility in sight that has had stock: overdue first, the latest of them first."""
    facilities = list(directory.facilities_for(actor, permissions.VIEW).filter(directory.open_on(today)))
    ids = [facility.pk for facility in facilities]
    since = ledger.first_days(ids)
    last = dict(
        counts.whole_counts()
        .filter(facility_id__in=ids)
        .values_list("facility_id")
        .annotate(last=Max("counted_on"))
        .order_by()
    )
    sheets = {
        one.facility_id: one
        for one in Count.objects.filter(facility_id__in=ids).exclude(state__in=counts.ENDED).order_by("opened_at")
    }
    rows = [
        _standing(facility, since[facility.pk], last.get(facility.pk), sheets.get(facility.pk), today)
        for facility in facilities
        if facility.pk in since
    ]
    return sorted(rows, key=lambda row: (ORDER[row.due.standing], row.due.by, row.facility.code))


def _standing(facility: Facility, since: date, last: date | None, sheet: Count | None, today: date) -> FacilityStanding:
    cycle = permissions.rules().cycle(facility.kind)
    owed = due(cycle.every, cycle.grace_days, last_counted=last, since=since, today=today)
    return FacilityStanding(facility, cycle.every, owed, last, sheet)
