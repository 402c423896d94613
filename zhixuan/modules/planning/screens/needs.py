"""The need of a line side by side: by use, users and forecast, and which one stands, with its reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from zhixuan.modules.planning import permissions
from zhixuan.modules.planning.operations.choose_needs import choose_needs
from zhixuan.modules.planning.operations.enter_users import SOURCE_MAX, USERS_MAX, enter_users
from zhixuan.modules.planning.operations.take_forecast import take_forecast
from zhixuan.modules.planning.queries import plans
from zhixuan.modules.planning.queries.plans import DemandLine
from zhixuan.modules.planning.screens import words
from zhixuan.rules.planning import needs
from zhixuan.rules.planning.demand import Method
from zhixuan.rules.refusal import Refused
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.forms import sentence
from zhixuan.shared.ui.messages import done

METHODS = [(method.value, _lazy(label)) for method, label in needs.METHOD_LABELS.items()]


class MethodForm(forms.Form):
    """Which need stands, and why."""

    method = forms.ChoiceField(label=_lazy("Need that stands"), choices=METHODS)
    reason = forms.CharField(label=_lazy("Reason"), max_length=300, required=False)


class UsersForm(forms.Form):
    """How many users are expected, and who says so."""

    users = forms.IntegerField(
        label=_lazy("Users expected"),
        min_value=0,
        max_value=USERS_MAX,
        required=False,
        help_text=_lazy("A number only: no names, no target. Empty takes it back."),
    )
    source = forms.CharField(label=_lazy("Where the number comes from"), max_length=SOURCE_MAX, required=False)


def side_by_side(line: DemandLine) -> list[tuple[str, str, bool]]:
    """Each way with its figure, and whether it stands."""
    found = needs.needs(plans.basis_of(line))
    return [
        (_(label), "–" if found[method] is None else words.tenths(found[method]), method == line.method)  # type: ignore[arg-type]
        for method, label in needs.METHOD_LABELS.items()
    ]


def forms_of(line: DemandLine) -> dict[str, forms.Form]:
    """The forms of a line's page."""
    return {
        "method_form": MethodForm(initial={"method": line.method, "reason": line.method_reason}),
        "users_form": UsersForm(initial={"users": line.users, "source": line.users_source}),
    }


@require_POST
def line_method(request: ActorRequest, plan_id: int, line_id: int) -> HttpResponse:
    """Another way for one line."""
    back = reverse("planning:line", args=[plan_id, line_id])
    return _posted(
        request, plan_id, MethodForm(request.POST), back, lambda given: _choose(request, plan_id, [line_id], given)
    )


@require_POST
def line_users(request: ActorRequest, plan_id: int, line_id: int) -> HttpResponse:
    """The number of users of one line."""

    def act(given: dict[str, Any]) -> str:
        numbers = {line_id: given["users"]}
        enter_users(plan_id=plan_id, numbers=numbers, source=given["source"], actor=request.actor, at=timezone.now())
        return _("The number of users is kept.")

    return _posted(request, plan_id, UsersForm(request.POST), reverse("planning:line", args=[plan_id, line_id]), act)


@require_POST
def plan_method(request: ActorRequest, plan_id: int) -> HttpResponse:
    """Another way for every line that it can tell."""
    back = reverse("planning:plan", args=[plan_id])
    return _posted(
        request, plan_id, MethodForm(request.POST), back, lambda given: _choose(request, plan_id, None, given)
    )


@require_POST
def plan_forecast(request: ActorRequest, plan_id: int) -> HttpResponse:
    """The newest forecast into the plan."""

    def act(_given: dict[str, Any]) -> str:
        count = take_forecast(plan_id=plan_id, actor=request.actor, at=timezone.now())
        said = ngettext("{count} line has a need by forecast.", "{count} lines have a need by forecast.", count)
        return said.format(count=count)

    return _posted(request, plan_id, forms.Form(request.POST), reverse("planning:plan", args=[plan_id]), act)


def _choose(request: ActorRequest, plan_id: int, line_ids: list[int] | None, given: dict[str, Any]) -> str:
    count = choose_needs(
        plan_id=plan_id,
        method=Method(given["method"]),
        reason=given["reason"],
        line_ids=line_ids,
        actor=request.actor,
        at=timezone.now(),
    )
    said = ngettext("{count} line stands this way.", "{count} lines stand this way.", count)
    return said.format(count=count)


def _posted(
    request: ActorRequest, plan_id: int, form: forms.Form, back: str, act: Callable[[dict[str, Any]], str]
) -> HttpResponse:
    """Act on what a small form says and go back; what is wrong is said there."""
    plan = plans.plan(request.actor, plan_id)
    permissions.require_plan(request.actor, plan.area.path)
    if not form.is_valid():
        for wrong in form.errors.values():
            messages.error(request, str(wrong[0]))
        return HttpResponseRedirect(back)
    try:
        done(request, act(form.cleaned_data))
    except Refused as refused:
        for reason in refused.reasons:
            messages.error(request, sentence(reason))
    return HttpResponseRedirect(back)
