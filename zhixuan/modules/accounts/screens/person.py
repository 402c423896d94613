"""One person: what they may do where, and what an administrator can do for or about the account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from zhixuan.modules.accounts import permissions, queries
from zhixuan.modules.accounts.models import RoleGrant, User
from zhixuan.modules.accounts.operations.change_person import change_person
from zhixuan.modules.accounts.operations.disable_person import disable_person
from zhixuan.modules.accounts.operations.enable_person import enable_person
from zhixuan.modules.accounts.operations.end_sessions import end_sessions
from zhixuan.modules.accounts.operations.grant_role import grant_role
from zhixuan.modules.accounts.operations.reset_password import reset_password
from zhixuan.modules.accounts.operations.reset_second_step import reset_second_step
from zhixuan.modules.accounts.operations.revoke_role import revoke_role
from zhixuan.modules.accounts.operations.revoke_token import revoke_token
from zhixuan.modules.accounts.screens._who_and_where import PlaceField, actor_in, place_name, role_choices
from zhixuan.modules.accounts.screens.audit import deed
from zhixuan.modules.accounts.screens.people import state
from zhixuan.rules.refusal import Refused
from zhixuan.shared import audit
from zhixuan.shared.access import Actor, Role
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.forms import PostingForm, add_refusal, sentence
from zhixuan.shared.ui.messages import done

DEEDS_SHOWN = 8


class GrantForm(PostingForm):
    role = forms.ChoiceField(label=_lazy("Role"), choices=[("", "—"), *role_choices(Role)])
    ends_on = forms.DateField(
        label=_lazy("Last day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"] = PlaceField(actor, permissions.MANAGE_PEOPLE, label=_lazy("Place"))
        self.order_fields(["role", "place", "ends_on"])


class PersonForm(PostingForm):
    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=80)
    valid_until = forms.DateField(
        label=_lazy("Last day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


@never_cache
def person(request: ActorRequest, person_id: int) -> HttpResponse:
    """The page of one person."""
    actor = actor_in(request, permissions.SEE_PEOPLE)
    return _page(request, actor, queries.person_for(actor, person_id))


def _page(
    request: ActorRequest, actor: Actor, shown: User, *, grant_form: GrantForm | None = None, status: int = 200
) -> HttpResponse:
    manages = actor.has(permissions.MANAGE_PEOPLE)
    answers = queries.answers_for(actor, shown, on=timezone.localdate())
    context = {
        "person": shown,
        "state": state(shown),
        "home": shown.area,
        "grants": [_grant_line(actor, grant) for grant in queries.grants_shown(shown)],
        "tokens": queries.tokens_of(shown),
        "sessions": queries.sessions_of(shown),
        "second_steps": queries.second_steps_of(shown).count(),
        "deeds": [
            {"at": entry.at, "actor_name": entry.actor_name, "words": deed(entry)}
            for entry in audit.entries_of("accounts.user", shown.pk)[:DEEDS_SHOWN]
        ],
        "answers": answers,
        "is_self": shown.pk == actor.user_id,
        "now": timezone.now(),
        "grant_form": grant_form or (GrantForm(actor) if manages and shown.pk != actor.user_id else None),
    }
    return render(request, "accounts/person.html", context, status=status)


def _grant_line(actor: Actor, grant: RoleGrant) -> dict[str, Any]:
    place = queries.place_of(grant)
    mine = actor.may(permissions.MANAGE_PEOPLE, area_path=place.area_path, facility_id=place.facility_id)
    return {
        "id": grant.pk,
        "role": Role(grant.role).label,
        "place": place_name(place),
        "granted_at": grant.granted_at,
        "ends_on": grant.ends_on,
        "over": grant.ends_on is not None and grant.ends_on < timezone.localdate(),
        "may_revoke": mine and grant.user_id != actor.user_id,
    }


@require_POST
def give_role(request: ActorRequest, person_id: int) -> HttpResponse:
    """Give a role in a place."""
    actor = actor_in(request, permissions.MANAGE_PEOPLE)
    shown = queries.person_for(actor, person_id)
    form = GrantForm(actor, request.POST)
    if form.is_valid():
        try:
            grant_role(
                person_id=shown.pk,
                role=Role(form.cleaned_data["role"]),
                place=form.cleaned_data["place"],
                ends_on=form.cleaned_data["ends_on"],
                actor=actor,
                at=timezone.now(),
            )
        except Refused as refused:
            add_refusal(form, refused)
        else:
            done(request, _("The role has been given. It works at once."))
            return redirect("accounts:person", shown.pk)
    return _page(request, actor, shown, grant_form=form, status=422)


@require_POST
def take_role(request: ActorRequest, grant_id: int) -> HttpResponse:
    """Take a role away."""
    actor = actor_in(request, permissions.MANAGE_PEOPLE)
    grant = queries.grant_for(actor, grant_id)
    return _do(
        request,
        grant.user_id,
        lambda: revoke_role(grant_id=grant.pk, actor=actor, at=timezone.now()),
        _("The role has been taken away. It works at once."),
    )


@never_cache
def correct_person(request: ActorRequest, person_id: int) -> HttpResponse:
    """Name and last day."""
    actor = actor_in(request, permissions.MANAGE_PEOPLE)
    shown = queries.person_for(actor, person_id)
    form = PersonForm(request.POST or None, initial={"name": shown.name, "valid_until": shown.valid_until})
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("name", "valid_until")}
        try:
            change_person(person_id=shown.pk, actor=actor, at=timezone.now(), **given)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            done(request, _("Saved."))
            return redirect("accounts:person", shown.pk)
    return render(request, "accounts/correct_person.html", {"form": form, "person": shown})


def _button(operation: Callable[..., object], words: Promise) -> Callable[..., HttpResponse]:
    """A screen that is a button on the person's page: does one thing to the account and says that it is done."""

    @require_POST
    def screen(request: ActorRequest, person_id: int) -> HttpResponse:
        actor = actor_in(request, permissions.MANAGE_PEOPLE)
        return _do(
            request, person_id, lambda: operation(person_id=person_id, actor=actor, at=timezone.now()), str(words)
        )

    return screen


disable = _button(disable_person, _lazy("The account is disabled and signed out everywhere."))
enable = _button(enable_person, _lazy("The account is active again."))
sign_out_everywhere = _button(end_sessions, _lazy("Signed out everywhere."))
forget_second_step = _button(
    reset_second_step, _lazy("The second step is forgotten; it can be set up anew at the next sign-in.")
)


@require_POST
def take_token(request: ActorRequest, person_id: int, token_id: int) -> HttpResponse:
    """Revoke a token of the person."""
    actor = actor_in(request, permissions.MANAGE_PEOPLE)
    owner = queries.person_for(actor, person_id)
    token = queries.token_of(owner, token_id)
    return _do(
        request,
        owner.pk,
        lambda: revoke_token(token_id=token.pk, actor=actor, at=timezone.now()),
        _("The token is revoked."),
    )


@require_POST
@never_cache
def new_password(request: ActorRequest, person_id: int) -> HttpResponse:
    """A temporary password, shown this once."""
    actor = actor_in(request, permissions.MANAGE_PEOPLE)
    password = reset_password(person_id=person_id, actor=actor, at=timezone.now())
    shown = queries.person_for(actor, person_id)
    heading = _("New password for %(name)s") % {"name": shown.name}
    return render(request, "accounts/password_once.html", {"person": shown, "password": password, "heading": heading})


def _do(request: ActorRequest, person_id: int, deed: Callable[[], object], words: str) -> HttpResponse:
    """Do it and go back to the person; a refusal is said on their page."""
    try:
        deed()
    except Refused as refused:
        for reason in refused.reasons:
            messages.error(request, sentence(reason))
    else:
        done(request, words)
    return redirect("accounts:person", person_id)
