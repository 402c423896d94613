"""What is odd in monthly stock cards. Nothing is refused or mended: every oddity becomes a finding for a person."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from typing import Final

from zhixuan.rules.periods import Month, months_between
from zhixuan.rules.refusal import N_
from zhixuan.rules.stock.card_levels import Thresholds, is_far, unit_factor, usual_level
from zhixuan.rules.stock.cards import CardRow, by_series, one_per_month


class FindingKind(StrEnum):
    IDENTITY_BREAK = "identity_break"
    OPENING_MISMATCH = "opening_mismatch"
    GAP = "gap"
    REPEATED_ROW = "repeated_row"
    CONFLICTING_ROWS = "conflicting_rows"
    ISSUED_BEYOND_STOCK = "issued_beyond_stock"
    ZERO_WITHOUT_DAYS = "zero_without_days"
    IMPOSSIBLE_DAYS = "impossible_days"
    UNIT_JUMP = "unit_jump"
    OUTLIER = "outlier"
    NEGATIVE = "negative"


class Severity(StrEnum):
    """`ERROR`: the figures cannot be right. `WARNING`: something is missing or moved. `NOTE`: worth a look."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One oddity, with the lines it stands on. `message` is a sentence with `{named}` fields, filled by `numbers`."""

    kind: FindingKind
    severity: Severity
    site: str
    product: str
    month: Month
    line_numbers: tuple[int, ...]
    message: str
    numbers: Mapping[str, int | str] = field(default_factory=dict, hash=False)

    def text(self, translate: Callable[[str], str] = str) -> str:
        """The sentence in the language of `translate`."""
        values = {
            name: translate(COLUMN_LABELS[str(value)]) if name == "column" else value
            for name, value in self.numbers.items()
        }
        return translate(self.message).format(**values)


KIND_LABELS: Final = {
    FindingKind.IDENTITY_BREAK: N_("Closing stock does not add up"),
    FindingKind.OPENING_MISMATCH: N_("Opening differs from last closing"),
    FindingKind.GAP: N_("Months without a report"),
    FindingKind.REPEATED_ROW: N_("Month reported twice, alike"),
    FindingKind.CONFLICTING_ROWS: N_("Month reported twice, differently"),
    FindingKind.ISSUED_BEYOND_STOCK: N_("More issued than was there"),
    FindingKind.ZERO_WITHOUT_DAYS: N_("No stock, but no stock-out days"),
    FindingKind.IMPOSSIBLE_DAYS: N_("Impossible stock-out days"),
    FindingKind.UNIT_JUMP: N_("Looks like another unit"),
    FindingKind.OUTLIER: N_("Far from usual"),
    FindingKind.NEGATIVE: N_("Negative quantity"),
}

SEVERITIES: Final = {
    FindingKind.IDENTITY_BREAK: Severity.ERROR,
    FindingKind.CONFLICTING_ROWS: Severity.ERROR,
    FindingKind.IMPOSSIBLE_DAYS: Severity.ERROR,
    FindingKind.NEGATIVE: Severity.ERROR,
    FindingKind.OPENING_MISMATCH: Severity.WARNING,
    FindingKind.GAP: Severity.WARNING,
    FindingKind.REPEATED_ROW: Severity.WARNING,
    FindingKind.ISSUED_BEYOND_STOCK: Severity.WARNING,
    FindingKind.UNIT_JUMP: Severity.WARNING,
    FindingKind.ZERO_WITHOUT_DAYS: Severity.NOTE,
    FindingKind.OUTLIER: Severity.NOTE,
}

COLUMN_LABELS: Final = {
    "opening": N_("opening stock"),
    "received": N_("received quantity"),
    "issued": N_("issued quantity"),
    "closing": N_("closing stock"),
    "ordered": N_("ordered quantity"),
}


def find_oddities(
    rows: Iterable[CardRow], *, stockout_days_since: Month | None = None, thresholds: Thresholds | None = None
) -> list[Finding]:
    """All findings, ordered by site, product, month and line.

    Args:
        rows: of any sites, products and months, in any order.
        stockout_days_since: first month in which stock-out days were collected; None when they never were.

    Where a month was reported twice the last line counts for the checks between months.
    """
    found: list[Finding] = []
    for series in by_series(rows).values():
        counting = one_per_month(series)
        found += _repeats(series)
        for row in series:
            found += _oddities_of_row(row, stockout_days_since)
        for earlier, later in pairwise(counting):
            found += _oddities_between(earlier, later)
        found += _far_from_usual(counting, thresholds or Thresholds())
    return sorted(found, key=lambda one: (one.site, one.product, one.month, one.line_numbers, one.kind))


def _finding(kind: FindingKind, rows: Sequence[CardRow], message: str, **numbers: int | str) -> Finding:
    last = rows[-1]
    lines = tuple(row.line_number for row in rows)
    return Finding(kind, SEVERITIES[kind], last.site, last.product, last.month, lines, message, numbers)


def _repeats(series: Sequence[CardRow]) -> Iterator[Finding]:
    months: dict[Month, list[CardRow]] = {}
    for row in series:
        months.setdefault(row.month, []).append(row)
    for rows in months.values():
        if len(rows) == 1:
            continue
        if len({row.content for row in rows}) == 1:
            message = N_("This month is reported {times} times with the same figures; it counts once.")
            yield _finding(FindingKind.REPEATED_ROW, rows, message, times=len(rows))
        else:
            message = N_("This month is reported {times} times with different figures; the last line counts.")
            yield _finding(FindingKind.CONFLICTING_ROWS, rows, message, times=len(rows))


def _oddities_of_row(row: CardRow, stockout_days_since: Month | None) -> Iterator[Finding]:
    yield from _stock_oddities(row)
    yield from _days_oddities(row, stockout_days_since)
    for column in COLUMN_LABELS:
        pieces = getattr(row, column)
        if pieces is not None and pieces < 0:
            message = N_("A negative quantity is written: {column} is {pieces}.")
            yield _finding(FindingKind.NEGATIVE, [row], message, column=column, pieces=pieces)


def _stock_oddities(row: CardRow) -> Iterator[Finding]:
    if row.closing != row.expected_closing:
        message = N_(
            "Opening {opening} + received {received} - issued {issued} + adjusted {adjusted} makes {expected}, "
            "but the closing stock is {closing}."
        )
        stock = {"opening": row.opening, "received": row.received, "issued": row.issued, "adjusted": row.adjusted}
        numbers = {**stock, "expected": row.expected_closing, "closing": row.closing}
        yield _finding(FindingKind.IDENTITY_BREAK, [row], message, **numbers)
    available = row.opening + row.received
    if row.issued > max(available, 0):
        if row.issued <= available + max(row.adjusted, 0):
            message = N_("{issued} were issued but only {available} were there; an adjustment made up the rest.")
        else:
            message = N_("{issued} were issued but only {available} were there.")
        yield _finding(FindingKind.ISSUED_BEYOND_STOCK, [row], message, issued=row.issued, available=available)


def _days_oddities(row: CardRow, since: Month | None) -> Iterator[Finding]:
    days = row.stockout_days
    if days is not None and not 0 <= days <= row.month.days:
        message = N_("{days} stock-out days are written; this month has {possible} days.")
        yield _finding(FindingKind.IMPOSSIBLE_DAYS, [row], message, days=days, possible=row.month.days)
    if since is not None and row.month >= since and row.closing == 0 and not days:
        message = N_("The month ends without stock, but no stock-out day is written.")
        yield _finding(FindingKind.ZERO_WITHOUT_DAYS, [row], message)


def _oddities_between(earlier: CardRow, later: CardRow) -> Iterator[Finding]:
    missing = months_between(earlier.month, later.month) - 1
    between: dict[str, int | str] = {"from_month": str(earlier.month), "to_month": str(later.month), "missing": missing}
    if missing:
        message = N_("Months without a report between {from_month} and {to_month}: {missing}.")
        yield _finding(FindingKind.GAP, [earlier, later], message, **between)
    if later.opening != earlier.closing:
        message = N_("The opening stock {opening} is not the closing stock {closing} of {from_month}.")
        numbers = {"opening": later.opening, "closing": earlier.closing, "difference": later.opening - earlier.closing}
        yield _finding(FindingKind.OPENING_MISMATCH, [earlier, later], message, **numbers, **between)


def _far_from_usual(rows: Sequence[CardRow], thresholds: Thresholds) -> Iterator[Finding]:
    """At most one finding per row: a change of unit explains more than an outlier does. Judged on what was issued."""
    level = usual_level([row.issued for row in rows])
    for row in rows:
        if not is_far(row.issued, level, thresholds):
            continue
        typical = round(level.typical)
        factor = unit_factor(row.issued, level, thresholds)
        numbers = {"issued": row.issued, "typical": typical}
        if factor is None:
            message = N_("{issued} were issued; usual here are about {typical}.")
            yield _finding(FindingKind.OUTLIER, [row], message, **numbers)
        elif factor > 0:
            message = N_("{issued} were issued, {factor} times the usual {typical}: pieces written for packs?")
            yield _finding(FindingKind.UNIT_JUMP, [row], message, factor=factor, **numbers)
        else:
            message = N_("{issued} were issued, 1/{factor} of the usual {typical}: packs written for pieces?")
            yield _finding(FindingKind.UNIT_JUMP, [row], message, factor=-factor, **numbers)
