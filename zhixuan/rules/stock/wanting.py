"""What can be wrong with lines that ask for stock, before anybody looks at the shelf."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from zhixuan.rules.refusal import N_, Refused
from zhixuan.rules.stock.fefo import Wanted
from zhixuan.rules.stock.ledger import PIECES_MAX


def wanted_problems(lines: Sequence[Wanted]) -> list[Refused]:
    """Quantities are positive, chosen lots add up, products stand once; empty when nothing is wrong."""
    problems: list[Refused] = []
    if not lines:
        problems.append(Refused(N_("Enter at least one line."), code="no_lines"))
    seen: set[tuple[int, int | None]] = set()
    for index, line in enumerate(lines):
        problems.extend(_line_problems(line, index, repeated=(line.product_id, line.item_id) in seen))
        seen.add((line.product_id, line.item_id))
    return problems


def _line_problems(line: Wanted, index: int, *, repeated: bool) -> Iterator[Refused]:
    row = index + 1
    if not 0 < line.pieces <= PIECES_MAX:
        yield Refused(N_("Line {row}: enter how many pieces, 1 or more."), field=f"lines-{index}-pieces", row=row)
    named = dict(line.chosen)
    if len(named) != len(line.chosen) or any(pieces <= 0 for pieces in named.values()):
        yield Refused(
            N_("Line {row}: name each lot once, with 1 piece or more."), field=f"lines-{index}-pieces", row=row
        )
    elif named and sum(named.values()) != line.pieces:
        yield Refused(
            N_("Line {row}: the pieces of the chosen lots do not add up to the quantity."),
            field=f"lines-{index}-pieces",
            row=row,
        )
    if repeated:
        yield Refused(
            N_("Line {row}: this product stands on an earlier line. Put both quantities on one line."),
            field=f"lines-{index}-product",
            row=row,
        )
