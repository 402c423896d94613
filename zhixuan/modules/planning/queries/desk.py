"""What waits for a planner, counted afresh each time, and how the places stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from zhixuan.modules.directory import queries as directory
from zhixuan.modules.orders.queries import orders
from zhixuan.modules.planning import permissions
from zhixuan.modules.planning.queries import allocation_plans, forecasts, plans
from zhixuan.modules.planning.queries.plans import DemandPlan
from zhixuan.modules.stock.queries import expiry, on_hand
from zhixuan.rules.planning.allocation_steps import AllocationState
from zhixuan.rules.planning.calendar import Season, seasons
from zhixuan.rules.planning.steps import State
from zhixuan.rules.stock.short_dated import Band
from zhixuan.shared import definitions
from zhixuan.shared.access import Actor

CALENDAR_FILE = "planning/calendar.toml"
SOON = (Band.WITHIN_30, Band.WITHIN_90, Band.WITHIN_180)
DRAWING_LEVEL = directory.Area.Level.TOWNSHIP
Cells = Mapping[tuple[int, int], dict[str, Any]]
"""Rows of `on_hand.with_levels` by (facility id, product id)."""


@dataclass(slots=True)
class Waiting:
    """Counts of what waits.

    Args:
        to_draw: townships of the actor without a plan for next year.
        expiring: lots that will not be used before they expire within half a year, by their store's use.
    """

    to_draw: int = 0
    to_send_in: int = 0
    returned: int = 0
    to_decide: int = 0
    allocations_to_send_in: int = 0
    allocations_returned: int = 0
    allocations_to_decide: int = 0
    orders: int = 0
    expiring: int = 0
    wrong_forecasts: int = 0
    statuses: Counter[str] = field(default_factory=Counter)


def plans_waiting(actor: Actor, *, today: date) -> Waiting:
    """What waits for the actor of plans alone: those of this year's season, and allocation plans."""
    found = Waiting()
    _plans(found, actor, today.year + 1)
    _allocations(found, actor)
    return found


def waiting(actor: Actor, *, today: date) -> Waiting:
    """Everything that waits for the actor, of the plans of this year's season above all."""
    found = plans_waiting(actor, today=today)
    found.orders = orders.waiting_for_answer(actor).count()
    found.wrong_forecasts = forecasts.current_lines(actor).filter(forecasts.gone_wrong()).count()
    found.statuses = Counter(
        row["status"] for row in on_hand.with_levels(on_hand.by_facility(actor, today=today), today=today)
    )
    found.expiring = _expiring(actor, today)
    return found


def _plans(found: Waiting, actor: Actor, year: int) -> None:
    there = list(plans.plans_for(actor).filter(year=year))
    mine = [one for one in there if actor.may(permissions.PLAN, area_path=one.area.path)]
    found.to_send_in = sum(one.state == State.DRAWN for one in mine)
    found.returned = sum(one.state == State.RETURNED for one in mine)
    found.to_decide = sum(_is_mine_to_decide(actor, one) for one in there)
    townships = directory.areas_for(actor, permissions.PLAN).filter(level=DRAWING_LEVEL)
    found.to_draw = townships.exclude(pk__in=[one.area_id for one in there]).count()


def _allocations(found: Waiting, actor: Actor) -> None:
    states = Counter(allocation_plans.plans_of(actor).values_list("state", flat=True))
    found.allocations_to_send_in = states[AllocationState.DRAWN]
    found.allocations_returned = states[AllocationState.RETURNED]
    found.allocations_to_decide = allocation_plans.to_decide(actor).count()


def _is_mine_to_decide(actor: Actor, one: DemandPlan) -> bool:
    return (
        one.state == State.SUBMITTED and permissions.is_above(actor, one.area.path) and not plans.wrote_in(actor, one)
    )


def _expiring(actor: Actor, today: date) -> int:
    rows = [row for band in SOON for row in expiry.in_band(expiry.shelved(actor), band, today=today)]
    return sum(bool(risk.at_risk) for risk in expiry.risks(actor, rows, today=today).values())


def calendar(plan_year: int) -> dict[str, Season]:
    """The days for drawing up and deciding on the plans of a year."""
    return seasons(definitions.read(CALENDAR_FILE)["steps"], plan_year)


def cells(facility_ids: Collection[int], *, today: date) -> Cells:
    """How each product stands at these facilities, for whoever sees them."""
    rows = on_hand.with_levels(on_hand.of_facilities(facility_ids, today=today), today=today)
    return {(row["facility_id"], row["product_id"]): row for row in rows}
