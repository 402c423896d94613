"""The storage log: readings, limits, excursions and the lots they touched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from zhixuan.modules.directory import queries as directory
from zhixuan.modules.quality.models import Concern, Excursion, FacilityLimits, StorageReading
from zhixuan.modules.quality.permissions import VIEW
from zhixuan.modules.quality.queries.definitions import storage_limits
from zhixuan.modules.stock.queries import tracing
from zhixuan.modules.stock.queries.scope import visible
from zhixuan.modules.stock.queries.tracing import Lying
from zhixuan.rules.periods import Month
from zhixuan.rules.quality import storage as rules
from zhixuan.rules.quality.storage import Limits, Measure, Reading
from zhixuan.shared.access import Actor, the_one


def limits_of(facility_id: int) -> Limits:
    """The limits that hold in a facility's store: its own, or those of the definitions."""
    own = FacilityLimits.objects.filter(facility_id=facility_id).first()
    if own is None:
        return storage_limits().room
    return Limits(
        own.temperature_least, own.temperature_most, own.humidity_least, own.humidity_most, own.source, verified=True
    )


def readings_of(facility_id: int, since: datetime, until: datetime) -> list[Reading]:
    """Readings from `since` up to and including `until`, earliest first."""
    rows = StorageReading.objects.filter(facility_id=facility_id, at__gte=since, at__lte=until).order_by("at")
    return [Reading(*row) for row in rows.values_list("at", "temperature", "humidity")]


def last_before(facility_id: int, moment: datetime) -> datetime | None:
    """When the last reading before a moment was taken."""
    rows = StorageReading.objects.filter(facility_id=facility_id, at__lt=moment).order_by("-at")
    return rows.values_list("at", flat=True).first()


def month_of_readings(facility_id: int, month: Month) -> QuerySet[StorageReading]:
    """Readings of one month, earliest first."""
    since, until = month_bounds(month)
    return StorageReading.objects.filter(facility_id=facility_id, at__gte=since, at__lt=until).order_by("at")


def month_bounds(month: Month) -> tuple[datetime, datetime]:
    """The first moment of a month and that of the next, where the system runs."""
    return _midnight(month.first_day), _midnight(month.last_day + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def excursions_for(actor: Actor) -> QuerySet[Excursion]:
    """Excursions of stores in sight, latest first."""
    return Excursion.objects.filter(visible(actor)).select_related("facility").order_by("-last_at", "-id")


def excursion(actor: Actor, excursion_id: int) -> Excursion:
    """One excursion.

    Raises:
        Unknown: not there, or of another area.
    """
    return the_one(excursions_for(actor).filter(pk=excursion_id))


def lots_touched(one: Excursion) -> list[tuple[Lying, bool]]:
    """Lots that lie there now and lay there then, and whether it went beyond the limits of their own class."""
    on = timezone.localtime(one.last_at).date()
    return [
        (lot, rules.touches(Measure(one.measure), one.extreme, storage_limits().of_class(lot.method_class)))
        for lot in tracing.lying([one.facility_id])
        if lot.arrived_on <= on
    ]


def facilities_with_log(actor: Actor) -> Sequence[directory.Facility]:
    """Facilities in sight that keep a storage log, with the moment of the last reading as `last_reading`."""
    last = dict(StorageReading.objects.filter(visible(actor)).order_by("at").values_list("facility_id", "at"))
    found = list(directory.facilities_for(actor, VIEW).filter(pk__in=list(last)))
    for facility in found:
        facility.last_reading = last[facility.pk]  # type: ignore[attr-defined]  # shown beside it
    return found


def concerns_for(actor: Actor) -> QuerySet[Concern]:
    """What was noted against stock in sight, latest first."""
    return Concern.objects.filter(visible(actor)).select_related("facility", "lot__product").order_by("-on", "-id")
