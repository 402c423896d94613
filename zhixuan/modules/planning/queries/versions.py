"""The versions of a plan that were sent in, and two of them line by line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zhixuan.modules.planning.models import DemandLine, DemandStep
from zhixuan.modules.planning.queries.fulfilment import lines_with_names
from zhixuan.rules.planning.steps import Verb


@dataclass(frozen=True, slots=True)
class Version:
    """As sent in. `answer`: the step that the level above took on it, if any."""

    number: int
    sent: DemandStep
    answer: DemandStep | None


@dataclass(frozen=True, slots=True)
class Pair:
    """A line in two versions; None where a version does not have it."""

    line: DemandLine
    before: int | None
    after: int | None

    @property
    def change(self) -> int:
        return (self.after or 0) - (self.before or 0)


def versions_of(plan_id: int) -> list[Version]:
    """Earliest first, numbered from 1."""
    steps = list(DemandStep.objects.filter(plan_id=plan_id).order_by("number"))
    found: list[Version] = []
    for place, step in enumerate(steps):
        if step.verb == Verb.SUBMIT:
            answer = steps[place + 1] if place + 1 < len(steps) else None
            found.append(Version(len(found) + 1, step, answer))
    return found


def compared(plan_id: int, before: Version, after: Version) -> Sequence[Pair]:
    """Lines that differ first, then by place and product."""
    old, new = before.sent.quantities, after.sent.quantities
    pairs = [Pair(one, old.get(str(one.pk)), new.get(str(one.pk))) for one in lines_with_names(plan_id)]
    return sorted(pairs, key=lambda pair: pair.before == pair.after)
