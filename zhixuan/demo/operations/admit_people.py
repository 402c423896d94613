"""Give a system that holds somebody's own data demo people to try it with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from zhixuan.demo.operations._people import add_people
from zhixuan.demo.people import PEOPLE, WHOLE
from zhixuan.modules.accounts import queries as accounts
from zhixuan.modules.directory import queries as directory
from zhixuan.shared.access import Role

OF_ONE_FACILITY = (Role.STOREKEEPER, Role.DISPENSER, Role.CLINICIAN, Role.INSTITUTION_LIAISON)


@transaction.atomic
def admit_people(*, at: datetime) -> int:
    """Add a demo person for each role on the areas there are; how many were added. Safe to repeat.

    Keepers belong to the first facility and the township officer to its area, so that scopes can be seen; the others
    answer for the whole.
    """
    places = _places()
    everyone = {person.role: replace(person, place=places.get(person.role, WHOLE)) for person in reversed(PEOPLE)}
    return add_people(reversed(everyone.values()), actor=accounts.program("演示 demo"), at=at)


def _places() -> Mapping[Role, str]:
    facility = directory.all_facilities().filter(valid_to=None).order_by("area_path", "code").first()
    if facility is None:
        return {}
    return dict.fromkeys(OF_ONE_FACILITY, facility.code) | {Role.TOWNSHIP_OFFICER: facility.area.code}
