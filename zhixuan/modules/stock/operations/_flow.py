"""The ledger's door: where two people are needed, no slip is written that two people have not seen."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from zhixuan.modules.stock.operations import _loading
from zhixuan.modules.stock.queries import flow
from zhixuan.modules.stock.queries.places import FacilityPlaces
from zhixuan.rules.stock.flow import Checked, Deed, check_people


def check(places: FacilityPlaces, deed: Deed, checked: Checked | None, at: datetime) -> dict[str, Any]:
    """What is kept of it with the event: nothing where no document was drawn.

    Raises:
        Refused: two people are needed, and no document of two people is there.
    """
    check_people(deed, two_needed=flow.two_needed(places, deed, on=_loading.day_of(at)), checked=checked)
    return {"checked": checked.as_details()} if checked is not None else {}
