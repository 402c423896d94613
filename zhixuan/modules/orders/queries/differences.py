"""Differences on arrival: cases from the ledger, and what was said about them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from zhixuan.modules.orders import permissions
from zhixuan.modules.orders.models import DifferenceStep
from zhixuan.modules.orders.queries.orders import person
from zhixuan.modules.stock.queries import travels
from zhixuan.rules.orders.differences import (
    CLOSED,
    TRANSITIONS,
    CaseSide,
    CaseState,
    CaseStep,
    CaseVerb,
    case_state,
)
from zhixuan.shared.access import Actor

CLOSING_VERBS = tuple({verb.value for (_state, verb), after in TRANSITIONS.items() if after in CLOSED})
OPENING_VERBS = tuple({verb.value for (_state, verb), after in TRANSITIONS.items() if after not in CLOSED})


@dataclass(frozen=True, slots=True)
class Case:
    """An arrival with a difference. `arrival` is its slip; `steps` what was said, earliest first."""

    arrival: Any
    steps: list[DifferenceStep]

    @property
    def state(self) -> CaseState:
        return case_state(as_steps(self.steps))

    @property
    def open(self) -> bool:
        return self.state not in CLOSED

    @property
    def counted_by(self) -> str:
        return person(self.arrival.actor_id, self.arrival.actor_name)

    def age_days(self, today: date) -> int:
        return int((today - self.arrival.on).days)

    @property
    def sender(self) -> Any:
        return self.arrival.other_place.facility

    @property
    def receiver(self) -> Any:
        return self.arrival.place.facility

    def sides(self, actor: Actor) -> frozenset[CaseSide]:
        return permissions.case_sides_of(
            actor,
            sender=(self.sender.area_path, self.sender.pk),
            receiver=(self.receiver.area_path, self.receiver.pk),
        )


def as_steps(rows: Iterable[DifferenceStep]) -> list[CaseStep]:
    return [CaseStep(CaseVerb(row.verb), person(row.actor_id, row.actor_name)) for row in rows]


def arrivals(actor: Actor, *, still_open: bool | None = None) -> QuerySet[Any]:
    """Arrivals with a difference in sight; open, closed, or all of them (None)."""
    last = DifferenceStep.objects.filter(arrival=OuterRef("pk")).order_by("-number")
    found = travels.differing_arrivals(actor).annotate(last_word=Subquery(last.values("verb")[:1]))
    if still_open is None:
        return found
    closed = found.filter(last_word__in=CLOSING_VERBS)
    return found.exclude(pk__in=closed.values("pk")) if still_open else closed


def cases(found: Iterable[Any]) -> list[Case]:
    """Arrivals with what was said about each; one query for all."""
    listed = list(found)
    said: dict[int, list[DifferenceStep]] = defaultdict(list)
    for row in DifferenceStep.objects.filter(arrival__in=[one.pk for one in listed]).order_by("number"):
        said[row.arrival_id].append(row)
    return [Case(one, said[one.pk]) for one in listed]


def case(actor: Actor, arrival_id: int) -> Case:
    """One case.

    Raises:
        Unknown: no such arrival with a difference in sight.
    """
    return cases([travels.differing_arrival(actor, arrival_id)])[0]


def open_count(actor: Actor) -> int:
    return arrivals(actor, still_open=True).count()


def states_of(arrival_ids: list[int]) -> dict[int, CaseState]:
    """The state of cases by arrival; the caller has seen the arrivals."""
    said: dict[int, list[DifferenceStep]] = {pk: [] for pk in arrival_ids}
    for row in DifferenceStep.objects.filter(arrival__in=arrival_ids).order_by("number"):
        said[row.arrival_id].append(row)
    return {pk: case_state(as_steps(rows)) for pk, rows in said.items()}
