"""Which role may import, and who sees what an import found."""

from __future__ import annotations

from typing import Protocol

from zhixuan.modules.stock import permissions as stock
from zhixuan.shared.access import Actor, Forbidden, Role

IMPORT = stock.IMPORT_CARDS
VIEW_FINDINGS = stock.VIEW
VIEW_RUNS = frozenset(
    {Role.TOWNSHIP_OFFICER, Role.STATION_OFFICER, Role.STATISTICIAN, Role.AUDITOR, Role.ADMINISTRATOR}
)


class Run(Protocol):
    """An import, as far as permission is concerned."""

    @property
    def started_by(self) -> int | None: ...
    @property
    def area_path(self) -> str: ...


def may_work_on(actor: Actor, run: Run) -> bool:
    """Whoever started it, while they may import at all, or who may import for its whole area."""
    if not actor.has(IMPORT):
        return False
    own = actor.user_id is not None and run.started_by == actor.user_id
    return own or bool(run.area_path and actor.may(IMPORT, area_path=run.area_path)) or _of_the_whole(actor)


def _of_the_whole(actor: Actor) -> bool:
    return actor.may(IMPORT, area_path="/")


def require_work_on(actor: Actor, run: Run) -> None:
    """Let the actor start or stop a run that is in sight, or say no.

    Raises:
        Forbidden: that is for others.
    """
    if not may_work_on(actor, run):
        raise Forbidden
