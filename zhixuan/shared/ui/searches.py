"""Searches whose words stay out of the address: sent by POST, kept in the session, named in the address by a token.

Addresses are kept in histories and logs, and the code of one single pack has no place there. The page that shows what
was found can still be sorted, paged, exported and loaded again. A token opens nothing outside the session it is of.
"""

from __future__ import annotations

from uuid import UUID, uuid4

from django.http import HttpRequest

from zhixuan.shared.ui.filters import SEARCH_LENGTH_MAX

KEPT = "searches"
KEPT_MAX = 12
"""Of one person at a time: the oldest is forgotten first."""


def trimmed(text: str) -> str:
    """What was typed or scanned, as far as it is searched for."""
    return text.replace("\x00", "").strip()[:SEARCH_LENGTH_MAX]


def keep(request: HttpRequest, text: str) -> UUID:
    """Keep what is searched for until the session ends; answers the token that stands for it."""
    token = uuid4()
    kept = list(request.session.get(KEPT, []))
    request.session[KEPT] = [*kept, [str(token), text]][-KEPT_MAX:]
    return token


def kept(request: HttpRequest, token: str | UUID) -> str | None:
    """What was searched for; None when this session knows no such token (any more)."""
    found: str | None = dict(request.session.get(KEPT, [])).get(str(token))
    return found
