"""What people do with an allocation plan: draw, bound a line, work out again, send in, return, revoke, approve."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.directory import queries as directory
from zhixuan.modules.planning import permissions
from zhixuan.modules.planning.operations.approve_allocation import approve_allocation
from zhixuan.modules.planning.operations.bound_allocation_line import bound_allocation_line
from zhixuan.modules.planning.operations.draw_allocation import draw_allocation
from zhixuan.modules.planning.operations.request_allocation import request_allocation
from zhixuan.modules.planning.operations.revoke_allocation import revoke_allocation
from zhixuan.modules.planning.operations.rework_allocation import rework_allocation
from zhixuan.modules.planning.operations.take_allocation_step import take_allocation_step
from zhixuan.modules.planning.queries import allocation_plans, allocation_runs
from zhixuan.modules.planning.queries.runs import AllocationRun
from zhixuan.modules.planning.screens import allocation_words as words
from zhixuan.modules.planning.screens.allocation_forms import ApprovalForm, BoundsForm, DrawForm, ReworkForm, StepForm
from zhixuan.modules.planning.screens.allocation_lists import head
from zhixuan.modules.planning.screens.allocation_runs import DONE
from zhixuan.rules.planning.allocation_steps import EDITABLE, AllocationVerb
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Forbidden, Unknown
from zhixuan.shared.once import Done
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.forms import add_refusal, sentence
from zhixuan.shared.ui.messages import done
from zhixuan.shared.ui.naming import localized

SAID: dict[AllocationVerb, Promise] = {
    AllocationVerb.SUBMIT: _lazy("The allocation plan is sent in; another person decides on it."),
    AllocationVerb.RETURN: _lazy("The allocation plan is returned; they see what is to be mended."),
    AllocationVerb.REVOKE: DONE[AllocationRun.Verb.REVOKE],
}

Operation = Callable[..., Done]
OPERATIONS: dict[str, Operation] = {
    AllocationRun.Verb.REWORK: rework_allocation,
    AllocationRun.Verb.APPROVE: approve_allocation,
    AllocationRun.Verb.REVOKE: revoke_allocation,
}


def _now(request: ActorRequest) -> dict[str, Any]:
    return {"actor": request.actor, "at": timezone.now()}


def draw(request: ActorRequest) -> HttpResponse:
    """Choose stores, products and settings; the plan is worked out."""
    if not request.actor.has(permissions.PLAN):
        raise Forbidden
    form = DrawForm(request.POST if request.method == "POST" else None)
    stores = directory.facilities_for(request.actor, permissions.PLAN).filter(directory.open_on(timezone.localdate()))
    stores = stores.filter(supplies__isnull=False).distinct().select_related("area").order_by("area_path", "code")
    _choices(form, "givers", [(one.area, one.pk, f"{localized(one)} ({one.code})") for one in stores])
    products = catalogue.active_products()
    _choices(form, "products", [(one.method, one.pk, f"{localized(one)} ({one.code})") for one in products])
    if request.method == "POST" and form.is_valid():
        try:
            return _drawn(request, form)
        except Refused as refused:
            if (elsewhere := _elsewhere(request, refused)) is not None:
                return elsewhere
            add_refusal(form, refused)
    return render(request, "planning/allocation_draw.html", {"form": form}, status=422 if form.errors else 200)


def _drawn(request: ActorRequest, form: DrawForm) -> HttpResponse:
    """Drawn up while the person waits, or, where that takes long, by the worker.

    Raises:
        Refused: see the operations.
    """
    given = form.cleaned_data
    said = {
        "giver_ids": given["givers"],
        "product_ids": given["products"],
        "settings": form.settings,
        "note": given["note"],
        "on": timezone.localdate(),
        "command_id": given["command_id"],
        **_now(request),
    }
    if allocation_runs.is_large(allocation_runs.lines_to_draw(given["givers"], given["products"])):
        return _to_run(request_allocation(verb="draw", **said).id)
    made = draw_allocation(**said)
    done(request, _("The allocation is worked out. Look at its lines, then send it in."))
    return _to(made.id)


def _elsewhere(request: ActorRequest, refused: Refused) -> HttpResponse | None:
    """Where what stands in the way is to be seen: another plan, or what is under way."""
    if (there := refused.fields.get("plan_id")) is not None:
        messages.warning(request, sentence(refused))
        return _to(there)
    if (there := refused.fields.get("run_id")) is not None:
        messages.info(request, sentence(refused))
        return _to_run(there)
    return None


def _to_run(run_id: object) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("planning:allocation_run", args=[run_id]))


def _choices(form: forms.Form, name: str, choices: list[tuple[Any, int, str]]) -> None:
    """Offer (area or method, id, words), by the first."""
    groups: dict[str, list[tuple[int, str]]] = {}
    for group, value, label in choices:
        groups.setdefault(localized(group), []).append((value, label))
    form.fields[name].choices = list(groups.items())  # type: ignore[attr-defined]  # of a choice field


def _to(plan_id: object) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("planning:allocation", args=[plan_id]))


def line(request: ActorRequest, plan_id: int, line_id: int) -> HttpResponse:
    """One line with all it stands on; posted: its bounds."""
    plan = allocation_plans.plan(request.actor, plan_id)
    found = allocation_plans.line(plan_id, line_id)
    form = BoundsForm(request.POST or None, initial={"least": found.least, "most": found.most})
    if request.method == "POST":
        permissions.require_plan(request.actor, plan.area.path)
        if form.is_valid() and _bounded(request, plan_id, line_id, form):
            done(request, _("The bounds are kept. They count when the plan is worked out again."))
            return _to(plan_id)
    mine = request.actor.may(permissions.PLAN, area_path=plan.area.path)
    lots = {row.lot_id: row.lot for row in allocation_plans.lots_of(plan_id).filter(product_id=found.product_id)}
    context = {
        **head(plan),
        "line": found,
        "facts": words.line_facts(found),
        "sentence": words.sentence(found),
        "lots": [(lots[lot], pieces) for lot, pieces in found.lots if lot in lots],
        "form": form,
        "editable": mine and plan.state in EDITABLE,
    }
    return render(request, "planning/allocation_line.html", context, status=422 if form.errors else 200)


def _bounded(request: ActorRequest, plan_id: int, line_id: int, form: BoundsForm) -> bool:
    try:
        bound_allocation_line(plan_id=plan_id, line_id=line_id, **form.cleaned_data, **_now(request))
    except Refused as refused:
        add_refusal(form, refused)
        return False
    return True


@require_POST
def rework(request: ActorRequest, plan_id: int) -> HttpResponse:
    """Work the plan out again with these settings."""
    form = ReworkForm(request.POST)

    def deed(command_id: Any, operation: Operation, **more: Any) -> Done:
        said = {"settings": form.settings, "on": timezone.localdate(), **_now(request)}
        return operation(plan_id=plan_id, command_id=command_id, **said | more)

    return _act_or_ask(request, plan_id, form, deed, AllocationRun.Verb.REWORK)


@require_POST
def step(request: ActorRequest, plan_id: int, verb: str) -> HttpResponse:
    """Send in, return or revoke."""
    if verb not in SAID:
        raise Unknown
    form, taken = StepForm(request.POST), AllocationVerb(verb)

    def deed(command_id: Any, operation: Operation = take_allocation_step, **more: Any) -> Done:
        said = {"note": form.cleaned_data["note"], **_now(request)}
        return operation(plan_id=plan_id, command_id=command_id, **said, **more)

    if taken is AllocationVerb.REVOKE:
        return _act_or_ask(request, plan_id, form, deed, AllocationRun.Verb.REVOKE)
    return _act(request, plan_id, form, lambda command_id: deed(command_id, verb=taken), said=str(SAID[taken]))


@require_POST
def approve(request: ActorRequest, plan_id: int) -> HttpResponse:
    """Every place gets its order, the storekeeper the issue documents."""
    form = ApprovalForm(request.POST)

    def deed(command_id: Any, operation: Operation, **more: Any) -> Done:
        seen = {name: form.cleaned_data[name] for name in ("version", "changes_seen", "note")}
        said = {"on": timezone.localdate(), **seen, **_now(request)}
        return operation(plan_id=plan_id, command_id=command_id, **said | more)

    return _act_or_ask(request, plan_id, form, deed, AllocationRun.Verb.APPROVE)


def _act_or_ask(
    request: ActorRequest, plan_id: int, form: forms.Form, deed: Callable[..., Done], verb: AllocationRun.Verb
) -> HttpResponse:
    """Done at once, or, of a large plan, asked for: the worker does it, and its page says how far it is."""
    plan = allocation_plans.plan(request.actor, plan_id)
    if not allocation_runs.in_background(verb, plan):
        operation = OPERATIONS[verb]
        return _act(request, plan_id, form, lambda command_id: deed(command_id, operation), said=str(DONE[verb]))
    asked: list[int] = []
    ask = {"verb": verb.value, "on": timezone.localdate()}
    answer = _act(
        request,
        plan_id,
        form,
        lambda command_id: asked.append(deed(command_id, request_allocation, **ask).id),
        said="",
    )
    return _to_run(asked[0]) if asked else answer


def _act(
    request: ActorRequest, plan_id: int, form: forms.Form, deed: Callable[[Any], object], *, said: str
) -> HttpResponse:
    """Carry out what a button asks for and lead back to the plan; a refusal is told there, nothing was written."""
    plan = allocation_plans.plan(request.actor, plan_id)
    permissions.require_plan(request.actor, plan.area.path)
    if not form.is_valid():
        for name, wrong in form.errors.items():
            label = form.fields[name].label or "" if name in form.fields else ""
            messages.error(request, f"{label}: {wrong[0]}" if label else str(wrong[0]))
        return _to(plan_id)
    try:
        deed(form.cleaned_data["command_id"])
    except Refused as refused:
        if (elsewhere := _elsewhere(request, refused)) is not None:
            return elsewhere
        for reason in refused.reasons:
            messages.error(request, sentence(reason))
        return _to(plan_id)
    if said:
        done(request, said)
    return _to(plan_id)
