"""One's own account: name, language, password, second step, sessions and tokens."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from zhixuan.modules.accounts import queries
from zhixuan.modules.accounts.models import User
from zhixuan.modules.accounts.operations.change_profile import change_profile
from zhixuan.modules.accounts.operations.issue_token import LASTS_DAYS_MAX, issue_token
from zhixuan.modules.accounts.operations.revoke_token import revoke_token
from zhixuan.modules.accounts.screens._who_and_where import PlaceField, place_name, role_choices
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import ALL_ROLES, Actor, Forbidden, Role
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.forms import PostingForm, add_refusal
from zhixuan.shared.ui.messages import done


class ProfileForm(PostingForm):
    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=80)
    language = forms.ChoiceField(
        label=_lazy("Language"), choices=[("", _lazy("As the browser")), *settings.LANGUAGES], required=False
    )


class TokenForm(PostingForm):
    name = forms.CharField(
        label=_lazy("What it is for"), max_length=80, help_text=_lazy("For instance: the county's data hub.")
    )
    lasts_days = forms.IntegerField(label=_lazy("Days it lasts"), min_value=1, max_value=LASTS_DAYS_MAX, initial=90)

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"] = forms.ChoiceField(label=_lazy("Role"), choices=role_choices(actor.roles))
        self.fields["place"] = PlaceField(actor, ALL_ROLES, label=_lazy("Place"))
        self.order_fields(["name", "role", "place", "lasts_days"])


@never_cache
def profile(request: ActorRequest) -> HttpResponse:
    """What one may see and change of one's own account."""
    actor, person = _self(request)
    form = ProfileForm(request.POST or None, initial={"name": person.name, "language": person.language})
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("name", "language")}
        try:
            change_profile(actor=actor, at=timezone.now(), **given)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            done(request, _("Saved."))
            return redirect("accounts:profile")
    held = [(Role(grant.role).label, place_name(queries.place_of(grant))) for grant in queries.grants_shown(person)]
    context = {"form": form, "person": person, "held": held, "tokens": queries.tokens_of(person), "now": timezone.now()}
    return render(request, "accounts/profile.html", context)


@never_cache
def add_token(request: ActorRequest) -> HttpResponse:
    """Make a token; its text is shown this once."""
    actor, _person = _self(request)
    form = TokenForm(actor, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            text = issue_token(
                name=form.cleaned_data["name"],
                role=Role(form.cleaned_data["role"]),
                place=form.cleaned_data["place"],
                lasts_days=form.cleaned_data["lasts_days"],
                command_id=form.cleaned_data["command_id"],
                actor=actor,
                at=timezone.now(),
            )
        except Forbidden:
            form.add_error("place", _("You do not have that role there."))
        except Refused as refused:
            add_refusal(form, refused)
        else:
            return render(request, "accounts/token_once.html", {"token": text})
    return render(request, "accounts/add_token.html", {"form": form})


@require_POST
def drop_token(request: ActorRequest, token_id: int) -> HttpResponse:
    """Revoke one of one's own tokens."""
    actor, person = _self(request)
    token = queries.token_of(person, token_id)
    revoke_token(token_id=token.pk, actor=actor, at=timezone.now())
    done(request, _("The token is revoked."))
    return redirect("accounts:profile")


def _self(request: ActorRequest) -> tuple[Actor, User]:
    if not isinstance(request.user, User):
        raise Forbidden
    return request.actor, request.user
