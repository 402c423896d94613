"""Policies tried on the past: what came of them, and the service level that holds for an area."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from zhixuan.modules.planning.models import PolicyRun, ServiceChoice
from zhixuan.modules.planning.queries.runs import runs_in_sight
from zhixuan.rules.directory.areas import ancestors
from zhixuan.rules.planning.service import USUAL_SERVICE
from zhixuan.shared.access import Actor

__all__ = ["PolicyRun", "ServiceChoice"]

OURS = "ours"
USUAL_COVER = 2  # a month until the goods come, a month until the next order


@dataclass(frozen=True, slots=True)
class TriedLine:
    """A policy at one setting: months at most, or of `ours` the service level.

    Args:
        stock: average, in months of demand. fill: share of pieces served, series counting the same. short: share of
            months of a product at a place in which something was lacking. expired: share of pieces received.
            deliveries: share of months in which goods came.
    """

    policy: str
    setting: float
    stock: float
    fill: float
    short: float
    expired: float
    deliveries: float


@dataclass(frozen=True, slots=True)
class Holding:
    """The service level that holds for an area and the months to be covered; `choice` None: nobody has chosen."""

    service: Decimal
    cover_months: int
    choice: ServiceChoice | None


def runs_for(actor: Actor) -> QuerySet[PolicyRun]:
    """Trials of the areas in sight, latest first."""
    return runs_in_sight(PolicyRun, actor)


def lines_of(run: PolicyRun) -> list[TriedLine]:
    """What came of each policy at each setting, in the order of the stored lines."""
    return [_line(one) for one in run.lines]


def ours_of(run: PolicyRun) -> list[TriedLine]:
    """Ours alone, by rising service level."""
    return sorted((one for one in lines_of(run) if one.policy == OURS), key=lambda one: one.setting)


def _line(one: dict[str, Any]) -> TriedLine:
    return TriedLine(
        policy=one["policy"],
        setting=float(one["setting"]),
        stock=float(one["stock_series"]),
        fill=float(one["fill_series"]),
        short=float(one["short_months"]),
        expired=float(one["expired"]),
        deliveries=float(one["deliveries"]),
    )


def choices_of(area_id: int) -> QuerySet[ServiceChoice]:
    """What an area has chosen, newest first."""
    return ServiceChoice.objects.filter(area_id=area_id).select_related("run", "area").order_by("-id")


def service_of(area_path: str) -> Holding:
    """The newest choice of the area itself, or of the nearest one above it; else the usual level."""
    rows = ServiceChoice.objects.filter(area__path__in=ancestors(area_path))
    found = rows.select_related("area", "run").order_by("-area__path", "-id").first()
    if found is None:
        return Holding(Decimal(str(USUAL_SERVICE)), USUAL_COVER, None)
    return Holding(found.service, found.run.lead + found.run.review, found)
