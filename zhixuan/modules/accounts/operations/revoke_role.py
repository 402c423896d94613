"""Take a role from a person."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from zhixuan.modules.accounts import permissions, queries
from zhixuan.modules.accounts.operations._administrators import refuse_to_lose_the_last
from zhixuan.shared import audit
from zhixuan.shared.access import Actor


@transaction.atomic
def revoke_role(*, grant_id: int, actor: Actor, at: datetime) -> None:
    """Take the role away, with effect on the person's next request.

    Raises:
        Unknown: no such grant in the actor's sight.
        Forbidden: the actor is no administrator of that place, or it is their own role.
        Refused: the area would be left without an administrator.
    """
    grant = queries.grant_for(actor, grant_id)
    place = queries.place_of(grant)
    permissions.may_grant(actor, grant.user_id, area_path=place.area_path, facility_id=place.facility_id)
    refuse_to_lose_the_last(on=timezone.localtime(at).date(), grant_ids={grant.pk})

    grant.delete()
    details = {"role": grant.role, "place": place.code}
    audit.record(actor, "revoke_role", "accounts.user", grant.user_id, place.area_path, details, at)
