"""Which role may import, and who sees what an import found."""

from __future__ import annotations

from zhixuan.modules.stock import permissions as stock
from zhixuan.shared.access import Actor, Forbidden, Role, Unknown

IMPORT = stock.IMPORT_CARDS
VIEW_FINDINGS = stock.VIEW | {Role.STATISTICIAN}
VIEW_RUNS = frozenset(
    {Role.TOWNSHIP_OFFICER, Role.STATION_OFFICER, Role.STATISTICIAN, Role.AUDITOR, Role.ADMINISTRATOR}
)


def require_import(actor: Actor, area_path: str) -> None:
    """Let the actor pass who may import for a whole area, or say no.

    Raises:
        Unknown: the area is out of the actor's sight.
        Forbidden: it is in sight, but importing is not the actor's there.
    """
    if actor.may(IMPORT, area_path=area_path):
        return
    raise Forbidden if actor.may(VIEW_RUNS, area_path=area_path) else Unknown
