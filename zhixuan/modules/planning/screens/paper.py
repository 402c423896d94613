"""Return R4 on paper: the planned use of a year, by place and product; no person anywhere in it."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from zhixuan.modules.planning.queries import costs, plans
from zhixuan.modules.planning.queries.costs import Row
from zhixuan.modules.planning.screens import words
from zhixuan.modules.planning.screens.costs import price_text
from zhixuan.modules.stock.screens.words import unit_of
from zhixuan.rules.planning.steps import State
from zhixuan.shared.printing.answer import pdf_response
from zhixuan.shared.printing.sheet import PrintColumn, Sheet, under_headings
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.formats import day, number
from zhixuan.shared.ui.naming import localized


def paper(request: ActorRequest, plan_id: int) -> HttpResponse:
    """The plan as PDF, with places to sign."""
    plan = plans.plan(request.actor, plan_id)
    rows = costs.rows_of(plan)
    sheet = Sheet(
        title=_("Plan of use of contraceptives"),
        issuer=localized(plan.area),
        number=f"{plan.area.code}-{plan.year}",
        facts=[
            (_("Year"), str(plan.year)),
            (_("Drawn up on"), day(plan.drawn_on)),
            (_("State"), str(words.state_badge(plan.state))),
        ],
        columns=[
            PrintColumn(_("Product"), "3fr"),
            PrintColumn(_("Unit")),
            PrintColumn(_("User years"), "auto", "right"),
            PrintColumn(_("Need of the year"), "auto", "right"),
            PrintColumn(_("Turnover"), "auto", "right"),
            PrintColumn(_("Usable stock"), "auto", "right"),
            PrintColumn(_("On the way"), "auto", "right"),
            PrintColumn(_("Planned quantity"), "auto", "right"),
            PrintColumn(_("Price, yuan / pieces"), "auto", "right"),
            PrintColumn(_("Cost, yuan"), "auto", "right"),
            PrintColumn(_("Remark"), "2fr"),
        ],
        rows=under_headings(rows, of=attrgetter("facility"), heading=localized, cells=_row),
        remarks=[
            _("User years: need over the standard quantity of one user in a year. It measures supply, not people."),
            *_money(rows),
        ],
        signatures=[_("Drawn up by"), _("Checked by"), _("Approved by")],
        link=request.build_absolute_uri(reverse("planning:plan", args=[plan_id])),
        mark="" if plan.state == State.APPROVED else _("DRAFT"),
        landscape=True,
    )
    return pdf_response(request, [sheet], name=f"R4-{plan.area.code}-{plan.year}")


def _money(rows: Sequence[Row]) -> list[str]:
    """What the plan costs, since when its prices hold, and what has none."""
    held = sorted({row.price.holds_from for row in rows if row.price})
    if not held:
        return []
    total = number(words.yuan(sum(row.cents or 0 for row in rows)), 2)
    said = [_("Cost in all: {total} yuan.").format(total=total)]
    said.append(_("Prices hold from: {days}.").format(days=_(", ").join(day(one) for one in held)))
    without = sorted({localized(row.product) for row in rows if row.price is None and row.pieces})
    if without:
        said.append(_("Without a price, and not counted: {products}.").format(products=_(", ").join(without)))
    return said


def _row(row: Row) -> list[str]:
    line = row.line
    if line is None:
        raise TypeError("a sum of lines has no row on paper")
    return [
        localized(line.product),
        unit_of(line.product),
        words.user_years(line),
        words.need(line),
        words.turnover(line),
        number(line.stock),
        number(line.on_the_way),
        number(line.pieces),
        price_text(row) if row.price else "",
        "" if row.cents is None else number(words.yuan(row.cents), 2),
        words.remark(line),
    ]
