"""A month of one site as its stock card says it, beside what the ledger says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from zhixuan.modules.catalogue.queries import Product
from zhixuan.modules.exchange.models import Finding, ImportedRow
from zhixuan.modules.stock.queries.cards import day_ends
from zhixuan.rules.periods import Month


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One product of a month, in pieces. None means not recorded; `ledger` is what the movements add up to."""

    product: Product
    row: ImportedRow
    ledger: int
    findings: tuple[Finding, ...]

    @property
    def agrees(self) -> bool:
        return self.ledger == self.row.closing


@dataclass(frozen=True, slots=True)
class MonthReport:
    """A month of one site: a line for each product that was reported, in the order of the catalogue."""

    month: Month
    lines: list[ReportLine] = field(default_factory=list)
    previous: Month | None = None
    next: Month | None = None

    @property
    def agrees(self) -> bool:
        return all(line.agrees for line in self.lines)


def months_of(facility_id: int) -> list[Month]:
    """Months of which the site has reported, oldest first."""
    days = ImportedRow.objects.filter(facility_id=facility_id, standing=ImportedRow.Standing.COUNTS)
    return [Month.of(day) for day in days.order_by("month").values_list("month", flat=True).distinct()]


def report_of_month(facility_id: int, month: Month) -> MonthReport:
    """The cards of a site for one month; without lines when it has not reported. The caller checks permission."""
    counting = ImportedRow.objects.filter(
        facility_id=facility_id, month=month.first_day, standing=ImportedRow.Standing.COUNTS
    )
    rows = list(counting.select_related("product__method").order_by("product__method__position", "product__code"))
    ledger = _at_month_end(facility_id, month)
    findings = _findings(facility_id, month)
    lines = [ReportLine(row.product, row, ledger[row.product_id], tuple(findings[row.product_id])) for row in rows]
    months = months_of(facility_id)
    earlier, later = [one for one in months if one < month], [one for one in months if one > month]
    return MonthReport(month, lines, earlier[-1] if earlier else None, later[0] if later else None)


def _at_month_end(facility_id: int, month: Month) -> dict[int, int]:
    """Pieces by product in store and suspense at the end of the month."""
    latest: dict[tuple[int, str], int] = {}
    for _facility, product_id, kind, day, pieces in day_ends([facility_id]):
        if day <= month.last_day:
            latest[product_id, kind] = pieces
    totals: dict[int, int] = defaultdict(int)
    for (product_id, _kind), pieces in latest.items():
        totals[product_id] += pieces
    return totals


def _findings(facility_id: int, month: Month) -> dict[int, list[Finding]]:
    found: dict[int, list[Finding]] = defaultdict(list)
    held: Iterable[Finding] = Finding.objects.filter(
        facility_id=facility_id, month=month.first_day, retired_by=None
    ).order_by("rank", "kind")
    for one in held:
        found[one.product_id].append(one)
    return found
