"""Who feeds whom."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from zhixuan.modules.directory import permissions
from zhixuan.modules.directory.models import Facility
from zhixuan.modules.directory.queries.facilities import facilities_for, open_on
from zhixuan.rules.directory.areas import ancestors
from zhixuan.shared.access import Actor


def suppliers_above(one: Facility) -> list[Facility]:
    """The supply line upwards: who feeds it, who feeds that one, and so on."""
    line: list[Facility] = []
    seen = {one.pk}
    at = one
    while at.supplied_by_id is not None and at.supplied_by_id not in seen:
        at = Facility.objects.get(pk=at.supplied_by_id)
        seen.add(at.pk)
        line.append(at)
    return line


def supplies(actor: Actor, one: Facility) -> QuerySet[Facility]:
    """Open facilities in the actor's sight that are fed right from here."""
    return facilities_for(actor).filter(supplied_by=one, valid_to=None).order_by("code")


def possible_suppliers(actor: Actor, area_path: str) -> QuerySet[Facility]:
    """Open facilities that may feed one in that area: those in sight, and those right in the areas above."""
    in_sight = permissions.within(actor, permissions.VIEW, path="area_path", facility="pk")
    above = Q(area_path__in=ancestors(area_path))
    return Facility.objects.filter(in_sight | above, valid_to=None).order_by("area_path", "code")


def on_one_line(one_id: int, other_id: int) -> bool:
    """Whether one of two facilities is fed, directly or through others, by the other."""
    return other_id in _ids_above(one_id) or one_id in _ids_above(other_id)


def siblings(one: Facility, *, on: date) -> QuerySet[Facility]:
    """Open facilities of the same level that the same store feeds."""
    fed = Facility.objects.filter(open_on(on), supplied_by_id=one.supplied_by_id, level=one.level)
    return fed.exclude(supplied_by=None).exclude(pk=one.pk).order_by("code")


def fed_by_the_same(one_id: int, other_id: int) -> bool:
    """Whether two facilities of one level are fed by the same store."""
    rows = Facility.objects.filter(pk__in=(one_id, other_id)).values_list("supplied_by_id", "level")
    return len(rows) == 2 and rows[0] == rows[1] and rows[0][0] is not None


def _ids_above(facility_id: int) -> list[int]:
    return [above.pk for above in suppliers_above(Facility.objects.get(pk=facility_id))]


def supplied_below(one: Facility) -> list[int]:
    """Ids of all facilities that draw on this one, directly or through others."""
    found: list[int] = []
    level = [one.pk]
    while level:
        level = list(
            Facility.objects.filter(supplied_by__in=level).exclude(pk__in=[one.pk, *found]).values_list("pk", flat=True)
        )
        found.extend(level)
    return found
