"""Send the recalled lot back up the supply line, out of quarantine."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from zhixuan.modules.directory import queries as directory
from zhixuan.modules.quality.operations import _notices
from zhixuan.modules.quality.queries import recalls as queries
from zhixuan.modules.stock.operations.return_stock import return_stock
from zhixuan.modules.stock.queries import slips, tracing
from zhixuan.modules.stock.queries.slips import Receipt
from zhixuan.rules.refusal import N_, Refused
from zhixuan.rules.stock.fefo import Wanted
from zhixuan.rules.stock.ledger import PlaceKind
from zhixuan.shared.access import Actor
from zhixuan.shared.once import conflict


@transaction.atomic
def return_recalled(*, notice_id: int, actor: Actor, command_id: UUID, at: datetime) -> Receipt:
    """Send all that the quarantine holds of the lot to the facility that supplies this one. Safe to repeat.

    Raises:
        Refused: nobody supplies it, nothing is in quarantine, a closed month.
        Unknown, Forbidden: see permissions.
    """
    notice, _places = _notices.locked(notice_id, actor)
    if before := slips.receipts_of([command_id]).get(command_id):
        here = slips.events_for(actor).filter(pk=before.event_id, place__facility_id=notice.facility_id)
        if not here.filter(reference=notice.recall.number).exists():
            raise conflict()
        return before
    facility = directory.facility(actor, notice.facility_id)
    if facility.supplied_by_id is None:
        raise Refused(
            N_("Nobody supplies this facility: report the lot as a loss, or agree with the supplier what to do."),
            code="nobody_supplies",
        )
    lot_ids = queries.lot_ids_of(notice.recall)
    held = {
        lot_id: pieces
        for (lot_id, kind), pieces in tracing.pieces_of(facility.pk, lot_ids).items()
        if kind == PlaceKind.QUARANTINE
    }
    wanted = Wanted(
        product_id=notice.recall.item.product_id,
        pieces=sum(held.values()),
        chosen=tuple(sorted(held.items())),
        override_reason=notice.recall.number,
    )
    if not held:
        raise Refused(N_("Nothing of the lot is in quarantine here."), code="nothing_held")
    return return_stock(
        from_facility_id=facility.pk,
        to_facility_id=facility.supplied_by_id,
        lines=[wanted],
        on=timezone.localtime(at).date(),
        note=f"{notice.recall.number} {notice.recall.reason}"[:500],
        reference=notice.recall.number,
        from_quarantine=True,
        actor=actor,
        command_id=command_id,
        at=at,
    )
