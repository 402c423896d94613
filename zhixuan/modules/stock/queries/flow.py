"""How many people a posting needs at a facility, as `definitions/documents/flow.toml` says."""

from __future__ import annotations

from datetime import date
from functools import cache

from zhixuan.modules.accounts import queries as accounts
from zhixuan.modules.directory.queries import Facility
from zhixuan.modules.stock.permissions import KEEP
from zhixuan.modules.stock.queries.places import FacilityPlaces
from zhixuan.rules.stock.flow import Deed, Flow, People, read_flow
from zhixuan.shared import definitions

FLOW_FILE = "documents/flow.toml"


@cache
def flow() -> Flow:
    """The flow in force, from the definitions of the package."""
    return read_flow(definitions.read(FLOW_FILE), file=FLOW_FILE)


def two_needed(places: FacilityPlaces, deed: Deed, *, on: date) -> bool:
    """Whether one person must draw and another check. Asks who keeps the store only where that decides."""
    return _two_needed(places.kind, (places.facility_id, places.area_path), deed, on)


def two_needed_at(facility: Facility, deed: Deed, *, on: date) -> bool:
    """The same for a facility as the directory knows it: lists that show many need no query for its places."""
    return _two_needed(facility.kind, (facility.pk, facility.area_path), deed, on)


def _two_needed(kind: str, where: tuple[int, str], deed: Deed, on: date) -> bool:
    needed = flow().needed(kind, deed)
    if needed is People.TWO_IF_TWO_KEEPERS:
        facility_id, area_path = where
        return accounts.keepers_at(facility_id, area_path, KEEP, on=on) >= 2
    return needed is People.TWO
