"""Note damp, heat or a complaint against stock: its lots become due for inspection."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from zhixuan.modules.quality import permissions
from zhixuan.modules.quality.models import Concern
from zhixuan.modules.stock.queries import tracing
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.rules.refusal import N_, Refused, raise_all
from zhixuan.shared import audit
from zhixuan.shared.access import Actor
from zhixuan.shared.once import once_answering

COMPLAINTS = ("broken", "leaking", "smell", "colour", "dry", "label", "other")
"""What can be wrong with a piece: coded, so that nothing needs to be told about a person."""


@once_answering(lambda made_id: Concern.objects.get(pk=made_id))
def note_concern(
    *,
    facility_id: int,
    lot_id: int | None,
    kind: str,
    what: str = "",
    on: date,
    note: str = "",
    actor: Actor,
    command_id: UUID,
    at: datetime,
) -> Concern:
    """Note a concern. Who complained is not asked. Safe to repeat.

    Args:
        lot_id: None for every lot at the facility; a complaint names its lot.
        what: of a complaint, one of `COMPLAINTS`.

    Raises:
        Refused: everything that is missing, at once.
        Unknown, Forbidden: see permissions.
    """
    places = places_of(facility_id)
    permissions.require(actor, permissions.NOTE_CONCERN, places)
    raise_all(_problems(facility_id, lot_id, kind, what, on, timezone.localtime(at).date()))

    made = Concern.objects.create(
        command_id=command_id,
        facility_id=facility_id,
        lot_id=lot_id,
        kind=kind,
        what=what,
        on=on,
        note=note.strip(),
        by_name=actor.name[:150],
        recorded_at=at,
    )
    details = {"kind": kind, "lot": lot_id}
    audit.record(actor, "note_concern", "quality.concern", made.pk, places.area_path, details, at)
    return made


def _problems(facility_id: int, lot_id: int | None, kind: str, what: str, on: date, today: date) -> list[Refused]:
    found = []
    is_complaint = kind == Concern.Kind.COMPLAINT
    if kind not in Concern.Kind.values:
        found.append(Refused(N_("Choose what was noticed."), field="kind"))
    if is_complaint and what not in COMPLAINTS:
        found.append(Refused(N_("Choose what is wrong with the piece."), field="what"))
    if is_complaint and lot_id is None:
        found.append(Refused(N_("Choose the lot that the complaint is about."), field="lot"))
    if lot_id is not None and facility_id not in tracing.facilities_that_had([lot_id], "/"):
        found.append(Refused(N_("This lot was never in stock here: choose another."), field="lot"))
    if on > today:
        found.append(Refused(N_("{day} is in the future; today is {today}."), field="on", day=on, today=today))
    return found
