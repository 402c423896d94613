"""What is odd in imported cards, as far as a person may look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, QuerySet

from zhixuan.modules.exchange.models import Finding, ImportedRow
from zhixuan.modules.stock.queries.scope import visible
from zhixuan.rules.periods import Month
from zhixuan.rules.stock.stock_cards import FindingKind
from zhixuan.shared.access import Actor, the_one

AROUND_MONTHS = 3
AT_ONCE = 500
STOCK = ("opening", "received", "issued", "adjusted", "closing")
OFFENDING: dict[str, tuple[str, ...]] = {
    FindingKind.IDENTITY_BREAK: STOCK,
    FindingKind.ISSUED_BEYOND_STOCK: ("opening", "received", "issued"),
    FindingKind.ZERO_WITHOUT_DAYS: ("closing", "stockout_days"),
    FindingKind.IMPOSSIBLE_DAYS: ("stockout_days",),
    FindingKind.UNIT_JUMP: ("issued",),
    FindingKind.OUTLIER: ("issued",),
    FindingKind.GAP: ("month",),
}
"""Columns to look at, by kind; the other kinds say them by their values."""


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row beside a finding: `marked` names the columns that the finding is about; empty for a neighbour."""

    row: ImportedRow
    marked: frozenset[str]
    is_subject: bool


def findings_for(actor: Actor) -> QuerySet[Finding]:
    """Findings that hold now, at facilities whose stock the actor may view."""
    held = Finding.objects.filter(visible(actor), retired_by=None)
    return held.select_related("facility", "product")


def findings_of(actor: Actor, run_id: UUID) -> QuerySet[Finding]:
    """All that one import found, also what a later one has retired."""
    return Finding.objects.filter(visible(actor), run=run_id).select_related("facility", "product")


def finding(actor: Actor, finding_id: int) -> Finding:
    """One finding, retired or not.

    Raises:
        Unknown: there is none, or it is of another area.
    """
    rows = Finding.objects.filter(visible(actor)).select_related("facility", "product", "run", "retired_by")
    return the_one(rows.filter(pk=finding_id))


def counts_by_kind(findings: QuerySet[Finding]) -> dict[str, int]:
    """How many there are of each kind, most first."""
    rows = findings.order_by().values_list("kind").annotate(count=Count("pk"))
    return dict(sorted(rows, key=lambda row: (-row[1], row[0])))


def counts_by_severity(findings: QuerySet[Finding]) -> dict[str, int]:
    """How many there are of each severity."""
    return dict(findings.order_by().values_list("severity").annotate(count=Count("pk")))


def counts_by_site(findings: QuerySet[Finding]) -> list[tuple[str, str, str, Counter[str]]]:
    """(code, name_zh, name_en, counts by kind) of each site, most findings first."""
    names: dict[str, tuple[str, str]] = {}
    counts: dict[str, Counter[str]] = {}
    rows = findings.order_by().values_list("facility__code", "facility__name_zh", "facility__name_en", "kind")
    for code, name_zh, name_en, kind, count in rows.annotate(count=Count("pk")):
        names[code] = (name_zh, name_en)
        counts.setdefault(code, Counter())[kind] += count
    listed = sorted(counts, key=lambda code: (-counts[code].total(), code))
    return [(code, *names[code], counts[code]) for code in listed]


def values_of(listed: Iterable[Finding]) -> dict[int, tuple[int | None, ...]]:
    """Opening, received, issued, adjusted, closing and stock-out days of the last row of each finding, by its id."""
    last = {one.pk: one.row_ids[-1] for one in listed if one.row_ids}
    rows: dict[int, tuple[int | None, ...]] = {}
    ids = sorted(set(last.values()))
    for start in range(0, len(ids), AT_ONCE):
        found = ImportedRow.objects.filter(pk__in=ids[start : start + AT_ONCE])
        rows |= {pk: tuple(values) for pk, *values in found.values_list("pk", *STOCK, "stockout_days")}
    return {pk: rows[row_id] for pk, row_id in last.items() if row_id in rows}


def rows_of(one: Finding) -> list[ShownRow]:
    """The rows that a finding stands on, and their neighbours, oldest first."""
    subjects = set(one.row_ids)
    months = [Month.of(day) for day in ImportedRow.objects.filter(pk__in=subjects).values_list("month", flat=True)]
    months = months or [Month.of(one.month)]
    near = ImportedRow.objects.filter(
        facility_id=one.facility_id,
        product_id=one.product_id,
        month__gte=min(months).plus(-AROUND_MONTHS).first_day,
        month__lte=max(months).plus(AROUND_MONTHS).first_day,
    )
    rows = [
        row
        for row in near.select_related("run").order_by("month", "pk")
        if row.pk in subjects or row.standing == ImportedRow.Standing.COUNTS
    ]
    marked = _marked(one, [row for row in rows if row.pk in subjects])
    return [ShownRow(row, marked.get(row.pk, frozenset()), row.pk in subjects) for row in rows]


def _marked(one: Finding, subjects: list[ImportedRow]) -> dict[int, frozenset[str]]:
    """The columns to mark, by row."""
    if one.kind == FindingKind.OPENING_MISMATCH and len(subjects) > 1:
        first, last = subjects[0], subjects[-1]
        return {first.pk: frozenset({"closing"}), last.pk: frozenset({"opening"})}
    if one.kind in {FindingKind.REPEATED_ROW, FindingKind.CONFLICTING_ROWS}:
        differing = frozenset(_differing(subjects)) or frozenset({"month"})
        return {row.pk: differing for row in subjects}
    if one.kind == FindingKind.NEGATIVE:
        return {row.pk: frozenset({str(one.numbers.get("column", ""))}) for row in subjects}
    return {row.pk: frozenset(OFFENDING.get(FindingKind(one.kind), ())) for row in subjects}


def _differing(rows: Iterable[ImportedRow]) -> list[str]:
    listed = list(rows)
    columns = (*STOCK, "stockout_days", "ordered")
    return [column for column in columns if len({getattr(row, column) for row in listed}) > 1]
