"""The ledger's transfers that a goods-receipt note can take in."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from zhixuan.modules.documents.models import Document
from zhixuan.modules.stock.queries import slips
from zhixuan.modules.stock.queries.places import FacilityPlaces
from zhixuan.rules.documents.states import OPEN
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared.access import Actor, Grant, Role


def awaiting(actor: Actor, facility_id: int) -> QuerySet[Any]:
    """Transfers and returns on their way here that no open note takes in already, oldest first."""
    noted = Document.objects.filter(transfer__isnull=False, state__in=OPEN).values("transfer_id")
    rows = slips.awaiting_receipt(actor, facility_id=facility_id).exclude(id__in=noted)
    return rows.select_related("place__facility", "other_place__facility")


def note_of(transfer_id: int, facility_id: int) -> Document | None:
    """The open note of this facility that takes a transfer in."""
    open_notes = Document.objects.filter(transfer_id=transfer_id, facility_id=facility_id, state__in=OPEN)
    return open_notes.select_related("facility").first()


def sender_of(transfer_id: int, places: FacilityPlaces) -> int:
    """The facility that sent a transfer which waits at this store.

    Raises:
        Refused: it is not on its way here, or a note for it is open already.
    """
    keeper = Actor(None, "", (Grant(Role.STOREKEEPER, places.area_path, places.facility_id),))
    sent = awaiting(keeper, places.facility_id).filter(id=transfer_id).first()
    if sent is None:
        raise Refused(
            N_("This transfer is not on its way here, or another note takes it in already."),
            field="transfer",
            code="not_awaiting",
        )
    return int(sent.place.facility_id)
