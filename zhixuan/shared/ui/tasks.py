"""Things that wait for a person, as home and the desks list them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that waits: how many, in words, where it is dealt with, and how urgent it is (the colour)."""

    count: int
    text: str
    href: str
    icon: str
    colour: str


URGENCY = ("red", "orange", "yellow", "azure", "purple")


def most_urgent_first(tasks: Iterable[Task]) -> list[Task]:
    """What there is anything of; of equal urgency in the order given."""
    return sorted((task for task in tasks if task.count), key=lambda task: URGENCY.index(task.colour))
