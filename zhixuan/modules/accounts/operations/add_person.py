"""Add a person who can sign in."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction

from zhixuan.modules.accounts import permissions, queries
from zhixuan.modules.accounts.models import User
from zhixuan.modules.accounts.operations._passwords import checked_password
from zhixuan.rules.accounts import checked_user_name
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared import audit
from zhixuan.shared.access import Actor, Forbidden

NAME_CHARACTERS_MAX = 80


@transaction.atomic
def add_person(
    *,
    username: str,
    name: str,
    password: str,
    home: queries.Place,
    actor: Actor,
    at: datetime,
    must_change_password: bool = True,
    password_ends_at: datetime | None = None,
    email: str = "",
    language: str = "",
    valid_until: date | None = None,
    is_demo: bool = False,
) -> User:
    """Add a person belonging to an area; roles are granted apart from it.

    Args:
        home: an area, or the whole network. Administrators of it look after the person.
        password_ends_at: when a temporary password stops being good.

    Raises:
        Refused: the user name is taken or malformed, the name is missing, or the password is weak.
        Forbidden: the actor is no administrator of that area.
    """
    if not actor.may(permissions.MANAGE_PEOPLE, area_path=home.area_path) or home.facility_id is not None:
        raise Forbidden
    person = User(
        username=checked_user_name(username),
        name=checked_name(name),
        area_id=home.area_id,
        email=email,
        language=language,
        valid_until=valid_until,
        is_demo=is_demo,
        must_change_password=must_change_password,
        password_ends_at=password_ends_at,
        created_at=at,
    )
    person.set_password(checked_password(password, person))
    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(
            N_("The user name {username} is taken; choose another."), field="username", username=person.username
        ) from error
    audit.record(actor, "add_person", "accounts.user", person.pk, home.area_path, {"username": person.username}, at)
    return person


def checked_name(name: str) -> str:
    """The name without blanks around it.

    Raises:
        Refused: it is missing or too long.
    """
    name = name.strip()
    if not name or len(name) > NAME_CHARACTERS_MAX:
        raise Refused(
            N_("Give the person's name, at most {maximum} characters."), field="name", maximum=NAME_CHARACTERS_MAX
        )
    return name
