"""The terms of a plan summed by product: the rows of return R4."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from zhixuan.modules.planning.queries.named_lines import named_lines
from zhixuan.modules.planning.queries.plans import Known, exact, need_known

COLUMNS = ("norm_months", "passed", "stock", "on_the_way", "proposed", "pieces")


@dataclass(slots=True)
class ProductTerms:
    """Of all lines of a product, in pieces. What is rounded or never below zero is so in each line, not in the sum."""

    product: Any
    need: Fraction = Fraction(0)
    turnover: Fraction = Fraction(0)
    stock: int = 0
    on_the_way: int = 0
    proposed: int = 0
    pieces: int = 0
    places: int = 0


def terms_by_product(plan_id: int) -> list[ProductTerms]:
    """In the order of the catalogue."""
    found: dict[int, ProductTerms] = {}
    for one in named_lines(plan_id, *COLUMNS, *Known._fields):
        months, passed, stock, on_the_way, proposed, pieces = one.values[: len(COLUMNS)]
        total = found.setdefault(one.product_id, ProductTerms(one.product))
        total.need += need_known(Known(*one.values[len(COLUMNS) :]))
        total.turnover += exact(passed) * exact(months)
        total.stock += stock
        total.on_the_way += on_the_way
        total.proposed += proposed
        total.pieces += pieces
        total.places += 1
    return sorted(found.values(), key=lambda one: (one.product.method.position, one.product.code))
