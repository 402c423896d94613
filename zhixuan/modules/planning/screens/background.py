"""What pages of background runs share: how far one is, stopping it, beginning it again, what was refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext
from django_htmx.http import HttpResponseClientRefresh

from zhixuan.modules.planning import permissions
from zhixuan.modules.planning.queries import runs
from zhixuan.modules.planning.queries.runs import Run
from zhixuan.rules.refusal import Refused
from zhixuan.shared.jobs import Job
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.columns import Badge
from zhixuan.shared.ui.forms import PostingForm, sentence
from zhixuan.shared.ui.messages import done

PHASES: dict[str, Promise] = {
    "read": _lazy("Reading the cards"),
    "facts": _lazy("Reading stock, use and forecasts"),
    "make": _lazy("Working it out"),
    "keep": _lazy("Keeping it"),
}


def state_badge(one: Run) -> Badge:
    """How far a run is."""
    if one.state == runs.State.DONE:
        return Badge(pgettext("forecast", "Made"), "green")
    if one.state == runs.State.CANCELLED:
        return Badge(pgettext("forecast", "Stopped"), "secondary")
    job = runs.job_of(one)
    if job is None or job.state in {Job.State.FAILED, Job.State.CANCELLED}:
        return Badge(pgettext("forecast", "Broke off"), "red")
    if job.state == Job.State.WAITING:
        return Badge(pgettext("forecast", "Waiting"), "azure")
    return Badge(pgettext("forecast", "Being made"), "azure")


def context_of(request: HttpRequest, one: Run, kind: str) -> dict[str, Any]:
    """What `planning/_run.html` shows; `kind` as in the names of its addresses, such as `forecast`."""
    job = runs.job_of(one)
    mine = request.actor.may(permissions.PLAN, area_path=one.area.path)  # type: ignore[attr-defined]  # of the middleware
    under_way = runs.is_under_way(one)
    failed = job if job is not None and job.state == Job.State.FAILED else None
    return {
        "run": one,
        "badge": state_badge(one),
        "work": work_of(job) if under_way else None,
        "progress_url": reverse(f"planning:{kind}_progress", args=[one.pk]),
        "cancel_url": reverse(f"planning:cancel_{kind}", args=[one.pk]),
        "resume_url": reverse(f"planning:resume_{kind}", args=[one.pk]),
        "failed": why_failed(failed) if failed else [],
        "may_stop": mine and under_way,
        "may_resume": mine and not under_way and one.state != runs.State.DONE,
        "command": PostingForm(),
    }


def why_failed(job: Job) -> list[str]:
    """The sentences of a refusal in the reader's language, or what the machine said."""
    return [one.text(_) for one in runs.refusals_of(job)] or [job.message]


def work_of(job: Job | None) -> dict[str, Any] | None:
    """How far the job is."""
    if job is None:
        return None
    return {
        "waiting": job.state == Job.State.WAITING,
        "phase": PHASES.get(job.message, ""),
        "share": round(100 * job.progress / job.total) if job.total else 0,
        "done": job.progress,
        "total": job.total,
    }


def progress_of(request: HttpRequest, one: Run, kind: str) -> HttpResponse:
    """The bar of a run under way, asked for every second; when it has ended the page is fetched anew."""
    if not runs.is_under_way(one):
        return HttpResponseClientRefresh()
    context = {"work": work_of(runs.job_of(one)), "progress_url": reverse(f"planning:{kind}_progress", args=[one.pk])}
    return render(request, "planning/_progress.html", context)


def stopped(request: ActorRequest, back: str, verb: Callable[..., object], said: str, run_id: int) -> HttpResponse:
    """Stop a run by its operation, and go back to its page."""
    try:
        verb(run_id=run_id, actor=request.actor, at=timezone.now())
    except Refused as refused:
        messages.error(request, sentence(refused))
    else:
        done(request, said)
    return HttpResponseRedirect(back)


def resumed(request: ActorRequest, back: str, verb: Callable[..., object], one: Run) -> HttpResponse:
    """Begin a run again by its operation, and go back to its page."""
    permissions.require_plan(request.actor, one.area.path)
    form = PostingForm(request.POST)
    if not form.is_valid():
        missing = _("Something is missing from the form. Load the page again and press the button once more.")
        messages.error(request, missing)
        return HttpResponseRedirect(back)
    try:
        verb(run_id=one.pk, actor=request.actor, at=timezone.now(), **form.cleaned_data)
    except Refused as refused:
        messages.error(request, sentence(refused))
    return HttpResponseRedirect(back)
