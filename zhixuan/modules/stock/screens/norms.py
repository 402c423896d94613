"""Every norm with its source, what officers have set instead, and how the status comes from it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST

from zhixuan.modules.directory import queries as directory
from zhixuan.modules.stock import permissions
from zhixuan.modules.stock.operations.end_norm import end_norm
from zhixuan.modules.stock.operations.set_norm import set_norm
from zhixuan.modules.stock.queries import norms as queries
from zhixuan.modules.stock.queries import use
from zhixuan.modules.stock.screens import words
from zhixuan.rules.refusal import Refused
from zhixuan.rules.stock.levels import STATUS_LABELS, StockStatus
from zhixuan.rules.stock.norms import FacilityLevel
from zhixuan.shared.access import Forbidden
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.forms import add_refusal
from zhixuan.shared.ui.messages import done
from zhixuan.shared.ui.naming import choose, localized
from zhixuan.shared.ui.widgets import SearchSelect

LEVEL_LABELS = {
    FacilityLevel.PROVINCE: _lazy("Province"),
    FacilityLevel.PREFECTURE: _lazy("Prefecture"),
    FacilityLevel.COUNTY: _lazy("County"),
    FacilityLevel.TOWNSHIP: _lazy("Township or street"),
    FacilityLevel.VILLAGE: _lazy("Village or community"),
}
STATUS_RULES = {
    StockStatus.STOCKED_OUT: _lazy(
        "Nothing usable is left, though there is use, or was none for want of stock. Expired stock is no stock."
    ),
    StockStatus.URGENT: _lazy("Below the emergency point."),
    StockStatus.LOW: _lazy("From the emergency point to below the minimum."),
    StockStatus.ADEQUATE: _lazy("From the minimum to the maximum, both included."),
    StockStatus.OVERSTOCKED: _lazy("Above the maximum."),
    StockStatus.NO_USE: _lazy("There is stock, and no use in the months looked at."),
    StockStatus.UNKNOWN: _lazy("Neither stock nor use: nothing can be said."),
}


class NormForm(forms.Form):
    """Where it holds, the three figures, and why."""

    where = forms.ChoiceField(label=_lazy("Where it holds"))
    level = forms.ChoiceField(
        label=_lazy("For facilities of the level"),
        required=False,
        choices=[("", "–"), *((one.value, LEVEL_LABELS[one]) for one in FacilityLevel)],
        help_text=_lazy("Only for an area. A facility has its own level."),
    )
    min_months = forms.DecimalField(label=_lazy("Minimum, months"), max_digits=5, decimal_places=2)
    max_months = forms.DecimalField(label=_lazy("Maximum, months"), max_digits=5, decimal_places=2)
    emergency_months = forms.DecimalField(label=_lazy("Emergency point, months"), max_digits=5, decimal_places=2)
    reason = forms.CharField(
        label=_lazy("Why"),
        max_length=300,
        help_text=_lazy("Kept and shown: a decree, a road closed in winter, long ways."),
    )

    def __init__(self, request: ActorRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = permissions.SET_NORMS
        areas = directory.areas_for(request.actor, roles).exclude(level="village")
        facilities = directory.facilities_for(request.actor, roles).filter(directory.open_on(timezone.localdate()))
        where = self.fields["where"]
        where.widget = SearchSelect(placeholder=_lazy("Name or code"))
        where.choices = [  # type: ignore[attr-defined]
            ("", ""),
            (_lazy("Areas"), [(f"area-{one.pk}", f"{localized(one)} ({one.code})") for one in areas]),
            (_lazy("Facilities"), [(f"facility-{one.pk}", f"{localized(one)} ({one.code})") for one in facilities]),
        ]


def norms(request: ActorRequest) -> HttpResponse:
    """The norms, their sources, and what was set instead; a station officer sets and ends it here.

    Raises:
        Forbidden: POST by somebody who is no station officer.
    """
    may_set = request.actor.has(permissions.SET_NORMS)
    if request.method == "POST" and not may_set:
        raise Forbidden
    form = NormForm(request, request.POST or None) if may_set else None
    if form is not None and request.method == "POST" and form.is_valid() and _set(request, form):
        done(request, _("The norm is set. It counts from now on in every list."))
        return HttpResponseRedirect(reverse("stock:norms"))
    context = {
        "sets": _sets(),
        "emergency": queries.emergency_note(),
        "overrides": _overrides(request),
        "statuses": [(words.status_badge(one), STATUS_RULES[one]) for one in STATUS_LABELS],
        "months": use.MONTHS,
        "form": form,
    }
    return render(request, "stock/norms.html", context, status=422 if form is not None and form.is_bound else 200)


@require_POST
def end(request: ActorRequest, override_id: int) -> HttpResponse:
    """End what was set: the norm of the level holds again."""
    end_norm(override_id=override_id, actor=request.actor, at=timezone.now())
    done(request, _("Ended. The norm of the level holds again."))
    return HttpResponseRedirect(reverse("stock:norms"))


def _set(request: ActorRequest, form: NormForm) -> bool:
    given: dict[str, Any] = dict(form.cleaned_data)
    kind, _dash, number = given.pop("where").partition("-")
    given[f"{kind}_id"] = int(number)
    try:
        set_norm(**given, actor=request.actor, at=timezone.now())
    except Refused as refused:
        add_refusal(form, refused)
        return False
    return True


def _sets() -> list[dict[str, Any]]:
    known = queries.norms()
    return [
        {
            "name": choose(one.name_zh, one.name_en),
            "source": one.source,
            "verified": one.verified,
            "in_use": code == known.default,
            "rows": [
                {
                    "level": LEVEL_LABELS[level],
                    "min": float(bounds.min_months),
                    "max": float(bounds.max_months),
                    "emergency": float(bounds.emergency_months),
                }
                for level, bounds in one.bounds.items()
            ],
        }
        for code, one in known.sets.items()
    ]


def _overrides(request: ActorRequest) -> list[dict[str, Any]]:
    rows = list(queries.overrides_for(request.actor)[:200])
    areas = {
        one.path: one for one in directory.areas_for(request.actor).filter(path__in={row.area_path for row in rows})
    }
    return [
        {
            "row": row,
            "where": localized(row.facility) if row.facility else localized(areas[row.area_path]),
            "level": LEVEL_LABELS[FacilityLevel(row.level)] if row.level else "",
            "may_end": row.ended_at is None and request.actor.has(permissions.SET_NORMS),
        }
        for row in rows
        if row.facility or row.area_path in areas
    ]
