"""Set a limit of packs for machines of an area."""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhixuan.modules.machines.models import Limit as Row
from zhixuan.modules.machines.permissions import LIMIT, VIEW
from zhixuan.rules.machines.limits import Limit, check_limit
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared import audit
from zhixuan.shared.access import Actor, Forbidden, Unknown
from zhixuan.shared.crypto import fingerprint
from zhixuan.shared.once import conflict

DOOR_KEY_BYTES = 32


@transaction.atomic
def set_limit(
    *, area_id: int, area_path: str, limit: Limit, actor: Actor, command_id: UUID, at: datetime
) -> tuple[Row, str]:
    """Keep a limit, and make the key that its machines' doors need; only the key's fingerprint stays here.

    Returns:
        The limit and the key in hexadecimal, which is shown this once.

    Raises:
        Refused: see `check_limit`; the form was sent twice.
        Unknown, Forbidden: the actor does not set limits in that area.
    """
    if not actor.may(LIMIT, area_path=area_path):
        raise Forbidden if actor.may(VIEW, area_path=area_path) else Unknown
    check_limit(limit)
    if before := Row.objects.filter(command_id=command_id).first():
        if _terms(before) != _terms(limit) or before.area_id != area_id:
            raise conflict()
        raise Refused(
            N_("This limit was already set and its key cannot be shown again. Lift it and set a new one."),
            code="repeated",
        )
    key = secrets.token_hex(DOOR_KEY_BYTES)
    row = Row.objects.create(
        command_id=command_id,
        name_zh=limit.name_zh.strip(),
        name_en=limit.name_en.strip(),
        area_id=area_id,
        packs=limit.packs,
        days=limit.days,
        packs_without=limit.packs_without,
        note=limit.note.strip(),
        door_key_print=fingerprint(key),
    )
    details = {"packs": limit.packs, "days": limit.days, "packs_without": limit.packs_without}
    audit.record(actor, "set_limit", "machines.limit", row.pk, area_path, details, at)
    return row, key


def _terms(limit: Limit | Row) -> tuple[object, ...]:
    names = (limit.name_zh.strip(), limit.name_en.strip(), limit.note.strip())
    return (*names, limit.packs, limit.days, limit.packs_without)
