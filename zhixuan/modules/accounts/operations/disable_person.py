"""Bar a person from the system."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from zhixuan.modules.accounts import queries
from zhixuan.modules.accounts.models import User
from zhixuan.modules.accounts.operations._administrators import refuse_to_lose_the_last
from zhixuan.modules.accounts.operations._reach import person_answered_for
from zhixuan.modules.accounts.operations._sessions import end_all_sessions
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared import audit
from zhixuan.shared.access import Actor


@transaction.atomic
def disable_person(*, person_id: int, actor: Actor, at: datetime) -> None:
    """Bar the person: signed out everywhere, tokens powerless, grants kept for the day they come back.

    Raises:
        Unknown: no such person in the actor's sight.
        Forbidden: the actor does not answer for the person.
        Refused: it is the actor, or the last administrator of an area.
    """
    person = person_answered_for(actor, person_id, at)
    if not person.is_active:
        return
    if person.pk == actor.user_id:
        raise Refused(N_("You cannot disable your own account. Ask another administrator."))
    refuse_to_lose_the_last(on=timezone.localtime(at).date(), person_id=person.pk)

    User.objects.filter(pk=person.pk).update(is_active=False)
    end_all_sessions(person)
    audit.record(actor, "disable_person", "accounts.user", person.pk, queries.home_path(person), {}, at)
