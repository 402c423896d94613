"""What an inspection put into quarantine comes out by one that passes; what a hand put there, by another hand."""

from __future__ import annotations

from collections.abc import Iterator

from zhixuan.modules.accounts import queries as accounts
from zhixuan.modules.quality import permissions
from zhixuan.modules.quality.models import LossLine
from zhixuan.modules.quality.queries import inspections
from zhixuan.modules.quality.queries.losses import OPEN
from zhixuan.modules.stock.queries import tracing
from zhixuan.modules.stock.queries.history import lot_label
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.rules.quality import inspection as rules
from zhixuan.rules.quality.inspection import Result
from zhixuan.rules.refusal import N_, Refused, raise_all
from zhixuan.shared.events import QuarantineLeft


def refuse_release(event: QuarantineLeft) -> None:
    """Told before lots leave a quarantine; says no where an inspection or an open loss report holds them, and to who
    put them there by hand while somebody else could look at them.

    Raises:
        Refused: every lot that has to stay, at once.
    """
    raise_all([*_held_by_papers(event), *_held_by_same_person(event)])


def _held_by_papers(event: QuarantineLeft) -> Iterator[Refused]:
    facility_id, lot_ids = event.facility_id, event.lot_ids
    for one in inspections.latest_of_lots(facility_id, lot_ids).values():
        if one.result != Result.PASS:
            yield Refused(
                N_("Lot {lot} was held by inspection {number}: only an inspection that passes releases it."),
                code="held_by_inspection",
                lot=one.lot.number or "—",
                number=one.number,
            )
    lines = LossLine.objects.filter(report__facility_id=facility_id, report__state__in=OPEN, lot_id__in=list(lot_ids))
    for line in lines.select_related("lot", "report"):
        yield Refused(
            N_("Lot {lot} is on loss report {number}: that has to be decided first."),
            code="on_loss_report",
            lot=line.lot.number or "—",
            number=line.report.number,
        )


def _held_by_same_person(event: QuarantineLeft) -> Iterator[Refused]:
    holders = tracing.holders(event.facility_id, event.lot_ids)
    if event.actor_id is None or event.actor_id not in holders.values():
        return
    places = places_of(event.facility_id)
    keepers = accounts.people_at(places.facility_id, places.area_path, permissions.INSPECT, on=event.on)
    for lot_id, holder in holders.items():
        if not rules.may_release(held_by=holder, releaser=event.actor_id, keepers=keepers):
            yield Refused(
                N_("You put lot {lot} in quarantine yourself: somebody else has to look at it and release it."),
                code="same_person",
                lot=lot_label(lot_id),
            )
