"""Make a token with which a program may use the API for a person."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from zhixuan.modules.accounts import queries
from zhixuan.modules.accounts.models import ApiToken, User
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared import audit
from zhixuan.shared.access import Actor, Forbidden, Role
from zhixuan.shared.crypto import fingerprint

TOKEN_PREFIX = "zx_"  # noqa: S105  (so that a leaked token is recognised by scanners)
LASTS_DAYS_MAX = 366


@transaction.atomic
def issue_token(
    *,
    name: str,
    role: Role,
    place: queries.Place,
    lasts_days: int,
    actor: Actor,
    at: datetime,
    command_id: UUID,
) -> str:
    """The token's text, which is shown this once; only its SHA-256 is kept.

    Args:
        lasts_days: from 1 to 366.

    Raises:
        Forbidden: the actor does not hold that role over that place.
        Refused: the form was sent twice, or the name or time is wrong.
    """
    if not 1 <= lasts_days <= LASTS_DAYS_MAX:
        raise Refused(N_("A token lasts from 1 to {maximum} days."), field="lasts_days", maximum=LASTS_DAYS_MAX)
    if actor.user_id is None or not actor.may(
        frozenset({role}), area_path=place.area_path, facility_id=place.facility_id
    ):
        raise Forbidden
    owner = User.objects.get(pk=actor.user_id)
    text = TOKEN_PREFIX + secrets.token_urlsafe(32)
    try:
        with transaction.atomic():
            token = ApiToken.objects.create(
                command_id=command_id,
                owner=owner,
                name=name.strip()[:80],
                digest=fingerprint(text),
                role=role,
                area_id=place.area_id,
                facility_id=place.facility_id,
                created_at=at,
                expires_at=timezone.localtime(at) + timedelta(days=lasts_days),
            )
    except IntegrityError as error:
        raise Refused(
            N_("This token was already made and cannot be shown again. Revoke it and make a new one."),
            code="repeated",
        ) from error
    details = {"name": token.name, "role": str(role), "place": place.code, "days": lasts_days}
    audit.record(actor, "issue_token", "accounts.token", token.pk, place.area_path, details, at)
    return text
