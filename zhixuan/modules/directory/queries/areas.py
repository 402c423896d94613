"""The tree of areas, as far as a person can see it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from zhixuan.modules.directory import permissions
from zhixuan.modules.directory.models import Area, AreaHistory
from zhixuan.rules.directory import areas as rules
from zhixuan.shared.access import ALL_ROLES, Actor, Role, the_one


@dataclass(frozen=True, slots=True)
class AreaNode:
    """An area with how deep it stands below the topmost visible one, and what lies in it."""

    area: Area
    depth: int
    facilities: int
    children: int


def areas_for(actor: Actor, roles: frozenset[Role] = ALL_ROLES) -> QuerySet[Area]:
    """Areas the actor answers for with one of the roles, and all below them, in the order of the tree."""
    return Area.objects.filter(permissions.within(actor, roles, path="path", facility=None)).order_by("path")


def area(actor: Actor, area_id: int) -> Area:
    """One area in the actor's sight.

    Raises:
        Unknown: there is none, or it belongs to others.
    """
    return the_one(areas_for(actor).select_related("parent").filter(pk=area_id))


def area_by_code(code: str) -> Area | None:
    """Any area, whoever asks: for imports and set-up, which check permission themselves."""
    return Area.objects.filter(code=code).first()


def areas_by_code(codes: Iterable[str]) -> dict[str, Area]:
    """Areas by code, whoever asks: for imports and set-up."""
    return {found.code: found for found in Area.objects.filter(code__in=list(codes))}


def ancestors_of(one: Area) -> list[Area]:
    """From the root down to the area itself."""
    return list(Area.objects.filter(path__in=rules.ancestors(one.path)).order_by("path"))


def with_area_names(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Rows that have an `area_path`, each with `area_zh` and `area_en`: what the area is called now, or None."""
    area = Area.objects.filter(path=OuterRef("area_path"))
    named: QuerySet[Any] = rows.annotate(
        area_zh=Subquery(area.values("name_zh")[:1]), area_en=Subquery(area.values("name_en")[:1])
    )
    return named


def levels_by_path(paths: Iterable[str]) -> dict[str, str]:
    """Level of each area, by its path."""
    return dict(Area.objects.filter(path__in=list(paths)).values_list("path", "level"))


def history_of(one: Area) -> QuerySet[AreaHistory]:
    """What the area was called, coded and part of before, latest first."""
    return AreaHistory.objects.filter(area=one)


def area_tree(actor: Actor) -> list[AreaNode]:
    """The visible areas in the order of the tree, each with its depth and how many open facilities lie right in it."""
    rows = list(
        areas_for(actor).annotate(
            open_facilities=Count("facilities", filter=Q(facilities__valid_to=None), distinct=True),
            parts=Count("children", distinct=True),
        )
    )
    shallowest = min((_depth(row) for row in rows), default=0)
    return [AreaNode(row, _depth(row) - shallowest, row.open_facilities, row.parts) for row in rows]


def _depth(one: Area) -> int:
    return one.path.count("/") - 2
