"""Adding people, giving and taking roles: allowed, refused, stranger, repeat."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.builders import (
    NOW,
    PASSWORD,
    TODAY,
    Network,
    a_grant,
    a_network,
    a_person,
    a_planner,
    a_storekeeper,
    a_stranger,
    an_actor,
    an_administrator,
)
from zhixuan.modules.accounts import queries
from zhixuan.modules.accounts.models import RoleGrant, User
from zhixuan.modules.accounts.operations.add_person import add_person
from zhixuan.modules.accounts.operations.disable_person import disable_person
from zhixuan.modules.accounts.operations.enable_person import enable_person
from zhixuan.modules.accounts.operations.grant_role import grant_role
from zhixuan.modules.accounts.operations.reset_password import reset_password
from zhixuan.modules.accounts.operations.revoke_role import revoke_role
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Forbidden, Role, Unknown
from zhixuan.shared.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def network() -> Network:
    return a_network()


def place(area_or_facility) -> queries.Place:
    found = queries.place_by_code(area_or_facility.code)
    assert found is not None
    return found


def test_an_administrator_adds_a_person_of_their_county(network: Network) -> None:
    actor = an_actor(an_administrator(network.county))
    person = add_person(
        username=" Ｗang.Fang", name="王芳", password=PASSWORD, home=place(network.township), actor=actor, at=NOW
    )
    assert person.username == "wang.fang"
    assert person.must_change_password
    assert person.check_password(PASSWORD)
    entry = AuditEntry.objects.get(verb="add_person")
    assert (entry.actor_id, entry.object_id, entry.area_path) == (actor.user_id, str(person.pk), network.township.path)
    assert PASSWORD not in str(entry.details)


@pytest.mark.parametrize("spelling", ["li", "LI", "Ｌi", "  li "])
def test_one_name_in_any_spelling_is_taken_once(network: Network, spelling: str) -> None:
    actor = an_actor(an_administrator(network.county))
    add_person(username="li", name="Li", password=PASSWORD, home=place(network.county), actor=actor, at=NOW)
    with pytest.raises(Refused, match="taken") as refused:
        add_person(username=spelling, name="Li", password=PASSWORD, home=place(network.county), actor=actor, at=NOW)
    assert refused.value.field == "username"
    assert User.objects.filter(username="li").count() == 1


@pytest.mark.parametrize(
    ("username", "password", "field"),
    [
        ("", PASSWORD, "username"),
        ("a b", PASSWORD, "username"),
        ("wang", "short", "password"),
        ("x" * 61, PASSWORD, "username"),
    ],
)
def test_what_is_wrong_is_named(network: Network, username: str, password: str, field: str) -> None:
    actor = an_actor(an_administrator(network.county))
    with pytest.raises(Refused) as refused:
        add_person(username=username, name="W", password=password, home=place(network.county), actor=actor, at=NOW)
    assert refused.value.field == field


def test_nobody_is_added_outside_the_administrators_area(network: Network) -> None:
    for actor in (an_actor(an_administrator(network.county)), an_actor(a_planner(network.sibling))):
        with pytest.raises(Forbidden):
            add_person(username="x", name="X", password=PASSWORD, home=place(network.sibling), actor=actor, at=NOW)


def test_a_role_is_given_once_and_works_at_once(network: Network) -> None:
    actor = an_actor(an_administrator(network.county))
    person = a_person(at=network.county)
    for _ in range(2):
        grant_role(person_id=person.pk, role=Role.STOREKEEPER, place=place(network.store), actor=actor, at=NOW)
    assert AuditEntry.objects.filter(verb="grant_role").count() == 1
    assert an_actor(person).may(
        frozenset({Role.STOREKEEPER}), area_path=network.store.area_path, facility_id=network.store.pk
    )
    assert not an_actor(person).may(
        frozenset({Role.STOREKEEPER}), area_path=network.warehouse.area_path, facility_id=network.warehouse.pk
    )


def test_nothing_above_ones_own_area_is_given(network: Network) -> None:
    actor = an_actor(an_administrator(network.county))
    person = a_person(at=network.county)
    for above in (place(network.province), place(network.sibling), queries.THE_WHOLE):
        with pytest.raises(Forbidden):
            grant_role(person_id=person.pk, role=Role.DISPENSER, place=above, actor=actor, at=NOW)
    assert not person.grants.exists()


def test_nobody_gives_themselves_a_role(network: Network) -> None:
    administrator = an_administrator(network.county)
    with pytest.raises(Forbidden):
        grant_role(
            person_id=administrator.pk,
            role=Role.STATION_OFFICER,
            place=place(network.county),
            actor=an_actor(administrator),
            at=NOW,
        )


def test_a_grant_ends_with_its_last_day(network: Network) -> None:
    person = a_person(at=network.county)
    a_grant(person, Role.DISPENSER, network.store, ends_on=TODAY)
    assert queries.grants_of(person.pk, on=TODAY)
    assert not queries.grants_of(person.pk, on=TODAY + timedelta(days=1))


def test_people_of_the_sibling_county_do_not_exist(network: Network) -> None:
    actor = an_actor(an_administrator(network.county))
    stranger = a_stranger(network)
    grant = stranger.grants.get()
    with pytest.raises(Unknown):
        grant_role(person_id=stranger.pk, role=Role.DISPENSER, place=place(network.store), actor=actor, at=NOW)
    with pytest.raises(Unknown):
        revoke_role(grant_id=grant.pk, actor=actor, at=NOW)
    for deed in (disable_person, enable_person, reset_password):
        with pytest.raises(Unknown):
            deed(person_id=stranger.pk, actor=actor, at=NOW)
    stranger.refresh_from_db()
    assert stranger.is_active
    assert RoleGrant.objects.filter(pk=grant.pk).exists()


def test_whoever_reaches_further_is_not_taken_over_from_below(network: Network) -> None:
    """A county's administrator must not open the province by giving its officer a new password."""
    actor = an_actor(an_administrator(network.county))
    reaching = a_planner(network.county)
    a_grant(reaching, Role.STATION_OFFICER, network.province)
    for deed in (disable_person, reset_password):
        with pytest.raises(Forbidden):
            deed(person_id=reaching.pk, actor=actor, at=NOW)


def test_every_area_keeps_an_administrator(network: Network) -> None:
    whole = an_administrator(None)
    second = an_administrator(None)
    disable_person(person_id=second.pk, actor=an_actor(whole), at=NOW)
    machine = queries.program("test")
    for lose in (
        lambda: disable_person(person_id=whole.pk, actor=machine, at=NOW),
        lambda: revoke_role(grant_id=whole.grants.get().pk, actor=machine, at=NOW),
        lambda: grant_role(
            person_id=whole.pk,
            role=Role.ADMINISTRATOR,
            place=queries.THE_WHOLE,
            ends_on=TODAY,
            actor=machine,
            at=NOW,
        ),
    ):
        with pytest.raises(Refused, match="last administrator"):
            lose()
    assert queries.grants_of(whole.pk, on=TODAY)


def test_below_a_higher_administrator_a_county_may_lose_its_own(network: Network) -> None:
    an_administrator(network.province)
    of_county = an_administrator(network.county)
    revoke_role(grant_id=of_county.grants.get().pk, actor=queries.program("test"), at=NOW)
    assert not of_county.grants.exists()


def test_disabling_oneself_is_refused(network: Network) -> None:
    an_administrator(network.province)
    person = an_administrator(network.county)
    with pytest.raises(Refused, match="your own"):
        disable_person(person_id=person.pk, actor=an_actor(person), at=NOW)


def test_disabled_and_enabled_again_keeps_the_roles(network: Network) -> None:
    actor = an_actor(an_administrator(network.county))
    keeper = a_storekeeper(network.store)
    for _ in range(2):
        disable_person(person_id=keeper.pk, actor=actor, at=NOW)
    assert AuditEntry.objects.filter(verb="disable_person").count() == 1
    enable_person(person_id=keeper.pk, actor=actor, at=NOW)
    keeper.refresh_from_db()
    assert keeper.is_active
    assert an_actor(keeper).roles == {Role.STOREKEEPER}


def test_a_reset_password_is_temporary(network: Network) -> None:
    actor = an_actor(an_administrator(network.county))
    keeper = a_storekeeper(network.store, password=PASSWORD)
    temporary = reset_password(person_id=keeper.pk, actor=actor, at=NOW)
    keeper.refresh_from_db()
    assert keeper.check_password(temporary)
    assert keeper.must_change_password
    assert keeper.password_ends_at == NOW + timedelta(days=3)


def test_lists_hold_ones_own_area_only(network: Network) -> None:
    administrator = an_administrator(network.county)
    keeper, stranger = a_storekeeper(network.store), a_stranger(network)
    above = an_administrator(network.province)
    visitor = a_person(Role.ASSESSOR, network.county, area=network.sibling)
    seen = set(queries.users_in(an_actor(administrator)))
    assert seen == {administrator, keeper, visitor}
    assert set(queries.users_in(an_actor(above))) == {administrator, keeper, visitor, stranger, above}
    assert not queries.users_in(an_actor(keeper)).exists()


def test_actor_is_one_query(network: Network, django_assert_num_queries) -> None:
    keeper = a_storekeeper(network.store)
    a_grant(keeper, Role.OUTREACH, network.county)
    with django_assert_num_queries(1):
        actor, where = queries.actor_and_place(keeper, on=TODAY)
    assert where.area_id == network.county.pk
    assert actor.roles == {Role.STOREKEEPER, Role.OUTREACH}
