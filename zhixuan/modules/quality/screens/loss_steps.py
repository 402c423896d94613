"""The steps of a loss report, each a button on its page."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhixuan.modules.quality import permissions
from zhixuan.modules.quality.operations.close_loss import close_loss
from zhixuan.modules.quality.operations.decide_loss import decide_loss
from zhixuan.modules.quality.operations.destroy_loss import destroy_loss
from zhixuan.modules.quality.operations.hand_in_loss import hand_in_loss
from zhixuan.modules.quality.operations.witness_loss import witness_loss
from zhixuan.modules.quality.queries import losses as queries
from zhixuan.modules.quality.screens.steps import step
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared.requests import ActorRequest


def _page(report_id: int) -> str:
    return reverse("quality:loss", args=[report_id])


@require_POST
def hand_in(request: ActorRequest, report_id: int) -> HttpResponse:
    """Hand it in: its pieces go into quarantine."""
    said = _("Handed in. The pieces lie in quarantine until it is decided.")
    return step(
        request,
        lambda: hand_in_loss(report_id=report_id, actor=request.actor, at=timezone.now()),
        said,
        _page(report_id),
    )


@require_POST
def decide(request: ActorRequest, report_id: int) -> HttpResponse:
    """Approve or refuse it."""
    approve = request.POST.get("approve") == "yes"
    decision = request.POST.get("decision", "")[:500]
    said = _("Approved. Two witnesses confirm the destruction now.") if approve else _("Refused.")
    return step(
        request,
        lambda: decide_loss(
            report_id=report_id, approve=approve, decision=decision, actor=request.actor, at=timezone.now()
        ),
        said,
        _page(report_id),
    )


@require_POST
def witness(request: ActorRequest, report_id: int) -> HttpResponse:
    """Confirm as a witness."""
    return step(
        request,
        lambda: witness_loss(report_id=report_id, actor=request.actor, at=timezone.now()),
        _("You are written down as a witness of the destruction."),
        _page(report_id),
    )


@require_POST
def destroy(request: ActorRequest, report_id: int) -> HttpResponse:
    """Write the stock off: it is destroyed."""

    report = queries.report(request.actor, report_id)
    permissions.require(request.actor, permissions.DESTROY, places_of(report.facility_id))

    def act() -> object:
        return destroy_loss(
            report_id=report_id,
            on=_day(request.POST.get("on", "")),
            method=request.POST.get("method", ""),
            went_to=request.POST.get("went_to", "")[:200],
            actor=request.actor,
            at=timezone.now(),
        )

    return step(request, act, _("Destroyed and written off."), _page(report_id))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(N_("Give the day of the destruction."), field="on") from None


@require_POST
def close(request: ActorRequest, report_id: int) -> HttpResponse:
    """Close it."""
    return step(
        request,
        lambda: close_loss(report_id=report_id, actor=request.actor, at=timezone.now()),
        _("The report is closed."),
        _page(report_id),
    )
