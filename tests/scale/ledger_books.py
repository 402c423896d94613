"""The two books of a store, foretold by the model: category ledger and consignee ledger, slip by slip.

Written from domain.md 3.6 and the docs of the books; imports nothing of the code.
"""

from __future__ import annotations

from collections import Counter
from datetime import date

from tests.scale.ledger_model import Done, LedgerModel, Place

Line = tuple[int, dict[str, int]]
"""(opening, signed pieces by column)"""
BY_OTHER_SIDE = {
    "supplier": "bought",
    "clients": "dispensed",
    "lost": "losses",
    "damaged": "losses",
    "expired": "losses",
    "difference": "counted",
    "quarantine": "held",
    "suspense": "settled",
}


def category_ledger(model: LedgerModel, facility: str, since: date, until: date) -> dict[str, Line]:
    """By lot: what stood in the store before the first day, and what came (+) and went (-) by column."""
    store: Place = (facility, "store")
    opening: Counter[str] = Counter()
    columns: dict[str, Counter[str]] = {}
    for slip in model.slips:
        for lot, source, target, pieces in slip.moves:
            if store not in (source, target) or slip.on > until:
                continue
            change, other = (pieces, source) if target == store else (-pieces, target)
            if slip.on < since:
                opening[lot] += change
            else:
                columns.setdefault(lot, Counter())[_column(model, slip, other)] += change
    lines = {lot: (opening[lot], nonzero(columns.get(lot, Counter()))) for lot in opening.keys() | columns.keys()}
    return {lot: line for lot, line in lines.items() if line[0] or line[1]}


def nonzero(figures: dict[str, int]) -> dict[str, int]:
    return {name: pieces for name, pieces in figures.items() if pieces}


def _column(model: LedgerModel, slip: Done, other: Place) -> str:
    """A reversal counts against the column of what it undoes."""
    if other[1] in BY_OTHER_SIDE:
        return BY_OTHER_SIDE[other[1]]
    meant = slip if slip.reverses is None else model.slips[slip.reverses]
    if meant.kind == "transfer_in":
        came_back = meant.answers is not None and model.slips[meant.answers].kind == "return"
        return "returned_here" if came_back else "transferred_in"
    return "sent_back" if meant.kind == "return" else "transferred_out"


def consignee_ledger(
    model: LedgerModel, facility: str, since: date, until: date
) -> dict[tuple[str, str], dict[str, int]]:
    """By consignee and product: what was sent in these days, and where each piece was at the end of the last one."""
    found: dict[tuple[str, str], Counter[str]] = {}
    for position, slip in enumerate(model.slips):
        if slip.kind != "transfer_out" or slip.facility != facility or not since <= slip.on <= until:
            continue
        for lot, _source, _target, pieces in slip.moves:
            account = found.setdefault((slip.to, model.lots[lot].product), Counter())
            account["sent"] += pieces
        answer = _answer(model, position, until)
        moves = slip.moves if answer is None else answer.moves
        for lot, _source, target, pieces in moves:
            account = found[slip.to, model.lots[lot].product]
            account["on_the_way" if answer is None else _fate(answer, target)] += pieces
    return {account: nonzero(figures) for account, figures in found.items()}


def _answer(model: LedgerModel, position: int, until: date) -> Done | None:
    """The slip that took it in or back, as it stood at the end of that day."""
    back = model.undone.get(position)
    for one in [*model.answered.get(position, []), *([] if back is None else [back])]:
        undone = model.undone.get(one)
        if model.slips[one].on <= until and (undone is None or model.slips[undone].on > until):
            return model.slips[one]
    return None


def _fate(answer: Done, target: Place) -> str:
    if answer.kind == "reversal":
        return "taken_back"
    return {"damaged": "damaged", "lost": "missing"}.get(target[1], "accepted")
