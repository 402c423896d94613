"""Say that a notice was read."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhixuan.modules.quality.models import Notice
from zhixuan.modules.quality.operations import _notices
from zhixuan.rules.quality.recalls import NoticeState
from zhixuan.shared import audit
from zhixuan.shared.access import Actor


@transaction.atomic
def read_notice(*, notice_id: int, actor: Actor, at: datetime) -> Notice:
    """Note who read the notice first, and when. Repeating changes nothing.

    Raises:
        Unknown, Forbidden: see permissions.
    """
    notice, places = _notices.locked(notice_id, actor)
    if notice.state != NoticeState.SENT:
        return notice

    notice.state, notice.read_at, notice.read_by_name = NoticeState.READ, at, actor.name[:150]
    notice.save()
    audit.record(actor, "read_notice", "quality.notice", notice.pk, places.area_path, {}, at)
    return notice
