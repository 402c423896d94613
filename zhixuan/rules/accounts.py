"""Who may hold which role where, and what a user name looks like."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from zhixuan.rules.refusal import N_, Refused

WHOLE = "/"
"""Area path of a grant for the whole network."""

USER_NAME_CHARACTERS_MAX = 60


def normal_user_name(text: str) -> str:
    """One spelling for all ways to type a name, so that a person has one account and one count of failures."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).strip()


def checked_user_name(text: str) -> str:
    """The user name as it is stored.

    Raises:
        Refused: it is empty, too long or has characters other than letters, digits, dot, dash and underscore.
    """
    name = normal_user_name(text)
    if not name or len(name) > USER_NAME_CHARACTERS_MAX:
        raise Refused(
            N_("Give a user name of 1 to {maximum} characters."), field="username", maximum=USER_NAME_CHARACTERS_MAX
        )
    if not all(character.isalnum() or character in ".-_" for character in name):
        raise Refused(
            N_("A user name has only letters, digits, dots, dashes and underscores; leave out spaces and other signs."),
            field="username",
        )
    return name


@dataclass(frozen=True, slots=True)
class Post:
    """An administrator's post: who holds it and for which area path."""

    person_id: int
    area_path: str


def post_left_empty(leaving: Iterable[Post], remaining: Iterable[Post]) -> Post | None:
    """The first post among those leaving for whose area no other administrator would be left; None when all are kept.

    Args:
        leaving: posts that would end.
        remaining: posts of people who can sign in that would stay.
    """
    kept = [post.area_path for post in remaining]
    for post in leaving:
        if not any(post.area_path.startswith(path) for path in kept):
            return post
    return None
