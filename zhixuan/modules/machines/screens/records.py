"""What a machine told: the list, entering one by hand, reading a vendor's file."""

from __future__ import annotations

from datetime import datetime
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

from zhixuan.modules.machines import permissions
from zhixuan.modules.machines.models import Machine, Record
from zhixuan.modules.machines.operations.apply_records import apply_records
from zhixuan.modules.machines.operations.record_batch import Entry, Outcome, record_batch
from zhixuan.modules.machines.operations.upload_records import PURPOSE, upload_records
from zhixuan.modules.machines.queries import machines as queries
from zhixuan.modules.machines.queries import mappings, record_files
from zhixuan.modules.machines.queries.records import gaps_of, records_of
from zhixuan.modules.machines.screens import _words as words
from zhixuan.modules.machines.screens.machine import head
from zhixuan.rules.machines.records import KIND_LABELS, Clock, Kind, Told
from zhixuan.rules.refusal import Refused
from zhixuan.shared import uploads
from zhixuan.shared.access import Forbidden
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.spreadsheets.writing import ColumnKind, ColumnSpec
from zhixuan.shared.ui.formats import moment
from zhixuan.shared.ui.forms import PostingForm, add_refusal, sentence
from zhixuan.shared.ui.listing import ChoiceFilter, Column, Empty, Listing, ToggleFilter
from zhixuan.shared.ui.naming import choose
from zhixuan.shared.ui.upload import UploadForm, UploadPlan, mistakes_of, template_response

KINDS = [(kind.value, _lazy(text)) for kind, text in KIND_LABELS.items()]

RECORDS = Listing(
    name="machine-records",
    title=_lazy("Records of the machine"),
    columns=(
        Column("moment", _lazy("When"), "datetime", sort=("moment", "id")),
        Column("kind", _lazy("What"), "badge", value=lambda row: words.kind_badge(row.kind), sort="kind"),
        Column("slot_number", _lazy("Slot"), "number", sort="slot_number"),
        Column("item", _lazy("Item"), value=lambda row: words.item(row.slot) if row.slot else "", phone=False),
        Column("pieces", _lazy("Pieces"), "number", value=lambda row: row.pieces or None),
        Column("number", _lazy("Record number"), "number", sort="number", phone=False),
        Column(
            "slip",
            _lazy("In the ledger"),
            value=lambda row: _in_ledger(row),
            href=lambda row: reverse("stock:slip", args=[row.event_id]) if row.event_id else "",
        ),
        Column("received_at", _lazy("Received"), "datetime", sort="received_at", phone=False),
        Column("told", _lazy("Time told"), "datetime", value=lambda row: row.happened_at, phone=False),
        Column("clock", _lazy("Clock"), value=words.clock),
    ),
    filters=(
        ChoiceFilter("kind", _lazy("What"), KINDS, lambda rows, kind: rows.filter(kind=kind)),
        ToggleFilter("doubted", _lazy("Wrong clock only"), lambda rows: rows.exclude(clock=Clock.GOOD.value)),
        ToggleFilter("again", _lazy("Number used twice only"), lambda rows: rows.filter(number_again=True)),
    ),
    default_sort="-moment",
    empty=Empty(
        _lazy("Nothing told yet"),
        _lazy("Enter a record by hand, import the vendor's file, or let the machine tell through the API."),
        icon="activity",
    ),
)


def _in_ledger(row: Record) -> str:
    if row.undone_at:
        return _("Slip reversed")
    return _("Slip") if row.event_id else (_("Waits for its slot") if row.kind == Kind.VEND else "")


def records(request: ActorRequest, facility_id: int) -> HttpResponse:
    """What the machine told, latest first."""
    found = words.machine_in(request, facility_id)
    gaps = gaps_of(found.pk)
    context = {**head(request, found), "gaps": gaps[:10], "more_gaps": max(len(gaps) - 10, 0)}
    return RECORDS.response(request, records_of(found.pk), template="machines/records.html", context=context)


class RecordForm(PostingForm):
    kind = forms.ChoiceField(label=_lazy("What happened"), choices=KINDS)
    slot = forms.TypedChoiceField(label=_lazy("Slot"), coerce=int, empty_value=None, required=False)
    pieces = forms.IntegerField(
        label=_lazy("Pieces that came out"),
        required=False,
        min_value=1,
        max_value=1000,
        help_text=_lazy("For vends; empty: what the slot gives at once."),
    )
    happened_at = forms.DateTimeField(
        label=_lazy("When"), widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    number = forms.IntegerField(label=_lazy("Record number"), required=False, min_value=0)


def add_record(request: ActorRequest, facility_id: int) -> HttpResponse:
    """Enter one record by hand."""
    found = words.machine_in(request, facility_id, permissions.RECORD)
    form = RecordForm(request.POST or None, initial={"happened_at": timezone.localtime(), "kind": "jam"})
    form.fields["slot"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
        ("", _("The whole machine")),
        *((one.number, f"{one.number} · {words.item(one)}") for one in queries.slots_of([found.pk])),
    ]
    if request.method == "POST" and form.is_valid() and (outcome := _add(request, found, form)):
        messages.success(request, _told(outcome))
        return HttpResponseRedirect(reverse("machines:machine", args=[found.pk]))
    context = {**head(request, found), "form": form, "back": reverse("machines:machine", args=[found.pk])}
    return render(request, "machines/add_record.html", context, status=422 if form.is_bound else 200)


def _add(request: ActorRequest, found: Machine, form: RecordForm) -> Outcome | None:
    given = form.cleaned_data
    pieces = given["pieces"] if given["kind"] == Kind.VEND else None
    happened_at: datetime = given["happened_at"]
    told = Told(Kind(given["kind"]), happened_at, given["number"], given["slot"], pieces)
    try:
        return record_batch(
            entries=[Entry(found.pk, told)],
            source="hand",
            actor=request.actor,
            command_id=given["command_id"],
            at=timezone.now(),
        )
    except Refused as refused:
        for reason in refused.reasons:
            reason.field = reason.field.removeprefix("records-0-")
        add_refusal(form, refused)
        return None


def _told(outcome: Outcome) -> str:
    if outcome.repeated or not outcome.new:
        return _("All of it was known already; nothing was recorded twice.")
    facts = {"new": outcome.new, "known": outcome.known, "pieces": outcome.pieces}
    return _("Recorded: %(new)s new, %(known)s known already; %(pieces)s pieces given out.") % facts


class RecordsFileForm(UploadForm):
    mapping = forms.ChoiceField(label=_lazy("Whose file it is"))
    field_order = ("mapping", "file")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(name, mappings.mapping(name)) for name in mappings.names()]
        self.fields["mapping"].choices = [  # type: ignore[attr-defined]
            (name, choose(one.title_zh, one.title_en)) for name, one in known
        ]


def import_records(request: ActorRequest) -> HttpResponse:
    """Choose a vendor's file; nothing is changed yet."""
    if not request.actor.has(permissions.RECORD):
        raise Forbidden
    form = RecordsFileForm(request.POST or None, request.FILES or None, initial={"mapping": "template"})
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            kept = upload_records(
                mapping=form.cleaned_data["mapping"],
                content=file.read(),
                file_name=file.name,
                actor=request.actor,
                command_id=form.cleaned_data["command_id"],
                at=timezone.now(),
            )
        except Refused as refused:
            add_refusal(form, refused)
        else:
            return HttpResponseRedirect(reverse("machines:import_plan", args=[kept]))
    context = {"form": form, "tab": "records"}
    return render(request, "machines/import_records.html", context, status=422 if form.is_bound else 200)


def import_plan(request: ActorRequest, upload_id: UUID) -> HttpResponse:
    """What a file would do; on POST it is done."""
    upload = uploads.upload_of(request.actor, upload_id, PURPOSE)
    if request.method == "POST":
        try:
            outcome = apply_records(upload_id=upload_id, actor=request.actor, at=timezone.now())
        except Refused as refused:
            messages.error(request, sentence(refused))
            return HttpResponseRedirect(reverse("machines:import_plan", args=[upload_id]))
        messages.success(request, _told(outcome))
        return HttpResponseRedirect(reverse("machines:machines"))
    plan = None if upload.applied_at else _planned(request, upload)
    back = {"back": reverse("machines:import_records"), "back_label": _("Import records")}
    return render(request, "ui/upload_plan.html", {"upload": upload, "plan": plan, **back})


def _planned(request: ActorRequest, upload: Any) -> UploadPlan:
    headings = [_("Machine"), _("What"), _("Slot"), _("Pieces"), _("When"), _("Record number")]
    known = mappings.mapping(upload.subject)
    try:
        tables = uploads.tables_of(upload, titles=record_files.titles(known))
    except Refused as refused:
        return UploadPlan(headings, mistakes=mistakes_of(refused.reasons))
    read = record_files.read(tables, known, request.actor)
    if read.reasons:
        return UploadPlan(headings, mistakes=mistakes_of(read.reasons))
    codes = {one.pk: one.facility.code for one in queries.machines_for(request.actor)}
    return UploadPlan(headings, [_line(codes[machine_id], told) for machine_id, told in read.entries])


def _line(code: str, told: Told) -> list[str]:
    cells = [told.slot, told.pieces, moment(told.happened_at), told.number]
    return [code, _(KIND_LABELS[told.kind]), *("" if cell is None else str(cell) for cell in cells)]


def template(request: ActorRequest) -> HttpResponse:
    """An empty table of records, with notes."""
    if not request.actor.has(permissions.RECORD):
        raise Forbidden
    in_chinese = 0 if choose("zh", "en") == "zh" else 1
    known = mappings.mapping("template")
    words_ = tuple(
        next((word for word, meant in known.kinds.items() if meant is kind and word.isascii() == bool(in_chinese)), "")
        for kind in Kind
    )
    helps = {
        "machine": (_("The machine's code, or its serial number"), "YL-A01", True),
        "number": (_("The machine's own running number; leave it empty when there is none"), "1024", False),
        "kind": (_("What happened"), words_[0], True),
        "slot": (_("Number of the slot; needed for vends"), "3", False),
        "happened_at": (_("As the machine says"), "2026-11-23 08:05:09", True),
        "pieces": (_("Pieces that came out; empty: what the slot gives at once"), "10", False),
    }
    columns = [
        ColumnSpec(
            known.columns[key][in_chinese],
            ColumnKind.TEXT,
            20,
            required=needed,
            help=text,
            example=example,
            choices=words_ if key == "kind" else (),
        )
        for key, (text, example, needed) in helps.items()
    ]
    return template_response(sheet=_("Records"), columns=columns, name="machine-records")
