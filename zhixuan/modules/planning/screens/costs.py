"""What a plan costs: by place, by product, in all; and how it stands to the budgets."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.planning.queries import costs as queries
from zhixuan.modules.planning.queries import plans
from zhixuan.modules.planning.queries.costs import Row
from zhixuan.modules.planning.queries.plans import DemandPlan
from zhixuan.modules.planning.screens import words
from zhixuan.modules.planning.screens.fulfilment import PLACE, UNIT, line_address, product_column, search
from zhixuan.rules.planning.cost import standings
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.formats import day, number
from zhixuan.shared.ui.listing import Column, Empty, Listing, SearchFilter, ToggleFilter
from zhixuan.shared.ui.naming import localized


def price_text(row: Row) -> str:
    """So much for so many."""
    if row.price is None:
        return ""
    yuan = number(words.yuan(row.price.cents), 2)
    return yuan if row.price.pieces == 1 else f"{yuan} / {number(row.price.pieces)}"


def _said_by(row: Row) -> str:
    return f"{day(row.price.holds_from)} · {row.price.source}" if row.price else _("No price")


FIGURES = (
    UNIT,
    Column("pieces", _lazy("Planned quantity"), "number", sort="pieces"),
    Column("price", _lazy("Price, yuan / pieces"), value=price_text),
    Column("said_by", _lazy("Holds from, source"), value=_said_by, phone=False),
    Column(
        "cents",
        _lazy("Cost, yuan"),
        "number",
        value=lambda row: None if row.cents is None else words.yuan(row.cents),
        sort="cents",
        places=2,
    ),
)
FILTERS = (
    SearchFilter("q", _lazy("Search"), search, _lazy("Place or product")),
    ToggleFilter("unpriced", _lazy("No price"), lambda rows: [row for row in rows if row.price is None]),
)
EMPTY = Empty(_lazy("No lines"), _lazy("Nothing in the plan fits these filters."), icon="list")
LINES = Listing(
    name="demand-costs",
    title=_lazy("What the plan costs"),
    columns=(PLACE, product_column(href=line_address), *FIGURES),
    filters=FILTERS,
    empty=EMPTY,
)
PRODUCTS = Listing(
    name="demand-costs-products",
    title=_lazy("What the plan costs, by product"),
    columns=(product_column(), *FIGURES),
    filters=FILTERS,
    empty=EMPTY,
)


def cost(request: ActorRequest, plan_id: int) -> HttpResponse:
    """Line by line."""
    plan = plans.plan(request.actor, plan_id)
    rows = queries.rows_of(plan)
    return LINES.response(request, rows, template="planning/cost.html", context=_context(plan, rows, "lines"))


def cost_products(request: ActorRequest, plan_id: int) -> HttpResponse:
    """Summed by product."""
    plan = plans.plan(request.actor, plan_id)
    rows = queries.rows_of(plan)
    context = _context(plan, rows, "products")
    return PRODUCTS.response(request, queries.by_product(rows), template="planning/cost.html", context=context)


def _context(plan: DemandPlan, rows: list[Row], tab: str) -> dict[str, Any]:
    total = sum(row.cents or 0 for row in rows)
    without = {row.product.pk: row.product for row in rows if row.price is None and row.pieces}
    budget, last = (queries.budget_of(plan.area_id, year) for year in (plan.year, plan.year - 1))
    said = standings(
        total,
        complete=not without,
        budget=budget.cents if budget else None,
        last_budget=last.cents if last else None,
    )
    return {
        "plan": plan,
        "state": words.state_badge(plan.state),
        "tab": tab,
        "total": number(words.yuan(total), 2) if any(row.price for row in rows) else "",
        "without": [localized(one) for one in without.values()],
        "budgets": [(one, number(words.yuan(one.cents), 2)) for one in (budget, last) if one],
        "warnings": [_(one.value) for one in said],
    }
