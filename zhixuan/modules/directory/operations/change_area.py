from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from zhixuan.modules.directory import permissions
from zhixuan.modules.directory.models import Area
from zhixuan.modules.directory.operations import _writing
from zhixuan.modules.directory.queries.known import area_facts
from zhixuan.rules.directory.areas import check_not_inside_itself, check_parent_level
from zhixuan.rules.directory.facts import AreaFacts, checked_area
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared.access import Actor


@transaction.atomic
def change_area(
    *,
    area_id: int,
    code: str,
    name_zh: str,
    name_en: str,
    parent_id: int | None,
    on: date,
    actor: Actor,
    at: datetime,
) -> Area:
    """Rename, re-code or move an area from a day on, keeping what it was; everything below it follows.

    Args:
        on: first day on which the new facts hold.

    Raises:
        Refused: wrong or taken code, no name, a parent inside the area or not above its level, a day before the
            area's last change.
        Unknown, Forbidden: the area, or the parent it is to move to, is not the actor's.
    """
    _writing.lock_network()
    area = _writing.found(Area.objects.select_related("parent"), area_id)
    parent = _writing.found(Area.objects.all(), parent_id) if parent_id is not None else None
    _permit(actor, area, parent)

    facts = checked_area(AreaFacts(code, name_zh, name_en, area.level, parent.code if parent else "", area.valid_from))
    if facts == area_facts(area):
        return area
    _check(area, facts, parent, on)

    _writing.rewrite_area(area, facts, parent, on=on, verb="change_area", actor=actor, at=at)
    return area


def _permit(actor: Actor, area: Area, parent: Area | None) -> None:
    permissions.require(actor, permissions.CHANGE_AREAS, area_path=area.path)
    if parent is not None and parent.pk != area.parent_id:
        permissions.require(actor, permissions.CHANGE_AREAS, area_path=parent.path)
    if area.parent is not None and (parent is None or parent.pk != area.parent_id):
        permissions.require(actor, permissions.CHANGE_AREAS, area_path=area.parent.path)


def _check(area: Area, facts: AreaFacts, parent: Area | None, on: date) -> None:
    if parent is not None:
        check_not_inside_itself(area.path, parent.path)
    check_parent_level(facts.level, parent.level if parent else None)
    if facts.code != area.code and Area.objects.filter(code=facts.code).exists():
        raise Refused(N_("The code {typed} is taken."), field="code", code="taken", typed=facts.code)
    last = area.history.values_list("valid_to", flat=True).first()
    if last is not None and on <= last:
        raise Refused(
            N_("It was last changed after {day}: choose a later day."), field="on", code="too_early", day=last
        )
