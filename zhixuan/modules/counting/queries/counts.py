"""Counts and their lines, as one may see them."""

from __future__ import annotations

from django.db.models import Count as Number
from django.db.models import Q, QuerySet

from zhixuan.modules.counting import permissions
from zhixuan.modules.counting.models import Count, CountLine, Tally
from zhixuan.modules.stock.queries.scope import visible
from zhixuan.rules.counting.states import ENDED
from zhixuan.shared.access import Actor, the_one


def counts_for(actor: Actor) -> QuerySet[Count]:
    """Counts of the facilities in sight with how far each is, latest first."""
    return (
        Count.objects.filter(visible(actor))
        .select_related("facility", "event")
        .annotate(
            line_total=Number("lines"),
            line_done=Number("lines", filter=Q(lines__tallies__gt=0)),
        )
        .order_by("-opened_at", "-id")
    )


def count(actor: Actor, count_id: int) -> Count:
    """One count with its facility.

    Raises:
        Unknown: not there, or of another area.
    """
    return the_one(Count.objects.filter(visible(actor)).select_related("facility", "event").filter(id=count_id))


def lines_of(count_id: int) -> QuerySet[CountLine]:
    """Lines in the order of the sheet, with product and item."""
    return CountLine.objects.filter(count_id=count_id).select_related("product", "item").order_by("position")


def not_counted() -> Q:
    """Lines that somebody still has to count: never counted and not left out, or sent back."""
    return Q(recount=True) | Q(tallies=0, left_out=False)


def numbers_of(line_id: int) -> QuerySet[Tally]:
    """Every number counted of a line, in order."""
    return Tally.objects.filter(line_id=line_id).order_by("id")


def counter_ids(count_id: int) -> set[int | None]:
    """Who counted on this sheet."""
    return set(Tally.objects.filter(line__count_id=count_id).values_list("actor_id", flat=True).distinct())


def counter_names(count_id: int) -> list[str]:
    rows = Tally.objects.filter(line__count_id=count_id).values_list("actor_name", flat=True).distinct()
    return sorted(set(rows))


def open_counts(facility_id: int) -> QuerySet[Count]:
    """Sheets of a facility that are neither posted nor cancelled."""
    return Count.objects.filter(facility_id=facility_id).exclude(state__in=ENDED).order_by("opened_at")


def may_count(actor: Actor, one: Count) -> bool:
    return actor.may(permissions.COUNT, area_path=one.facility.area_path, facility_id=one.facility_id)


def reversed_since(one: Count) -> bool:
    """The slip of this count has been reversed: it changed nothing in the end."""
    return one.event is not None and hasattr(one.event, "reversed_by")


def whole_counts() -> QuerySet[Count]:
    """Posted counts of everything whose slip, if there was one, still stands."""
    return Count.objects.filter(state="posted", scope=Count.Scope.ALL, moved_since=None, event__reversed_by=None)
