"""Give a person a role in a place."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from zhixuan.modules.accounts import permissions, queries
from zhixuan.modules.accounts.models import RoleGrant
from zhixuan.modules.accounts.operations._administrators import refuse_to_lose_the_last
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared import audit
from zhixuan.shared.access import Actor, Role


@transaction.atomic
def grant_role(
    *, person_id: int, role: Role, place: queries.Place, actor: Actor, at: datetime, ends_on: date | None = None
) -> RoleGrant:
    """Give the role, at once. Given again, only its last day changes.

    Raises:
        Unknown: no such person in the actor's sight.
        Forbidden: the actor is no administrator of that place, or would grant to themselves.
        Refused: the last day is past, or a changed last day would leave an area without an administrator.
    """
    person = queries.person_for(actor, person_id)
    permissions.may_grant(actor, person.pk, area_path=place.area_path, facility_id=place.facility_id)
    today = timezone.localtime(at).date()
    if ends_on is not None and ends_on < today:
        raise Refused(N_("The last day of a role cannot be in the past."), field="ends_on")

    grant, is_new = RoleGrant.objects.select_for_update().get_or_create(
        user=person,
        role=role,
        area_id=place.area_id,
        facility_id=place.facility_id,
        defaults={"granted_by": actor.user_id, "granted_at": at, "ends_on": ends_on},
    )
    if not is_new and grant.ends_on == ends_on:
        return grant
    if not is_new and ends_on is not None:
        refuse_to_lose_the_last(on=today, grant_ids={grant.pk})
    RoleGrant.objects.filter(pk=grant.pk).update(ends_on=ends_on)
    details = {"role": str(role), "place": place.code, "ends_on": ends_on.isoformat() if ends_on else None}
    audit.record(actor, "grant_role", "accounts.user", person.pk, place.area_path, details, at)
    return grant
