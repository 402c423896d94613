"""Lots that lie on the shelf and were never in the books: opening stock, finds, what clients brought back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.stock.models import Lot
from zhixuan.modules.stock.operations import _lots
from zhixuan.modules.stock.queries.deliveries import expiry_questions, key_of, known_lots
from zhixuan.rules.refusal import N_, Refused, raise_all
from zhixuan.rules.stock.ledger import PIECES_MAX
from zhixuan.rules.stock.reasons import Reason
from zhixuan.rules.stock.receiving import Delivered


def check(found: Sequence[Delivered], reason: Reason) -> None:
    """Lots can be entered like this; an expired one too, for it may be found only to be written off.

    Raises:
        Refused: all faulty lines at once, on fields `found-0-pieces` and so on.
    """
    raise_all(problems(found, reason))


def problems(found: Sequence[Delivered], reason: Reason) -> list[Refused]:
    """What speaks against entering these lots."""
    if found and not reason.enters_lots:
        return [Refused(N_("With this reason only lots that are in the books can be corrected."), code="no_new_lots")]
    listed = [*_line_problems(found), *expiry_questions(found, known_lots(key_of(line) for line in found))]
    for one in listed:
        one.field = one.field.replace("lines-", "found-", 1)
    return listed


def _line_problems(found: Iterable[Delivered]) -> Iterator[Refused]:
    lines = list(found)
    known = catalogue.items_by_id([line.item_id for line in lines])
    seen = set()
    for index, line in enumerate(lines):
        row, key = index + 1, key_of(line)
        if line.item_id not in known:
            yield Refused(N_("Line {row}: choose an item from the catalogue."), field=f"lines-{index}-item", row=row)
        if not 0 < line.pieces <= PIECES_MAX:
            yield Refused(N_("Line {row}: enter how many pieces, 1 or more."), field=f"lines-{index}-pieces", row=row)
        if key in seen:
            yield Refused(
                N_("Line {row}: this lot stands on an earlier line. Put both quantities on one line."),
                field=f"lines-{index}-lot_number",
                row=row,
            )
        seen.add(key)


def enter(found: Sequence[Delivered]) -> list[tuple[Lot, int]]:
    """The lots with their pieces; those that are new are entered."""
    if not found:
        return []
    items = catalogue.items_by_id([line.item_id for line in found])
    lots = _lots.ensure(found, {item.id: item.product_id for item in items.values()})
    return [(lots[key_of(line)], line.pieces) for line in found]
