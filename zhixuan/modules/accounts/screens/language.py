"""The language of the pages: for this browser, and for the person who is signed in everywhere."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponseBase
from django.utils import timezone
from django.views.i18n import set_language as set_browser_language

from zhixuan.modules.accounts.operations.change_profile import change_profile
from zhixuan.shared.requests import ActorRequest


@login_not_required
def set_language(request: ActorRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    """Switch, and remember it with the account."""
    actor = request.actor
    if request.method == "POST" and actor.user_id is not None:
        change_profile(actor=actor, language=request.POST.get("language", ""), at=timezone.now())
    return set_browser_language(request, *args, **kwargs)
