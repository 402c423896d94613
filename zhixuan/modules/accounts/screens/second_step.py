"""Asking people with far-reaching roles for a second sign-in step."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from zhixuan.modules.accounts.models import User
from zhixuan.modules.accounts.operations.ask_second_step import ask_second_step


@never_cache
@require_http_methods(["GET", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """Offer an authenticator app or a passkey; it can be put off within the days of grace."""
    user = request.user
    if not isinstance(user, User):
        return redirect("account_login")
    now = timezone.now()
    asked_at = ask_second_step(person_id=user.pk, at=now)
    ends_at = asked_at + settings.SECOND_STEP_GRACE
    if request.method == "POST" and now < ends_at:
        request.session["second_step_later"] = True
        return redirect(settings.LOGIN_REDIRECT_URL)
    return render(request, "accounts/second_step.html", {"ends_at": ends_at, "can_wait": now < ends_at})
