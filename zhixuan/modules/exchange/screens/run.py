"""One import: what it would do, how far it is, what it did and what was proved."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRefresh

from zhixuan.modules.exchange import permissions, words
from zhixuan.modules.exchange.models import ImportRun
from zhixuan.modules.exchange.operations.cancel_import import cancel_import
from zhixuan.modules.exchange.operations.confirm_import import confirm_import
from zhixuan.modules.exchange.queries import findings, runs
from zhixuan.modules.exchange.screens import _words
from zhixuan.modules.exchange.screens._words import actor_of
from zhixuan.rules.refusal import Refused
from zhixuan.shared import jobs
from zhixuan.shared.jobs import Job
from zhixuan.shared.spreadsheets.mistakes import write_mistakes
from zhixuan.shared.ui.export import XLSX
from zhixuan.shared.ui.forms import PostingForm, sentence
from zhixuan.shared.ui.messages import done

MISTAKES_SHOWN_MAX = 200
State = ImportRun.State
PHASES = ("read", "check", "post", "prove")


@require_GET
def run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """The page of one import."""
    return _page(request, runs.run(actor_of(request), run_id))


def _page(request: HttpRequest, one: ImportRun, refusal: str = "", status: int = 200) -> HttpResponse:
    actor = actor_of(request)
    counts = one.counts or one.outcome.get("would", {})
    found = findings.counts_by_kind(findings.findings_of(actor, one.pk)) or one.outcome.get("findings", {})
    mistakes = _words.mistakes_of(one)
    has_files = one.uploads.exists()
    may_work = permissions.may_work_on(actor, one)
    address = reverse("exchange:quality") if one.state == State.DONE else reverse("exchange:run", args=[one.pk])
    context = {
        "run": one,
        "badge": words.state_badge(one),
        "counts": [(words.count_label(key), counts[key]) for key in words.COUNT_LABELS if key in counts],
        "added": [(words.count_label(f"added_{key}"), count) for key, count in one.outcome.get("added", {}).items()],
        "proof": one.outcome.get("proof"),
        "proof_text": words.proof_text(one.outcome["proof"]) if "proof" in one.outcome else "",
        "kinds": _words.kind_rows(found),
        "chart": _words.kinds_chart(found, address),
        "mistakes": mistakes[:MISTAKES_SHOWN_MAX],
        "mistakes_count": one.outcome.get("mistakes_count", len(mistakes)),
        "missing": one.outcome.get("missing", []),
        "work": _work(one),
        "form": PostingForm(),
        "may_start": may_work and has_files and one.state in {State.CHECKED, State.CANCELLED, State.FAILED},
        "may_stop": may_work and one.state in {State.WAITING, State.CHECKED, State.POSTING} and one.job_id is not None,
        "refusal": refusal,
    }
    return render(request, "exchange/run.html", context, status=status)


def _work(one: ImportRun) -> dict[str, Any] | None:
    """How far the job is; None when nothing is under way."""
    if one.state not in {State.WAITING, State.POSTING} or one.job_id is None:
        return None
    job = jobs.job_of(one.job_id)
    if job is None:
        return None
    phase = job.message if job.message in PHASES else ""
    share = round(100 * job.progress / job.total) if job.total else 0
    return {
        "failed": job.state == Job.State.FAILED,
        "message": job.message if job.state == Job.State.FAILED else "",
        "waiting": job.state == Job.State.WAITING,
        "phase": words.phase_label(phase) if phase else "",
        "share": share,
        "done": job.progress,
        "total": job.total,
    }


@require_GET
def progress(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """The bar of a run under way, asked for every second; when it has ended the page is fetched anew."""
    one = runs.run(actor_of(request), run_id)
    work = _work(one)
    if work is None or work["failed"]:
        return HttpResponseClientRefresh()
    return render(request, "exchange/_progress.html", {"run": one, "work": work})


@require_POST
def confirm(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Import what was checked."""
    actor, form = actor_of(request), PostingForm(request.POST)
    one = runs.run(actor, run_id)
    permissions.require_work_on(actor, one)
    if not form.is_valid():
        return _page(request, one, _("Please try again."), 422)
    try:
        confirm_import(run_id=run_id, actor=actor, command_id=form.cleaned_data["command_id"], at=timezone.now())
    except Refused as refused:
        return _page(request, one, sentence(refused), 422)
    return HttpResponseRedirect(reverse("exchange:run", args=[run_id]))


@require_POST
def cancel(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Stop a run."""
    actor = actor_of(request)
    try:
        cancel_import(run_id=run_id, actor=actor, at=timezone.now())
    except Refused as refused:
        return _page(request, runs.run(actor, run_id), sentence(refused), 422)
    done(request, _("The import was stopped."), detail=_("What was imported so far stays; it can go on later."))
    return HttpResponseRedirect(reverse("exchange:run", args=[run_id]))


@require_GET
def mistakes(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """All mistakes of a refused import as a workbook, to work through beside the files."""
    one = runs.run(actor_of(request), run_id)
    kept = [_words.refusal_of(mistake) for mistake in one.outcome.get("mistakes", [])]
    stream = io.BytesIO()
    whole = Refused("-")
    whole.reasons = tuple(kept)
    write_mistakes(stream, whole, lambda text: _(text) if text else "")
    headers = {"Content-Disposition": 'attachment; filename="mistakes.xlsx"'}
    return HttpResponse(stream.getvalue(), XLSX, headers=headers)
