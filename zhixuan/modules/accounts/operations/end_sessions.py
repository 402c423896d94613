"""Sign a person out everywhere."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhixuan.modules.accounts import queries
from zhixuan.modules.accounts.operations._reach import person_answered_for
from zhixuan.modules.accounts.operations._sessions import end_all_sessions
from zhixuan.shared import audit
from zhixuan.shared.access import Actor


@transaction.atomic
def end_sessions(*, person_id: int, actor: Actor, at: datetime) -> int:
    """End all sessions of the person, for instance when a telephone or computer is lost; how many there were.

    Raises:
        Unknown: no such person in the actor's sight.
        Forbidden: the actor does not answer for the person.
    """
    person = person_answered_for(actor, person_id, at)
    ended = end_all_sessions(person)
    audit.record(actor, "end_sessions", "accounts.user", person.pk, queries.home_path(person), {"sessions": ended}, at)
    return ended
