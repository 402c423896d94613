"""Demand plans in sight, their lines and steps, and the sums over areas."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import Count, F, Q, QuerySet, Sum

from zhixuan.modules.planning import permissions
from zhixuan.modules.planning.models import DemandLine, DemandPlan, DemandStep
from zhixuan.rules.planning.demand import Method, Terms, is_unlike_use
from zhixuan.rules.planning.lines import is_unlike
from zhixuan.rules.planning.needs import Basis, need_of
from zhixuan.rules.planning.steps import State
from zhixuan.shared.access import Actor, the_one

__all__ = ["DemandLine", "DemandPlan", "DemandStep"]


def plans_for(actor: Actor) -> QuerySet[DemandPlan]:
    """Plans of the areas in sight, latest year first, with lines in all and lines changed by hand."""
    changed = Count("lines", filter=~Q(lines__pieces=F("lines__proposed")))
    found = DemandPlan.objects.filter(permissions.areas_in_sight(actor, "area__path")).select_related("area")
    return found.annotate(lines_in_all=Count("lines"), changed=changed).order_by("-year", "area__path")


def plan(actor: Actor, plan_id: int) -> DemandPlan:
    """One plan.

    Raises:
        Unknown: none such in sight.
    """
    in_sight = permissions.areas_in_sight(actor, "area__path")
    return the_one(DemandPlan.objects.filter(in_sight, pk=plan_id).select_related("area"))


def lines_of(plan_id: int) -> QuerySet[DemandLine]:
    """Lines of a plan by place and product."""
    rows = DemandLine.objects.filter(plan_id=plan_id).select_related("facility", "product__method")
    return rows.order_by("facility__area_path", "facility__code", "product__method__position", "product__code")


def line(plan_id: int, line_id: int) -> DemandLine:
    """One line of a plan.

    Raises:
        Unknown: the plan has no such line.
    """
    return the_one(lines_of(plan_id).filter(pk=line_id))


def bare_lines(plan_id: int) -> QuerySet[DemandLine]:
    """Lines of a plan without names, for the operations."""
    return DemandLine.objects.filter(plan_id=plan_id).order_by("pk")


class Known(NamedTuple):
    """Columns of a line that its need stands on, as they are kept."""

    own_use: str
    use_known: bool
    users: int | None
    quota: str
    forecast_need: str
    method: str


exact = lru_cache(maxsize=8192)(Fraction)
"""The same texts come again and again: quotas, norms, and what a place uses is mostly what passes through it."""


def basis_of(one: DemandLine | Known) -> Basis:
    """What the need of a line can be told from."""
    return Basis(
        own_use=exact(one.own_use) if one.use_known else None,
        users=one.users,
        quota=exact(one.quota) if one.quota else None,
        forecast=exact(one.forecast_need) if one.forecast_need else None,
    )


def need_known(known: Known) -> Fraction:
    """The need that stands, of a line that was not read whole."""
    return need_of(basis_of(known), Method(known.method))


def terms_of(one: DemandLine) -> Terms:
    """The terms of a line as they were on the day of drafting, with the need that stands."""
    known = Known(one.own_use, one.use_known, one.users, one.quota, one.forecast_need, one.method)
    return _terms(known, one.norm_months, one.passed, one.stock, one.on_the_way, one.pieces_per_pack)


@lru_cache(maxsize=1024)
def _terms(known: Known, months: str, passed: str, stock: int, on_the_way: int, pack: int) -> Terms:
    """Asked for several times a line by those who show it."""
    return Terms(need_known(known), exact(months), exact(passed), stock, on_the_way, pack)


def is_to_explain(one: DemandLine) -> bool:
    """Whether the 20 % rule asks for an explanation of a line."""
    terms = terms_of(one)
    if one.method != Method.CONSUMPTION and one.use_known and is_unlike_use(terms.need, Fraction(one.own_use)):
        return True
    return is_unlike(one.pieces, terms, Fraction(one.own_use))


def steps_of(plan_id: int) -> QuerySet[DemandStep]:
    """Steps of a plan, in order."""
    return DemandStep.objects.filter(plan_id=plan_id).order_by("number")


def sums_for(actor: Actor) -> QuerySet[DemandLine, dict[str, Any]]:
    """For each year and product the pieces of all plans in sight, and of those approved: the sum of the parts."""
    names = {
        "year": F("plan__year"),
        "product_code": F("product__code"),
        "product_zh": F("product__name_zh"),
        "product_en": F("product__name_en"),
        "piece_zh": F("product__piece_zh"),
        "piece_en": F("product__piece_en"),
        "position": F("product__method__position"),
    }
    rows = DemandLine.objects.filter(permissions.areas_in_sight(actor, "plan__area__path")).values(
        "product_id", **names
    )
    approved = Sum("pieces", filter=Q(plan__state=State.APPROVED), default=0)
    sums: QuerySet[DemandLine, Any] = rows.annotate(
        proposed_in_all=Sum("proposed"), planned=Sum("pieces"), approved=approved
    )
    return sums.order_by("-year", "position", "product_code")


def wrote_in(actor: Actor, one: DemandPlan) -> bool:
    """Whether the person drew the plan up, changed a line or sent it in."""
    me = actor.user_id
    if me is None or one.drawn_by == me:
        return one.drawn_by == me
    sent = DemandStep.objects.filter(plan=one, actor_id=me, verb="submit")
    return sent.exists() or DemandLine.objects.filter(plan=one, changed_by=me).exists()
