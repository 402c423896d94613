"""A fault was looked after."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhixuan.modules.machines import permissions
from zhixuan.modules.machines.models import Fault
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.shared import audit
from zhixuan.shared.access import Actor, the_one


@transaction.atomic
def settle_fault(*, fault_id: int, note: str, actor: Actor, at: datetime) -> Fault:
    """Note that a fault is settled, by whom and how; repeating changes nothing.

    Raises:
        Unknown, Forbidden: see permissions.
    """
    fault = the_one(Fault.objects.select_for_update().filter(pk=fault_id))
    places = places_of(fault.machine_id)
    permissions.require(actor, permissions.SETTLE, places)
    if fault.settled_at is None:
        fault.settled_at, fault.settled_by, fault.note = at, actor.name[:150], note.strip()[:300]
        fault.save(update_fields=["settled_at", "settled_by", "note"])
        audit.record(actor, "settle_fault", "machines.fault", fault_id, places.area_path, {"what": fault.what}, at)
    return fault
