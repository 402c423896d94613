"""Add a person with a first role and a temporary password."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from zhixuan.modules.accounts import queries
from zhixuan.modules.accounts.models import User
from zhixuan.modules.accounts.operations._passwords import TEMPORARY_PASSWORD_LASTS, temporary_password
from zhixuan.modules.accounts.operations.add_person import add_person
from zhixuan.modules.accounts.operations.grant_role import grant_role
from zhixuan.shared.access import Actor, Role


@transaction.atomic
def welcome_person(
    *,
    username: str,
    name: str,
    role: Role,
    place: queries.Place,
    language: str,
    valid_until: date | None,
    actor: Actor,
    at: datetime,
) -> tuple[User, str]:
    """The person and the temporary password, good for three days. They belong to the area of their first role.

    Raises:
        Refused: the user name is taken or malformed, or the name is missing.
        Forbidden: the actor is no administrator of that place.
    """
    password = temporary_password()
    person = add_person(
        username=username,
        name=name,
        password=password,
        password_ends_at=at + TEMPORARY_PASSWORD_LASTS,
        home=queries.area_around(place),
        language=language,
        valid_until=valid_until,
        actor=actor,
        at=at,
    )
    grant_role(person_id=person.pk, role=role, place=place, actor=actor, at=at)
    return person, password
