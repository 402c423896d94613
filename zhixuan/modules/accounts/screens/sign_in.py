"""Signing in: with a password or passkey, by one click in the demo, and for the very first time."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from allauth.account.views import LoginView, PasswordChangeView
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from zhixuan.modules.accounts import queries
from zhixuan.modules.accounts.models import User
from zhixuan.shared.access import Forbidden, Role


class SignInView(LoginView):  # type: ignore[misc]
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_anonymous and queries.nobody_yet():
            return HttpResponseRedirect(reverse("accounts:set_up"))
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        if settings.DEMO:
            context["demo_people"] = [(person, _standing(person)) for person in queries.demo_people()]
        return context


def _standing(person: User) -> list[tuple[Role, queries.Place]]:
    return [(Role(grant.role), queries.place_of(grant)) for grant in person.grants.all()]


sign_in = login_not_required(SignInView.as_view())


class PasswordChange(PasswordChangeView):  # type: ignore[misc]
    """One's own password. It ends all other sessions."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if isinstance(request.user, User) and not request.user.has_usable_password():
            raise Forbidden
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    def get_success_url(self) -> str:
        return reverse("accounts:profile")


@login_not_required
@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the demo people; outside the demo this page does not exist."""
    if not settings.DEMO:
        raise Http404
    person_id = request.POST.get("person", "")
    person = get_object_or_404(queries.demo_people(), pk=int(person_id) if person_id.isdecimal() else 0)
    if request.user.is_authenticated:
        request.session.flush()
    answer: HttpResponse = perform_login(request, Login(user=person, redirect_url=settings.LOGIN_REDIRECT_URL))
    return answer
