"""Pick-up limits: none until somebody sets one, and never one that asks for a document."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from zhixuan.modules.directory import queries as directory
from zhixuan.modules.machines import permissions
from zhixuan.modules.machines.operations.end_limit import end_limit
from zhixuan.modules.machines.operations.set_limit import set_limit
from zhixuan.modules.machines.queries import machines as queries
from zhixuan.rules.machines.limits import DAYS_MAX, PACKS_MAX, Limit
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Forbidden
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.columns import Badge
from zhixuan.shared.ui.forms import PostingForm, add_refusal
from zhixuan.shared.ui.listing import Column, Empty, Listing
from zhixuan.shared.ui.naming import localized


def _state(row: Any) -> Badge:
    return Badge(_("Lifted"), "secondary") if row.ended_at else Badge(_("In force"), "azure")


LIMITS = Listing(
    name="pick-up-limits",
    title=_lazy("Pick-up limits"),
    columns=(
        Column(
            "name",
            _lazy("Pick-up limit"),
            value=localized,
            sort="name_{language}",
            href=lambda row: reverse("machines:limit", args=[row.pk]),
        ),
        Column("area", _lazy("Area"), value=lambda row: localized(row.area)),
        Column("packs", _lazy("Packs"), "number"),
        Column("days", _lazy("In days"), "number"),
        Column("packs_without", _lazy("Without any document"), "number"),
        Column("machine_count", _lazy("Machines"), "number"),
        Column("state", _lazy("State"), "badge", value=_state),
    ),
    default_sort="",
    empty=Empty(
        _lazy("No limit"),
        _lazy("Everybody takes what they need. That is how it should be as long as stock lasts."),
        icon="heart-handshake",
    ),
)


class LimitForm(PostingForm):
    name_zh = forms.CharField(label=_lazy("Name (Chinese)"), max_length=80)
    name_en = forms.CharField(label=_lazy("Name (English)"), max_length=120, required=False)
    area = forms.TypedChoiceField(label=_lazy("Area"), coerce=int)
    packs = forms.IntegerField(label=_lazy("Packs"), min_value=1, max_value=PACKS_MAX)
    days = forms.IntegerField(label=_lazy("In so many days"), min_value=1, max_value=DAYS_MAX)
    packs_without = forms.IntegerField(
        label=_lazy("Packs without any document, at once"),
        initial=1,
        help_text=_lazy("At least 1: nobody must show who they are to get something."),
    )
    note = forms.CharField(label=_lazy("Why there is a limit"), max_length=300, required=False)


def limits(request: ActorRequest) -> HttpResponse:
    """Limits of areas in sight."""
    context = {"tab": "limits", "may_limit": request.actor.has(permissions.LIMIT)}
    return LIMITS.response(
        request, queries.limits_for(request.actor), template="machines/machines.html", context=context
    )


@never_cache
def add_limit(request: ActorRequest) -> HttpResponse:
    """Set a limit; the key for the doors is shown once, on this answer alone."""
    if not request.actor.has(permissions.LIMIT):
        raise Forbidden
    areas = {one.pk: one for one in directory.areas_for(request.actor, permissions.LIMIT)}
    form = LimitForm(request.POST or None)
    form.fields["area"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
        (one.pk, f"{localized(one)} ({one.code})") for one in areas.values() if one.level != "village"
    ]
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        rule = Limit(
            given["name_zh"], given["name_en"], given["packs"], given["days"], given["packs_without"], given["note"]
        )
        area = areas[given["area"]]
        try:
            row, key = set_limit(
                area_id=area.pk,
                area_path=area.path,
                limit=rule,
                actor=request.actor,
                command_id=given["command_id"],
                at=timezone.now(),
            )
        except Refused as refused:
            add_refusal(form, refused)
        else:
            return render(request, "machines/door_key.html", {"limit": row, "name": localized(row), "key": key})
    context = {"form": form, "back": reverse("machines:limits")}
    return render(request, "machines/add_limit.html", context, status=422 if form.is_bound else 200)


def limit(request: ActorRequest, limit_id: int) -> HttpResponse:
    """One limit, and the machines it holds for."""
    found = queries.limit(request.actor, limit_id)
    context = {
        "limit": found,
        "name": localized(found),
        "area": localized(found.area),
        "state": _state(found),
        "machines": [one for one in queries.machines_for(request.actor) if one.limit_id == found.pk],
        "may_end": found.ended_at is None and request.actor.may(permissions.LIMIT, area_path=found.area.path),
    }
    return render(request, "machines/limit.html", context)


@require_POST
def end(request: ActorRequest, limit_id: int) -> HttpResponse:
    """Lift the limit."""
    end_limit(limit_id=queries.limit(request.actor, limit_id).pk, actor=request.actor, at=timezone.now())
    messages.success(request, _("The limit is lifted."))
    return HttpResponseRedirect(reverse("machines:limits"))
