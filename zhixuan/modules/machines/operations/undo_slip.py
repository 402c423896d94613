"""A slip of a machine was reversed: its slots follow, so that slots and ledger go on agreeing."""

from __future__ import annotations

import uuid

from django.db.models import F

from zhixuan.modules.directory.queries import Facility
from zhixuan.modules.machines.models import Machine, Record, Slot, VisitLine
from zhixuan.modules.machines.operations._undoing import Undoing, undoing
from zhixuan.modules.stock.operations.reverse_event import reverse_event
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared import audit
from zhixuan.shared.access import Forbidden, Unknown
from zhixuan.shared.events import SlipReversed
from zhixuan.shared.ui.naming import LocalizedName


def undo_slip(event: SlipReversed) -> None:
    """Told after a slip was reversed, in the same transaction; the machine is held (`refuse_reversal`).

    Vends go back to their slots and are marked as not having happened: told again they are known, and nothing posts
    them a second time. What was loaded leaves the slots and is in the store again at once, as it was sent and received
    in one visit. What was taken out is back in its slots.

    Raises:
        Refused: the packs came from a store where the actor may reverse nothing.
    """
    machine = Machine.objects.select_related("facility").filter(pk=event.facility_id).first()
    one = undoing(event.event_id, event.facility_id) if machine else None
    if machine is None or one is None:
        return

    _mark(one, event)
    for slot_id, pieces in sorted(one.back.items()):
        Slot.objects.filter(pk=slot_id).update(pieces=F("pieces") + pieces)
    for found_id in sorted({explanation.found_id for explanation in one.explanations}):
        _reverse_too(found_id, event)
    if one.sent and one.visit and one.visit.giver:
        _send_back(one.sent, one.visit.giver, event)
    details = {"slip": event.event_id, "reversal": event.reversal_id, "pieces": sum(one.back.values())}
    path = machine.facility.area_path
    audit.record(event.actor, "undo_slip", "machines.machine", machine.pk, path, details, event.at)


def _mark(one: Undoing, event: SlipReversed) -> None:
    """What did not happen, or no longer stands, is marked where it is told of."""
    if one.vends:
        Record.objects.filter(machine_id=event.facility_id, event_id=event.event_id).update(undone_at=event.at)
    for explanation in one.explanations:
        line = VisitLine.objects.filter(pk=explanation.line_id)
        line.update(explained=F("explained") - explanation.pieces)
    VisitLine.objects.filter(pk__in=[line.pk for line in one.loaded]).update(loaded_undone=True)
    VisitLine.objects.filter(pk__in=[line.pk for line in one.taken_out]).update(taken_out_undone=True)


def _send_back(sent: int, giver: Facility, event: SlipReversed) -> None:
    """What the store sent is in the store again: otherwise it would be on its way to a machine nobody visits for it."""
    try:
        _reverse_too(sent, event)
    except (Forbidden, Unknown):
        raise Refused(
            N_("The packs came from {store}. Ask somebody who may reverse slips there as well."),
            code="of_another_store",
            store=LocalizedName(giver.name_zh, giver.name_en),
        ) from None


def _reverse_too(event_id: int, event: SlipReversed) -> None:
    """Another slip of the same doing, by the same person, for the same reason."""
    reverse_event(
        event_id=event_id,
        reason=event.reason,
        on=event.on,
        actor=event.actor,
        command_id=uuid.uuid5(uuid.NAMESPACE_OID, f"machines/reversed with/{event_id}/{event.reversal_id}"),
        at=event.at,
    )
