"""Who is asking: worked out afresh at each request, so that a change of roles or a barred account works at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views import defaults
from django_htmx.http import HttpResponseClientRedirect

from zhixuan.modules.accounts import queries
from zhixuan.modules.accounts.models import User
from zhixuan.modules.accounts.sign_in.adapter import SIGNED_IN_AT
from zhixuan.shared.access import ANONYMOUS, Actor, Forbidden, Unknown
from zhixuan.shared.ui.naming import choose

Answer = Callable[[HttpRequest], HttpResponse]

API = "/api/"
SEEN_AT = "seen_at"
SEEN_EVERY_SECONDS = 60
"""A session is written at most once a minute: reading pages must not queue for the database's write lock."""

OPEN_TO_ALL_STATES = frozenset(
    {"account_logout", "account_change_password", "account_reauthenticate", "set_language", "health"}
)
OPEN_BEFORE_SECOND_STEP = OPEN_TO_ALL_STATES | {"accounts:second_step"}
SECOND_STEP_PREFIX = "mfa_"


def go_to(request: HttpRequest, address: str) -> HttpResponse:
    """Lead the whole page there, also when only a part of it was asked for; programs get a 403."""
    if request.path.startswith(API):
        return JsonResponse({"errors": [{"field": "", "code": "sign_in_unfinished", "message": address}]}, status=403)
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(address)
    return HttpResponseRedirect(address)


class SignInRequired(LoginRequiredMiddleware):
    """Every page is for signed-in people unless it says otherwise; the API checks tokens and sessions itself."""

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        if request.path.startswith(API):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., Any]) -> Any:
        if queries.nobody_yet():
            return go_to(request, reverse("accounts:set_up"))
        if getattr(request, "htmx", False):
            return HttpResponseClientRedirect(reverse("account_login"))
        return super().handle_no_permission(request, view_func)


class ActorMiddleware:
    """Sets request.actor and request.place_name; signs out whoever may not be here any more."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = ANONYMOUS  # type: ignore[attr-defined]
        if isinstance(request.user, User):
            ended = self._ended(request, request.user)
            if ended:
                logout(request)
                messages.info(request, ended)
            else:
                self._welcome(request, request.user)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], view_args: Any, view_kwargs: Any
    ) -> HttpResponse | None:
        """Lead to what has to be done first: a new password, or the second step."""
        user = request.user
        if not isinstance(user, User) or request.resolver_match is None:
            return None
        view = request.resolver_match.view_name
        if user.must_change_password:
            return None if view in OPEN_TO_ALL_STATES else go_to(request, reverse("account_change_password"))
        if view in OPEN_BEFORE_SECOND_STEP or view.startswith(SECOND_STEP_PREFIX):
            return None
        if needs_second_step(request, user) and not has_grace(request, user):
            return go_to(request, reverse("accounts:second_step"))
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """What is out of sight is 404, what is in sight but not allowed 403, wherever it was found out."""
        if request.path.startswith(API):
            return None
        if isinstance(exception, Unknown):
            return defaults.page_not_found(request, exception)
        if isinstance(exception, Forbidden):
            return defaults.permission_denied(request, exception)
        return None

    def _ended(self, request: HttpRequest, user: User) -> str:
        """Why this session is over, in words; empty when it is not."""
        if user.valid_until is not None and user.valid_until < timezone.localdate():
            return _("Your account ended on %(day)s. Ask your administrator.") % {"day": user.valid_until}
        now = time.time()
        session = request.session
        signed_in_at = session.setdefault(SIGNED_IN_AT, now)
        if now - signed_in_at > settings.SESSION_COOKIE_AGE:
            return _("You have been signed in for long. Please sign in again.")
        if now - session.get(SEEN_AT, now) > settings.SESSION_IDLE_SECONDS:
            return _("You were away for a while and have been signed out. Please sign in again.")
        if now - session.get(SEEN_AT, 0) > SEEN_EVERY_SECONDS:
            session[SEEN_AT] = now
        return ""

    def _welcome(self, request: HttpRequest, user: User) -> None:
        actor, place = queries.actor_and_place(user, on=timezone.localdate())
        request.actor = actor  # type: ignore[attr-defined]
        if user.language and user.language != translation.get_language():
            translation.activate(user.language)
            request.LANGUAGE_CODE = translation.get_language()
        request.place_name = choose(place.name_zh, place.name_en)  # type: ignore[attr-defined]


def needs_second_step(request: HttpRequest, user: User) -> bool:
    """Whether the person's roles ask for a second step that was never set up."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if settings.SECOND_STEP_ROLES.isdisjoint(actor.roles):
        return False
    if any(record.get("method") == "mfa" for record in get_authentication_records(request, user)):
        return False
    return not is_mfa_enabled(user)


def has_grace(request: HttpRequest, user: User) -> bool:
    """Within the days of grace, once the person has been asked and has put it off in this session."""
    if user.second_step_asked_at is None or not request.session.get("second_step_later"):
        return False
    return bool(timezone.now() < user.second_step_asked_at + settings.SECOND_STEP_GRACE)
