"""Take a token's power away."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhixuan.modules.accounts import queries
from zhixuan.modules.accounts.models import ApiToken
from zhixuan.modules.accounts.operations._reach import person_answered_for
from zhixuan.shared import audit
from zhixuan.shared.access import Actor, the_one


@transaction.atomic
def revoke_token(*, token_id: int, actor: Actor, at: datetime) -> None:
    """Revoke one's own token, or that of a person one answers for. Revoking again changes nothing.

    Raises:
        Unknown: no such token in the actor's sight.
        Forbidden: the actor does not answer for its owner.
    """
    token = the_one(ApiToken.objects.select_for_update(of=("self",)).filter(pk=token_id))
    if token.owner_id != actor.user_id:
        person_answered_for(actor, token.owner_id, at)
    if token.revoked_at is not None:
        return
    ApiToken.objects.filter(pk=token.pk).update(revoked_at=at)
    place = queries.place_of(token)
    audit.record(actor, "revoke_token", "accounts.token", token.pk, place.area_path, {"name": token.name}, at)
