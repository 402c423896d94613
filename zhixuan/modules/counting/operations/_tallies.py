"""Writing down what was counted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from zhixuan.modules.counting.models import Count, CountLine, Tally
from zhixuan.modules.counting.operations import _loading
from zhixuan.rules.counting.states import CountState
from zhixuan.rules.refusal import N_, Refused, raise_all
from zhixuan.rules.stock.ledger import PIECES_MAX
from zhixuan.shared import sql
from zhixuan.shared.access import Actor


@dataclass(frozen=True, slots=True)
class Counted:
    """A number for one line.

    Args:
        seen: how many numbers the person knew of when counting: nobody's number is passed over unseen.
        counted_at: when the shelf looked like that.
        command_id: of this number; sent twice it is noted once.
    """

    line_id: int
    pieces: int
    seen: int
    counted_at: datetime
    command_id: UUID


def to_write(
    count: Count, lines: Sequence[CountLine], numbers: Sequence[Counted], at: datetime
) -> list[tuple[CountLine, Counted]]:
    """The numbers that are new, with their lines.

    Raises:
        Refused: every number that cannot be taken, at once.
    """
    by_id = {line.id: line for line in lines}
    known = {
        tally.command_id: (tally.line_id, tally.pieces)
        for tally in Tally.objects.filter(command_id__in=[number.command_id for number in numbers])
    }
    wanted, problems = [], []
    for number in numbers:
        line = by_id.get(number.line_id)
        if number.command_id in known and known[number.command_id] == (number.line_id, number.pieces):
            continue
        problem = _problem(count, line, number, at, used=number.command_id in known)
        if problem is not None:
            problems.append(problem)
        elif line is not None:
            wanted.append((line, number))
    raise_all(problems)
    return wanted


def _problem(count: Count, line: CountLine | None, number: Counted, at: datetime, *, used: bool) -> Refused | None:
    if line is None:
        return Refused(N_("This line is not on the sheet any more. Load the page again."), code="unknown_line")
    field, lot = f"line-{line.id}", line.lot_number or "—"
    if used:
        return Refused(N_("This number was already sent with other contents. Load the page again."), field=field)
    if not 0 <= number.pieces <= PIECES_MAX:
        return Refused(N_("Lot {lot}: enter how many pieces lie there, 0 or more."), field=field, lot=lot)
    if line.tallies != number.seen:
        return Refused(
            N_("Lot {lot} was counted by {name} meanwhile. Look at it, and send yours again if it should count."),
            field=field,
            code="counted_meanwhile",
            lot=lot,
            name=line.counted_by_name or "—",
        )
    if count.state == CountState.RECOUNT and not line.recount and line.tallies:
        return Refused(N_("Lot {lot} was not sent back to be counted again. Send it back first."), field=field, lot=lot)
    try:
        _loading.check_moment(count, number.counted_at, at, field=field)
    except Refused as refused:
        return refused
    return None


COUNTED = (
    "UPDATE counting_countline SET tallies = tallies + 1, counted = %s, counted_at = %s, counted_by = %s, "
    "counted_by_name = %s, recount = FALSE, left_out = FALSE, accepted = FALSE, reason = '', reason_note = '' "
    "WHERE id = %s"
)


def write(numbers: Iterable[tuple[CountLine, Counted]], source: str, actor: Actor, at: datetime) -> None:
    """Add the numbers; each becomes the one that counts."""
    listed = list(numbers)
    Tally.objects.bulk_create(
        (
            Tally(
                command_id=number.command_id,
                line_id=line.id,
                pieces=number.pieces,
                counted_at=number.counted_at,
                received_at=at,
                actor_id=actor.user_id,
                actor_name=actor.name[:150],
                source=source,
            )
            for line, number in listed
        ),
        batch_size=500,
    )
    sql.write(
        COUNTED,
        [
            (number.pieces, sql.moment_value(number.counted_at), actor.user_id, actor.name[:150], line.id)
            for line, number in listed
        ],
    )
