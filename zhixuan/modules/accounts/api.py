"""Who may call the API: a program with a token, or a signed-in person's browser with its CSRF token."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja.errors import AuthenticationError
from ninja.security import APIKeyCookie, HttpBearer

from zhixuan.modules.accounts import queries
from zhixuan.modules.accounts.operations.note_token_use import note_token_use
from zhixuan.shared.access import ANONYMOUS, Actor
from zhixuan.shared.crypto import fingerprint


class TokenAuth(HttpBearer):
    """`Authorization: Bearer zx_...`: acts with the token's one role in its one place, never with a session."""

    def __call__(self, request: HttpRequest) -> Any | None:
        if "Authorization" not in request.headers:
            return None
        answer = super().__call__(request)
        if answer is None:
            raise AuthenticationError
        return answer

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        request.actor = ANONYMOUS  # type: ignore[attr-defined]
        now = timezone.now()
        found = queries.actor_of_token(fingerprint(token.strip()), now=now, on=timezone.localdate())
        if found is None:
            return None
        token_id, actor = found
        note_token_use(token_id=token_id, at=now)
        request.actor = actor  # type: ignore[attr-defined]
        return actor


class SessionAuth(APIKeyCookie):
    """The session of a signed-in person; anything but reading needs the CSRF token."""

    param_name = settings.SESSION_COOKIE_NAME

    def __call__(self, request: HttpRequest) -> Any | None:
        actor: Actor = request.actor  # type: ignore[attr-defined]
        return super().__call__(request) if actor.user_id is not None else None

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        actor: Actor = request.actor  # type: ignore[attr-defined]
        return actor


API_AUTH = [TokenAuth(), SessionAuth()]
"""For NinjaAPI(auth=API_AUTH)."""
