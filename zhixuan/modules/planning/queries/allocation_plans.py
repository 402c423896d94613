"""Allocation plans in sight, their lines, lots and steps; and the facts of a plan as the rules take them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Sum

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.directory import queries as directory
from zhixuan.modules.planning import permissions
from zhixuan.modules.planning.models import AllocationLine, AllocationLot, AllocationPlan, AllocationStep
from zhixuan.rules.planning.allocation_lines import Given
from zhixuan.rules.planning.allocation_steps import EDITABLE, AllocationState, AllocationVerb
from zhixuan.rules.planning.place_facts import LotThere, PlaceFacts, Settings
from zhixuan.rules.planning.usual_need import MonthAhead
from zhixuan.shared.access import Actor, the_one

__all__ = ["AllocationLine", "AllocationLot", "AllocationPlan", "AllocationStep"]

OPEN = (*EDITABLE, AllocationState.SUBMITTED)
WORKING = (AllocationVerb.SUBMIT, AllocationVerb.REWORK)
"""Steps of those who work on a plan, and therefore do not decide on it."""
BY_PLACE = ("facility__area_path", "facility__code", "product__method__position", "product__code", "giver__code")


def number_of(one: AllocationPlan) -> str:
    """How an allocation plan is called: area, AP, year, running number."""
    return f"{one.area.code}-AP{one.year}-{one.number:04d}"


def plans_for(actor: Actor) -> QuerySet[AllocationPlan]:
    """Plans of the areas in sight, latest first, with pieces and lines in all and lines changed by hand."""
    found = AllocationPlan.objects.filter(permissions.areas_in_sight(actor, "area__path")).select_related("area")
    changed = Count("lines", filter=~Q(lines__pieces=F("lines__proposed")))
    totals = {"total": Sum("lines__pieces", default=0), "lines_in_all": Count("lines"), "changed": changed}
    return found.annotate(**totals).order_by("-pk")


def plan(actor: Actor, plan_id: int) -> AllocationPlan:
    """One plan.

    Raises:
        Unknown: none such in sight.
    """
    return the_one(plans_for(actor).filter(pk=plan_id))


def rows_of(plan_id: int, *order: str) -> QuerySet[AllocationLine]:
    """Lines of a plan, with nothing that stands elsewhere, in this order."""
    return AllocationLine.objects.filter(plan_id=plan_id).order_by(*order)


def lines_of(plan_id: int) -> QuerySet[AllocationLine]:
    """Lines of a plan by place and product."""
    rows = AllocationLine.objects.filter(plan_id=plan_id)
    return rows.select_related("facility", "giver", "product__method", "area").order_by(*BY_PLACE)


def every_line(plan_id: int) -> list[AllocationLine]:
    """The same, all of them: each place, product and area is read once, however many lines it has; what only a single
    line shows is not read."""
    rows = AllocationLine.objects.filter(plan_id=plan_id).order_by(*BY_PLACE).defer("ahead", "lots")
    lines = list(rows.prefetch_related("giver", "product__method", "area"))
    places = directory.all_facilities().in_bulk({one.facility_id for one in lines})
    for one in lines:
        one.facility = places[one.facility_id]
    return lines


def line(plan_id: int, line_id: int) -> AllocationLine:
    """One line of a plan.

    Raises:
        Unknown: the plan has no such line.
    """
    return the_one(lines_of(plan_id).filter(pk=line_id))


def lots_of(plan_id: int) -> QuerySet[AllocationLot]:
    """Lots that a plan gives out of, next expiry first."""
    rows = AllocationLot.objects.filter(plan_id=plan_id).select_related("lot", "product", "giver")
    return rows.order_by("giver__code", "product__code", "lot__expires_on", "lot_id")


def steps_of(plan_id: int) -> QuerySet[AllocationStep]:
    """Steps of a plan, in order."""
    return AllocationStep.objects.filter(plan_id=plan_id).order_by("number")


def orders_of(plan_id: int) -> list[int]:
    """Ids of the orders that its latest approval made."""
    approved = steps_of(plan_id).filter(verb=AllocationVerb.APPROVE).last()
    return list(approved.details.get("orders", ())) if approved else []


def revocation_of(plan_id: int) -> tuple[list[int], list[int]]:
    """Orders that the latest revocation found, and those of them of which something had been sent and stays."""
    revoked = steps_of(plan_id).filter(verb=AllocationVerb.REVOKE).last()
    details = revoked.details if revoked else {}
    return list(details.get("orders", ())), list(details.get("sent", ()))


def open_plan_of(giver_ids: Iterable[int]) -> AllocationPlan | None:
    """A plan of one of these stores that is neither approved nor revoked."""
    found = AllocationPlan.objects.filter(lines__giver__in=list(giver_ids), state__in=OPEN)
    return found.select_related("area").order_by("pk").first()


def worked_on(actor: Actor, one: AllocationPlan) -> bool:
    """Whether the person drew the plan, changed a line or took a step of those who work on it."""
    me = actor.user_id
    if me is None or one.drawn_by == me:
        return one.drawn_by == me
    own = AllocationStep.objects.filter(plan=one, actor_id=me, verb__in=WORKING)
    return own.exists() or AllocationLine.objects.filter(plan=one, changed_by=me).exists()


def plans_of(actor: Actor) -> QuerySet[AllocationPlan]:
    """Plans that the actor, as an officer of their areas, works on or decides on."""
    return AllocationPlan.objects.filter(permissions.areas_in_sight(actor, "area__path", permissions.PLAN))


def to_decide(actor: Actor) -> QuerySet[AllocationPlan]:
    """Plans that wait for this person's decision: sent in, and not `worked_on` by them."""
    me = actor.user_id
    sent = AllocationStep.objects.filter(plan=OuterRef("pk"), actor_id=me, verb__in=WORKING)
    changed = AllocationLine.objects.filter(plan=OuterRef("pk"), changed_by=me)
    waiting = plans_of(actor).filter(~Exists(sent), ~Exists(changed), state=AllocationState.SUBMITTED)
    return waiting.exclude(drawn_by=me)


def settings_of(one: AllocationPlan) -> Settings:
    """What the planner set."""
    return Settings(
        horizon_months=months(one.horizon_months),
        floor_months=months(one.floor_months),
        area_floor_months=months(one.area_floor_months) or Fraction(0),
        supply_percent=one.supply_percent,
    )


@lru_cache(maxsize=8192)
def months(text: str) -> Fraction | None:
    """Kept months; None where nothing is kept."""
    return Fraction(text) if text else None


def facts_of(one: AllocationLine) -> PlaceFacts:
    """What a line was worked out from, apart from the months of its forecast."""
    return PlaceFacts(
        giver=one.giver_id,
        place=one.facility_id,
        product=one.product_id,
        area=one.area_id,
        pack=one.pieces_per_pack,
        per_month=months(one.per_month),
        stock=one.stock,
        coming=one.coming,
        norm_months=months(one.norm_months) or Fraction(0),
        emergency_months=months(one.emergency_months) or Fraction(0),
        next_months=months(one.next_months) or Fraction(0),
        least=one.least,
        most=one.most,
    )


def whole_facts_of(one: AllocationLine) -> PlaceFacts:
    """The same with the months of its forecast."""
    return replace(facts_of(one), ahead=tuple(MonthAhead(mean, tuple(quantiles)) for mean, *quantiles in one.ahead))


def is_changed(one: AllocationLine) -> bool:
    """Whether a planner decided another quantity than proposed."""
    return one.pieces != one.proposed


def there(rows: Iterable[AllocationLot]) -> list[LotThere]:
    """Kept lots as the rules take them."""
    return [LotThere(row.lot_id, row.giver_id, row.product_id, row.pieces, Fraction(row.months)) for row in rows]


def given(rows: Iterable[AllocationLine]) -> list[Given]:
    """What the lines decide."""
    return [Given(facts_of(row), row.pieces) for row in rows]


def given_in_all(plan_id: int) -> dict[tuple[int, int], tuple[int, int]]:
    """Pieces that are given in all, and pieces of a pack, by giver and product."""
    rows = AllocationLine.objects.filter(plan_id=plan_id).values_list("giver_id", "product_id").order_by()
    return {
        (giver, product): (int(total), pack)
        for giver, product, total, pack in rows.annotate(Sum("pieces"), Min("pieces_per_pack"))
    }


def products_of(plan_id: int) -> list[Any]:
    """The products that a plan gives out."""
    ids = AllocationLine.objects.filter(plan_id=plan_id).order_by().values_list("product_id", flat=True).distinct()
    return list(catalogue.products().filter(pk__in=ids))


def givers_of(one: AllocationPlan) -> list[Any]:
    """The stores that the plan gives out of."""
    ids = AllocationLine.objects.filter(plan=one).values("giver_id").distinct()
    return list(directory.all_facilities().filter(pk__in=ids).order_by("code"))
