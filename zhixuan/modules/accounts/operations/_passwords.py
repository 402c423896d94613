"""What a password must be, and making one."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from zhixuan.modules.accounts.models import User
from zhixuan.rules.refusal import Refused

TEMPORARY_PASSWORD_LASTS = timedelta(days=3)
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without letters and digits that look alike: temporary passwords are read from paper or over the telephone."""


def checked_password(password: str, person: User) -> str:
    """The password, if it is strong enough for that person.

    Raises:
        Refused: with every reason Django's validators give, in the language of the moment.
    """
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise Refused.many(
            Refused("{reason}", field="password", code="weak_password", reason=reason) for reason in error.messages
        ) from error
    return password


def temporary_password() -> str:
    """Three groups of five letters: 74 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(3))
