"""Take away the second sign-in step of a person who lost the telephone or key."""

from __future__ import annotations

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction

from zhixuan.modules.accounts import queries
from zhixuan.modules.accounts.models import User
from zhixuan.modules.accounts.operations._reach import person_answered_for
from zhixuan.modules.accounts.operations._sessions import end_all_sessions
from zhixuan.shared import audit
from zhixuan.shared.access import Actor


@transaction.atomic
def reset_second_step(*, person_id: int, actor: Actor, at: datetime) -> None:
    """Forget the person's authenticator app, keys and recovery codes; their days of grace begin again.

    Raises:
        Unknown: no such person in the actor's sight.
        Forbidden: the actor does not answer for the person.
    """
    person = person_answered_for(actor, person_id, at)
    forgotten, _ = Authenticator.objects.filter(user_id=person.pk).delete()
    User.objects.filter(pk=person.pk).update(second_step_asked_at=None)
    end_all_sessions(person)
    details = {"forgotten": forgotten}
    audit.record(actor, "reset_second_step", "accounts.user", person.pk, queries.home_path(person), details, at)
