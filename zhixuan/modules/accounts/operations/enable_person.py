"""Let a person in again who was disabled."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhixuan.modules.accounts import queries
from zhixuan.modules.accounts.models import User
from zhixuan.modules.accounts.operations._reach import person_answered_for
from zhixuan.shared import audit
from zhixuan.shared.access import Actor


@transaction.atomic
def enable_person(*, person_id: int, actor: Actor, at: datetime) -> None:
    """Let the person sign in again, with the grants they still have.

    Raises:
        Unknown: no such person in the actor's sight.
        Forbidden: the actor does not answer for the person.
    """
    person = person_answered_for(actor, person_id, at)
    if person.is_active:
        return
    User.objects.filter(pk=person.pk).update(is_active=True)
    audit.record(actor, "enable_person", "accounts.user", person.pk, queries.home_path(person), {}, at)
