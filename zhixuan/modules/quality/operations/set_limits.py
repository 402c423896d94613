"""Give a facility's store limits of its own."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import transaction

from zhixuan.modules.quality import permissions
from zhixuan.modules.quality.models import FacilityLimits
from zhixuan.modules.quality.operations.record_readings import find_excursions
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.rules.quality import storage as rules
from zhixuan.rules.quality.storage import Limits
from zhixuan.shared import audit
from zhixuan.shared.access import Actor


@transaction.atomic
def set_limits(*, facility_id: int, limits: Limits, actor: Actor, at: datetime) -> None:
    """Set the limits of temperature and humidity of a store; excursions are worked out afresh by them.

    Raises:
        Refused: everything that is wrong, at once.
        Unknown, Forbidden: see permissions.
    """
    places = places_of(facility_id)
    permissions.require(actor, permissions.SET_LIMITS, places)
    rules.check_limits(limits)

    bounds = {
        "temperature_least": limits.temperature_least,
        "temperature_most": limits.temperature_most,
        "humidity_least": limits.humidity_least,
        "humidity_most": limits.humidity_most,
    }
    FacilityLimits.objects.update_or_create(
        facility_id=facility_id,
        defaults={**bounds, "source": limits.source.strip(), "by_name": actor.name[:150], "set_at": at},
    )
    find_excursions(facility_id, since=datetime(2000, 1, 3, tzinfo=UTC))
    details = {name: str(value) for name, value in bounds.items() if value is not None}
    audit.record(actor, "set_limits", "directory.facility", facility_id, places.area_path, details, at)
