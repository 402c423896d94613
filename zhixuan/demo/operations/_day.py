"""Private: what the people of the demo county are in the middle of, on top of its history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from zhixuan.demo.operations import _allocations, _counts, _machines
from zhixuan.demo.operations._orders import Askers, place_orders, settle_old_differences
from zhixuan.demo.operations._papers import Desk, draw_papers
from zhixuan.demo.operations._planning import plan_ahead
from zhixuan.demo.operations._quality import look_after_stock
from zhixuan.modules.accounts import queries as accounts
from zhixuan.modules.directory.queries import Facility
from zhixuan.shared.access import Actor


@dataclass(frozen=True, slots=True)
class Day:
    """Who is there today, and where.

    Args:
        keepers: by facility code.
        station: the officer of the county station.
        program: who may lay out anything.
    """

    desk: Desk
    facilities: Mapping[str, Facility]
    keepers: Mapping[str, Actor]
    station: Actor
    program: Actor
    today: date
    now: datetime


def begin_the_day(day: Day) -> None:
    """Counts, inspections, recalls, documents, orders, machines, plans: some done, some half done, some late."""
    _counts.add_counts(day.facilities, day.keepers, day.station, day.now)
    look_after_stock(day.facilities, day.keepers, day.station, today=day.today, now=day.now)
    # In the order of their days: whoever enters something is taken to enter it now.
    settle_old_differences(day.desk, day.program, day.today)
    place_orders(_askers(day), day.today)
    draw_papers(day.desk, day.today)
    _machines.add_machines(day.facilities, actor=day.program, now=day.now)
    plan_ahead(day.station, day.program, today=day.today, now=day.now)
    _allocations.add_allocation(day.facilities, day.station, today=day.today, now=day.now)


def _askers(day: Day) -> Askers:
    """The keepers ask; the township's officer and the liaison of the mill have accounts of their own."""
    found = [accounts.person_by_name(name) for name in ("demo-township", "demo-liaison")]
    township, liaison = (accounts.actor_of(user, on=day.today) for user in found if user is not None)
    return Askers(day.desk, day.keepers, township, liaison)
