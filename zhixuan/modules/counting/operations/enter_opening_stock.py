"""Enter the opening stock of a facility that begins to keep its books here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from zhixuan.modules.counting import permissions
from zhixuan.modules.counting.queries import opening_file, tables
from zhixuan.modules.stock.operations.adjust_stock import adjust_stock
from zhixuan.modules.stock.operations.lock_store import lock_store
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.rules.refusal import Refused
from zhixuan.rules.stock.receiving import Delivered
from zhixuan.shared import uploads
from zhixuan.shared.access import Actor

PURPOSE = "counting.opening"


@transaction.atomic
def enter_opening_stock(
    *, facility_id: int, upload_id: UUID, on: date, actor: Actor, at: datetime
) -> Mapping[str, Any]:
    """Enter every lot of the file, or none, as one slip with the reason `opening`. Safe to repeat: the same file is
    applied once, and lots that an earlier file entered are left out.

    Raises:
        Refused: everything that is wrong with the file, at once; a closed month.
        Unknown, Forbidden: see permissions; the upload is somebody else's.
    """
    places = places_of(facility_id)
    permissions.require(actor, permissions.OPENING_STOCK, places)
    upload = uploads.lock(actor, upload_id, PURPOSE)
    if upload.applied_at is not None:
        return dict(upload.outcome)
    lock_store(places)
    plan = opening_file.read(facility_id, uploads.tables_of(upload, titles=tables.ALL_TITLES))

    if plan.mistakes:
        raise Refused.many(plan.mistakes)

    slip, event_id = "", 0
    if plan.lots:
        receipt = adjust_stock(
            facility_id=facility_id,
            reason_code="opening",
            lines=[],
            found=[Delivered(lot.item.pk, lot.lot, lot.expires_on, lot.pieces or 0) for lot in plan.lots],
            on=on,
            note=upload.file_name,
            actor=actor,
            command_id=upload_id,
            at=at,
        )
        slip, event_id = receipt.slip, receipt.event_id
    outcome = {"lots": len(plan.lots), "known": len(plan.known), "slip": slip, "event": event_id}
    uploads.finish(upload, outcome, at)
    return outcome
