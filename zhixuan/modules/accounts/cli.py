"""`zhixuan user`: people from the terminal of the server, for the first start and when nobody can sign in."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from rich.console import Console
from rich.table import Table

from zhixuan.modules.accounts import queries
from zhixuan.modules.accounts.operations.add_person import add_person
from zhixuan.modules.accounts.operations.disable_person import disable_person
from zhixuan.modules.accounts.operations.enable_person import enable_person
from zhixuan.modules.accounts.operations.grant_role import grant_role
from zhixuan.modules.accounts.operations.reset_password import reset_password
from zhixuan.modules.accounts.sign_in.limits import forgive
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Role
from zhixuan.shared.ui.forms import sentence

app = typer.Typer(no_args_is_help=True)
console = Console(soft_wrap=True)
errors = Console(stderr=True, soft_wrap=True)
ACTOR = queries.program("zhixuan user")

UserName = Annotated[str, typer.Argument(metavar="USER_NAME")]
PlaceCode = Annotated[str, typer.Option("--place", help="code of an area or facility; / is the whole 地区或网点代码")]
ChosenRole = Annotated[Role, typer.Option(help="角色")]
AsJson = Annotated[bool, typer.Option("--json", help="for machines 供程序读取")]


@app.command("list")
def list_people(as_json: AsJson = False) -> None:
    """Everybody, with roles and places 列出用户"""
    people = [
        (person, [f"{grant.role} {queries.place_of(grant).code or '/'}" for grant in person.grants.all()])
        for person in queries.everybody()
    ]
    if as_json:
        rows = [
            {"username": person.username, "name": person.name, "active": person.is_active, "roles": roles}
            for person, roles in people
        ]
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    table = Table(_("User name"), pgettext("person", "Name"), pgettext("account", "Active"), _("Roles"))
    for person, roles in people:
        table.add_row(person.username, person.name, _("yes") if person.is_active else _("no"), ", ".join(roles))
    console.print(table)


@app.command()
def add(
    username: UserName,
    name: Annotated[str, typer.Option(help="the person's name 姓名")],
    role: ChosenRole,
    place: PlaceCode = "/",
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)] = "",
) -> None:
    """Add a person with a first role; the password must be changed at the first sign-in 添加用户"""
    found, now = _place(place), timezone.now()
    try:
        with transaction.atomic():
            home = queries.area_around(found)
            person = add_person(username=username, name=name, password=password, home=home, actor=ACTOR, at=now)
            grant_role(person_id=person.pk, role=role, place=found, actor=ACTOR, at=now)
    except Refused as refused:
        raise _stop(refused) from refused
    _say(_("%(user)s has been added. The password must be changed at the first sign-in.") % {"user": person.username})


@app.command()
def grant(username: UserName, role: ChosenRole, place: PlaceCode = "/") -> None:
    """Give a person a role in a place 授予角色"""
    found, person_id = _place(place), _person_id(username)
    try:
        grant_role(person_id=person_id, role=role, place=found, actor=ACTOR, at=timezone.now())
    except Refused as refused:
        raise _stop(refused) from refused
    _say(_("%(user)s now has the role %(role)s at %(place)s.") % {"user": username, "role": role.label, "place": place})


@app.command()
def disable(username: UserName) -> None:
    """Bar a person and end all their sessions 停用用户"""
    try:
        disable_person(person_id=_person_id(username), actor=ACTOR, at=timezone.now())
    except Refused as refused:
        raise _stop(refused) from refused
    _say(_("%(user)s is disabled and signed out everywhere.") % {"user": username})


@app.command()
def password(username: UserName) -> None:
    """Print a temporary password; lets the person in again, also after too many bad tries 重置密码"""
    person_id, now = _person_id(username), timezone.now()
    with transaction.atomic():
        enable_person(person_id=person_id, actor=ACTOR, at=now)
        temporary = reset_password(person_id=person_id, actor=ACTOR, at=now)
        forgive(username)
    _say(temporary)
    _say(_("Good for three days; it must be changed at the next sign-in."))


def _say(text: str) -> None:
    console.print(text, markup=False, highlight=False)


def _stop(refused: Refused | str) -> typer.Exit:
    texts = [refused] if isinstance(refused, str) else [sentence(reason) for reason in refused.reasons]
    for text in texts:
        errors.print(text, style="red", markup=False)
    return typer.Exit(1)


def _person_id(username: str) -> int:
    person = queries.person_by_name(username)
    if person is None:
        raise _stop(_("There is no user %(user)s; `zhixuan user list` shows all.") % {"user": username})
    return int(person.pk)


def _place(code: str) -> queries.Place:
    place = queries.place_by_code(code)
    if place is None:
        raise _stop(_("There is no area or facility with the code %(code)s.") % {"code": code})
    return place
