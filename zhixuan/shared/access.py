"""Who may do what, where: the vocabulary every module's permissions.py speaks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from django.db.models import Model, QuerySet
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy


class Role(StrEnum):
    """Roles of domain.md 5.1, least privilege: each is granted for an area or one facility."""

    DISPENSER = "dispenser"
    STOREKEEPER = "storekeeper"
    CLINICIAN = "clinician"
    OUTREACH = "outreach"
    TOWNSHIP_OFFICER = "township_officer"
    STATION_OFFICER = "station_officer"
    STATISTICIAN = "statistician"
    ASSESSOR = "assessor"
    TRAINING_OFFICER = "training_officer"
    CERTIFICATE_CLERK = "certificate_clerk"
    INSTITUTION_LIAISON = "institution_liaison"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"

    @property
    def label(self) -> Promise:
        return ROLE_LABELS[self]


ROLE_LABELS: dict[Role, Promise] = {
    Role.DISPENSER: pgettext_lazy("role", "Dispenser"),
    Role.STOREKEEPER: pgettext_lazy("role", "Storekeeper"),
    Role.CLINICIAN: pgettext_lazy("role", "Clinician"),
    Role.OUTREACH: pgettext_lazy("role", "Outreach worker"),
    Role.TOWNSHIP_OFFICER: pgettext_lazy("role", "Township supply officer"),
    Role.STATION_OFFICER: pgettext_lazy("role", "Supply station officer"),
    Role.STATISTICIAN: pgettext_lazy("role", "Statistician"),
    Role.ASSESSOR: pgettext_lazy("role", "Assessor"),
    Role.TRAINING_OFFICER: pgettext_lazy("role", "Training officer"),
    Role.CERTIFICATE_CLERK: pgettext_lazy("role", "Certificate clerk"),
    Role.INSTITUTION_LIAISON: pgettext_lazy("role", "Institution liaison"),
    Role.AUDITOR: pgettext_lazy("role", "Auditor"),
    Role.ADMINISTRATOR: pgettext_lazy("role", "System administrator"),
}

ALL_ROLES = frozenset(Role)


@dataclass(frozen=True, slots=True)
class Grant:
    """One role, for an area and all below it, or for one facility only."""

    role: Role
    area_path: str
    facility_id: int | None = None

    def covers(self, area_path: str, facility_id: int | None) -> bool:
        if self.facility_id is not None:
            return facility_id == self.facility_id
        return area_path.startswith(self.area_path)


@dataclass(frozen=True, slots=True)
class Scope:
    """What of the network can be seen: subtrees of areas and single facilities."""

    area_paths: tuple[str, ...] = ()
    facility_ids: tuple[int, ...] = ()

    @property
    def empty(self) -> bool:
        return not self.area_paths and not self.facility_ids


@dataclass(frozen=True, slots=True)
class Actor:
    """The person, or the machine, on whose behalf something is done."""

    user_id: int | None
    name: str
    grants: tuple[Grant, ...] = ()

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.grants)

    def has(self, roles: frozenset[Role]) -> bool:
        """Holds one of the roles somewhere."""
        return not roles.isdisjoint(self.roles)

    def may(self, roles: frozenset[Role], *, area_path: str, facility_id: int | None = None) -> bool:
        """Holds one of the roles at that place."""
        return any(grant.role in roles and grant.covers(area_path, facility_id) for grant in self.grants)

    def scope(self, roles: frozenset[Role] = ALL_ROLES) -> Scope:
        """The part of the network where one of the roles is held."""
        held = [grant for grant in self.grants if grant.role in roles]
        paths = sorted({grant.area_path for grant in held if grant.facility_id is None})
        outermost = tuple(
            path for path in paths if not any(path != other and path.startswith(other) for other in paths)
        )
        return Scope(outermost, tuple(sorted({g.facility_id for g in held if g.facility_id is not None})))


ANONYMOUS = Actor(user_id=None, name="")


class Forbidden(Exception):
    """The object is in sight, but this verb is not for this person here: answered with 403."""


class Unknown(Exception):
    """There is no such object, or it belongs to another area: answered with 404 either way."""


M = TypeVar("M", bound=Model)


def the_one(rows: QuerySet[M]) -> M:
    """The first of the rows, which name one object by its key.

    Raises:
        Unknown: there is none among them.
    """
    found = rows.first()
    if found is None:
        raise Unknown
    return found
