"""Give a person a temporary password."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhixuan.modules.accounts import queries
from zhixuan.modules.accounts.operations._passwords import TEMPORARY_PASSWORD_LASTS, temporary_password
from zhixuan.modules.accounts.operations._reach import person_answered_for
from zhixuan.modules.accounts.operations._sessions import end_all_sessions
from zhixuan.shared import audit
from zhixuan.shared.access import Actor


@transaction.atomic
def reset_password(*, person_id: int, actor: Actor, at: datetime) -> str:
    """A temporary password, shown once; it must be changed at the next sign-in and is good for three days.

    Raises:
        Unknown: no such person in the actor's sight.
        Forbidden: the actor does not answer for the person.
    """
    person = person_answered_for(actor, person_id, at)
    password = temporary_password()
    person.set_password(password)
    person.must_change_password = True
    person.password_ends_at = at + TEMPORARY_PASSWORD_LASTS
    person.save(update_fields=["password", "must_change_password", "password_ends_at"])
    end_all_sessions(person)
    audit.record(actor, "reset_password", "accounts.user", person.pk, queries.home_path(person), {}, at)
    return password
