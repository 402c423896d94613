"""Loss reports and the loss rate of a year."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.db.models import Q, QuerySet, Sum

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.directory import queries as directory
from zhixuan.modules.quality.models import LossLine, LossReport
from zhixuan.modules.quality.permissions import APPROVE_LOSS, VIEW
from zhixuan.modules.quality.queries.definitions import loss_rules
from zhixuan.modules.stock.queries import losses as ledger
from zhixuan.modules.stock.queries.scope import visible
from zhixuan.rules.directory.areas import ancestors
from zhixuan.rules.quality import losses as rules
from zhixuan.rules.quality.losses import LossFigures, LossState
from zhixuan.shared.access import Actor, the_one

OPEN = (LossState.SUBMITTED, LossState.APPROVED)
"""States in which the lines of a report lie in quarantine and are spoken for."""


def reports_for(actor: Actor) -> QuerySet[LossReport]:
    """Loss reports of facilities in sight, latest first, with their pieces."""
    found = LossReport.objects.filter(visible(actor)).select_related("facility")
    return found.annotate(pieces=Sum("lines__pieces")).order_by("-on", "-id")


def report(actor: Actor, report_id: int) -> LossReport:
    """One report.

    Raises:
        Unknown: not there, or of another area.
    """
    return the_one(reports_for(actor).filter(pk=report_id))


def lines_of(report_id: int) -> list[LossLine]:
    """The lots of a report, in their order."""
    return list(
        LossLine.objects.filter(report_id=report_id).select_related("lot__product", "lot__item").order_by("position")
    )


def spoken_for(facility_id: int, lot_ids: Collection[int], *, besides: int | None = None) -> dict[int, int]:
    """Pieces in quarantine, by lot, that open loss reports wait to destroy.

    Args:
        besides: a report that does not count.
    """
    open_lines = LossLine.objects.filter(
        report__facility_id=facility_id, report__state__in=OPEN, lot_id__in=list(lot_ids)
    ).exclude(report_id=besides)
    return dict(open_lines.values_list("lot_id").annotate(Sum("pieces")).order_by())


def may_decide(actor: Actor, one: LossReport) -> bool:
    """The actor's role reaches high enough for this report. That it is another person is asked apart."""
    where = one.facility
    held = [
        grant.area_path
        for grant in actor.grants
        if grant.role in APPROVE_LOSS and grant.facility_id is None and grant.covers(where.area_path, where.pk)
    ]
    levels = directory.levels_by_path(held)
    return any(
        rules.is_high_enough(levels.get(path, "nation" if path == "/" else "village"), one.level_needed)
        for path in held
    )


def level_for(area_path: str, pieces: int, amount: Decimal | None) -> str:
    """The level whose officer decides on a loss of that size at a facility of that area."""
    above = directory.levels_by_path(ancestors(area_path))
    return rules.level_needed(loss_rules().step(pieces, amount), set(above.values()))


def to_decide(actor: Actor) -> list[LossReport]:
    """Reports that wait for this person's decision."""
    waiting = reports_for(actor).filter(state=LossState.SUBMITTED).exclude(submitted_by=actor.user_id)
    return [one for one in waiting if may_decide(actor, one)]


def to_witness(actor: Actor) -> QuerySet[LossReport]:
    """Approved reports at which this person could still be a witness."""
    mine = Q(submitted_by=actor.user_id) | Q(decided_by=actor.user_id) | Q(witnesses__user_id=actor.user_id or 0)
    return reports_for(actor).filter(state=LossState.APPROVED).exclude(mine)


@dataclass(frozen=True, slots=True)
class LossRate:
    """The loss rate of one product at one facility in one year, with its parts."""

    facility: directory.Facility
    product: catalogue.Product
    figures: LossFigures
    rate: Fraction | None
    above: bool


def loss_rates(actor: Actor, year: int) -> list[LossRate]:
    """One function for the screen and the spreadsheet: every facility and product with stock in the year.

    The rate is never averaged over products. `above`: more than the bound of the definitions.
    """
    known = loss_rules()
    facilities = {one.pk: one for one in directory.facilities_for(actor, VIEW)}
    parts = ledger.of_year(actor, year)
    products = catalogue.products_by_id({product_id for _facility, product_id in parts})
    found = []
    for (facility_id, product_id), pieces in parts.items():
        names = ("opening", "received", "expired", "damaged", "lost")
        figures = LossFigures(**{name: pieces.get(name, 0) for name in names})
        if not any((figures.opening, figures.received, figures.lost_in_all)):
            continue
        rate = figures.rate(known.denominator)
        above = rate is not None and rate * 1000 > known.rate_most_per_mille
        found.append(LossRate(facilities[facility_id], products[product_id], figures, rate, above))
    return sorted(found, key=lambda one: (-(one.rate or 0), one.facility.area_path, one.product.code))
