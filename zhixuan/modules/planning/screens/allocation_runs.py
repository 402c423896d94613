"""What is done with large allocation plans in the background: how far it is, why it broke off, what came of it."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST

from zhixuan.modules.directory import queries as directory
from zhixuan.modules.planning.operations.cancel_allocation import cancel_allocation
from zhixuan.modules.planning.operations.resume_allocation import resume_allocation
from zhixuan.modules.planning.queries import allocation_plans, runs
from zhixuan.modules.planning.queries.runs import AllocationRun
from zhixuan.modules.planning.screens import background
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.messages import done
from zhixuan.shared.ui.naming import localized

Verb = AllocationRun.Verb
KIND = "allocation_run"
TITLES: dict[str, Promise] = {
    Verb.DRAW: _lazy("Drawing up an allocation plan"),
    Verb.REWORK: _lazy("Working the allocation out again"),
    Verb.APPROVE: _lazy("Approving the allocation plan"),
    Verb.REVOKE: _lazy("Revoking the allocation plan"),
}
DONE: dict[str, Promise] = {
    Verb.DRAW: _lazy("The allocation is worked out. Look at its lines, then send it in."),
    Verb.REWORK: _lazy(
        "The allocation is worked out again from the stock of today. What you decided by hand has stayed."
    ),
    Verb.APPROVE: _lazy(
        "The allocation plan is approved: every place has its order, and the storekeeper the issue documents."
    ),
    Verb.REVOKE: _lazy("The allocation plan is revoked. Work it out again when you want its next version."),
}


def run(request: ActorRequest, run_id: int) -> HttpResponse:
    """One deed: how far it is; once it is done, the plan itself."""
    one = runs.run_of(AllocationRun, request.actor, run_id)
    if one.state == runs.State.DONE:
        done(request, str(DONE[one.verb]))
        return HttpResponseRedirect(reverse("planning:allocation", args=[one.plan_id]))
    plan = allocation_plans.plan(request.actor, one.plan_id) if one.plan_id is not None else None
    stores = directory.all_facilities().filter(pk__in=one.said.get("giver_ids", ()))
    context = {
        **background.context_of(request, one, KIND),
        "title": TITLES[one.verb],
        "plan": plan,
        "number": allocation_plans.number_of(plan) if plan is not None else "",
        "stores": [localized(store) for store in stores],
    }
    return render(request, "planning/allocation_run.html", context)


def progress(request: ActorRequest, run_id: int) -> HttpResponse:
    """The bar of a deed under way."""
    return background.progress_of(request, runs.run_of(AllocationRun, request.actor, run_id), KIND)


@require_POST
def cancel(request: ActorRequest, run_id: int) -> HttpResponse:
    """Stop it."""
    said = _("It is stopped. Nothing of it was kept; it can be begun again.")
    return background.stopped(request, _address(run_id), cancel_allocation, said, run_id)


@require_POST
def resume(request: ActorRequest, run_id: int) -> HttpResponse:
    """Begin it again."""
    one = runs.run_of(AllocationRun, request.actor, run_id)
    return background.resumed(request, _address(run_id), resume_allocation, one)


def _address(run_id: int) -> str:
    return reverse("planning:allocation_run", args=[run_id])
