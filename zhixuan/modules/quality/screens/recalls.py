"""Recalls: the list, issuing one, and its page with where the lot is and who has answered."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST

from zhixuan.modules.directory import queries as directory
from zhixuan.modules.quality import permissions
from zhixuan.modules.quality.models import Recall
from zhixuan.modules.quality.operations.close_recall import close_recall
from zhixuan.modules.quality.operations.hold_recalled import hold_recalled
from zhixuan.modules.quality.operations.issue_recall import issue_recall
from zhixuan.modules.quality.operations.remind_recall import remind_recall
from zhixuan.modules.quality.queries import recalls as queries
from zhixuan.modules.quality.queries.recalls import Whereabouts
from zhixuan.modules.quality.screens import words
from zhixuan.modules.quality.screens.steps import step
from zhixuan.modules.stock.screens import doing, offers
from zhixuan.rules.quality.recalls import NoticeState, RecallClass, RecallKind
from zhixuan.rules.quality.recalls import is_overdue as rule_overdue
from zhixuan.shared.access import Forbidden
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.columns import Badge
from zhixuan.shared.ui.forms import PostingForm
from zhixuan.shared.ui.listing import ChoiceFilter, Column, Empty, Listing, SearchFilter
from zhixuan.shared.ui.messages import done
from zhixuan.shared.ui.naming import localized
from zhixuan.shared.ui.widgets import DayInput, ExpiryField, SearchSelect


class RecallForm(PostingForm):
    """The lot as it is printed on the pack, what to do, and what the public is told."""

    area = forms.ChoiceField(label=_lazy("Area"))
    item = forms.ChoiceField(
        label=_lazy("Item"), widget=SearchSelect(marks=("product", "item"), placeholder=_lazy("Name, code or scan"))
    )
    lot_number = forms.CharField(
        label=_lazy("Lot number"), max_length=40, widget=forms.TextInput({"data-lot": "", "autocomplete": "off"})
    )
    expires_on = ExpiryField(
        label=_lazy("Expires on"), required=False, help_text=_lazy("Empty: every lot with this number.")
    )
    kind = forms.ChoiceField(
        label=_lazy("Kind"), choices=words.choices(words.RECALL_KINDS), widget=forms.RadioSelect, initial="recall"
    )
    recall_class = forms.ChoiceField(label=_lazy("Class"), choices=words.choices(words.RECALL_CLASSES), initial="2")
    reason = forms.CharField(label=_lazy("Reason"), max_length=500, widget=forms.Textarea({"rows": 2}))
    action = forms.CharField(
        label=_lazy("What every facility has to do"), max_length=500, widget=forms.Textarea({"rows": 2})
    )
    answer_by = forms.DateField(label=_lazy("Answer by"), widget=DayInput())
    public_zh = forms.CharField(
        label=_lazy("Public notice, Chinese"),
        max_length=1000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=_lazy("For people who have pieces of the lot at home: nobody knows who they are."),
    )
    public_en = forms.CharField(
        label=_lazy("Public notice, English"), max_length=1500, required=False, widget=forms.Textarea({"rows": 3})
    )

    def __init__(self, request: ActorRequest, **kwargs: Any) -> None:
        super().__init__(request.POST or None, **kwargs)
        offer = offers.items(None)
        self.fields["item"].widget.facts = offer.facts
        self.fields["item"].choices = offer.choices  # type: ignore[attr-defined]  # a ChoiceField
        areas = directory.areas_for(request.actor, permissions.ISSUE_RECALL).exclude(level="village")
        self.fields["area"].choices = [(area.pk, localized(area)) for area in areas]  # type: ignore[attr-defined]


def _search(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    found = Q(number__icontains=text) | Q(lot_number__icontains=text) | Q(item__gtin=text)
    return rows.filter(found | Q(item__product__name_zh__icontains=text) | Q(item__product__name_en__icontains=text))


RECALLS = Listing(
    name="recalls",
    title=_lazy("Recalls"),
    columns=(
        Column("number", _lazy("Number"), sort="number", href=lambda row: reverse("quality:recall", args=[row.pk])),
        Column("issued_at", _lazy("Issued"), "datetime", sort="issued_at"),
        Column("product", _lazy("Product"), value=lambda row: localized(row.item.product)),
        Column("lot_number", _lazy("Lot"), sort="lot_number"),
        Column("kind", _lazy("Kind"), "badge", value=lambda row: words.badge(words.RECALL_KINDS, row.kind)),
        Column("class", _lazy("Class"), value=lambda row: words.RECALL_CLASSES[row.recall_class], phone=False),
        Column("answer_by", _lazy("Answer by"), "date", sort="answer_by"),
        Column("state", _lazy("State"), "badge", value=lambda row: _state(row)),
    ),
    filters=(
        SearchFilter("q", _lazy("Search"), _search, _lazy("Number, lot, GTIN or product")),
        ChoiceFilter(
            "state",
            _lazy("State"),
            [("open", pgettext_lazy("recall", "Open")), ("closed", pgettext_lazy("recall", "Closed"))],
            lambda rows, state: rows.filter(closed_at__isnull=state == "open"),
        ),
    ),
    default_sort="-issued_at",
    empty=Empty(_lazy("No recalls"), icon="circle-check"),
)


def _state(row: Recall) -> Badge:
    if row.closed_at:
        return Badge(pgettext_lazy("recall", "Closed"), "secondary")
    late = timezone.localdate() > row.answer_by and queries.waiting_for(row)
    return Badge(_lazy("Answers are late"), "red") if late else Badge(pgettext_lazy("recall", "Open"), "orange")


def recalls(request: ActorRequest) -> HttpResponse:
    """Recalls that concern the facilities in sight."""
    context = {"may_issue": request.actor.has(permissions.ISSUE_RECALL)}
    return RECALLS.response(
        request, queries.recalls_for(request.actor), template="quality/recalls.html", context=context
    )


def issue(request: ActorRequest) -> HttpResponse:
    """Issue a recall: at once nobody in the area can receive, send or dispense the lot."""
    if not request.actor.has(permissions.ISSUE_RECALL):
        raise Forbidden
    initial = {"item": request.GET.get("item", ""), "lot_number": request.GET.get("lot", "")[:40]}
    form = RecallForm(request, initial={**initial, "answer_by": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        made = doing.attempt(form, lambda: _issue(request, form.cleaned_data))
        if made is not None:
            said = _("The lot is blocked, and every facility that has or had it is told.")
            done(request, said, number=made.number)
            return HttpResponseRedirect(reverse("quality:recall", args=[made.pk]))
    return render(request, "quality/issue_recall.html", {"form": form}, status=422 if form.is_bound else 200)


def _issue(request: ActorRequest, given: dict[str, Any]) -> Recall:
    return issue_recall(
        area_id=int(given["area"]),
        item_id=int(given["item"]),
        lot_number=given["lot_number"],
        expires_on=given["expires_on"],
        kind=RecallKind(given["kind"]),
        recall_class=RecallClass(given["recall_class"]),
        reason=given["reason"],
        action=given["action"],
        answer_by=given["answer_by"],
        public_zh=given["public_zh"],
        public_en=given["public_en"],
        actor=request.actor,
        command_id=given["command_id"],
        at=timezone.now(),
    )


def recall(request: ActorRequest, recall_id: int) -> HttpResponse:
    """Where the lot is and went, balance and answers."""
    found = queries.recall(request.actor, recall_id)
    where = queries.whereabouts(request.actor, found)
    today = timezone.localdate()
    runs = queries.may_run(request.actor, found)
    context = {
        "one": found,
        "kind": words.badge(words.RECALL_KINDS, found.kind),
        "recall_class": words.RECALL_CLASSES[found.recall_class],
        "where": [_row(one, found) for one in where],
        "balance": queries.balance_of(found) if runs else None,
        "answers": queries.answers_of(found, today=today) if runs else None,
        "runs": runs and found.closed_at is None,
        "to_hold": sum(one.store for one in where),
        "points": [point for one in where if (point := _point(one)) is not None],
        "public": reverse("quality:public_notice", args=[found.public_id]) if found.public_zh else "",
        "late": today > found.answer_by,
    }
    return render(request, "quality/recall.html", context)


def _row(one: Whereabouts, found: Recall) -> dict[str, Any]:
    notice = one.notice
    late = notice is not None and rule_overdue(
        NoticeState(notice.state), answer_by=found.answer_by, today=timezone.localdate()
    )
    state = None if notice is None else words.badge(words.NOTICE_STATES, notice.state)
    return {"where": one, "notice": notice, "state": state, "late": late and found.closed_at is None}


def _group(store: int, pieces: int) -> str:
    if store:
        return _("On the shelf")
    return _("In quarantine or on the way") if pieces else _("None left")


def _point(one: Whereabouts) -> dict[str, Any] | None:
    facility = one.facility
    if facility.longitude is None or facility.latitude is None:
        return None
    pieces = one.store + one.quarantine + one.transit
    state = "out" if one.store else "low" if pieces else "good"
    return {
        "name": localized(facility),
        "longitude": float(facility.longitude),
        "latitude": float(facility.latitude),
        "group": _group(one.store, pieces),
        "state": state,
        "detail": _("%(pieces)s pieces") % {"pieces": pieces},
        "href": reverse("quality:notice", args=[one.notice.pk]) if one.notice else "",
    }


@require_POST
def hold(request: ActorRequest, recall_id: int) -> HttpResponse:
    """Put all of it into quarantine, everywhere."""
    return step(
        request,
        lambda: hold_recalled(recall_id=recall_id, actor=request.actor, at=timezone.now()),
        lambda pieces: _("%(pieces)s pieces are in quarantine now.") % {"pieces": pieces},
        reverse("quality:recall", args=[recall_id]),
    )


@require_POST
def remind(request: ActorRequest, recall_id: int) -> HttpResponse:
    """Remind those who have not answered."""
    return step(
        request,
        lambda: remind_recall(recall_id=recall_id, actor=request.actor, at=timezone.now()),
        _("Reminded: it stands at the top of their desk."),
        reverse("quality:recall", args=[recall_id]),
    )


@require_POST
def close(request: ActorRequest, recall_id: int) -> HttpResponse:
    """Close it, for good or lifting the stop."""
    return step(
        request,
        lambda: close_recall(
            recall_id=recall_id,
            lift=request.POST.get("lift") == "yes",
            note=request.POST.get("note", "")[:500],
            actor=request.actor,
            at=timezone.now(),
        ),
        _("The recall is closed."),
        reverse("quality:recall", args=[recall_id]),
    )
