"""Correct a person's name or the last day on which they may sign in."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from zhixuan.modules.accounts import queries
from zhixuan.modules.accounts.models import User
from zhixuan.modules.accounts.operations._administrators import refuse_to_lose_the_last
from zhixuan.modules.accounts.operations._reach import person_answered_for
from zhixuan.modules.accounts.operations.add_person import checked_name
from zhixuan.shared import audit
from zhixuan.shared.access import Actor


@transaction.atomic
def change_person(*, person_id: int, name: str, valid_until: date | None, actor: Actor, at: datetime) -> None:
    """Set the person's name and last day.

    Raises:
        Unknown: no such person in the actor's sight.
        Forbidden: the actor does not answer for the person.
        Refused: the name is missing, or an area would be left without an administrator.
    """
    person = person_answered_for(actor, person_id, at)
    name = checked_name(name)
    if (name, valid_until) == (person.name, person.valid_until):
        return
    if valid_until is not None:
        refuse_to_lose_the_last(on=timezone.localtime(at).date(), person_id=person.pk)

    User.objects.filter(pk=person.pk).update(name=name, valid_until=valid_until)
    details = {"name": name, "valid_until": valid_until.isoformat() if valid_until else None}
    audit.record(actor, "change_person", "accounts.user", person.pk, queries.home_path(person), details, at)
