"""Every area that has an administrator keeps one."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from zhixuan.modules.accounts import queries
from zhixuan.rules.accounts import post_left_empty
from zhixuan.rules.refusal import N_, Refused


def refuse_to_lose_the_last(*, on: date, grant_ids: Collection[int] = (), person_id: int | None = None) -> None:
    """Lock all administrators' grants and refuse when those that would end leave an area without one.

    Args:
        grant_ids: grants that would end.
        person_id: a person all of whose grants would stop working.

    Raises:
        Refused: nobody else would administer the area.
    """
    posts = queries.posts(on=on, lock=True)
    leaving = [post for grant_id, post in posts if grant_id in grant_ids or post.person_id == person_id]
    remaining = [post for grant_id, post in posts if grant_id not in grant_ids and post.person_id != person_id]
    if post_left_empty(leaving, remaining) is not None:
        raise Refused(
            N_("This is the last administrator there. Make somebody else an administrator first."),
            code="last_administrator",
        )
