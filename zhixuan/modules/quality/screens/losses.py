"""Loss reports: the list, drawing one, and its page with every step."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_GET, require_POST

from zhixuan.modules.directory.queries import Facility
from zhixuan.modules.quality import permissions
from zhixuan.modules.quality.models import LossReport
from zhixuan.modules.quality.operations.draw_loss import LostLine, draw_loss
from zhixuan.modules.quality.queries import losses as queries
from zhixuan.modules.quality.queries.definitions import loss_rules
from zhixuan.modules.quality.screens import words
from zhixuan.modules.quality.screens.steps import lots_by_place, step
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.modules.stock.screens import doing
from zhixuan.modules.stock.screens.lines import Line, Lines, choice_field, lines_of, offered
from zhixuan.modules.stock.screens.words import expiry, lot_label, unit_of
from zhixuan.rules.quality import losses as rules
from zhixuan.rules.quality.losses import LossReason, LossState
from zhixuan.shared import attachments
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.forms import PostingForm
from zhixuan.shared.ui.listing import Action, ChoiceFilter, Column, Empty, Listing, MonthFilter, SearchFilter
from zhixuan.shared.ui.messages import done
from zhixuan.shared.ui.naming import localized
from zhixuan.shared.ui.widgets import DayInput

OWNER = "quality.lossreport"


class LossForm(PostingForm):
    """When and why, what happened and who is responsible."""

    on = forms.DateField(label=_lazy("Day it was found"), widget=DayInput())
    reason = forms.ChoiceField(label=_lazy("Reason"), choices=words.choices(words.LOSS_REASONS))
    account = forms.CharField(label=_lazy("What happened"), max_length=500, widget=forms.Textarea({"rows": 2}))
    responsibility = forms.CharField(
        label=_lazy("Who or what is responsible"),
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text=_lazy("The finding, for example: roof leaked, repair asked for in May."),
    )


class LostLineForm(Line):
    """A lot of the store or of the quarantine, pieces, and the price where it is known."""

    counted = "lot"
    field_order = ("lot", "pieces", "unit", "price")
    lot = choice_field(_lazy("Lot"), "held", _lazy("Product, lot number or scan"))
    price = forms.DecimalField(
        label=_lazy("Yuan a piece"),
        min_value=0,
        max_digits=12,
        decimal_places=4,
        required=False,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
    )


LINES = lines_of(LostLineForm)


def _search(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    return rows.filter(Q(number__icontains=text) | Q(lines__lot__number__icontains=text)).distinct()


def _of_month(rows: QuerySet[Any], first: date) -> QuerySet[Any]:
    return rows.filter(on__year=first.year, on__month=first.month)


LOSSES = Listing(
    name="loss-reports",
    title=_lazy("Loss reports"),
    columns=(
        Column("number", _lazy("Number"), sort="number", href=lambda row: reverse("quality:loss", args=[row.pk])),
        Column("on", _lazy("Day"), "date", sort=("on", "id")),
        Column("facility", _lazy("Facility"), value=lambda row: localized(row.facility), sort="facility__code"),
        Column("reason", _lazy("Reason"), value=lambda row: words.LOSS_REASONS[row.reason], sort="reason"),
        Column("pieces", _lazy("Pieces"), "number", sort="pieces"),
        Column("amount", _lazy("Amount, yuan"), "number", sort="amount", places=2, phone=False),
        Column("state", _lazy("State"), "badge", value=lambda row: words.badge(words.LOSS_STATES, row.state)),
        Column("drawn_by_name", _lazy("Reported by"), phone=False),
    ),
    filters=(
        SearchFilter("q", _lazy("Search"), _search, _lazy("Number or lot")),
        ChoiceFilter(
            "state", _lazy("State"), words.choices(words.LOSS_STATES), lambda rows, state: rows.filter(state=state)
        ),
        ChoiceFilter(
            "reason", _lazy("Reason"), words.choices(words.LOSS_REASONS), lambda rows, why: rows.filter(reason=why)
        ),
        MonthFilter("month", _lazy("Month"), _of_month),
    ),
    default_sort="-on",
    empty=Empty(
        _lazy("No loss reports yet"),
        _lazy("What is expired, broken or lost is reported, approved and destroyed before two witnesses."),
        Action(_lazy("Report a loss"), lambda: reverse("quality:draw")),
    ),
)


def losses(request: ActorRequest) -> HttpResponse:
    """Loss reports of the facilities in sight."""
    context = {"may_draw": request.actor.has(permissions.REPORT_LOSS)}
    return LOSSES.response(request, queries.reports_for(request.actor), template="quality/losses.html", context=context)


def draw(request: ActorRequest) -> HttpResponse:
    """Draw a report; photographs follow on its page."""
    facility = doing.facility_in(request, permissions.REPORT_LOSS)
    if facility is None:
        return doing.choose_facility(request, permissions.REPORT_LOSS, _("Report a loss"))
    form = LossForm(request.POST or None, initial={"on": timezone.localdate()})
    lines = offered(request, LINES, lots_by_place(places_of(facility.pk), _("in quarantine")), preset="lot")
    if request.method == "POST" and all([form.is_valid(), lines.is_valid()]):
        made = _draw(request, facility, form, lines)
        if made is not None:
            said = _("The report is drawn. Add photographs, then hand it in.")
            done(request, said, number=made.number)
            return HttpResponseRedirect(reverse("quality:loss", args=[made.pk]))
    context = {**doing.place_bar(request, facility, permissions.REPORT_LOSS), "form": form, "lines": lines}
    return render(request, "quality/draw_loss.html", context, status=422 if form.is_bound else 200)


def _draw(request: ActorRequest, facility: Facility, form: LossForm, lines: Lines) -> LossReport | None:
    given, filled = form.cleaned_data, lines.filled()
    wanted = [
        LostLine(
            lot_id=int(values["lot"].partition(":")[0]),
            pieces=values["pieces"],
            in_quarantine=values["lot"].endswith(":quarantine"),
            price=values["price"],
        )
        for _row, values in filled
    ]
    return doing.attempt(
        form,
        lambda: draw_loss(
            facility_id=facility.pk,
            reason=LossReason(given["reason"]),
            on=given["on"],
            lines=wanted,
            account=given["account"],
            responsibility=given["responsibility"],
            actor=request.actor,
            command_id=given["command_id"],
            at=timezone.now(),
        ),
        [lines],
        {"lines": [row for row, _values in filled]},
    )


@require_GET
def loss(request: ActorRequest, report_id: int) -> HttpResponse:
    """One report: its lots, its steps, and what this person can do now."""
    report = queries.report(request.actor, report_id)
    witnesses, lines = list(report.witnesses.all()), lines_shown(report)
    context = {
        "report": report,
        "reason": words.LOSS_REASONS[report.reason],
        "state": words.badge(words.LOSS_STATES, report.state),
        "lines": lines,
        "witnesses": witnesses,
        "earlier": earlier_rounds(report),
        "least": loss_rules().witnesses_least,
        "level": words.LEVELS.get(report.level_needed),
        "step_source": loss_rules().step(sum(line["pieces"] for line in lines), report.amount).source,
        "method": words.METHODS.get(report.method),
        "methods": words.choices(words.METHODS),
        "today": timezone.localdate(),
        "attachments": attachments.attachments_of(OWNER, report.pk),
        "attachments_address": reverse("quality:loss_files", args=[report.pk]),
        **_may(request, report, witnesses),
    }
    return render(request, "quality/loss.html", context)


def earlier_rounds(report: LossReport) -> list[dict[str, Any]]:
    """What was decided, seen and written off before a reversal opened the report again."""
    return [
        {
            **one,
            "destroyed_on": date.fromisoformat(one["destroyed_on"]),
            "reversed_at": datetime.fromisoformat(one["reversed_at"]),
        }
        for one in report.earlier
    ]


def lines_shown(report: LossReport) -> list[dict[str, Any]]:
    """The lots of a report as its page and its paper show them."""
    return [
        {
            "product": localized(line.lot.product),
            "lot": lot_label(line.lot.number),
            "lot_id": line.lot_id,
            "expires_on": expiry(line.lot.expires_on),
            "pieces": line.pieces,
            "unit": unit_of(line.lot.product, line.pieces),
            "price": line.price,
            "amount": rules.amount_of([(line.pieces, line.price)]),
        }
        for line in queries.lines_of(report.pk)
    ]


def _may(request: ActorRequest, report: LossReport, witnesses: list[Any]) -> dict[str, bool]:
    """Which buttons help this person now; each operation decides for itself again."""
    actor, places = request.actor, places_of(report.facility_id)
    involved = {report.drawn_by, report.submitted_by}
    seen: set[int | None] = {one.user_id for one in witnesses}
    keeps = places.lets(actor, permissions.REPORT_LOSS)
    state = LossState(report.state)
    return {
        "may_hand_in": keeps and state is LossState.DRAWN,
        "may_add_files": keeps and state in (LossState.DRAWN, LossState.SUBMITTED, LossState.APPROVED),
        "may_decide": state is LossState.SUBMITTED
        and actor.user_id not in involved
        and places.lets(actor, permissions.APPROVE_LOSS)
        and queries.may_decide(actor, report),
        "may_witness": state is LossState.APPROVED
        and places.lets(actor, permissions.WITNESS)
        and actor.user_id not in involved | seen | {report.decided_by},
        "may_destroy": keeps and state is LossState.APPROVED and len(seen) >= loss_rules().witnesses_least,
        "may_close": keeps and state in (LossState.DRAWN, LossState.REFUSED, LossState.DESTROYED),
    }


@require_POST
def add_file(request: ActorRequest, report_id: int) -> HttpResponse:
    """Add a photograph or a paper to a report that is not settled yet."""
    report = queries.report(request.actor, report_id)
    permissions.require(request.actor, permissions.REPORT_LOSS, places_of(report.facility_id))
    file = request.FILES.get("file")

    def attach() -> Any:
        return attachments.attach(
            OWNER,
            report.pk,
            name=getattr(file, "name", "") or "",
            content=file.read() if file is not None and (file.size or 0) <= attachments.BYTES_MAX + 1 else b"",
            actor=request.actor,
            at=timezone.now(),
        )

    return step(request, attach, _("The file is kept with the report."), reverse("quality:loss", args=[report.pk]))


@require_GET
def file(request: ActorRequest, report_id: int, attachment_id: UUID) -> HttpResponse:
    """One file of a report."""
    report = queries.report(request.actor, report_id)
    return attachments.answer(attachments.attachment(OWNER, report.pk, attachment_id))
