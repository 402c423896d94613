"""An allocation plan on paper, with places to sign."""

from __future__ import annotations

from operator import attrgetter

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from zhixuan.modules.planning.queries import allocation_plans
from zhixuan.modules.planning.queries.allocation_plans import AllocationLine
from zhixuan.modules.planning.screens import allocation_words as words
from zhixuan.modules.stock.screens.words import unit_of
from zhixuan.rules.planning.allocation_steps import AllocationState
from zhixuan.shared.printing.answer import pdf_response
from zhixuan.shared.printing.sheet import PrintColumn, Sheet, under_headings
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.formats import day, number
from zhixuan.shared.ui.naming import localized


def paper(request: ActorRequest, plan_id: int) -> HttpResponse:
    """The plan as PDF: who gets what, how long it lasts, and why."""
    plan = allocation_plans.plan(request.actor, plan_id)
    name = allocation_plans.number_of(plan)
    lines = [line for line in allocation_plans.every_line(plan_id) if line.pieces or line.asked]
    sheet = Sheet(
        title=_("Allocation plan"),
        issuer=localized(plan.area),
        number=name,
        facts=[
            (_("Drawn up on"), day(plan.drawn_on)),
            (_("Stock of"), day(plan.worked_out_on)),
            (_("State"), str(words.state_badge(plan.state))),
            (_("Given out of"), "、".join(localized(giver) for giver in allocation_plans.givers_of(plan))),
            *words.settings_words(plan),
        ],
        columns=[
            PrintColumn(_("Product"), "2fr"),
            PrintColumn(_("Unit")),
            PrintColumn(_("There and coming"), "auto", "right"),
            PrintColumn(_("Need a month"), "auto", "right"),
            PrintColumn(_("Asks for"), "auto", "right"),
            PrintColumn(_("Gets"), "auto", "right"),
            PrintColumn(_("Months after"), "auto", "right"),
            PrintColumn(_("Why"), "4fr"),
        ],
        rows=under_headings(lines, of=attrgetter("facility"), heading=localized, cells=_row),
        remarks=[plan.note] if plan.note else [],
        signatures=[_("Drawn up by"), _("Checked by"), _("Approved by")],
        link=request.build_absolute_uri(reverse("planning:allocation", args=[plan_id])),
        mark="" if plan.state == AllocationState.APPROVED else _("DRAFT"),
        landscape=True,
    )
    return pdf_response(request, [sheet], name=name)


def _row(line: AllocationLine) -> list[str]:
    return [
        localized(line.product),
        unit_of(line.product),
        number(line.stock + line.coming),
        words.per_month(line),
        number(line.asked),
        number(line.pieces),
        words.months_after(line),
        words.sentence(line),
    ]
