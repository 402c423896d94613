"""What speaks against taking a supplier's delivery in: asked by the screen and, under the lock, by the posting."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.directory import queries as directory
from zhixuan.modules.stock.models import Lot
from zhixuan.modules.stock.queries.blocks import blocked_keys
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.rules.refusal import N_, Refused
from zhixuan.rules.stock import receiving
from zhixuan.rules.stock.ledger import UNKNOWN_EXPIRY
from zhixuan.rules.stock.receiving import Delivered
from zhixuan.shared.ui.naming import LocalizedName

LotKey = tuple[int, str, date]
"""(item id, lot number, expiry): what makes a lot."""


def key_of(line: Delivered) -> LotKey:
    return (line.item_id, line.lot_number.strip(), line.expires_on or UNKNOWN_EXPIRY)


def known_lots(keys: Iterable[LotKey]) -> dict[LotKey, Lot]:
    """Lots of these items with these numbers, whatever their expiry."""
    wanted = list(keys)
    lots = Lot.objects.filter(item_id__in={key[0] for key in wanted}, number__in={key[1] for key in wanted})
    return {key_of_lot(lot): lot for lot in lots}


def key_of_lot(lot: Lot) -> LotKey:
    return (lot.item_id, lot.number, lot.expires_on)


def objections(facility_id: int, lines: Sequence[Delivered], on: date) -> list[Refused]:
    """Everything that speaks against a delivery, all lines at once; empty when it can be taken in."""
    return [
        *receiving.delivery_problems(lines, on=on),
        *_item_problems(facility_id, lines),
        *_recalled(places_of(facility_id).area_path, lines),
        *expiry_questions(lines, known_lots(key_of(line) for line in lines)),
    ]


def _recalled(area_path: str, lines: Sequence[Delivered]) -> list[Refused]:
    """Lots that are recalled here."""
    recalled = blocked_keys(area_path, [key_of(line) for line in lines])
    return [
        Refused(
            N_("Line {row}: lot {lot} is recalled and cannot be taken in. Keep it apart and send it back."),
            field=f"lines-{index}-lot_number",
            code="recalled",
            row=index + 1,
            lot=line.lot_number,
        )
        for index, line in enumerate(lines)
        if key_of(line) in recalled
    ]


def _item_problems(facility_id: int, lines: Sequence[Delivered]) -> list[Refused]:
    """Unknown or withdrawn items, and products that the facility may not hold."""
    items = catalogue.items_by_id([line.item_id for line in lines])
    permitted = directory.permitted_product_ids(facility_id)
    problems = []
    for index, line in enumerate(lines):
        field, row = f"lines-{index}-item", index + 1
        item = items.get(line.item_id)
        if item is None:
            problems.append(Refused(N_("Line {row}: choose an item from the catalogue."), field=field, row=row))
            continue
        sentence = _objection(item.product.status, item.product_id, permitted)
        if sentence:
            name = LocalizedName(item.product.name_zh, item.product.name_en)
            problems.append(Refused(sentence, field=field, row=row, product=name))
    return problems


def _objection(status: str, product_id: int, permitted: frozenset[int] | None) -> str:
    if status == "withdrawn":
        return N_("Line {row}: {product} is withdrawn and cannot be taken in any more.")
    if permitted and product_id not in permitted:
        return N_("Line {row}: {product} is not on the list of what this facility may hold.")
    return ""


def expiry_questions(lines: Sequence[Delivered], known: Mapping[LotKey, Lot]) -> list[Refused]:
    """Lot numbers that are known with another expiry, where nobody has confirmed that both exist."""
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
