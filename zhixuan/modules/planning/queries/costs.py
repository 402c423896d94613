"""Prices and budgets in sight, and what a plan costs by them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from zhixuan.modules.planning import permissions
from zhixuan.modules.planning.models import DemandPlan, PlanBudget, ProductPrice
from zhixuan.modules.planning.queries.named_lines import named_lines
from zhixuan.rules.planning.cost import Price, cost_of, price_that_holds
from zhixuan.shared.access import Actor


@dataclass(frozen=True, slots=True)
class Row:
    """What a line, or (`line_id` None) all lines of a product, cost. Without a price (None): nobody knows.

    Args:
        cents: of all `pieces`, each line rounded to the cent.
    """

    facility: Any
    product: Any
    pieces: int
    price: Price | None
    cents: int | None
    plan_id: int | None = None
    line_id: int | None = None


def prices_for(actor: Actor) -> QuerySet[ProductPrice]:
    """Prices of the areas in sight, and of those above them: they hold there too. Newest first."""
    above = {path for one in actor.scope(permissions.VIEW_PLANS).area_paths for path in _above(one)}
    in_sight = permissions.areas_in_sight(actor, "area__path") | Q(area__path__in=above)
    found = ProductPrice.objects.filter(in_sight).select_related("area", "product__method")
    return found.order_by("product__method__position", "product__code", "-holds_from", "-pk")


def budgets_for(actor: Actor) -> QuerySet[PlanBudget]:
    """Budgets of the areas in sight, latest year and newest first."""
    in_sight = permissions.areas_in_sight(actor, "area__path")
    return PlanBudget.objects.filter(in_sight).select_related("area").order_by("-year", "area__path", "-pk")


def budget_of(area_id: int, year: int) -> PlanBudget | None:
    """The newest of an area and year."""
    return PlanBudget.objects.filter(area_id=area_id, year=year).order_by("-pk").first()


def rows_of(plan: DemandPlan) -> list[Row]:
    """Every line with its cost, by the prices that held on the day the plan was drawn up."""
    lines = named_lines(plan.pk, "pieces")
    holding = _holding(plan, {one.product_id for one in lines})
    rows = []
    for one in lines:
        (pieces,) = one.values
        price = holding.get(one.product_id)
        cents = cost_of(pieces, price) if price else None
        rows.append(Row(one.facility, one.product, pieces, price, cents, plan.pk, one.pk))
    return rows


def by_product(rows: Iterable[Row]) -> list[Row]:
    """The sum of the lines of each product."""
    sums: dict[int, Row] = {}
    for row in rows:
        known = sums.get(row.product.pk, Row(None, row.product, 0, row.price, 0 if row.price else None))
        cents = None if known.cents is None or row.cents is None else known.cents + row.cents
        sums[row.product.pk] = Row(None, row.product, known.pieces + row.pieces, row.price, cents)
    return sorted(sums.values(), key=lambda row: (row.product.method.position, row.product.code))


def _above(path: str) -> list[str]:
    """Paths of an area and all above it: /42/4201/ has /42/4201/ and /42/."""
    parts = path.strip("/").split("/")
    return [f"/{'/'.join(parts[: end + 1])}/" for end in range(len(parts))]


def _holding(plan: DemandPlan, product_ids: Collection[int]) -> dict[int, Price]:
    known: dict[int, list[Price]] = defaultdict(list)
    rows = ProductPrice.objects.filter(product__in=product_ids, area__path__in=_above(plan.area.path))
    for one in rows.select_related("area"):
        price = Price(one.area.path, one.cents, one.pieces, one.holds_from, one.pk, one.source)
        known[one.product_id].append(price)
    found = {key: price_that_holds(some, area_path=plan.area.path, on=plan.drawn_on) for key, some in known.items()}
    return {key: price for key, price in found.items() if price is not None}
