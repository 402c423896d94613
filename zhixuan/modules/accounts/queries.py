"""Every question others may ask about people, their grants and tokens."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from zhixuan.modules.accounts import permissions
from zhixuan.modules.accounts.models import ApiToken, RoleGrant, User
from zhixuan.modules.directory import queries as directory
from zhixuan.rules.accounts import WHOLE, Post, normal_user_name
from zhixuan.rules.directory.areas import ancestors
from zhixuan.shared import sql
from zhixuan.shared.access import Actor, Grant, Role, the_one
from zhixuan.shared.journeys import Row


@dataclass(frozen=True, slots=True)
class Place:
    """Where a role holds: a facility, an area with all below it, or, without ids, the whole network."""

    area_path: str = WHOLE
    area_id: int | None = None
    facility_id: int | None = None
    code: str = ""
    name_zh: str = "全部"
    name_en: str = "The whole network"


THE_WHOLE = Place()


def program(name: str) -> Actor:
    """The actor of commands typed on the machine itself and of set-up: may do all that an administrator may."""
    return Actor(user_id=None, name=name, grants=(Grant(Role.ADMINISTRATOR, WHOLE),))


def current(on: date) -> Q:
    """Condition on grants: they hold on that day."""
    return Q(ends_on=None) | Q(ends_on__gte=on)


def actor_and_place(user: User, *, on: date) -> tuple[Actor, Place]:
    """The person as operations know them on that day, and the widest place they answer for: one query."""
    grants, places = _standing(user.pk, on)
    widest = min(places, key=lambda place: len(place.area_path), default=Place(name_zh="", name_en=""))
    return Actor(user_id=user.pk, name=user.name, grants=grants), widest


def actor_of(user: User, *, on: date) -> Actor:
    """The person as operations know them, with the grants of that day: one query."""
    return actor_and_place(user, on=on)[0]


def actor_by_id(user_id: int | None, *, on: date) -> Actor | None:
    """The same for a job that a person asked for; None when the account was barred since."""
    person = everybody().filter(pk=user_id or 0, is_active=True).first()
    return None if person is None else actor_of(person, on=on)


def grants_of(person_id: int, *, on: date) -> tuple[Grant, ...]:
    """The roles a person holds on that day: one query."""
    return _standing(person_id, on)[0]


def _standing(person_id: int, on: date) -> tuple[tuple[Grant, ...], list[Place]]:
    found = [(Role(row[0]), _place_in(row)) for row in sql.rows(STANDING, [person_id, sql.date_value(on)])]
    grants = tuple(Grant(role, place.area_path, place.facility_id) for role, place in found)
    return grants, [place for _, place in found]


STANDING = """
    SELECT held.role, area.id, area.path, area.code, area.name_zh, area.name_en,
        facility.id, facility.area_path, facility.code, facility.name_zh, facility.name_en
    FROM accounts_rolegrant held
    LEFT JOIN directory_area area ON area.id = held.area_id
    LEFT JOIN directory_facility facility ON facility.id = held.facility_id
    WHERE held.user_id = %s AND (held.ends_on IS NULL OR held.ends_on >= %s)
    ORDER BY held.id
"""
"""Asked at every request, so that a change of roles works at once."""


def _place_in(row: Row) -> Place:
    _role, area_id, area_path, area_code, area_zh, area_en, facility_id, path, code, name_zh, name_en = row
    if facility_id is not None:
        return Place(path, facility_id=facility_id, code=code, name_zh=name_zh, name_en=name_en)
    if area_id is not None:
        return Place(area_path, area_id=area_id, code=area_code, name_zh=area_zh, name_en=area_en)
    return THE_WHOLE


def home_path(person: User) -> str:
    """Path of the area a person belongs to."""
    return person.area.path if person.area else WHOLE


def users_in(actor: Actor, roles: frozenset[Role] = permissions.SEE_PEOPLE) -> QuerySet[User]:
    """People who belong to, or hold a role in, the areas where the actor holds one of the roles; by name."""
    scope = actor.scope(roles)
    people = User.objects.select_related("area").order_by("username")
    if WHOLE in scope.area_paths:
        return people
    home = Q(pk__in=[])
    held = Q(facility__in=scope.facility_ids)
    for path in scope.area_paths:
        home |= Q(area__path__startswith=path)
        held |= Q(area__path__startswith=path) | Q(facility__area_path__startswith=path)
    return people.filter(home | Exists(RoleGrant.objects.filter(held, user=OuterRef("pk"))))


def with_grants(people: QuerySet[User]) -> QuerySet[User]:
    """People with their grants and the places of these read in two further queries, for lists."""
    return people.prefetch_related(
        Prefetch("grants", RoleGrant.objects.select_related("area", "facility").order_by("pk"))
    )


def person_for(actor: Actor, person_id: int) -> User:
    """One person in the actor's sight.

    Raises:
        Unknown: there is none, or they belong to others.
    """
    return the_one(users_in(actor).filter(pk=person_id))


def grant_for(actor: Actor, grant_id: int) -> RoleGrant:
    """One grant of a person in the actor's sight.

    Raises:
        Unknown: there is none, or it is of somebody out of sight.
    """
    grants = RoleGrant.objects.select_related("user__area", "area", "facility")
    return the_one(grants.filter(pk=grant_id, user__in=users_in(actor)))


def grants_shown(person: User) -> list[RoleGrant]:
    """All grants of a person with their places, those of the past too."""
    return list(person.grants.select_related("area", "facility").order_by("role", "pk"))


def answers_for(actor: Actor, person: User, *, on: date) -> bool:
    """Whether the actor may give the person a new password, disable them and end their sessions."""
    held = grants_of(person.pk, on=on)
    return permissions.may_answer_for(actor, held, home_path=home_path(person))


def person_by_name(username: str) -> User | None:
    """Any person by user name, whoever asks: for sign-in and commands."""
    return User.objects.filter(username=normal_user_name(username)).first()


def nobody_yet() -> bool:
    """Whether the system is new: no person at all."""
    return not User.objects.exists()


def everybody() -> QuerySet[User]:
    """All people, whoever asks: for commands on the machine."""
    return with_grants(User.objects.select_related("area").order_by("username"))


def demo_people() -> QuerySet[User]:
    """People of the demo county who can be tried by one click."""
    return with_grants(User.objects.filter(is_demo=True, is_active=True).order_by("pk"))


def posts(*, on: date, lock: bool = False) -> list[tuple[int, Post]]:
    """Grant id and post of every administrator of an area who can sign in on that day; locked for a decision."""
    rows = RoleGrant.objects.filter(current(on), role=Role.ADMINISTRATOR, facility=None, user__is_active=True)
    rows = rows.filter(Q(user__valid_until=None) | Q(user__valid_until__gte=on)).order_by("pk")
    if lock:
        rows = rows.select_for_update(of=("self",))
    return [(row.pk, Post(row.user_id, row.area.path if row.area else WHOLE)) for row in rows.select_related("area")]


def keepers_at(facility_id: int, area_path: str, roles: frozenset[Role], *, on: date) -> int:
    """How many people who can sign in hold one of the roles for that facility, or for just the area it lies in."""
    held = RoleGrant.objects.filter(current(on), Q(facility_id=facility_id) | Q(area__path=area_path), role__in=roles)
    people = held.filter(Q(user__valid_until=None) | Q(user__valid_until__gte=on), user__is_active=True)
    return people.values("user_id").distinct().count()


def people_at(facility_id: int, area_path: str, roles: frozenset[Role], *, on: date) -> int:
    """How many people hold one of the roles at a facility, by a grant for it or for an area around it."""
    here = Q(facility_id=facility_id) | Q(facility=None, area=None)
    around = Q(facility=None, area__path__in=ancestors(area_path))
    rows = RoleGrant.objects.filter(current(on), here | around, role__in=list(roles), user__is_active=True)
    return rows.values("user_id").distinct().count()


def tokens_of(person: User) -> QuerySet[ApiToken]:
    """A person's tokens, latest first, those expired and revoked too."""
    return person.tokens.select_related("area", "facility").order_by("-created_at", "-pk")


def token_of(person: User, token_id: int) -> ApiToken:
    """One token of that person.

    Raises:
        Unknown: there is none, or it is another person's.
    """
    return the_one(tokens_of(person).filter(pk=token_id))


def actor_of_token(digest: str, *, now: datetime, on: date) -> tuple[int, Actor] | None:
    """Token id and actor of a living token: two queries.

    Its power ends with its owner's: the owner must be able to sign in and hold the role over that place now.
    """
    token = ApiToken.objects.select_related("owner", "area", "facility").filter(digest=digest).first()
    if token is None or token.revoked_at is not None or token.expires_at <= now or not _can_sign_in(token.owner, on):
        return None
    power = grant_of_token(token)
    if not any(held.role is power.role and _within(power, held) for held in grants_of(token.owner_id, on=on)):
        return None
    return token.pk, Actor(user_id=token.owner_id, name=f"{token.owner.name} · {token.name}", grants=(power,))


def grant_of_token(token: ApiToken) -> Grant:
    """The one role and place a token has."""
    if token.facility is not None:
        return Grant(Role(token.role), token.facility.area_path, token.facility.pk)
    return Grant(Role(token.role), token.area.path if token.area else WHOLE)


def _within(inner: Grant, outer: Grant) -> bool:
    return outer.covers(inner.area_path, inner.facility_id)


def _can_sign_in(person: User, on: date) -> bool:
    return person.is_active and (person.valid_until is None or person.valid_until >= on)


def places_for(actor: Actor, roles: frozenset[Role], *, limit: int) -> list[Place]:
    """Areas, then facilities, where the actor holds one of the roles, for choosing one: at most `limit` of each."""
    whole = [THE_WHOLE] if WHOLE in actor.scope(roles).area_paths else []
    areas = directory.areas_for(actor, roles)[:limit]
    facilities = directory.facilities_for(actor, roles).order_by("area_path", "code")[:limit]
    return [*whole, *_places(areas), *_places(facilities)]


def place_by_code(code: str) -> Place | None:
    """The place with that code, whoever asks; "/" is the whole network. An area goes before a facility."""
    if code == WHOLE:
        return THE_WHOLE
    found = directory.area_by_code(code) or directory.facility_by_code(code)
    return _place(found) if found else None


def place_of(row: RoleGrant | ApiToken) -> Place:
    """Where a grant or token holds."""
    found = row.facility or row.area
    return _place(found) if found else THE_WHOLE


def area_around(place: Place) -> Place:
    """The place itself, or the area a facility lies in."""
    if place.facility_id is None:
        return place
    area_code = place.area_path.rstrip("/").rsplit("/", 1)[-1]
    return place_by_code(area_code) or THE_WHOLE


def _places(found: Iterable[directory.Area] | Iterable[directory.Facility]) -> list[Place]:
    return [_place(one) for one in found]


def _place(one: directory.Area | directory.Facility) -> Place:
    if isinstance(one, directory.Area):
        return Place(one.path, area_id=one.pk, code=one.code, name_zh=one.name_zh, name_en=one.name_en)
    return Place(one.area_path, facility_id=one.pk, code=one.code, name_zh=one.name_zh, name_en=one.name_en)


def sessions_of(person: User) -> QuerySet[Any]:
    """Where the person is signed in, latest first; the caller has checked that the person is in sight."""
    found: QuerySet[Any] = UserSession.objects.filter(user_id=person.pk).order_by("-created_at")
    return found


def second_steps_of(person: User) -> QuerySet[Any]:
    """Second steps the person has set up, recovery codes aside."""
    found: QuerySet[Any] = Authenticator.objects.filter(user_id=person.pk).exclude(type="recovery_codes")
    return found
