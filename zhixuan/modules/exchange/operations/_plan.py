"""What a batch of sites brings that is not known yet, series by series: the same for the dry run and for writing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter

from zhixuan.modules.exchange.models import ImportedRow
from zhixuan.modules.exchange.operations._reading import GivenRow
from zhixuan.rules.periods import Month
from zhixuan.rules.stock.cards import CardRow, one_per_month
from zhixuan.rules.stock.stock_cards import Finding, find_oddities

BATCH_ROWS = 1000
VALUES = ("opening", "received", "issued", "adjusted", "closing", "stockout_days", "ordered")
Series = tuple[str, str]
"""(facility code, product code)"""


@dataclass(frozen=True, slots=True)
class KnownRow:
    """A row that an earlier import brought and that counts; the line of its card is its own id, negative."""

    pk: int
    fingerprint: str
    card: CardRow


@dataclass(slots=True)
class KnownRows:
    """What earlier imports brought of some sites."""

    counting: dict[Series, dict[Month, KnownRow]] = field(default_factory=lambda: defaultdict(dict))
    repeated: set[tuple[Series, str]] = field(default_factory=set)


@dataclass(slots=True)
class SeriesPlan:
    """One product at one site with something new.

    Args:
        rows: all counting rows after the import, oldest first.
        changed: rows that take the place of known ones, by the id of these.
    """

    series: Series
    rows: tuple[CardRow, ...]
    new: list[GivenRow]
    changed: list[tuple[KnownRow, GivenRow]]
    repeated: list[GivenRow]
    findings: list[Finding]


@dataclass(slots=True)
class BatchPlan:
    """What a batch of sites would change, and what it would not."""

    touched: list[SeriesPlan] = field(default_factory=list)
    rows: int = 0
    same: int = 0
    missing: list[tuple[Series, list[Month]]] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        return {
            "rows": self.rows,
            "same": self.same,
            "new": sum(len(one.new) for one in self.touched),
            "changed": sum(len(one.changed) for one in self.touched),
            "repeated": sum(len(one.repeated) for one in self.touched),
            "missing": sum(len(months) for _series, months in self.missing),
        }


def batches(rows: Sequence[GivenRow]) -> Iterator[list[GivenRow]]:
    """Rows in the order of sites, about a thousand at a time; a site is never divided."""
    batch: list[GivenRow] = []
    for row in sorted(rows, key=lambda one: (one.card.site, one.card.line_number)):
        if len(batch) >= BATCH_ROWS and row.card.site != batch[-1].card.site:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def known_rows(facilities: Mapping[int, str], products: Mapping[int, str]) -> KnownRows:
    """The rows of these facilities; codes by id."""
    known = KnownRows()
    rows = ImportedRow.objects.filter(facility_id__in=list(facilities)).exclude(
        standing=ImportedRow.Standing.SUPERSEDED
    )
    columns = ("pk", "facility_id", "product_id", "month", "fingerprint", "standing", *VALUES)
    for pk, facility_id, product_id, day, mark, standing, *given in rows.values_list(*columns).iterator(2000):
        if product_id not in products:
            continue
        series = (facilities[facility_id], products[product_id])
        if standing == ImportedRow.Standing.REPEATED:
            known.repeated.add((series, mark))
        else:
            month = Month.of(day)
            values = dict(zip(VALUES, given, strict=True))
            known.counting[series][month] = KnownRow(pk, mark, CardRow(*series, month, **values, line_number=-pk))
    return known


def plan(batch: Sequence[GivenRow], known: KnownRows, stockout_days_since: Month | None) -> BatchPlan:
    """Compare the rows of a batch with what is known."""
    made = BatchPlan(rows=len(batch))
    by_series: dict[Series, list[GivenRow]] = defaultdict(list)
    for row in batch:
        by_series[row.card.site, row.card.product].append(row)
    for series, rows in sorted(by_series.items()):
        _plan_series(made, series, rows, known, stockout_days_since)
    return made


def _plan_series(
    made: BatchPlan, series: Series, rows: Sequence[GivenRow], known: KnownRows, since: Month | None
) -> None:
    before = known.counting.get(series, {})
    by_line = {row.card.line_number: row for row in rows}
    counting = [by_line[card.line_number] for card in one_per_month(row.card for row in rows)]
    outvoted = set(by_line) - {row.card.line_number for row in counting}
    new, changed = [], []
    for row in counting:
        old = before.get(row.card.month)
        if old is None:
            new.append(row)
        elif old.fingerprint != row.fingerprint:
            changed.append((old, row))
    lines = sorted(outvoted)
    repeated = [by_line[line] for line in lines if (series, by_line[line].fingerprint) not in known.repeated]
    months = {row.card.month for row in counting}
    first, last = min(months), max(months)
    if gone := sorted(month for month in before if first < month < last and month not in months):
        made.missing.append((series, gone))
    made.same += len(rows) - len(new) - len(changed) - len(repeated)
    if new or changed or repeated:
        kept = [one.card for month, one in before.items() if month not in months]
        merged = tuple(sorted([*kept, *(row.card for row in counting)], key=attrgetter("month")))
        findings = find_oddities([*kept, *(row.card for row in rows)], stockout_days_since=since)
        made.touched.append(SeriesPlan(series, merged, new, changed, repeated, findings))


def sum_of(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Counts added up, key by key."""
    total: dict[str, int] = defaultdict(int)
    for one in counts:
        for key, count in one.items():
            total[key] += count
    return dict(total)
