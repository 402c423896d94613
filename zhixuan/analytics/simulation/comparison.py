"""The trade-off between service and stock: each policy's course, its worth, and its place against AMC3 x max months."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from zhixuan.analytics.ordering.levels import SERVICE
from zhixuan.analytics.simulation.measures import Ratios, Worth, ratios, worth
from zhixuan.analytics.simulation.past import Past
from zhixuan.analytics.simulation.policies import average, ours
from zhixuan.analytics.simulation.replay import Levels, Terms, ordering, replay

WARM_UP: Final = 3
CURVE: Final = (1.0, 1.3, 1.6, 1.8, 2.0, 2.2, 2.4, 2.6, 2.8, 3.0, 3.3, 3.6, 4.0, 4.5, 5.0, 6.0, 7.0)
SERVICES: Final = (0.70, 0.75, 0.80, 0.85, 0.88, 0.90, 0.92, 0.95, 0.97)
SHOWN: Final = (2.0, 3.0, 4.0)
MINIMUM: Final = 0.5  # of the maximum, as most LMISs set it

Report = Callable[[int, int], None]


class Policy(StrEnum):
    """A way to order; each has one setting that is turned: months at most, or the service level."""

    AMC3 = "AMC3"
    AMC6 = "AMC6"
    MIN_MAX = "min/max"
    OURS = "ours"


@dataclass(frozen=True)
class Line:
    """A policy with its setting in the table."""

    policy: Policy
    setting: float
    worth: Worth
    ratios: Ratios

    @property
    def name(self) -> str:
        if self.policy is not Policy.OURS:
            return f"{self.policy} x {self.setting:g}"
        return "ours" if self.setting == SERVICE else f"ours {self.setting:.0%}"


def compare(past: Past, terms: Terms, report: Report = lambda done, total: None) -> list[Line]:
    """AMC3 and AMC6 x max months, min/max, and ours, scored after a warm-up of three months."""
    shown = (Policy.AMC3, Policy.AMC6, Policy.MIN_MAX)
    return _lines(past, terms, dict.fromkeys(shown, SHOWN) | {Policy.OURS: (SERVICE,)}, report)


def trade_off(past: Past, terms: Terms, report: Report = lambda done, total: None) -> list[Line]:
    """Each policy over all its settings: average stock against service, shortages, expiry and deliveries."""
    averages = (Policy.AMC3, Policy.AMC6, Policy.MIN_MAX)
    return _lines(past, terms, dict.fromkeys(averages, CURVE) | {Policy.OURS: SERVICES}, report)


def _lines(past: Past, terms: Terms, wanted: dict[Policy, Sequence[float]], report: Report) -> list[Line]:
    months = past.demand.shape[1]

    def scored(levels: Levels, minimum: float = 1.0) -> Worth:
        course = replay(past.demand, past.start, terms, ordering(levels, terms, minimum=minimum))
        return worth(course.after(min(WARM_UP, months - 1)), past.usual)

    mine = ours(past, terms, wanted[Policy.OURS])
    for month in range(months):
        if month % terms.review == 0:
            mine[0](month)
        report(month + 1, months)
    bases = {Policy.AMC3: (3, 1.0), Policy.AMC6: (6, 1.0), Policy.MIN_MAX: (3, MINIMUM)}
    found = {
        (policy, factor): scored(average(past, newest, factor), minimum)
        for policy, (newest, minimum) in bases.items()
        for factor in (CURVE if policy is Policy.AMC3 else wanted[policy])
    }
    found |= {(Policy.OURS, service): scored(levels) for service, levels in zip(wanted[Policy.OURS], mine, strict=True)}
    against = [found[Policy.AMC3, factor] for factor in CURVE]
    return [
        Line(policy, setting, found[policy, setting], ratios(found[policy, setting], against))
        for policy, settings in wanted.items()
        for setting in settings
    ]
