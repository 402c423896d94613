"""Write readings of temperature and humidity into the storage log, and find excursions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from zhixuan.modules.quality import permissions
from zhixuan.modules.quality.models import Excursion, StorageReading
from zhixuan.modules.quality.queries import storage as queries
from zhixuan.modules.stock.queries.places import FacilityPlaces, places_of
from zhixuan.rules.quality import storage as rules
from zhixuan.rules.quality.storage import Reading
from zhixuan.rules.refusal import N_, Refused, raise_all
from zhixuan.shared import audit
from zhixuan.shared.access import Actor

MARGIN = timedelta(days=2)
"""Excursions are worked out afresh from this long before the first new reading."""


@transaction.atomic
def record_readings(
    *, facility_id: int, readings: Sequence[Reading], imported: bool = False, actor: Actor, at: datetime
) -> int:
    """Keep readings; answers how many are new. Safe to repeat: a reading of a moment is kept once.

    Raises:
        Refused: impossible values, and moments of which another reading is kept, all at once.
        Unknown, Forbidden: see permissions.
    """
    places = places_of(facility_id)
    permissions.require(actor, permissions.LOG_STORAGE, places)
    fresh = _fresh(facility_id, readings, at)

    StorageReading.objects.bulk_create(
        [
            StorageReading(
                facility_id=facility_id,
                at=one.at,
                temperature=one.temperature,
                humidity=one.humidity,
                imported=imported,
                by_name=actor.name[:150],
                recorded_at=at,
            )
            for one in fresh
        ],
        ignore_conflicts=True,
        batch_size=500,
    )
    if fresh:
        find_excursions(facility_id, since=min(one.at for one in fresh))
        _note(places, len(fresh), actor, at)
    return len(fresh)


def _note(places: FacilityPlaces, count: int, actor: Actor, at: datetime) -> None:
    details = {"readings": count}
    audit.record(actor, "record_readings", "directory.facility", places.facility_id, places.area_path, details, at)


def _fresh(facility_id: int, readings: Sequence[Reading], now: datetime) -> list[Reading]:
    """Readings that are not kept yet, each moment once."""
    lines = len(readings) > 1
    problems = [
        problem
        for index, one in enumerate(readings)
        for problem in rules.check_reading(one, now=now, field=f"lines-{index}-" if lines else "")
    ]
    raise_all(problems)
    if not readings:
        raise Refused(N_("Enter at least one reading."), code="no_lines")
    moments = [one.at for one in readings]
    kept = {one.at: one for one in queries.readings_of(facility_id, min(moments), max(moments))}
    fresh: dict[datetime, Reading] = {}
    clashes = []
    for one in readings:
        known = kept.get(one.at) or fresh.get(one.at)
        if known is None:
            fresh[one.at] = one
        elif known != one:
            clashes.append(one.at)
    raise_all(
        Refused(
            N_("Another reading of {moment} is in the log already. Readings are not changed: enter one of now."),
            field="at",
            code="reading_differs",
            moment=moment.astimezone(now.tzinfo).isoformat(" ", "minutes")[:16],
        )
        for moment in clashes
    )
    return list(fresh.values())


def find_excursions(facility_id: int, *, since: datetime) -> None:
    """Work out afresh what is outside the limits, from shortly before that moment on."""
    touched = Excursion.objects.filter(facility_id=facility_id, last_at__gte=since - MARGIN)
    start = min([since - MARGIN, *touched.values_list("began_at", flat=True)])
    before = queries.last_before(facility_id, start)
    readings = queries.readings_of(facility_id, before or start, datetime.max.replace(tzinfo=since.tzinfo))
    found = rules.excursions(readings, queries.limits_of(facility_id))
    keep = []
    for one in found:
        row, _made = Excursion.objects.update_or_create(
            facility_id=facility_id,
            measure=one.measure,
            began_at=one.began_at,
            defaults={
                "last_at": one.last_at,
                "ended_at": one.ended_at,
                "extreme": one.extreme,
                "readings": one.readings,
            },
        )
        keep.append(row.pk)
    Excursion.objects.filter(facility_id=facility_id, began_at__gte=start).exclude(pk__in=keep).delete()
