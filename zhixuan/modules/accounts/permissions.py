"""Which role may do which verb with people, grants and the audit trail, where."""

from __future__ import annotations

from collections.abc import Iterable

from zhixuan.shared.access import Actor, Forbidden, Grant, Role

SEE_PEOPLE = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})
MANAGE_PEOPLE = frozenset({Role.ADMINISTRATOR})
SEE_AUDIT = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})


def may_answer_for(actor: Actor, places: Iterable[Grant], *, home_path: str) -> bool:
    """Whether an administrator answers for a person: for the home and for every place where the person holds a role.

    Somebody with a role above or outside the administrator's area is out of reach: else a new password given to
    them would open that place.
    """
    return actor.may(MANAGE_PEOPLE, area_path=home_path) and all(
        actor.may(MANAGE_PEOPLE, area_path=place.area_path, facility_id=place.facility_id) for place in places
    )


def may_grant(actor: Actor, person_id: int, *, area_path: str, facility_id: int | None) -> None:
    """Let an administrator of that place give and take roles there, but never to and from themselves.

    Raises:
        Forbidden: not an administrator there, or it is their own account.
    """
    if actor.user_id == person_id or not actor.may(MANAGE_PEOPLE, area_path=area_path, facility_id=facility_id):
        raise Forbidden
