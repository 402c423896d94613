"""Say what is wrong with a machine."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhixuan.modules.machines import permissions
from zhixuan.modules.machines.models import Fault, Machine
from zhixuan.modules.machines.operations import _throttle
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.rules.machines import faults as rules
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared import audit
from zhixuan.shared.access import Actor, the_one
from zhixuan.shared.once import conflict

AN_ADDRESS_AN_HOUR_MAX = 6
OPEN_AT_A_MACHINE_MAX = 50


@transaction.atomic
def report_fault(
    *,
    machine_id: int,
    what: str,
    slot_number: int | None,
    actor: Actor,
    command_id: UUID,
    at: datetime,
    address: str = "",
) -> Fault:
    """Note a fault; the same command again answers the same.

    Whoever reports without signing in leaves nothing: not the address (only a keyed digest of it and of the hour, gone
    with the hour), no words, and of the time the hour.

    Args:
        address: network address of somebody who is not signed in; empty for staff.

    Raises:
        Refused: the command came with another fault; not a fault of the list, no such slot, too many from
            there within the hour.
        Unknown, Forbidden: no such machine; staff see permissions.
    """
    public = actor.user_id is None and not actor.grants
    machine = the_one(Machine.objects.select_related("facility").filter(pk=machine_id))
    if not public:
        permissions.require(actor, permissions.VIEW, places_of(machine_id))
    if found := Fault.objects.filter(command_id=command_id).first():
        if (found.machine_id, found.what, found.slot_number) != (machine_id, what, slot_number):
            raise conflict()
        return found
    rules.check(what, slot_number, slots=frozenset(machine.slots.filter(until=None).values_list("number", flat=True)))
    if public and not _throttle.passes("fault", address, most=AN_ADDRESS_AN_HOUR_MAX, at=at):
        raise Refused(N_("Thank you, several faults were already reported from here. Please call the telephone above."))
    if public and machine.faults.filter(settled_at=None).count() >= OPEN_AT_A_MACHINE_MAX:
        raise Refused(N_("We know that this machine needs care. Please call the telephone above."))
    fault = Fault.objects.create(
        command_id=command_id,
        machine=machine,
        what=what,
        slot_number=slot_number,
        by_public=public,
        reported_at=at.replace(minute=0, second=0, microsecond=0) if public else at,
    )
    if not public:
        area_path = machine.facility.area_path
        audit.record(actor, "report_fault", "machines.fault", fault.pk, area_path, {"what": what}, at)
    return fault
