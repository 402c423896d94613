"""Private: an allocation plan of the county station that waits to be approved."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from zhixuan.demo import county
from zhixuan.modules.directory.queries import Facility
from zhixuan.modules.planning.operations.change_allocation_line import change_allocation_line
from zhixuan.modules.planning.operations.draw_allocation import draw_allocation
from zhixuan.modules.planning.operations.rework_allocation import rework_allocation
from zhixuan.modules.planning.operations.take_allocation_step import take_allocation_step
from zhixuan.modules.planning.queries import allocation_plans
from zhixuan.rules.planning.allocation_steps import AllocationVerb
from zhixuan.rules.planning.place_facts import Settings
from zhixuan.shared.access import Actor

NAMESPACE = uuid.UUID("019ab000-0000-7000-8000-000000000007")
SHARE_PERCENT = 20
"""So much of what the county's store has is shared out, so that it is too little for all."""
PACKS_MORE = 3


def add_allocation(facilities: Mapping[str, Facility], station: Actor, *, today: date, now: datetime) -> None:
    """Somebody of the station draws it and gives one place more by hand; its officer is to decide on it."""
    planner = Actor(None, "站里计划员 planner", station.grants)
    said: dict[str, Any] = {"actor": planner, "at": now}
    store = facilities[county.COUNTY_STORE].pk
    settings = Settings(area_floor_months=Fraction(1, 2), supply_percent=SHARE_PERCENT)
    note = "新批次到货前先把现有的分下去"
    drawn = draw_allocation(
        giver_ids=[store], settings=settings, note=note, on=today, command_id=_id("draw", now), **said
    )
    short = [line for line in allocation_plans.lines_of(drawn.id) if line.pieces < line.asked]
    if short:
        line = short[0]
        more = line.pieces + PACKS_MORE * line.pieces_per_pack
        change_allocation_line(
            plan_id=drawn.id, line_id=line.pk, pieces=more, reason="下月乡里办庙会，外来人多", **said
        )
        rework_allocation(plan_id=drawn.id, on=today, command_id=_id("rework", now), **said)
    submit = {"plan_id": drawn.id, "verb": AllocationVerb.SUBMIT, "command_id": _id("submit", now)}
    take_allocation_step(**submit, **said)


def _id(step: str, now: datetime) -> uuid.UUID:
    return uuid.uuid5(NAMESPACE, f"{step} {now.isoformat()}")
