"""Private: giving demo people their accounts and roles."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime

from zhixuan.demo.people import DemoPerson
from zhixuan.modules.accounts import queries as accounts
from zhixuan.modules.accounts.operations.add_person import add_person
from zhixuan.modules.accounts.operations.grant_role import grant_role
from zhixuan.shared.access import Actor


def add_people(people: Iterable[DemoPerson], *, actor: Actor, at: datetime) -> int:
    """Add those people who are not there yet; how many were added. Their passwords are random and known to nobody:
    in the demo one click signs in, and without the demo these accounts open nothing."""
    added = 0
    for person in people:
        place = accounts.place_by_code(person.place)
        if place is None or accounts.person_by_name(person.username) is not None:
            continue
        user = add_person(
            username=person.username,
            name=person.name,
            password=secrets.token_urlsafe(24),
            home=accounts.area_around(place),
            must_change_password=False,
            is_demo=True,
            actor=actor,
            at=at,
        )
        grant_role(person_id=user.pk, role=person.role, place=place, actor=actor, at=at)
        added += 1
    return added
