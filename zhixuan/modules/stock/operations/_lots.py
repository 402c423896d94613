"""Find lots, or enter them when they are new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from zhixuan.modules.stock.models import Lot
from zhixuan.modules.stock.operations import _digests
from zhixuan.rules.refusal import N_, Refused, raise_all
from zhixuan.rules.stock.ledger import UNKNOWN_EXPIRY
from zhixuan.rules.stock.receiving import Delivered

LotKey = tuple[int, str, date]


def key_of(line: Delivered) -> LotKey:
    return (line.item_id, line.lot_number.strip(), line.expires_on or UNKNOWN_EXPIRY)


def ensure(lines: Sequence[Delivered], products: Mapping[int, int]) -> dict[LotKey, Lot]:
    """The lots of these lines, entering those that are new.

    Args:
        products: product id by item id.

    Raises:
        Refused: a lot number is known with another expiry and nobody confirmed that both exist.
    """
    wanted = {key_of(line): line for line in lines}
    known = _known(wanted)
    raise_all(_expiry_questions(lines, known))
    new = [_new_lot(key, line, products[line.item_id]) for key, line in wanted.items() if key not in known]
    if new:
        Lot.objects.bulk_create(new, ignore_conflicts=True, batch_size=500)
        known = _known(wanted)
    return {key: known[key] for key in wanted}


def _known(wanted: Mapping[LotKey, Delivered]) -> dict[LotKey, Lot]:
    lots = Lot.objects.filter(item_id__in={key[0] for key in wanted}, number__in={key[1] for key in wanted})
    return {(lot.item_id, lot.number, lot.expires_on): lot for lot in lots}


def _new_lot(key: LotKey, line: Delivered, product_id: int) -> Lot:
    lot = Lot(item_id=key[0], product_id=product_id, number=key[1], expires_on=key[2], made_on=line.made_on)
    lot.digest = _digests.of_lot(lot)
    return lot


def _expiry_questions(lines: Sequence[Delivered], known: Mapping[LotKey, Lot]) -> list[Refused]:
    expiries: dict[tuple[int, str], list[date]] = {}
    for item_id, number, expires_on in known:
        if number:
            expiries.setdefault((item_id, number), []).append(expires_on)
    questions = []
    for index, line in enumerate(lines):
        item_id, number, expires_on = key_of(line)
        others = expiries.get((item_id, number), [])
        if others and expires_on not in others and not line.other_expiry_confirmed:
            questions.append(
                Refused(
                    N_(
                        "Line {row}: lot {lot} is known with expiry {known}, here it says {given}. Look at the label: "
                        "correct the date, or confirm that it is another lot with the same number."
                    ),
                    field=f"lines-{index}-expires_on",
                    code="expiry_differs",
                    row=index + 1,
                    lot=number,
                    known=min(others),
                    given=expires_on if expires_on != UNKNOWN_EXPIRY else "—",
                )
            )
    return questions
