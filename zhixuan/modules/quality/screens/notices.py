"""A recall notice as a facility answers it, on a phone beside the shelf; and what the public reads."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_GET, require_POST

from zhixuan.modules.quality import permissions
from zhixuan.modules.quality.operations.answer_notice import answer_notice
from zhixuan.modules.quality.operations.read_notice import read_notice
from zhixuan.modules.quality.operations.return_recalled import return_recalled
from zhixuan.modules.quality.queries import recalls as queries
from zhixuan.modules.quality.screens import words
from zhixuan.modules.quality.screens.steps import step
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.modules.stock.queries.tracing import pieces_of
from zhixuan.modules.stock.screens import doing
from zhixuan.rules.quality.recalls import NoticeState, is_overdue
from zhixuan.rules.stock.ledger import PlaceKind
from zhixuan.shared import command_ids
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.messages import done


class AnswerForm(forms.Form):
    """What was found of the lot."""

    found_pieces = forms.IntegerField(
        label=_lazy("Pieces found, shelf and quarantine together"),
        min_value=0,
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )
    note = forms.CharField(label=_lazy("Note"), max_length=500, required=False, widget=forms.Textarea({"rows": 2}))


def notice(request: ActorRequest, notice_id: int) -> HttpResponse:
    """What is recalled, what to do, what the books say is here, and the answer."""
    found = queries.notice(request.actor, notice_id)
    places = places_of(found.facility_id)
    may_answer = places.lets(request.actor, permissions.ANSWER_NOTICE)
    form = AnswerForm(request.POST or None)
    if request.method == "POST":
        permissions.require(request.actor, permissions.ANSWER_NOTICE, places)
        if form.is_valid():
            given = form.cleaned_data
            answered = doing.attempt(
                form, lambda: answer_notice(notice_id=notice_id, **given, actor=request.actor, at=timezone.now())
            )
            if answered is not None:
                done(request, _("Answered. What was on the shelf lies in quarantine now."), number=found.recall.number)
                return HttpResponseRedirect(reverse("quality:notice", args=[notice_id]))
    there = pieces_of(found.facility_id, queries.lot_ids_of(found.recall))
    here = {kind: sum(n for (_lot, at), n in there.items() if at == kind) for kind in PlaceKind}
    state = NoticeState(found.state)
    context = {
        "one": found,
        "recall": found.recall,
        "kind": words.badge(words.RECALL_KINDS, found.recall.kind),
        "recall_class": words.RECALL_CLASSES[found.recall.recall_class],
        "state": words.badge(words.NOTICE_STATES, found.state),
        "late": is_overdue(state, answer_by=found.recall.answer_by, today=timezone.localdate()),
        "store": here[PlaceKind.STORE],
        "quarantine": here[PlaceKind.QUARANTINE],
        "transit": here[PlaceKind.TRANSIT],
        "form": form if may_answer and state is not NoticeState.DONE and not found.recall.closed_at else None,
        "may_read": may_answer and state is NoticeState.SENT,
        "may_return": may_answer and here[PlaceKind.QUARANTINE] > 0 and found.facility.supplied_by_id is not None,
        "command_id": command_ids.new(),
    }
    return render(request, "quality/notice.html", context, status=422 if form.is_bound else 200)


@require_POST
def read(request: ActorRequest, notice_id: int) -> HttpResponse:
    """Say that it was read."""
    return step(
        request,
        lambda: read_notice(notice_id=notice_id, actor=request.actor, at=timezone.now()),
        _("Noted as read. Now look for the lot."),
        reverse("quality:notice", args=[notice_id]),
    )


@require_POST
def send_back(request: ActorRequest, notice_id: int) -> HttpResponse:
    """Send what is in quarantine back up the line."""
    found = queries.notice(request.actor, notice_id)
    permissions.require(request.actor, permissions.ANSWER_NOTICE, places_of(found.facility_id))
    return step(
        request,
        lambda: return_recalled(
            notice_id=notice_id,
            actor=request.actor,
            command_id=_command_id(request.POST.get("command_id", "")),
            at=timezone.now(),
        ),
        lambda receipt: _("On its way back with slip %(slip)s.") % {"slip": receipt.slip},
        reverse("quality:notice", args=[notice_id]),
    )


def _command_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return command_ids.new()


@login_not_required
@require_GET
def public_notice(request: ActorRequest, public_id: UUID) -> HttpResponse:
    """What anybody may read: product, lot, what to do. Nothing is asked of whoever reads it."""
    found = queries.public_recall(public_id)
    return render(request, "quality/public_notice.html", {"one": found, "product": found.item.product})
