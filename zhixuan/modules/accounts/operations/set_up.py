"""Make the first administrator of a new system."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime
from pathlib import Path

from django.db import transaction

from zhixuan.modules.accounts import queries
from zhixuan.modules.accounts.models import User
from zhixuan.modules.accounts.operations._passwords import LETTERS
from zhixuan.modules.accounts.operations.add_person import add_person
from zhixuan.modules.accounts.operations.grant_role import grant_role
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared.access import Role, Unknown

CODE_FILE = "setup.code"


def set_up_code(keys: Path) -> str | None:
    """The one-time code of a system without people, made on first asking; None when the system is set up.

    Args:
        keys: the folder of keys in the data folder: only who can read it may make the first administrator.
    """
    path = keys / CODE_FILE
    if not queries.nobody_yet():
        path.unlink(missing_ok=True)
        return None
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text("-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3)))
    return path.read_text().strip()


def set_up(*, code: str, username: str, name: str, password: str, keys: Path, at: datetime) -> User:
    """Make the first administrator, of the whole network; the code is used up.

    Raises:
        Unknown: the system is set up already.
        Refused: the code is wrong, or the name or password is.
    """
    if not queries.nobody_yet():
        raise Unknown
    path = keys / CODE_FILE
    expected = path.read_text().strip() if path.exists() else ""
    if not expected or not hmac.compare_digest(code.strip().lower().encode(), expected.encode()):
        raise Refused(
            N_("This is not the set-up code. It stands on the terminal where the server was started."), field="code"
        )
    claimed = path.with_suffix(".used")
    try:
        path.rename(claimed)
    except FileNotFoundError as error:
        raise Unknown from error
    try:
        person = _first_administrator(username=username, name=name, password=password, at=at)
    except BaseException:
        claimed.rename(path)
        raise
    claimed.unlink()
    return person


@transaction.atomic
def _first_administrator(*, username: str, name: str, password: str, at: datetime) -> User:
    actor = queries.program("set-up")
    person = add_person(
        username=username,
        name=name,
        password=password,
        home=queries.THE_WHOLE,
        must_change_password=False,
        actor=actor,
        at=at,
    )
    grant_role(person_id=person.pk, role=Role.ADMINISTRATOR, place=queries.THE_WHOLE, actor=actor, at=at)
    return person
