"""Which role may do which verb with stock, where."""

from __future__ import annotations

from typing import Protocol

from zhixuan.shared.access import Actor, Forbidden, Role, Unknown

VIEW = frozenset(
    {
        Role.DISPENSER,
        Role.CLINICIAN,
        Role.STOREKEEPER,
        Role.TOWNSHIP_OFFICER,
        Role.STATION_OFFICER,
        Role.INSTITUTION_LIAISON,
        Role.ASSESSOR,
        Role.AUDITOR,
        Role.ADMINISTRATOR,
    }
)
KEEP = frozenset({Role.DISPENSER, Role.STOREKEEPER, Role.TOWNSHIP_OFFICER, Role.STATION_OFFICER})
RECEIVE = SEND = RETURN = ADJUST = REVERSE = CLOSE_MONTH = POST_COUNT = KEEP
RECEIVE_TRANSFER = KEEP | {Role.INSTITUTION_LIAISON}
"""An institution counts what it is supplied with directly; the ledger knows no client anywhere."""
DISPENSE = KEEP | {Role.CLINICIAN}
REOPEN_MONTH = REVERSE_COUNT = frozenset({Role.TOWNSHIP_OFFICER, Role.STATION_OFFICER})
BLOCK_LOT = SET_NORMS = frozenset({Role.STATION_OFFICER})
IMPORT_CARDS = frozenset({Role.STATION_OFFICER, Role.ADMINISTRATOR})


class Somewhere(Protocol):
    """A facility, as far as permission is concerned."""

    @property
    def facility_id(self) -> int: ...
    @property
    def area_path(self) -> str: ...


def require(actor: Actor, roles: frozenset[Role], where: Somewhere) -> None:
    """Let the actor pass, or say no.

    Raises:
        Unknown: the facility is out of the actor's sight.
        Forbidden: it is in sight, but this verb is not the actor's there.
    """
    if actor.may(roles, area_path=where.area_path, facility_id=where.facility_id):
        return
    if actor.may(VIEW, area_path=where.area_path, facility_id=where.facility_id):
        raise Forbidden
    raise Unknown
