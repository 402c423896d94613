"""What the directory's screens share: choices, names and labels."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.directory import permissions, queries
from zhixuan.modules.directory.models import Area, Facility
from zhixuan.rules.directory.opening_hours import in_words
from zhixuan.shared.access import Actor, Forbidden, Role
from zhixuan.shared.ui.naming import in_chinese, localized

INDENT = "\u2003"


def actor_of(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def actor_with(request: HttpRequest, roles: frozenset[Role]) -> Actor:
    """The person asking, who holds one of the roles somewhere.

    Raises:
        Forbidden: they do not.
    """
    actor = actor_of(request)
    if not actor.has(roles):
        raise Forbidden
    return actor


def area_choices(areas: Iterable[Area]) -> list[tuple[int, str]]:
    """Areas in the order of the tree, indented by depth."""
    rows = list(areas)
    top = min((area.path.count("/") for area in rows), default=0)
    return [(area.pk, f"{INDENT * (area.path.count('/') - top)}{localized(area)} ({area.code})") for area in rows]


def branch_choices(request: HttpRequest) -> list[tuple[str, str]]:
    """Paths of areas that hold others, for narrowing a list; villages would make it endless."""
    areas = list(queries.areas_for(actor_of(request)).exclude(level=Area.Level.VILLAGE))
    top = min((area.path.count("/") for area in areas), default=0)
    return [(area.path, f"{INDENT * (area.path.count('/') - top)}{localized(area)}") for area in areas]


def facility_choices(facilities: Iterable[Facility]) -> list[tuple[int, str]]:
    return [(facility.pk, f"{localized(facility)} ({facility.code})") for facility in facilities]


def opening_hours(facility: Facility) -> str:
    """The hours in the page's language, where they are written in the common short form."""
    return in_words(facility.opening_hours, chinese=in_chinese())


def optional(choices: Iterable[tuple[Any, Any]], nothing: Any = None) -> list[tuple[Any, Any]]:
    """The choices after one for nothing."""
    return [("", nothing or _lazy("None")), *choices]


def day_field(**told: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **told)


def breadcrumbs(area: Area) -> str:
    """Names from the root to the area."""
    return " › ".join(localized(one) for one in queries.ancestors_of(area))


def may_change_areas(actor: Actor, area: Area) -> bool:
    return actor.may(permissions.CHANGE_AREAS, area_path=area.path)


def may_change_facility(actor: Actor, facility: Facility) -> bool:
    return actor.may(permissions.CHANGE_FACILITIES, area_path=facility.area_path, facility_id=facility.pk)


def saved(name: str) -> str:
    return _("%(name)s has been saved.") % {"name": name}
