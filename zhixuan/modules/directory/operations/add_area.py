from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from zhixuan.modules.directory import permissions
from zhixuan.modules.directory.models import Area
from zhixuan.modules.directory.operations import _writing
from zhixuan.rules.directory.areas import check_parent_level, path_under
from zhixuan.rules.directory.facts import AreaFacts, checked_area
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared.access import Actor, Forbidden


@transaction.atomic
def add_area(
    *,
    code: str,
    name_zh: str,
    name_en: str = "",
    level: str,
    parent_id: int | None,
    valid_from: date | None = None,
    actor: Actor,
    at: datetime,
) -> Area:
    """Add an area below another, or a new root.

    Raises:
        Refused: wrong or taken code, no name, or a level that does not lie below the parent's.
        Unknown, Forbidden: the parent is not the actor's.
    """
    _writing.lock_network()
    parent = _writing.found(Area.objects.all(), parent_id) if parent_id is not None else None
    _permit(actor, parent)

    facts = checked_area(AreaFacts(code, name_zh, name_en, level, parent.code if parent else "", valid_from))
    check_parent_level(level, parent.level if parent else None)
    path_under(parent.path if parent else "", facts.code)
    if Area.objects.filter(code=facts.code).exists():
        raise Refused(N_("The code {typed} is taken."), field="code", code="taken", typed=facts.code)

    return _writing.insert_area(facts, parent, verb="add_area", actor=actor, at=at)


def _permit(actor: Actor, parent: Area | None) -> None:
    if parent is not None:
        permissions.require(actor, permissions.CHANGE_AREAS, area_path=parent.path)
    elif not permissions.may_add_root(actor):
        raise Forbidden
