"""Differences on arrival: open cases with their age, and one case with what each side says."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.orders.operations.speak_on_difference import speak_on_difference
from zhixuan.modules.orders.queries import differences as queries
from zhixuan.modules.orders.queries import orders
from zhixuan.modules.orders.queries.differences import Case
from zhixuan.modules.orders.screens import lists, words
from zhixuan.modules.stock.queries import travels
from zhixuan.modules.stock.screens import words as stock_words
from zhixuan.modules.stock.screens.slips import number_of
from zhixuan.rules.orders import differences as rules
from zhixuan.rules.orders.differences import SIDE_OF, TRANSITIONS, CaseVerb
from zhixuan.rules.refusal import Refused
from zhixuan.shared import attachments
from zhixuan.shared.access import Forbidden
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.forms import PostingForm, add_refusal, sentence
from zhixuan.shared.ui.listing import ChoiceFilter, Column, Empty, Listing
from zhixuan.shared.ui.messages import done
from zhixuan.shared.ui.naming import localized

OWNER = "orders.difference"
PIECES_MAX = 10**12


def _age(case: Case) -> int | None:
    return case.age_days(timezone.localdate()) if case.open else None


CASES = Listing(
    name="differences",
    title=_lazy("Differences on arrival"),
    columns=(
        Column(
            "slip",
            _lazy("Reception"),
            value=lambda case: number_of(case.arrival),
            href=lambda case: reverse("orders:difference", args=[case.arrival.pk]),
        ),
        Column("on", _lazy("Day of the count"), "date", value=lambda case: case.arrival.on, sort=("on", "id")),
        Column("state", _lazy("State"), "badge", value=lambda case: words.case_badge(case.state)),
        Column("age", _lazy("Open for days"), "number", value=_age),
        Column("sender", _lazy("Sender"), value=lambda case: localized(case.sender)),
        Column("receiver", _lazy("Receiver"), value=lambda case: localized(case.receiver)),
        Column("missing", _lazy("Missing"), "number", value=lambda case: _difference(case, "missing")),
        Column("damaged", _lazy("Damaged"), "number", value=lambda case: _difference(case, "damaged")),
    ),
    filters=(
        ChoiceFilter(
            "which",
            _lazy("Cases"),
            [("closed", _lazy("Settled cases")), ("all", _lazy("All"))],
            lambda rows, _value: rows,
            _lazy("Still open"),
        ),
    ),
    default_sort="on",
    empty=Empty(
        _lazy("No open differences"),
        _lazy("When a receiver counts less than was sent, the case appears here until both sides agree."),
        icon="scale",
    ),
    enrich=queries.cases,
)


def _difference(case: Case, what: str) -> int:
    return int(case.arrival.details.get("difference", {}).get(what, 0))


def differences(request: ActorRequest) -> HttpResponse:
    """Open cases, the oldest first; settled ones on request."""
    asked = request.GET.get("which", "open")
    still_open = {"closed": False, "all": None}.get(asked, True)
    rows = queries.arrivals(request.actor, still_open=still_open)
    return CASES.response(request, rows, template="orders/list.html", context=lists.tabs(request, "differences"))


class WordForm(PostingForm):
    """What one side says."""

    verb = forms.ChoiceField(label=_lazy("What do you say?"), widget=forms.RadioSelect)
    found_at = forms.ChoiceField(
        label=_lazy("Where are the pieces?"),
        required=False,
        choices=(
            ("", _lazy("They are lost")),
            ("sender", _lazy("At the sender")),
            ("receiver", _lazy("At the receiver")),
        ),
    )
    note = forms.CharField(
        label=_lazy("What you found, and how you know"),
        required=False,
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, *args: Any, verbs: list[CaseVerb], lots: list[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lots = [lot for lot in lots if lot["left"]]
        choices = [(verb.value, _(rules.VERB_LABELS[verb])) for verb in verbs]
        self.fields["verb"].choices = choices  # type: ignore[attr-defined]
        self.initial["verb"] = choices[0][0] if len(choices) == 1 else None
        if CaseVerb.DECIDE not in verbs:
            del self.fields["found_at"]
        if rules.NEEDS_PIECES.intersection(verbs) or CaseVerb.DECIDE in verbs:
            for lot in self.lots:
                self.fields[f"lot-{lot['lot_id']}"] = forms.IntegerField(
                    label=_("Pieces found of lot %(lot)s, at most %(most)s") % {"lot": lot["lot"], "most": lot["left"]},
                    min_value=0,
                    max_value=lot["left"],
                    required=False,
                )

    def lines(self) -> list[tuple[int, int]]:
        """Pieces found by lot, where this word goes with pieces."""
        verb = CaseVerb(self.cleaned_data["verb"])
        takes = verb in rules.NEEDS_PIECES or (verb is CaseVerb.DECIDE and self.cleaned_data.get("found_at"))
        if not takes:
            return []
        found = [(lot["lot_id"], self.cleaned_data.get(f"lot-{lot['lot_id']}")) for lot in self.lots]
        return [(lot_id, pieces) for lot_id, pieces in found if pieces]


def difference(request: ActorRequest, event_id: int) -> HttpResponse:
    """One case: what was counted, what was said, and what this person can say now."""
    case = queries.case(request.actor, event_id)
    lots = _lots(event_id)
    verbs = _verbs(request, case)
    form = WordForm(request.POST or None, verbs=verbs, lots=lots)
    if request.method == "POST":
        if not case.sides(request.actor):
            raise Forbidden
        if form.is_valid() and _speak(request, event_id, form):
            done(request, _("What you said is kept with the case."), number=number_of(case.arrival))
            return HttpResponseRedirect(reverse("orders:difference", args=[event_id]))
    context = {
        "case": case,
        "number": number_of(case.arrival),
        "state": words.case_badge(case.state),
        "age": case.age_days(timezone.localdate()),
        "lots": lots,
        "steps": [{"label": _(rules.VERB_LABELS[CaseVerb(one.verb)]), "row": one} for one in case.steps],
        "form": form if verbs else None,
        "own_count": case.open and not verbs and case.counted_by == orders.who(request.actor),
        "attachments": attachments.attachments_of(OWNER, event_id),
        "files": reverse("orders:difference_files", args=[event_id]),
        "may_add": bool(case.sides(request.actor)),
    }
    return render(request, "orders/difference.html", context, status=422 if form.is_bound else 200)


def _verbs(request: ActorRequest, case: Case) -> list[CaseVerb]:
    """What this person can say now."""
    sides = case.sides(request.actor)
    possible = []
    for verb in CaseVerb:
        if SIDE_OF[verb] not in sides or (case.state, verb) not in TRANSITIONS:
            continue
        try:
            said = queries.as_steps(case.steps)
            rules.check(verb, said, by=orders.who(request.actor), counted_by=case.counted_by, note="-")
        except Refused:
            continue
        possible.append(verb)
    missing = any(travels.still_missing(case.arrival.pk).values())
    return [verb for verb in possible if missing or verb not in rules.NEEDS_PIECES]


def _lots(event_id: int) -> list[dict[str, Any]]:
    rows = travels.differences_of(event_id)
    products = catalogue.products_by_id([row["product_id"] for row in rows])
    return [
        {
            "lot_id": row["lot_id"],
            "lot": stock_words.lot_label(row["lot__number"]),
            "product": localized(products[row["product_id"]]),
            "unit": stock_words.unit_of(products[row["product_id"]], row["pieces"]),
            "expires_on": stock_words.expiry(row["lot__expires_on"]),
            "what": stock_words.reason_label(row["reason"]),
            "pieces": row["pieces"],
            "turned_up": row["turned_up"],
            "left": row["pieces"] - row["turned_up"] if row["reason"] == travels.MISSING else 0,
        }
        for row in rows
    ]


def _speak(request: ActorRequest, event_id: int, form: WordForm) -> bool:
    given = form.cleaned_data
    at = given.get("found_at")
    try:
        speak_on_difference(
            arrival_id=event_id,
            verb=CaseVerb(given["verb"]),
            note=given["note"],
            lines=form.lines(),
            found_at_sender=None if not at else at == "sender",
            on=timezone.localdate(),
            actor=request.actor,
            command_id=given["command_id"],
            at=timezone.now(),
        )
    except Refused as refused:
        add_refusal(form, refused)
        return False
    return True


@require_POST
def files(request: ActorRequest, event_id: int) -> HttpResponse:
    """Add a photograph or a paper as evidence."""
    case = queries.case(request.actor, event_id)
    if not case.sides(request.actor):
        raise Forbidden
    file = request.FILES.get("file")
    back = reverse("orders:difference", args=[event_id])
    if file is not None:
        try:
            attachments.attach(
                OWNER, event_id, name=file.name or "", content=file.read(), actor=request.actor, at=timezone.now()
            )
            messages.success(request, _("The evidence is kept with the case."))
        except Refused as refused:
            messages.error(request, sentence(refused))
    return HttpResponseRedirect(back)


def file(request: ActorRequest, event_id: int, file_id: UUID) -> HttpResponse:
    """One piece of evidence."""
    queries.case(request.actor, event_id)
    return attachments.answer(attachments.attachment(OWNER, event_id, file_id))
