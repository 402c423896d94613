"""Return R4 on paper: the planned use of a year, by product and then by place; no person anywhere in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from zhixuan.modules.planning.queries import costs, plans
from zhixuan.modules.planning.queries.costs import Row
from zhixuan.modules.planning.queries.plans import DemandLine, DemandPlan
from zhixuan.modules.planning.queries.product_terms import ProductTerms, terms_by_product
from zhixuan.modules.planning.screens import words
from zhixuan.modules.planning.screens.costs import price_text
from zhixuan.modules.stock.screens.words import unit_of
from zhixuan.rules.planning.steps import State
from zhixuan.shared.printing.answer import pdf_response
from zhixuan.shared.printing.sheet import PrintColumn, Sheet, under_headings
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.formats import day, number
from zhixuan.shared.ui.naming import localized

LINES_MAX = 1_000
"""Beyond that nobody reads lines on paper: they are in the Excel file, and only the sums are printed."""


@dataclass(frozen=True, slots=True)
class _Paper:
    """What both sheets say alike."""

    plan: DemandPlan
    link: str

    def sheet(
        self, subtitle: str, columns: Sequence[PrintColumn], rows: Sequence[Sequence[str]], remarks: list[str]
    ) -> Sheet:
        return Sheet(
            title=_("Plan of use of contraceptives"),
            subtitle=subtitle,
            issuer=localized(self.plan.area),
            number=f"{self.plan.area.code}-{self.plan.year}",
            facts=[
                (_("Year"), str(self.plan.year)),
                (_("Drawn up on"), day(self.plan.drawn_on)),
                (_("State"), str(words.state_badge(self.plan.state))),
            ],
            columns=columns,
            rows=rows,
            remarks=remarks,
            signatures=[_("Drawn up by"), _("Checked by"), _("Approved by")],
            link=self.link,
            mark="" if self.plan.state == State.APPROVED else _("DRAFT"),
            landscape=True,
        )


def paper(request: ActorRequest, plan_id: int) -> HttpResponse:
    """The plan as PDF, with places to sign: the sums of its products, and its lines where they are not too many."""
    plan = plans.plan(request.actor, plan_id)
    rows = costs.rows_of(plan)
    head = _Paper(plan, request.build_absolute_uri(reverse("planning:plan", args=[plan_id])))
    sheets = [_sums(head, rows)]
    if len(rows) <= LINES_MAX:
        sheets.append(_lines(head, rows))
    return pdf_response(request, sheets, name=f"R4-{plan.area.code}-{plan.year}")


def _sums(head: _Paper, rows: Sequence[Row]) -> Sheet:
    remarks = [_said_of_terms(), *_money(rows)]
    if len(rows) > LINES_MAX:
        said = _("The {count} lines of this plan are in the Excel file of its page; only their sums are printed.")
        remarks.append(said.format(count=number(len(rows))))
    by_product = {row.product.pk: row for row in costs.by_product(rows)}
    listed = [_sum_row(one, by_product[one.product.pk]) for one in terms_by_product(head.plan.pk)]
    count = PrintColumn(_("Number of places"), "auto", "right")
    columns = [PrintColumn(_("Product"), "3fr"), PrintColumn(_("Unit")), count, *_figures()]
    return head.sheet(_("By product"), columns, listed, remarks)


def _lines(head: _Paper, rows: Sequence[Row]) -> Sheet:
    lines = {one.pk: one for one in plans.lines_of(head.plan.pk)}
    columns = [
        PrintColumn(_("Product"), "3fr"),
        PrintColumn(_("Unit")),
        *_figures(priced=False),
        PrintColumn(_("Remark"), "2fr"),
    ]
    known = [(row, lines[row.line_id]) for row in rows if row.line_id]
    listed = under_headings(known, of=lambda one: one[0].facility, heading=localized, cells=lambda one: _row(*one))
    return head.sheet(_("By place"), columns, listed, [_said_of_terms()])


def _figures(*, priced: bool = True) -> list[PrintColumn]:
    """A price is the same at every place: it stands with the sums, and leaves its room to the remarks."""
    names = [
        _("User years"),
        _("Need of the year"),
        _("Turnover"),
        _("Usable stock"),
        _("On the way"),
        _("Proposed"),
        _("Planned quantity"),
        *([_("Price, yuan / pieces")] if priced else []),
        _("Cost, yuan"),
    ]
    return [PrintColumn(name, "auto", "right") for name in names]


def _said_of_terms() -> str:
    said = _(
        "Proposed, for each place: need + turnover - usable stock - on the way, nothing below zero, in whole packs."
    )
    return f"{said} " + _(
        "User years: need over the standard quantity of one user in a year. It measures supply, not people."
    )


def _money(rows: Sequence[Row]) -> list[str]:
    """What the plan costs, since when its prices hold, and what has none."""
    held = sorted({row.price.holds_from for row in rows if row.price})
    if not held:
        return []
    total = number(words.yuan(sum(row.cents or 0 for row in rows)), 2)
    said = [_("Cost in all: {total} yuan.").format(total=total)]
    said.append(_("Prices hold from: {days}.").format(days=_(", ").join(day(one) for one in held)))
    without = {row.product.pk: row.product for row in rows if row.price is None and row.pieces}
    if without:
        named = sorted(localized(one) for one in without.values())
        said.append(_("Without a price, and not counted: {products}.").format(products=_(", ").join(named)))
    return said


def _sum_row(one: ProductTerms, row: Row) -> list[str]:
    return [
        localized(one.product),
        unit_of(one.product),
        number(one.places),
        words.user_years_of(one.need, one.product),
        words.tenths(one.need),
        words.tenths(one.turnover),
        *_counted(one),
        price_text(row) if row.price else "",
        _cost(row),
    ]


def _row(row: Row, line: DemandLine) -> list[str]:
    return [
        localized(line.product),
        unit_of(line.product),
        words.user_years(line),
        words.need(line),
        words.turnover(line),
        *_counted(line),
        _cost(row),
        words.remark(line),
    ]


def _counted(one: ProductTerms | DemandLine) -> list[str]:
    return [number(one.stock), number(one.on_the_way), number(one.proposed), number(one.pieces)]


def _cost(row: Row) -> str:
    return "" if row.cents is None else number(words.yuan(row.cents), 2)
