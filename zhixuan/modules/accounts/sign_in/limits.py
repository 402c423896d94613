"""Bad sign-ins: 5 for one user name or 50 from one address within 15 minutes close the door for 15 minutes.

The answer is the same for names that exist and names that do not. Nobody is locked out for good: the door opens by
itself, a passkey always opens it, and `zhixuan user password` on the machine opens it at once.
"""

from __future__ import annotations

from typing import Any

from allauth.core.internal.httpkit import get_client_ip
from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from zhixuan.rules.accounts import normal_user_name


class SignInLimits(AxesDatabaseHandler):  # type: ignore[misc]
    """Axes knows one limit; here an address has ten times the patience of a user name."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        by_name, by_address = (_failures(attempts) for attempts in self.get_user_attempts(request, credentials))
        patience = settings.SIGN_IN_FAILURES_PER_ADDRESS // settings.AXES_FAILURE_LIMIT
        return int(max(by_name, by_address // patience))

    def reset_user_attempts(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """A good sign-in forgives that name at that address, not others: else it would hide a search for passwords."""
        forgiven, _ = AccessAttempt.objects.filter(
            username=user_name_of(request, credentials), ip_address=address_of(request)
        ).delete()
        return int(forgiven)


def _failures(attempts: QuerySet[AccessAttempt]) -> int:
    return attempts.aggregate(total=Sum("failures_since_start"))["total"] or 0


def forgive(username: str) -> None:
    """Forget the bad sign-ins of a name, when a person on the machine vouches for it."""
    AccessAttempt.objects.filter(username=normal_user_name(username)).delete()


def user_name_of(request: HttpRequest | None, credentials: dict[str, Any] | None) -> str:
    """One spelling of the name that was tried, so that case and width give no further tries."""
    given = (credentials or {}).get("username") or (request.POST.get("login") if request else "") or ""
    return normal_user_name(str(given))[:255]


def address_of(request: HttpRequest) -> str:
    """The client's address, as told by the proxy in front when there is one."""
    return get_client_ip(request) or "0.0.0.0"  # noqa: S104  (a name for "unknown", nothing listens)


def too_many(request: HttpRequest, *_: object) -> HttpResponse:
    """429, the same words for every name."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    return render(request, "accounts/too_many.html", {"minutes": minutes}, status=429)
