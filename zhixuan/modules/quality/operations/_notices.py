"""What answering a notice loads before it decides."""

from __future__ import annotations

from zhixuan.modules.quality import permissions
from zhixuan.modules.quality.models import Notice
from zhixuan.modules.stock.queries.places import FacilityPlaces, places_of
from zhixuan.shared.access import Actor, the_one


def locked(notice_id: int, actor: Actor) -> tuple[Notice, FacilityPlaces]:
    """A notice, locked until the transaction ends.

    Raises:
        Unknown: there is none, or its facility is out of sight.
        Forbidden: answering is not the actor's there.
    """
    notice = the_one(Notice.objects.select_for_update(of=("self",)).select_related("recall").filter(pk=notice_id))
    places = places_of(notice.facility_id)
    permissions.require(actor, permissions.ANSWER_NOTICE, places)
    return notice, places
