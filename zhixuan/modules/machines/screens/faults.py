"""Faults: the list, reporting one as staff, settling one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext, pgettext_lazy

from zhixuan.modules.machines import permissions
from zhixuan.modules.machines.operations.report_fault import report_fault
from zhixuan.modules.machines.operations.settle_fault import settle_fault
from zhixuan.modules.machines.queries import machines as machine_queries
from zhixuan.modules.machines.queries import visits as queries
from zhixuan.modules.machines.screens import _words as words
from zhixuan.modules.machines.screens.machine import head
from zhixuan.rules.machines.faults import FAULTS
from zhixuan.rules.refusal import Refused
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.columns import Badge
from zhixuan.shared.ui.forms import PostingForm, add_refusal
from zhixuan.shared.ui.listing import Column, Empty, Listing, ToggleFilter


def _state(row: Any) -> Badge:
    return Badge(_("Settled"), "green") if row.settled_at else Badge(pgettext("fault", "Open"), "red")


LIST = Listing(
    name="machine-faults",
    title=_lazy("Faults"),
    columns=(
        Column(
            "what",
            _lazy("What is wrong"),
            value=words.fault,
            href=lambda row: reverse("machines:fault", args=[row.pk]),
        ),
        Column("machine", _lazy("Machine"), value=lambda row: words.name(row.machine), sort="machine__facility__code"),
        Column("slot_number", _lazy("Slot"), "number"),
        Column("reported_at", _lazy("Reported"), "datetime", sort="reported_at"),
        Column(
            "by",
            _lazy("By"),
            value=lambda row: _("A visitor") if row.by_public else _("Staff"),
            hint=_lazy("Of visitors nothing is kept but what they chose, and the hour"),
        ),
        Column("phone", _lazy("Service phone"), value=lambda row: row.machine.service_phone, phone=False),
        Column("state", _lazy("State"), "badge", value=_state, sort="settled_at"),
        Column("settled_by", _lazy("Settled by"), phone=False),
    ),
    filters=(ToggleFilter("open", _lazy("Open ones only"), lambda rows: rows.filter(settled_at=None)),),
    default_sort="",
    empty=Empty(_lazy("No fault reported"), _lazy("Visitors report faults on the page of a machine."), icon="check"),
)


def faults(request: ActorRequest) -> HttpResponse:
    """Faults in sight, open ones first."""
    rows = queries.faults_for(request.actor)
    return LIST.response(request, rows, template="machines/machines.html", context={"tab": "faults"})


class SettleForm(forms.Form):
    note = forms.CharField(
        label=pgettext_lazy("repair", "What was done"),
        max_length=300,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )


def fault(request: ActorRequest, fault_id: int) -> HttpResponse:
    """One fault; on POST it is settled."""
    found = queries.fault(request.actor, fault_id)
    form = SettleForm(request.POST or None)
    if request.method == "POST":
        note = form.cleaned_data["note"] if form.is_valid() else ""
        settle_fault(fault_id=fault_id, note=note, actor=request.actor, at=timezone.now())
        messages.success(request, _("The fault is settled."))
        return HttpResponseRedirect(reverse("machines:faults"))
    context = {
        "fault": found,
        "what": words.fault(found),
        "machine": found.machine,
        "machine_name": words.name(found.machine),
        "where": words.where(found.machine),
        "state": _state(found),
        "form": form,
        "may_settle": found.settled_at is None and words.may(request, found.machine, permissions.SETTLE),
    }
    return render(request, "machines/fault.html", context)


class FaultForm(PostingForm):
    """What is wrong, from a list; the slot where it matters. No words: none could be kept."""

    what = forms.ChoiceField(
        label=_lazy("What is wrong?"),
        choices=[(code, _lazy(text)) for code, text in FAULTS.items()],
        widget=forms.RadioSelect,
    )
    slot = forms.TypedChoiceField(label=_lazy("Which slot?"), coerce=int, empty_value=None, required=False)

    def __init__(self, *args: Any, machine_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slot"].choices = [  # type: ignore[attr-defined]
            ("", "—"),
            *((one.number, f"{one.number} · {words.item(one)}") for one in machine_queries.slots_of([machine_id])),
        ]


def add_fault(request: ActorRequest, facility_id: int) -> HttpResponse:
    """Report a fault as staff."""
    found = words.machine_in(request, facility_id)
    form = FaultForm(request.POST or None, machine_id=found.pk)
    if request.method == "POST" and form.is_valid() and report(request, found.pk, form, address=""):
        messages.success(request, _("The fault is noted."))
        return HttpResponseRedirect(reverse("machines:machine", args=[found.pk]))
    context = {**head(request, found), "form": form, "back": reverse("machines:machine", args=[found.pk])}
    return render(request, "machines/add_fault.html", context, status=422 if form.is_bound else 200)


def report(request: ActorRequest, machine_id: int, form: FaultForm, *, address: str) -> bool:
    """Note the fault; what is refused stands on the form."""
    given = form.cleaned_data
    try:
        report_fault(
            machine_id=machine_id,
            what=given["what"],
            slot_number=given["slot"],
            actor=request.actor,
            command_id=given["command_id"],
            at=timezone.now(),
            address=address,
        )
    except Refused as refused:
        add_refusal(form, refused)
        return False
    return True
