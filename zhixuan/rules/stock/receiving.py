"""What arrived against what was sent: accepted, damaged, missing; every difference has a name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from zhixuan.rules.refusal import N_, Refused, raise_all
from zhixuan.rules.stock.ledger import PIECES_MAX


@dataclass(frozen=True, slots=True)
class Delivered:
    """One line of a supplier's delivery: a lot of a trade item, in pieces.

    Args:
        expires_on: None when the label does not say.
        other_expiry_confirmed: the person has seen that this lot number is known with another expiry.
    """

    item_id: int
    lot_number: str
    expires_on: date | None
    pieces: int
    made_on: date | None = None
    other_expiry_confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Arrived:
    """What a storekeeper counted of one lot of a delivery, in pieces."""

    lot_id: int
    accepted: int
    damaged: int = 0
    missing: int = 0

    @property
    def total(self) -> int:
        return self.accepted + self.damaged + self.missing


def settle(sent: Mapping[int, int], arrived: Iterable[Arrived], *, lot_names: Mapping[int, str]) -> tuple[Arrived, ...]:
    """Check that every piece sent is accounted for, lot by lot.

    Args:
        sent: pieces on their way by lot id.
        arrived: one entry a lot; a lot that is left out counts as not yet said, and is refused.

    Raises:
        Refused: all differences at once, each naming its lot and what is missing or too much.
    """
    lines = list(arrived)
    counted = {line.lot_id: line for line in lines}
    problems = [
        Refused(
            N_("Lot {lot} stands on two lines. Put it on one."), field=f"lot-{lot_id}", lot=lot_names.get(lot_id) or "—"
        )
        for lot_id, times in Counter(line.lot_id for line in lines).items()
        if times > 1
    ]
    for lot_id, pieces in sent.items():
        line = counted.get(lot_id)
        name = lot_names.get(lot_id) or "—"
        if line is None:
            problems.append(Refused(N_("Lot {lot}: say what arrived."), field=f"lot-{lot_id}", lot=name))
        elif min(line.accepted, line.damaged, line.missing) < 0:
            problems.append(Refused(N_("Lot {lot}: numbers cannot be negative."), field=f"lot-{lot_id}", lot=name))
        elif line.total != pieces:
            problems.append(_unsettled(lot_id, name, pieces, line.total))
    for lot_id in counted.keys() - sent.keys():
        problems.append(
            Refused(
                N_("Lot {lot} is not on this transfer. Receive it as its own delivery."),
                field=f"lot-{lot_id}",
                lot=lot_names.get(lot_id) or "—",
            )
        )
    raise_all(problems)
    return tuple(counted[lot_id] for lot_id in sent)


def _unsettled(lot_id: int, name: str, sent: int, total: int) -> Refused:
    if total < sent:
        sentence = N_("Lot {lot}: {sent} pieces were sent, {total} are accounted for. Enter the rest as missing.")
    else:
        sentence = N_("Lot {lot}: {sent} pieces were sent, {total} were entered. Correct the numbers.")
    return Refused(sentence, field=f"lot-{lot_id}", code="unsettled", lot=name, sent=sent, total=total)


def delivery_problems(lines: Sequence[Delivered], *, on: date) -> list[Refused]:
    """What is wrong with the lines of a delivery as such; empty when nothing is."""
    problems: list[Refused] = []
    if not lines:
        problems.append(Refused(N_("Enter at least one line."), code="no_lines"))
    seen: set[tuple[int, str, date | None]] = set()
    for index, line in enumerate(lines):
        key = (line.item_id, line.lot_number, line.expires_on)
        problems.extend(_line_problems(line, index, on=on, repeated=key in seen))
        seen.add(key)
    return problems


def _line_problems(line: Delivered, index: int, *, on: date, repeated: bool) -> Iterator[Refused]:
    row = index + 1
    if not 0 < line.pieces <= PIECES_MAX:
        yield Refused(
            N_("Line {row}: enter how many pieces arrived, 1 or more."), field=f"lines-{index}-pieces", row=row
        )
    if repeated:
        yield Refused(
            N_("Line {row}: this lot stands on an earlier line. Put both quantities on one line."),
            field=f"lines-{index}-lot_number",
            row=row,
        )
    if line.expires_on is not None and line.expires_on < on:
        yield Refused(
            N_("Line {row}: lot {lot} expired on {day}. Do not take it in; send it back to the supplier."),
            field=f"lines-{index}-expires_on",
            code="expired",
            row=row,
            lot=line.lot_number or "—",
            day=line.expires_on,
        )
    if line.made_on is not None and line.expires_on is not None and line.made_on > line.expires_on:
        yield Refused(
            N_("Line {row}: made on {made} but expires on {day}. Check the two dates."),
            field=f"lines-{index}-made_on",
            row=row,
            made=line.made_on,
            day=line.expires_on,
        )
