from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.directory.models import Area, Facility, ImportDraft
from zhixuan.modules.directory.operations import _writing
from zhixuan.modules.directory.queries.planned import Plan, planned
from zhixuan.rules.directory.changes import Change
from zhixuan.rules.directory.facts import AreaFacts
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared import audit
from zhixuan.shared.access import Actor, Unknown, the_one


@transaction.atomic
def apply_import(*, draft_id: UUID, actor: Actor, at: datetime) -> dict[str, int]:
    """Carry out what an uploaded file would do: everything or nothing. Safe to repeat.

    The plan is worked out again under the lock, so what others did since the dry run is respected.

    Returns:
        How many rows were added and changed, by table.

    Raises:
        Refused: the file no longer fits the directory.
        Unknown: no such upload of this person.
    """
    if actor.user_id is None:
        raise Unknown
    _writing.lock_network()
    draft = the_one(ImportDraft.objects.select_for_update().filter(pk=draft_id, uploaded_by=actor.user_id))
    if draft.applied_at is not None:
        return {table: int(count) for table, count in draft.outcome.items()}

    plan = planned(bytes(draft.content), file_name=draft.file_name, actor=actor)
    if not plan.fits:
        raise Refused(
            N_("The file does not fit the directory: mend the listed rows and choose it again."), field="file"
        )

    outcome = _carry_out(plan, actor, at)
    draft.content, draft.applied_at, draft.outcome = b"", at, outcome
    draft.save()
    audit.record(actor, "apply_import", "directory.import", draft.pk, "", {"file": draft.file_name, **outcome}, at)
    return outcome


def _carry_out(plan: Plan, actor: Actor, at: datetime) -> dict[str, int]:
    for area in plan.areas:
        _write_area(area, actor, at)
    codes = {change.after.area for change in plan.facilities}
    areas = {area.code: area for area in Area.objects.filter(code__in=codes)}
    for change in plan.facilities:
        area_of = areas[change.after.area]
        if change.before is None:
            _writing.insert_facility(change.after, area_of, verb="add_facility", actor=actor, at=at)
        else:
            present = Facility.objects.select_related("area").get(code=change.after.code)
            _writing.rewrite_facility(present, change.after, area_of, verb="change_facility", actor=actor, at=at)
    _write_lines(plan, actor, at)
    _write_permitted(plan, actor, at)
    return {
        "areas": len(plan.areas),
        "facilities": len(plan.facilities),
        "supply_lines": len(plan.supply_lines),
        "permitted_products": len(plan.permitted),
    }


def _write_area(change: Change[AreaFacts], actor: Actor, at: datetime) -> None:
    parent = Area.objects.get(code=change.after.parent) if change.after.parent else None
    if change.before is None:
        _writing.insert_area(change.after, parent, verb="add_area", actor=actor, at=at)
    else:
        area = Area.objects.select_related("parent").get(code=change.after.code)
        on = timezone.localdate(at)
        _writing.rewrite_area(area, change.after, parent, on=on, verb="change_area", actor=actor, at=at)


def _write_lines(plan: Plan, actor: Actor, at: datetime) -> None:
    codes = {code for line in plan.supply_lines for code in (line.facility, line.after)}
    facilities = {one.code: one for one in Facility.objects.filter(code__in=codes)}
    for line in plan.supply_lines:
        supplier = facilities[line.after] if line.after else None
        _writing.write_supply_line(facilities[line.facility], supplier, actor=actor, at=at)


def _write_permitted(plan: Plan, actor: Actor, at: datetime) -> None:
    for change in plan.permitted:
        facility = Facility.objects.get(code=change.facility)
        held = set(facility.permitted_products.values_list("product__code", flat=True))
        wanted = (held | set(change.added)) - set(change.removed)
        _writing.write_permitted(facility, catalogue.product_ids(wanted), actor=actor, at=at)
