"""The rhythm of orders in force, and whose order is due."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from zhixuan.modules.directory import queries as directory
from zhixuan.modules.directory.queries import Facility
from zhixuan.modules.orders import permissions
from zhixuan.modules.orders.models import Order
from zhixuan.modules.orders.queries.orders import last_usual_order
from zhixuan.rules.orders import rhythm as rules
from zhixuan.rules.orders.rhythm import Due, Rhythm
from zhixuan.rules.stock.norms import FacilityLevel
from zhixuan.shared import definitions
from zhixuan.shared.access import Actor

RHYTHM_FILE = "orders/rhythm.toml"
NEVER_ORDERS = (Facility.Kind.VENDING_MACHINE,)
"""A machine is filled by the store that keeps it."""


@cache
def rhythms() -> Mapping[FacilityLevel, Rhythm]:
    return rules.read_rhythms(definitions.read(RHYTHM_FILE), file=RHYTHM_FILE)


def rhythm_of(level: str) -> Rhythm:
    """The rhythm of a level; levels without one of their own follow the outlets'."""
    known = FacilityLevel(level) if level in set(FacilityLevel) else FacilityLevel.VILLAGE
    return rhythms().get(known) or rhythms()[FacilityLevel.VILLAGE]


def days_late(level: str, sent_on: date, today: date) -> int:
    """Days beyond the expected time on the way to a place of that level."""
    return rules.days_overdue(rhythm_of(level), sent_on=sent_on, today=today)


@dataclass(frozen=True, slots=True)
class DueOrder:
    """A place and when its next usual order is due; `last` is the one before."""

    facility: Facility
    due: Due
    last: Order | None


def due_orders(actor: Actor, *, today: date) -> list[DueOrder]:
    """Places where the actor may ask, the most overdue first."""
    return due_of(directory.facilities_for(actor, permissions.ASK).filter(directory.open_on(today)), today=today)


def due_of(facilities: Iterable[Facility], *, today: date) -> list[DueOrder]:
    """When the next usual order of each place is due; places that nobody feeds owe none."""
    asking = [one for one in facilities if one.supplied_by_id and one.kind not in NEVER_ORDERS]
    last = last_usual_order([one.pk for one in asking])
    found = []
    for one in asking:
        order = last.get(one.pk)
        asked_on = order.submitted_on if order else None
        due = rules.next_due(rhythm_of(one.level), today=today, last_asked_on=asked_on, since=one.valid_from)
        found.append(DueOrder(one, due, order))
    return sorted(found, key=lambda one: (one.due.on, one.facility.code))
