"""Write down what was seen of a lot; hold it, or let it go."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.utils import timezone

from zhixuan.modules.accounts import queries as accounts
from zhixuan.modules.quality import permissions
from zhixuan.modules.quality.models import Inspection
from zhixuan.modules.quality.operations import _papers
from zhixuan.modules.quality.queries import inspections
from zhixuan.modules.stock.operations.adjust_stock import adjust_stock
from zhixuan.modules.stock.queries import tracing
from zhixuan.modules.stock.queries.places import FacilityPlaces, places_of
from zhixuan.rules.quality import inspection as rules
from zhixuan.rules.quality import storage
from zhixuan.rules.quality.inspection import Finding, Inspected, Result
from zhixuan.rules.quality.storage import Reading
from zhixuan.rules.refusal import N_, Refused, raise_all
from zhixuan.shared import audit
from zhixuan.shared.access import Actor
from zhixuan.shared.once import once_answering


@once_answering(lambda made_id: Inspection.objects.get(pk=made_id))
def record_inspection(
    *,
    facility_id: int,
    lot_id: int,
    on: date,
    findings: Mapping[str, Finding],
    sampled_pieces: int,
    result: Result,
    temperature: Decimal | None = None,
    humidity: Decimal | None = None,
    note: str = "",
    why: str = "",
    actor: Actor,
    command_id: UUID,
    at: datetime,
) -> Inspection:
    """Record one inspection. Held or failed: all of the lot goes from the store into quarantine. Passed: what lies in
    quarantine goes back. Safe to repeat.

    Args:
        why: code of the rule that asked for it.

    Raises:
        Refused: what does not fit, all at once; a lot that is recalled or on a loss report; the same person again.
        Unknown, Forbidden: see permissions.
    """
    places = places_of(facility_id)
    permissions.require(actor, permissions.INSPECT, places)
    _papers.hold(_papers.INSPECTION, facility_id, on.year)
    there = _there(facility_id, lot_id)

    seen = Inspected(on, findings, sampled_pieces, result, note)
    today = timezone.localtime(at).date()
    rules.check(seen, pieces_there=there.in_store + there.held, expires_on=there.expires_on, today=today)
    raise_all(_measured_wrongly(temperature, humidity, at))
    if result is Result.PASS and there.held:
        _check_other_person(places, lot_id, actor, today)

    made = Inspection(
        command_id=command_id,
        facility_id=facility_id,
        lot_id=lot_id,
        number=_papers.next_number(_papers.INSPECTION, facility_id, on.year, places.code),
        on=on,
        why=why,
        temperature=temperature,
        humidity=humidity,
        sampled_pieces=sampled_pieces,
        pieces_there=there.in_store + there.held,
        result=result,
        note=note.strip(),
        by_id=actor.user_id,
        by_name=actor.name[:150],
        recorded_at=at,
        **{name: findings.get(name, Finding.NOT_SEEN) for name in rules.LOOKED_AT},
    )
    made.save()
    _move(made, there, actor, at)
    details = {"lot": lot_id, "result": result.value, "moved": made.moved_pieces}
    audit.record(actor, "record_inspection", "quality.inspection", made.pk, places.area_path, details, at)
    return made


def _there(facility_id: int, lot_id: int) -> tracing.Lying:
    lots = tracing.lying([facility_id], lot_id=lot_id)
    if not lots:
        raise Refused(N_("This lot is not in stock here: choose another."), field="lot", code="lot_not_here")
    return lots[0]


def _measured_wrongly(temperature: Decimal | None, humidity: Decimal | None, at: datetime) -> list[Refused]:
    if temperature is None and humidity is None:
        return []
    return storage.check_reading(Reading(at, temperature, humidity), now=at)


def _check_other_person(places: FacilityPlaces, lot_id: int, actor: Actor, today: date) -> None:
    keepers = accounts.people_at(places.facility_id, places.area_path, permissions.INSPECT, on=today)
    holder = inspections.holder_of(places.facility_id, lot_id)
    rules.check_release(held_by=holder, releaser=actor.user_id, keepers=keepers)


def _move(made: Inspection, there: tracing.Lying, actor: Actor, at: datetime) -> None:
    """Into quarantine, or out of it; the ledger says so with a slip that names the inspection."""
    passed = made.result == Result.PASS
    pieces = there.held if passed else there.in_store
    if not pieces:
        return
    receipt = adjust_stock(
        facility_id=made.facility_id,
        reason_code="release" if passed else "hold",
        lines=[(made.lot_id, pieces)],
        on=timezone.localtime(at).date(),
        note=f"{made.number} {made.note}"[:500].strip(),
        actor=actor,
        command_id=_papers.ledger_command(made.command_id, "inspection"),
        at=at,
    )
    made.event_id, made.moved_pieces = receipt.event_id, pieces
    made.save(update_fields=["event_id", "moved_pieces"])
