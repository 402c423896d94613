"""Where one pack went: the slips that name its code."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from zhixuan.modules.stock.models import TraceCode
from zhixuan.modules.stock.queries.scope import visible
from zhixuan.rules.scanning.traces import Direction
from zhixuan.shared.access import Actor


def codes_of(event_id: int) -> dict[int, list[str]]:
    """Codes of a slip by its lines, in the order of the alphabet."""
    codes: dict[int, list[str]] = {}
    for line, code in TraceCode.objects.filter(event_id=event_id).order_by("line", "code").values_list("line", "code"):
        codes.setdefault(line, []).append(code)
    return codes


def sightings(actor: Actor) -> QuerySet[TraceCode]:
    """Packs by the slips of the facilities in sight that name them, latest first."""
    found = TraceCode.objects.filter(visible(actor, "event__place__facility"))
    return found.select_related("event__place__facility", "event__other_place__facility").order_by("-event_id", "code")


def seen_before(codes: Iterable[str], direction: Direction) -> dict[str, TraceCode]:
    """The latest standing slip by which each pack came in (or went out) before; packs never seen are left out."""
    rows = TraceCode.objects.filter(code__in=set(codes), direction=direction.value, event__reversed_by=None)
    return {row.code: row for row in rows.select_related("event__place__facility").order_by("event_id")}
