"""Inspections done, and lots that are due for one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, QuerySet
from django.utils import timezone

from zhixuan.modules.directory import queries as directory
from zhixuan.modules.quality.models import Concern, Excursion, Inspection
from zhixuan.modules.quality.permissions import VIEW
from zhixuan.modules.quality.queries.definitions import inspection_rules, storage_limits
from zhixuan.modules.stock.queries import blocks, tracing
from zhixuan.modules.stock.queries.scope import visible
from zhixuan.modules.stock.queries.tracing import Lying
from zhixuan.rules.quality import inspection as rules
from zhixuan.rules.quality import storage
from zhixuan.rules.quality.inspection import Due, LotThere, Result
from zhixuan.rules.quality.storage import Measure
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared.access import Actor, the_one

Key = tuple[int, int]
"""(facility id, lot id)"""


@dataclass(frozen=True, slots=True)
class DueLot:
    """A lot that somebody should look at, with every reason, the gravest first."""

    lot: Lying
    facility: directory.Facility
    reasons: tuple[Due, ...]
    checked_on: date | None
    recalled: bool

    @property
    def required(self) -> bool:
        return self.reasons[0].rule.required

    @property
    def since(self) -> date:
        return self.reasons[0].since


def inspections_for(actor: Actor) -> QuerySet[Inspection]:
    """Inspections at facilities in sight, latest first."""
    found = Inspection.objects.filter(visible(actor)).select_related("facility", "lot__product", "lot__item")
    return found.order_by("-on", "-id")


def inspection(actor: Actor, inspection_id: int) -> Inspection:
    """One inspection.

    Raises:
        Unknown: not there, or of another area.
    """
    return the_one(inspections_for(actor).filter(pk=inspection_id))


def latest_of_lots(facility_id: int, lot_ids: Collection[int]) -> dict[int, Inspection]:
    """The latest inspection of each lot at a facility."""
    done = Inspection.objects.filter(facility_id=facility_id, lot_id__in=list(lot_ids)).order_by("on", "id")
    return {one.lot_id: one for one in done}


def holder_of(facility_id: int, lot_id: int) -> int | None:
    """Who put the lot on hold: by the first inspection that held or failed it since it last passed."""
    holder = None
    for one in Inspection.objects.filter(facility_id=facility_id, lot_id=lot_id).order_by("on", "id"):
        holder = None if one.result == Result.PASS else holder or one.by_id
    return holder


def due_lots(actor: Actor, *, today: date, facility_id: int | None = None, lot_id: int | None = None) -> list[DueLot]:
    """Lots at facilities in sight that are due, the required ones first, then the longest overdue."""
    facilities = directory.facilities_for(actor, VIEW)
    if facility_id is not None:
        facilities = facilities.filter(pk=facility_id)
    by_id = {one.pk: one for one in facilities}
    lots = tracing.lying(facilities.values_list("pk", flat=True), lot_id=lot_id)
    found = [
        DueLot(lot, by_id[lot.facility_id], tuple(reasons), there.checked_on, recalled)
        for lot, there, recalled in _there(lots, by_id)
        if (reasons := rules.due(there, inspection_rules(), today=today))
    ]
    return sorted(found, key=lambda one: (not one.required, one.since, one.lot.expires_on))


def _there(lots: Sequence[Lying], facilities: dict[int, directory.Facility]) -> list[tuple[Lying, LotThere, bool]]:
    checked, concerned = _checked(facilities), _Concerns(facilities)
    recalled: dict[str, set[int]] = {}
    for lot in lots:
        recalled.setdefault(facilities[lot.facility_id].area_path, set()).add(lot.lot_id)
    blocked = blocks.blocked_by_area(recalled)
    return [
        (
            lot,
            LotThere(
                arrived_on=lot.arrived_on,
                expires_on=lot.expires_on,
                checked_on=checked.get((lot.facility_id, lot.lot_id)),
                concerned_on=concerned.latest(lot),
                held_pieces=lot.held,
            ),
            lot.lot_id in blocked[facilities[lot.facility_id].area_path],
        )
        for lot in lots
    ]


def _checked(facility_ids: Collection[int]) -> dict[Key, date]:
    rows = Inspection.objects.filter(facility_id__in=list(facility_ids)).values_list("facility_id", "lot_id")
    return {(facility_id, lot_id): on for facility_id, lot_id, on in rows.annotate(Max("on")).order_by()}


class _Concerns:
    """Damp, heat, complaints and excursions at some facilities."""

    def __init__(self, facility_ids: Collection[int]) -> None:
        noted = Concern.objects.filter(facility_id__in=list(facility_ids)).values_list("facility_id", "lot_id")
        self._noted = {(facility_id, lot_id): on for facility_id, lot_id, on in noted.annotate(Max("on")).order_by()}
        self._excursions: dict[int, list[Excursion]] = {}
        for one in Excursion.objects.filter(facility_id__in=list(facility_ids)):
            self._excursions.setdefault(one.facility_id, []).append(one)

    def latest(self, lot: Lying) -> date | None:
        """The last day on which anything was noted that touches the lot."""
        days = [self._noted.get((lot.facility_id, lot.lot_id)), self._noted.get((lot.facility_id, None))]
        own = storage_limits().of_class(lot.method_class)
        for one in self._excursions.get(lot.facility_id, ()):
            on = timezone.localtime(one.last_at).date()
            if on >= lot.arrived_on and storage.touches(Measure(one.measure), one.extreme, own):
                days.append(on)
        return max((day for day in days if day is not None and day >= lot.arrived_on), default=None)


def remarks_at_issue(facility_id: int, lot_ids: Collection[int], on: date) -> dict[int, Refused]:
    """Lots of a facility whose last look is too long ago for them to go out, with a sentence for who sends them."""
    there = {lot.lot_id: lot for lot in tracing.lying([facility_id]) if lot.lot_id in set(lot_ids)}
    checked = _checked([facility_id])
    found = {}
    for lot_id, lot in there.items():
        rule = rules.due_at_issue(checked.get((facility_id, lot_id)), lot.arrived_on, inspection_rules(), today=on)
        if rule is not None:
            last = max(checked.get((facility_id, lot_id)) or lot.arrived_on, lot.arrived_on)
            found[lot_id] = Refused(
                N_("Not looked at since {day}, more than {days} days ago: look at it before it goes out."),
                code=rule.code,
                day=last,
                days=rule.days,
            )
    return found
