"""Begin the days of grace for a person who has to set up a second sign-in step."""

from __future__ import annotations

from datetime import datetime

from zhixuan.modules.accounts.models import User


def ask_second_step(*, person_id: int, at: datetime) -> datetime:
    """When the person was first asked: now, unless it was before."""
    User.objects.filter(pk=person_id, second_step_asked_at=None).update(second_step_asked_at=at)
    return User.objects.values_list("second_step_asked_at", flat=True).get(pk=person_id) or at
