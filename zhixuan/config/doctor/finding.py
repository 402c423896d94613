"""One thing the doctor looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """`WARN` works but should not stay so; `FAIL` can lose data or let strangers in."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, what was seen, and what to do about it (empty when it is well)."""

    name: str
    state: State
    seen: str
    advice: str = ""


Look = Callable[[], Iterator[Finding]]


def judged(name: str, seen: str, *, good: bool, advice: str, otherwise: State = State.FAIL) -> Finding:
    """Well, or `otherwise` with its advice."""
    return Finding(name, State.OK, seen) if good else Finding(name, otherwise, seen, advice)
