"""Distributions: plans in sight, their matrix, and what would be proposed now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet, Sum

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.directory import queries as directory
from zhixuan.modules.directory.queries import Facility
from zhixuan.modules.orders import permissions
from zhixuan.modules.orders.models import Order, Plan, PlanLine
from zhixuan.modules.orders.queries import asking
from zhixuan.modules.orders.queries.rhythm import NEVER_ORDERS
from zhixuan.modules.stock.queries import norms, on_hand, replaced
from zhixuan.modules.stock.queries.scope import visible
from zhixuan.rules.orders import suggesting
from zhixuan.rules.orders.distributing import Need, Share, share_out
from zhixuan.rules.replacing import handover
from zhixuan.rules.stock.norms import Bounds
from zhixuan.shared.access import Actor, the_one

__all__ = ["Plan", "PlanLine"]


def plan_number(one: Plan) -> str:
    """How a distribution is called: store, DP, year, running number."""
    return f"{one.giver.code}-DP{one.year}-{one.number:04d}"


def plans_for(actor: Actor) -> QuerySet[Plan]:
    """Distributions of the stores in sight, latest first."""
    found = Plan.objects.filter(visible(actor, "giver")).select_related("giver")
    return found.annotate(total=Sum("lines__pieces", default=0)).order_by("-pk")


def plan(actor: Actor, plan_id: int) -> Plan:
    """One distribution.

    Raises:
        Unknown: none such in sight.
    """
    return the_one(plans_for(actor).filter(pk=plan_id))


def giver_of(one: Plan) -> permissions.Place:
    return (one.giver.area_path, one.giver_id)


def lines_of(plan_id: int) -> list[PlanLine]:
    """Every cell of the matrix, by place and product."""
    rows = PlanLine.objects.filter(plan_id=plan_id).select_related("facility", "product__method")
    return list(rows.order_by("facility__code", "product__method__position", "product__code"))


def places_fed(giver: Facility, *, on: date) -> list[Facility]:
    """Open places that a store feeds and that hold stock of their own."""
    fed = directory.all_facilities().filter(directory.open_on(on), supplied_by_id=giver.pk)
    return [one for one in fed.select_related(None).order_by("code") if one.kind not in NEVER_ORDERS]


@dataclass(frozen=True, slots=True)
class Proposed:
    """A cell of the matrix as it is proposed: the share, and the terms of the sum."""

    facility: Facility
    product_id: int
    share: Share
    terms: dict[str, Any]


def usable_at(giver_id: int, *, today: date) -> dict[int, int]:
    """Usable pieces of each product in the giver's store."""
    rows = on_hand.of_facilities([giver_id], today=today)
    return {row["product_id"]: row["usable"] for row in rows}


def proposed(giver: Facility, *, today: date) -> list[Proposed]:
    """What every place would get of every product that the store has: by norm, never more than there is."""
    places = places_fed(giver, on=today)
    available = {pk: pieces for pk, pieces in usable_at(giver.pk, today=today).items() if pieces > 0}
    how = handover(catalogue.successors(today), available.keys())
    known = on_hand.of_facilities([one.pk for one in places], today=today)
    rows = {(row["facility_id"], row["product_id"]): row for row in replaced.with_levels(known, how, today=today)}
    asked = asking.already_asked([one.pk for one in places])
    products = list(catalogue.active_products().filter(pk__in=available))
    packs = catalogue.usual_packs([product.pk for product in products])
    in_force = norms.in_force()
    bounds = {one.pk: in_force.bounds(one.level, facility_id=one.pk, area_path=one.area_path) for one in places}
    allowed = {one.pk: directory.permitted_product_ids(one.pk) for one in places}
    found = []
    for product in products:
        pack = packs.get(product.pk, (1, 1))[0]
        holders = [one for one in places if _may_hold(allowed[one.pk], product.pk)]
        needs = [
            _need(one.pk, bounds[one.pk], rows.get((one.pk, product.pk)), asked[one.pk].get(product.pk, 0), pack)
            for one in holders
        ]
        shares = share_out(needs, available[product.pk], pack)
        found += [
            Proposed(one, product.pk, share, asking.terms_as_json(need.suggestion))
            for one, share, need in zip(holders, shares, needs, strict=True)
        ]
    return found


def _may_hold(permitted: Collection[int] | None, product_id: int) -> bool:
    return permitted is None or product_id in permitted


def _need(place: int, bounds: Bounds, row: dict[str, Any] | None, asked: int, pack: int) -> Need:
    suggestion = suggesting.suggest(
        row["average"] if row else asking.UNKNOWN,
        bounds,
        on_hand=row["usable"] if row else 0,
        in_transit=row["coming"] if row else 0,
        asked=asked,
        pieces_per_pack=pack,
        level=row["order_level"] if row else None,
    )
    return Need(place, suggestion, bounds.emergency_months)


def given_by_product(lines: Collection[PlanLine]) -> dict[int, int]:
    """Pieces of each product that a plan gives in all."""
    totals: dict[int, int] = defaultdict(int)
    for line in lines:
        totals[line.product_id] += line.pieces
    return dict(totals)


def orders_of(one: Plan) -> list[Order]:
    """The orders that came of a plan."""
    return list(Order.objects.filter(plan=one).select_related("asker"))
