"""Ending sessions on the server."""

from __future__ import annotations

from allauth.usersessions.models import UserSession

from zhixuan.modules.accounts.models import User


def end_all_sessions(person: User) -> int:
    """Sign the person out everywhere; how many sessions that were."""
    sessions = list(UserSession.objects.filter(user_id=person.pk))
    for session in sessions:
        session.end()
    return len(sessions)
