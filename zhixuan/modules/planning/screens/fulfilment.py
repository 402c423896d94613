"""A plan against what came of it: by line, and summed by product."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from operator import attrgetter
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.planning.queries import fulfilment as queries
from zhixuan.modules.planning.queries import plans
from zhixuan.modules.planning.queries.fulfilment import Row
from zhixuan.modules.planning.screens import words
from zhixuan.modules.stock.screens.words import unit_of
from zhixuan.rules.planning.fulfilment import is_behind, months_over
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.formats import number
from zhixuan.shared.ui.listing import Column, Empty, Listing, SearchFilter, ToggleFilter
from zhixuan.shared.ui.naming import localized


def search(rows: list[Any], text: str) -> list[Any]:
    """Rows, or pairs of lines, whose place or product is called so."""
    wanted = text.casefold()

    def fits(row: Any) -> bool:
        named = [one for one in (row.facility, row.product) if one is not None]
        return any(wanted in name.casefold() for one in named for name in (one.code, one.name_zh, one.name_en))

    return [row for row in rows if fits(row)]


def _percent(share: Fraction | None) -> float | None:
    return None if share is None else round(float(share * 100), 1)


def line_address(row: Any) -> str:
    """Of a row that stands for a line of a plan."""
    return reverse("planning:line", args=[row.plan_id, row.line_id]) if row.line_id else ""


def _in_and_on(row: Row) -> str:
    figures = row.figures
    if not figures.passed_on:
        return ""
    said = {"received": number(figures.received), "passed": number(figures.passed_on)}
    return _("{received} received, {passed} passed on").format(**said)


PLACE = Column("facility", _lazy("Place"), value=lambda row: localized(row.facility), sort="facility__code")


def _figure(name: str, label: Promise, **more: Any) -> Column:
    return Column(name, label, "number", value=attrgetter(f"figures.{name}"), sort=f"figures__{name}", **more)


def _share(name: str, label: Promise) -> Column:
    return replace(_figure(name, label, places=1), value=lambda row: _percent(getattr(row.figures, name)))


FIGURES = (
    _figure("first", _lazy("First sent in")),
    _figure("approved", _lazy("Of it approved")),
    _figure("received", _lazy("Received")),
    _figure("passed_on", _lazy("Passed on")),
    _figure(
        "delivered",
        _lazy("Delivered"),
        hint=_lazy("Received less passed on: what came to stay"),
        secondary=_in_and_on,
    ),
    _share("delivered_share", _lazy("Delivered, % of approved")),
    replace(_figure("need", _lazy("Need of the year")), value=lambda row: round(float(row.figures.need), 1)),
    _figure("used", _lazy("Used"), hint=_lazy("Handed out there, less what came back")),
    _share("used_share", _lazy("Used, % of need")),
)


def product_column(**more: Any) -> Column:
    return Column(
        "product", _lazy("Product"), value=lambda row: localized(row.product), sort="product__name_{language}", **more
    )


UNIT = Column("unit", _lazy("Unit"), value=lambda row: unit_of(row.product), phone=False)
LINES = Listing(
    name="demand-carried-out",
    title=_lazy("Plan and what came of it"),
    columns=(PLACE, product_column(href=line_address), UNIT, *FIGURES),
    empty=Empty(_lazy("No lines"), _lazy("Nothing in the plan fits these filters."), icon="list"),
)
PRODUCTS = Listing(
    name="demand-carried-out-products",
    title=_lazy("Plan and what came of it, by product"),
    columns=(product_column(), UNIT, *FIGURES),
    empty=Empty(_lazy("No lines"), _lazy("Nothing in the plan fits these filters."), icon="list"),
)


ONLY_IN_THE_SHEET = frozenset({"unit", "received", "passed_on"})
"""On screen they stand in small under the product and under what was delivered."""


def _on_screen(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    shown = [one for one in columns if one.name not in ONLY_IN_THE_SHEET]
    return tuple(
        replace(one, secondary=lambda row: unit_of(row.product)) if one.name == "product" else one for one in shown
    )


def _filters(months: int) -> tuple[SearchFilter, ToggleFilter, ToggleFilter]:
    return (
        SearchFilter("q", _lazy("Search"), search, _lazy("Place or product")),
        ToggleFilter(
            "behind",
            _lazy("Delivered less than the year is over"),
            lambda rows: [row for row in rows if is_behind(row.figures, months)],
        ),
        ToggleFilter(
            "none", _lazy("Nothing delivered"), lambda rows: [row for row in rows if row.figures.delivered <= 0]
        ),
    )


def carried_out(request: ActorRequest, plan_id: int) -> HttpResponse:
    """Line by line."""
    return _response(request, plan_id, LINES, "lines")


def carried_out_products(request: ActorRequest, plan_id: int) -> HttpResponse:
    """Summed by product."""
    return _response(request, plan_id, PRODUCTS, "products")


def _response(request: ActorRequest, plan_id: int, listing: Listing, tab: str) -> HttpResponse:
    plan, today = plans.plan(request.actor, plan_id), timezone.localdate()
    months = months_over(plan.year, today)
    rows = queries.rows_of(plan, today=today)
    context = {
        "plan": plan,
        "state": words.state_badge(plan.state),
        "tab": tab,
        "months": months,
        "begun": plan.year <= today.year,
        "today": today,
        "over": plan.year < today.year,
    }
    shown = rows if tab == "lines" else queries.by_product(rows)
    columns = listing.columns if request.GET.get("export") else _on_screen(listing.columns)
    listed = replace(listing, filters=_filters(months), columns=columns)
    return listed.response(request, shown, template="planning/carried_out.html", context=context)
