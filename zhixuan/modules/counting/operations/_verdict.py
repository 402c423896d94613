"""Whether a finished count can be approved and posted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from zhixuan.modules.counting.models import Count
from zhixuan.modules.counting.queries.review import Reviewed
from zhixuan.rules.refusal import N_, Refused, raise_all


def check_complete(rows: Sequence[Reviewed]) -> None:
    """Nothing is left to be counted again, and every difference above the tolerance has its reason.

    Raises:
        Refused: every line that is not ready, at once.
    """
    raise_all(_faults(rows))


def _faults(rows: Iterable[Reviewed]) -> Iterable[Refused]:
    for row in rows:
        line = row.line
        names = {"line": line.position, "lot": line.lot_number or "—"}
        field = f"line-{line.id}"
        if row.must_be_recounted and row.variance is not None:
            yield Refused(
                N_(
                    "Line {line}, lot {lot}: {given} pieces have gone out since {counted} were counted. "
                    "Have it counted again."
                ),
                field=field,
                code="recount_needed",
                given=row.book.lost - row.book.gained,
                counted=row.variance.counted,
                **names,
            )
        elif row.needs_reason:
            yield Refused(
                N_("Line {line}, lot {lot}: say why {difference} pieces differ, or have it counted again."),
                field=field,
                code="reason_needed",
                difference=row.difference,
                **names,
            )


def check_approved(count: Count, rows: Sequence[Reviewed]) -> None:
    """Every difference above the tolerance was approved as it is now.

    Raises:
        Refused: nobody has approved, or slips entered since have changed a difference; names the lines.
    """
    above = [row for row in rows if row.variance is not None and row.variance.above]
    if above and count.approved_at is None:
        raise Refused(
            N_("{lines} lines differ. Somebody else who may approve counts has to approve this first."),
            code="not_approved",
            lines=len(above),
        )
    raise_all(
        Refused(
            N_(
                "Line {line}, lot {lot}: slips entered since have changed the difference to {difference}. "
                "Have the count approved again."
            ),
            field=f"line-{row.line.id}",
            code="changed_since",
            line=row.line.position,
            lot=row.line.lot_number or "—",
            difference=row.difference,
        )
        for row in above
        if count.approved_differences.get(str(row.line.id)) != row.difference
    )
