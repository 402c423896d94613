"""What a place could ask for: a suggestion for every product, with all its terms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.catalogue.queries import Product
from zhixuan.modules.directory import queries as directory
from zhixuan.modules.directory.queries import Facility
from zhixuan.modules.orders.models import OrderLine
from zhixuan.modules.orders.queries import progress
from zhixuan.modules.orders.queries.orders import live_orders_of
from zhixuan.modules.stock.queries import norms, on_hand, replaced
from zhixuan.rules.orders import suggesting
from zhixuan.rules.orders.steps import State
from zhixuan.rules.orders.suggesting import Suggestion
from zhixuan.rules.replacing import handover
from zhixuan.rules.stock.levels import AverageState, AverageUse
from zhixuan.rules.stock.norms import Bounds

UNKNOWN = AverageUse(AverageState.NO_RECORDS)


@dataclass(frozen=True, slots=True)
class Askable:
    """A product that a place may ask for.

    Args:
        urgent: nothing there, or below the emergency point.
        at_supplier: usable pieces in the supplier's store.
    """

    product: Product
    suggestion: Suggestion
    urgent: bool
    at_supplier: int


def askable(facility: Facility, supplier_id: int, *, today: date) -> list[Askable]:
    """Every product that the place may hold and that it or its supplier ever had, in the order of the catalogue."""
    rows = on_hand.of_facilities([facility.pk, supplier_id], today=today)
    supplied: dict[int, int] = {}
    own = []
    for row in rows:
        if row["facility_id"] == facility.pk:
            own.append(row)
        else:
            supplied[row["product_id"]] = row["usable"]
    how = handover(catalogue.successors(today), {pk for pk, pieces in supplied.items() if pieces > 0})
    there = {row["product_id"]: row for row in replaced.with_levels(own, how, today=today)}
    products = _products(facility, there.keys() | supplied.keys(), how.gone)
    asked = already_asked([facility.pk]).get(facility.pk, {})
    packs = catalogue.usual_packs([product.pk for product in products])
    bounds = norms.bounds_of(facility.level, facility_id=facility.pk, area_path=facility.area_path)
    return [
        _askable(product, bounds, there.get(product.pk), asked, packs, supplied.get(product.pk, 0))
        for product in products
    ]


def _products(facility: Facility, known: Collection[int], gone: Collection[int]) -> list[Product]:
    permitted = directory.permitted_product_ids(facility.pk)
    products = catalogue.active_products().filter(pk__in=permitted if permitted is not None else known)
    return list(products.exclude(pk__in=list(gone)))


def _askable(
    product: Product,
    bounds: Bounds,
    row: Mapping[str, Any] | None,
    asked: Mapping[int, int],
    packs: Mapping[int, tuple[int, int]],
    at_supplier: int,
) -> Askable:
    average = row["average"] if row else UNKNOWN
    there = row["usable"] if row else 0
    suggestion = suggesting.suggest(
        average,
        bounds,
        on_hand=there,
        in_transit=row["coming"] if row else 0,
        asked=asked.get(product.pk, 0),
        pieces_per_pack=packs.get(product.pk, (1, 1))[0],
        level=row["order_level"] if row else None,
    )
    return Askable(product, suggestion, suggesting.is_urgent(average, bounds, there), at_supplier)


def already_asked(facility_ids: list[int]) -> dict[int, dict[int, int]]:
    """Pieces of each product that each place has asked for and that have not left the supplier yet."""
    orders = {order.pk: order for order in live_orders_of(facility_ids)}
    approved = [pk for pk, order in orders.items() if order.stage == State.APPROVED]
    found: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    waiting = OrderLine.objects.filter(order__in=orders.keys() - set(approved), asked__gt=0)
    for order_id, product_id, asked, agreed in waiting.values_list("order_id", "product_id", "asked", "approved"):
        found[orders[order_id].asker_id][product_id] += asked if agreed is None else agreed
    for order_id, lines in progress.progress_of(approved).items():
        for product_id, line in lines.items():
            found[orders[order_id].asker_id][product_id] += line.outstanding
    return found


def terms_as_json(suggestion: Suggestion) -> dict[str, Any]:
    """The terms as they are kept with a line: exact, fractions and days as text; `level` only where one holds."""
    terms = suggestion.terms
    level = {} if terms.level is None else {"level": terms.level.as_kept()}
    return level | {
        "per_month": None if terms.per_month is None else str(terms.per_month),
        "norm_months": str(terms.norm_months),
        "on_hand": terms.on_hand,
        "in_transit": terms.in_transit,
        "asked": terms.asked,
        "pieces_per_pack": terms.pieces_per_pack,
        "periods": terms.periods,
    }


def per_month(terms: Mapping[str, Any]) -> Fraction | None:
    """Average monthly use of kept terms."""
    return Fraction(terms["per_month"]) if terms.get("per_month") else None
