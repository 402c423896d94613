"""What the steps of a loss report load before they decide."""

from __future__ import annotations

from zhixuan.modules.quality import permissions
from zhixuan.modules.quality.models import LossReport
from zhixuan.modules.stock.queries.places import FacilityPlaces, places_of
from zhixuan.shared.access import Actor, Role, the_one


def locked(report_id: int, actor: Actor, roles: frozenset[Role]) -> tuple[LossReport, FacilityPlaces]:
    """A report, locked until the transaction ends.

    Raises:
        Unknown: there is none, or it is out of sight.
        Forbidden: this step is not the actor's there.
    """
    report = the_one(LossReport.objects.select_for_update().filter(pk=report_id))
    places = places_of(report.facility_id)
    permissions.require(actor, roles, places)
    return report, places
