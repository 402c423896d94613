"""The versions of a plan that were sent in, and two of them line by line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from zhixuan.modules.planning.models import DemandLine, DemandStep
from zhixuan.modules.planning.queries.named_lines import named_lines
from zhixuan.rules.planning.steps import Verb


@dataclass(frozen=True, slots=True)
class Version:
    """As sent in. `answer`: the step that the level above took on it, if any."""

    number: int
    sent: DemandStep
    answer: DemandStep | None


@dataclass(frozen=True, slots=True)
class Pair:
    """A line in two versions; None where a version does not have it. `line`: as it is now, once it was asked for."""

    plan_id: int
    line_id: int
    facility: Any
    product: Any
    before: int | None
    after: int | None
    line: DemandLine | None = None

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
    pairs = []
    for one in named_lines(plan_id):
        key = str(one.pk)
        pairs.append(Pair(plan_id, one.pk, one.facility, one.product, old.get(key), new.get(key)))
    return sorted(pairs, key=lambda pair: pair.before == pair.after)


def with_lines(pairs: Sequence[Pair]) -> list[Pair]:
    """The same pairs with the lines as they are now."""
    lines = DemandLine.objects.in_bulk([pair.line_id for pair in pairs])
    return [replace(pair, line=lines[pair.line_id]) for pair in pairs]
