"""Change one's own name and language."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction

from zhixuan.modules.accounts import queries
from zhixuan.modules.accounts.models import User
from zhixuan.modules.accounts.operations.add_person import checked_name
from zhixuan.shared import audit
from zhixuan.shared.access import Actor, Forbidden


@transaction.atomic
def change_profile(*, actor: Actor, at: datetime, name: str | None = None, language: str | None = None) -> None:
    """Change what is given; an unknown language means none is preferred.

    Raises:
        Forbidden: the actor is no signed-in person.
        Refused: the name is missing or too long.
    """
    person = User.objects.select_for_update().filter(pk=actor.user_id or 0).first()
    if person is None:
        raise Forbidden
    changed: dict[str, str] = {}
    if name is not None and checked_name(name) != person.name:
        changed["name"] = checked_name(name)
    if language is not None:
        language = language if language in dict(settings.LANGUAGES) else ""
        if language != person.language:
            changed["language"] = language
    if not changed:
        return
    User.objects.filter(pk=person.pk).update(**changed)
    audit.record(actor, "change_profile", "accounts.user", person.pk, queries.home_path(person), changed, at)
