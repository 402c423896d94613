"""Find lots, or enter them when they are new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from zhixuan.modules.stock.models import Lot
from zhixuan.modules.stock.operations import _digests, _rows
from zhixuan.modules.stock.queries.deliveries import LotKey, expiry_questions, key_of, key_of_lot, known_lots
from zhixuan.rules.refusal import raise_all
from zhixuan.rules.stock.receiving import Delivered
from zhixuan.shared import sql

__all__ = ["LotKey", "ensure", "key_of"]


def ensure(lines: Sequence[Delivered], products: Mapping[int, int]) -> dict[LotKey, Lot]:
    """The lots of these lines, entering those that are new.

    Args:
        products: product id by item id.

    Raises:
        Refused: a lot number is known with another expiry and nobody confirmed that both exist.
    """
    wanted = {key_of(line): line for line in lines}
    known = known_lots(wanted)
    raise_all(expiry_questions(lines, known))
    # In one order, so that two who enter the same new lots at once cannot wait for each other.
    new = [_new_lot(key, line, products[line.item_id]) for key, line in sorted(wanted.items()) if key not in known]
    if new:
        for lot, lot_id in zip(new, _rows.next_lot_ids(len(new)), strict=True):
            lot.id = lot_id
            lot.digest = _digests.of_lot(lot)
        entered = sum(sql.tell(_rows.lots(new)))
        # Fewer only where somebody else entered one of them meanwhile: then theirs is the lot.
        known = known_lots(wanted) if entered < len(new) else known | {key_of_lot(lot): lot for lot in new}
    return {key: known[key] for key in wanted}


def _new_lot(key: LotKey, line: Delivered, product_id: int) -> Lot:
    return Lot(item_id=key[0], product_id=product_id, number=key[1], expires_on=key[2], made_on=line.made_on)
