"""`zhixuan user`: people from the terminal of the server, for the first start and when nobody can sign in."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from django.db import transaction
from django.utils import timezone, translation
from rich.console import Console
from rich.table import Table

from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Forbidden, Role

app = typer.Typer(no_args_is_help=True, help="Add people, give them roles and new passwords.")
console = Console()
errors = Console(stderr=True)

PASSWORD_HELP = "asked for when not given; better not typed on a command line"  # noqa: S105
UserName = Annotated[str, typer.Argument(metavar="USER_NAME")]
PlaceCode = Annotated[str, typer.Option("--place", help="code of an area or facility; / is the whole network")]
Password = Annotated[str | None, typer.Option("--password", help=PASSWORD_HELP)]


def _stop(sentence: str) -> typer.Exit:
    errors.print(sentence, style="red", markup=False)
    return typer.Exit(1)


@app.command("list")
def list_people(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Everybody, with roles and places."""
    from zhixuan.modules.accounts import queries

    rows = []
    for person in queries.everybody():
        roles = [f"{grant.role} {queries.place_of(grant).code or '/'}" for grant in person.grants.all()]
        rows.append({"username": person.username, "name": person.name, "active": person.is_active, "roles": roles})
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    table = Table("User name", "Name", "Active", "Roles")
    for row in rows:
        table.add_row(row["username"], row["name"], "yes" if row["active"] else "no", ", ".join(row["roles"]))
    console.print(table)


@app.command()
def add(
    username: UserName,
    name: Annotated[str, typer.Option(help="the person's name")],
    role: Annotated[Role, typer.Option(help="first role")],
    place: PlaceCode = "/",
    password: Password = None,
) -> None:
    """Add a person with a first role."""
    from zhixuan.modules.accounts import queries
    from zhixuan.modules.accounts.operations.add_person import add_person
    from zhixuan.modules.accounts.operations.grant_role import grant_role

    chosen = password or typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    found = _place(place)
    actor, now = queries.program("zhixuan user"), timezone.now()
    with translation.override("en"):
        try:
            with transaction.atomic():
                home = queries.area_around(found)
                person = add_person(username=username, name=name, password=chosen, home=home, actor=actor, at=now)
                grant_role(person_id=person.pk, role=role, place=found, actor=actor, at=now)
        except Refused as refused:
            raise _stop(str(refused)) from refused
    console.print(f"{person.username}: added. The password must be changed at the first sign-in.", markup=False)


@app.command()
def grant(username: UserName, role: Annotated[Role, typer.Option()], place: PlaceCode = "/") -> None:
    """Give a person a role in a place."""
    from zhixuan.modules.accounts import queries
    from zhixuan.modules.accounts.operations.grant_role import grant_role

    found, person_id = _place(place), _person_id(username)
    actor = queries.program("zhixuan user")
    grant_role(person_id=person_id, role=role, place=found, actor=actor, at=timezone.now())
    console.print(f"{username}: is now {role} in {found.name_en or found.name_zh}.", markup=False)


@app.command()
def disable(username: UserName) -> None:
    """Bar a person and end all their sessions."""
    from zhixuan.modules.accounts import queries
    from zhixuan.modules.accounts.operations.disable_person import disable_person

    try:
        disable_person(person_id=_person_id(username), actor=queries.program("zhixuan user"), at=timezone.now())
    except (Refused, Forbidden) as refused:
        raise _stop(str(refused)) from refused
    console.print(f"{username}: disabled.", markup=False)


@app.command()
def password(username: UserName) -> None:
    """Give a person a temporary password, let them in again after too many bad tries, and print it."""
    from zhixuan.modules.accounts import queries
    from zhixuan.modules.accounts.operations.enable_person import enable_person
    from zhixuan.modules.accounts.operations.reset_password import reset_password
    from zhixuan.modules.accounts.sign_in.limits import forgive

    person_id, actor, now = _person_id(username), queries.program("zhixuan user"), timezone.now()
    with transaction.atomic():
        enable_person(person_id=person_id, actor=actor, at=now)
        temporary = reset_password(person_id=person_id, actor=actor, at=now)
        forgive(username)
    console.print(f"{temporary}\nGood for three days; it must be changed at the next sign-in.", markup=False)


def _person_id(username: str) -> int:
    from zhixuan.modules.accounts import queries

    person = queries.person_by_name(username)
    if person is None:
        raise _stop(f"There is no user {username}; `zhixuan user list` shows all.")
    return int(person.pk)


def _place(code: str):  # type: ignore[no-untyped-def]
    from zhixuan.modules.accounts import queries

    place = queries.place_by_code(code)
    if place is None:
        raise _stop(f"There is no area or facility with the code {code}.")
    return place
