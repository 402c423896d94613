"""The steps of a count to its end, each a POST from the page of differences; a refusal is shown above them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhixuan.modules.counting.operations.accept_differences import accept_differences
from zhixuan.modules.counting.operations.approve_count import approve_count
from zhixuan.modules.counting.operations.cancel_count import cancel_count
from zhixuan.modules.counting.operations.finish_count import finish_count
from zhixuan.modules.counting.operations.post_sheet import post_sheet
from zhixuan.modules.counting.operations.send_back import send_back
from zhixuan.modules.counting.screens.review import review
from zhixuan.rules.refusal import Refused
from zhixuan.shared import command_ids
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.messages import Link, done


def _step(request: ActorRequest, count_id: int, act: Callable[[], Any], said: str, to: str = "review") -> HttpResponse:
    """Carry out a step; a refusal is shown above the lines."""
    try:
        act()
    except Refused as refused:
        return review(request, count_id, refused)
    done(request, said)
    return HttpResponseRedirect(reverse(f"counting:{to}", args=[count_id]))


def _lines(request: ActorRequest) -> list[int]:
    return [int(value) for value in request.POST.getlist("lines") if value.isdigit() and len(value) < 19]


def _command(request: ActorRequest) -> UUID:
    try:
        return UUID(request.POST.get("command_id", ""))
    except ValueError:
        return command_ids.new()


@require_POST
def finish(request: ActorRequest, count_id: int) -> HttpResponse:
    """Everything is counted."""
    asked = request.POST.get("uncounted", "refuse")
    uncounted: Any = asked if asked in {"refuse", "leave_out", "none_there"} else "refuse"

    def act() -> object:
        return finish_count(
            count_id=count_id,
            uncounted=uncounted,
            actor=request.actor,
            command_id=_command(request),
            at=timezone.now(),
        )

    return _step(request, count_id, act, _("Counting is finished. Look at the differences."))


@require_POST
def judge(request: ActorRequest, count_id: int) -> HttpResponse:
    """Accept the chosen lines with a reason, or send them back to be counted again."""
    line_ids, now = _lines(request), timezone.now()
    if request.POST.get("verdict") == "recount":

        def back() -> object:
            return send_back(count_id=count_id, line_ids=line_ids, actor=request.actor, at=now)

        return _step(request, count_id, back, _("These lots are to be counted again."), "count")

    def accept() -> object:
        reason, note = request.POST.get("reason", "")[:24], request.POST.get("note", "")[:300]
        return accept_differences(
            count_id=count_id, line_ids=line_ids, reason=reason, note=note, actor=request.actor, at=now
        )

    return _step(request, count_id, accept, _("The differences are accepted."))


@require_POST
def approve(request: ActorRequest, count_id: int) -> HttpResponse:
    """Let the differences be posted."""
    note = request.POST.get("note", "")[:500]

    def act() -> object:
        return approve_count(count_id=count_id, note=note, actor=request.actor, at=timezone.now())

    return _step(request, count_id, act, _("The count is approved. It can be posted now."))


@require_POST
def post(request: ActorRequest, count_id: int) -> HttpResponse:
    """Bring the differences into the books."""
    try:
        posted = post_sheet(count_id=count_id, actor=request.actor, command_id=_command(request), at=timezone.now())
    except Refused as refused:
        return review(request, count_id, refused)
    if posted.receipt:
        links = [Link(_("Open the slip"), reverse("stock:slip", args=[posted.receipt.event_id]), "receipt")]
        done(request, _("The books say what lay there."), number=posted.receipt.slip, links=links)
    elif posted.repeated:
        done(request, _("This had been posted before; nothing was posted twice."))
    else:
        done(request, _("Books and shelf agree; there was nothing to correct."))
    return HttpResponseRedirect(reverse("counting:review", args=[count_id]))


@require_POST
def cancel(request: ActorRequest, count_id: int) -> HttpResponse:
    """Give the count up."""
    reason = request.POST.get("reason", "")[:300]

    def act() -> object:
        return cancel_count(count_id=count_id, reason=reason, actor=request.actor, at=timezone.now())

    return _step(request, count_id, act, _("The count is cancelled."))
