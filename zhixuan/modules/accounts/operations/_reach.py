"""Finding a person whose account the actor may look after."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from zhixuan.modules.accounts import queries
from zhixuan.modules.accounts.models import User
from zhixuan.shared.access import Actor, Forbidden


def person_answered_for(actor: Actor, person_id: int, at: datetime) -> User:
    """The person, locked until the transaction ends.

    Raises:
        Unknown: no such person in the actor's sight.
        Forbidden: the actor does not answer for all places where the person has a role.
    """
    person = queries.person_for(actor, person_id)
    if not queries.answers_for(actor, person, on=timezone.localtime(at).date()):
        raise Forbidden
    User.objects.select_for_update().get(pk=person.pk)
    return person
