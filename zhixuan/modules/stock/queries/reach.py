"""To whom stock may be sent."""

from __future__ import annotations

from zhixuan.modules.directory import queries as directory
from zhixuan.modules.stock.permissions import VIEW
from zhixuan.modules.stock.queries.places import FacilityPlaces
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared.access import Actor


def out_of_reach() -> Refused:
    """The same words for a facility that is not there and one that is not to be sent to."""
    return Refused(
        N_("Choose a facility on your supply line, or one that you can see."), field="to_facility", code="out_of_reach"
    )


def check_reachable(actor: Actor, giver: FacilityPlaces, receiver: FacilityPlaces) -> None:
    """Stock goes along the supply line, down or up, to one that the same store feeds, or to one in the sender's sight.

    Raises:
        Refused: none of these.
    """
    if actor.may(VIEW, area_path=receiver.area_path, facility_id=receiver.facility_id):
        return
    ends = (giver.facility_id, receiver.facility_id)
    if not (directory.on_one_line(*ends) or directory.fed_by_the_same(*ends)):
        raise out_of_reach()
