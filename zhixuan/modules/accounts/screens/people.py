"""The list of people, and adding one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache

from zhixuan.modules.accounts import permissions, queries
from zhixuan.modules.accounts.models import User
from zhixuan.modules.accounts.operations.welcome_person import welcome_person
from zhixuan.modules.accounts.screens._who_and_where import PlaceField, actor_in, place_name, role_choices
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Actor, Role
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.addresses import address
from zhixuan.shared.ui.columns import Badge
from zhixuan.shared.ui.filters import ChoiceFilter, SearchFilter
from zhixuan.shared.ui.forms import PostingForm, add_refusal
from zhixuan.shared.ui.listing import Column, Empty, Listing


def roles_in_words(person: User) -> str:
    """All roles with their places, by semicolons."""
    today = timezone.localdate()
    held = [grant for grant in person.grants.all() if grant.ends_on is None or grant.ends_on >= today]
    return "; ".join(f"{Role(grant.role).label} · {place_name(queries.place_of(grant))}" for grant in held)


def state(person: User) -> Badge:
    """Whether the person can sign in, in a word."""
    if not person.is_active:
        return Badge(pgettext_lazy("account", "Disabled"), "red")
    if person.valid_until is not None and person.valid_until < timezone.localdate():
        return Badge(pgettext_lazy("account", "Ended"), "secondary")
    if person.must_change_password:
        return Badge(pgettext_lazy("account", "New password due"), "yellow")
    return Badge(pgettext_lazy("account", "Active"), "green")


def _in_state(people: QuerySet[User], value: str) -> QuerySet[User]:
    ended = Q(valid_until__lt=timezone.localdate())
    return {"active": people.filter(is_active=True).exclude(ended), "disabled": people.filter(is_active=False)}.get(
        value, people.filter(ended)
    )


PEOPLE = Listing(
    name="people",
    title=_lazy("People and roles"),
    columns=(
        Column(
            "name",
            pgettext_lazy("person", "Name"),
            sort="name",
            href=lambda person: address("accounts:person", person.pk),
        ),
        Column("username", _lazy("User name"), sort="username"),
        Column("roles", _lazy("Roles"), value=roles_in_words),
        Column("last_login", _lazy("Last sign-in"), kind="datetime", sort="last_login", phone=False),
        Column("state", _lazy("State"), kind="badge", value=state),
    ),
    filters=(
        SearchFilter(
            "q",
            _lazy("Search"),
            apply=lambda people, text: people.filter(Q(name__icontains=text) | Q(username__icontains=text)),
            placeholder=_lazy("Name or user name"),
        ),
        ChoiceFilter(
            "role",
            _lazy("Role"),
            choices=role_choices(Role),
            apply=lambda people, value: people.filter(pk__in=people.filter(grants__role=value).values("pk")),
        ),
        ChoiceFilter(
            "state",
            _lazy("State"),
            choices=[
                ("active", pgettext_lazy("account", "Active")),
                ("disabled", pgettext_lazy("account", "Disabled")),
                ("ended", pgettext_lazy("account", "Ended")),
            ],
            apply=_in_state,
        ),
    ),
    default_sort="username",
    empty=Empty(_lazy("Nobody found"), _lazy("Change the search, or add a person.")),
)


def people(request: ActorRequest) -> HttpResponse:
    """People who belong to, or hold a role in, the areas one answers for."""
    actor = actor_in(request, permissions.SEE_PEOPLE)
    rows = queries.with_grants(queries.users_in(actor))
    context = {"may_add": actor.has(permissions.MANAGE_PEOPLE)}
    return PEOPLE.response(request, rows, template="accounts/people.html", context=context)


class AddPersonForm(PostingForm):
    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=80)
    username = forms.CharField(
        label=_lazy("User name"),
        max_length=60,
        help_text=_lazy("Letters, digits, dots, dashes and underscores."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}),
    )
    role = forms.ChoiceField(label=_lazy("Role"), choices=[("", "—"), *role_choices(Role)])
    language = forms.ChoiceField(
        label=_lazy("Language"), choices=[("", _lazy("As the browser")), *settings.LANGUAGES], required=False
    )
    valid_until = forms.DateField(
        label=_lazy("Last day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"] = PlaceField(actor, permissions.MANAGE_PEOPLE, label=_lazy("Place"))
        self.order_fields(["name", "username", "role", "place", "language", "valid_until"])


@never_cache
def add_person(request: ActorRequest) -> HttpResponse:
    """Add a person with a first role; their temporary password is shown once."""
    actor = actor_in(request, permissions.MANAGE_PEOPLE)
    form = AddPersonForm(actor, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person, password = welcome_person(
                username=form.cleaned_data["username"],
                name=form.cleaned_data["name"],
                role=Role(form.cleaned_data["role"]),
                place=form.cleaned_data["place"],
                language=form.cleaned_data["language"],
                valid_until=form.cleaned_data["valid_until"],
                actor=actor,
                at=timezone.now(),
            )
        except Refused as refused:
            add_refusal(form, refused)
        else:
            heading = _("%(name)s has been added") % {"name": person.name}
            shown = {"person": person, "password": password, "heading": heading}
            return render(request, "accounts/password_once.html", shown)
    return render(request, "accounts/add_person.html", {"form": form})
