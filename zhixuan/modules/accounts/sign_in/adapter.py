"""What allauth does our way: no public sign-up, one spelling of user names, an audit line for each sign-in."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from zhixuan.modules.accounts import queries
from zhixuan.modules.accounts.models import User
from zhixuan.modules.accounts.sign_in.limits import address_of
from zhixuan.rules.accounts import normal_user_name
from zhixuan.shared import audit
from zhixuan.shared.access import Actor

SIGNED_IN_AT = "signed_in_at"
"""Key of the session: seconds since 1970 when the person proved who they are."""

QUIET = {"account/messages/logged_in.txt", "account/messages/logged_out.txt"}
"""Signing in and out is seen; it needs no message."""


class SignIn(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        if "username" in credentials:
            credentials["username"] = normal_user_name(credentials["username"])
        found: User | None = super().authenticate(request, **credentials)
        return found

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        if message_template not in QUIET:
            super().add_message(request, level, message_template, *args, **kwargs)

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Stop, after the right password, those whose account or temporary password has ended."""
        response: HttpResponse | None = super().pre_login(request, user, **kwargs)
        if response is not None:
            return response
        now = timezone.now()
        if user.valid_until is not None and user.valid_until < timezone.localtime(now).date():
            clear_login(request)
            return HttpResponseRedirect(reverse("account_inactive"))
        if user.must_change_password and user.password_ends_at is not None and user.password_ends_at <= now:
            clear_login(request)
            messages.error(request, _("This temporary password has run out. Ask your administrator for a new one."))
            return HttpResponseRedirect(reverse("account_login"))
        return None

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        request.session[SIGNED_IN_AT] = time.time()
        response: HttpResponse = super().post_login(request, user, **kwargs)
        self._note(request, user, "sign_in")
        return response

    def logout(self, request: HttpRequest) -> None:
        user = request.user
        super().logout(request)
        if isinstance(user, User):
            self._note(request, user, "sign_out")

    def set_password(self, user: User, password: str) -> None:
        """A password the person chose: temporary no more."""
        with transaction.atomic():
            user.set_password(password)
            user.must_change_password = False
            user.password_ends_at = None
            user.save(update_fields=["password", "must_change_password", "password_ends_at"])
            self._note(self.request, user, "change_password")

    def _note(self, request: HttpRequest, user: User, verb: str) -> None:
        actor = Actor(user_id=user.pk, name=user.name)
        details = {"address": address_of(request)}
        audit.record(actor, verb, "accounts.user", user.pk, queries.home_path(user), details, timezone.now())


def shown_name(user: User) -> str:
    """How allauth's pages call a person."""
    return user.name
