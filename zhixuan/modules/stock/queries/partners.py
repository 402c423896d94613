"""To whom a facility can send."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zhixuan.modules.directory import queries as directory
from zhixuan.modules.directory.queries import Facility
from zhixuan.modules.stock.models import Place
from zhixuan.modules.stock.permissions import VIEW
from zhixuan.shared.access import Actor


@dataclass(frozen=True, slots=True)
class Partners:
    """Receivers of a transfer or a return: those of the supply line first, then the others in sight."""

    line: list[Facility]
    others: list[Facility]


def receivers(actor: Actor, giver: Facility, *, on: date) -> Partners:
    """Facilities fed from here, and others in sight. Who is fed from here is no secret to whoever keeps the store."""
    fed = directory.all_facilities().filter(directory.open_on(on), supplied_by_id=giver.pk).order_by("code")
    return _partners(actor, giver, list(fed), on)


def suppliers(actor: Actor, giver: Facility, *, on: date) -> Partners:
    """The supply line upwards, nearest first, and others in sight."""
    return _partners(actor, giver, directory.suppliers_above(giver), on)


def _partners(actor: Actor, giver: Facility, line: list[Facility], on: date) -> Partners:
    known = {giver.pk, *(facility.pk for facility in line)}
    others = directory.facilities_for(actor, VIEW).filter(directory.open_on(on)).exclude(pk__in=known)
    stores = set(Place.objects.exclude(facility=None).values_list("facility_id", flat=True).distinct())
    return Partners(
        [facility for facility in line if facility.pk in stores],
        [facility for facility in others if facility.pk in stores],
    )
