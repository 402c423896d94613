"""A history of `random_days` against its model, as a whole: balances, cards, books, the ledger's own proof."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from tests.scale import ledger_books
from zhixuan.modules.stock.models import Balance
from zhixuan.modules.stock.operations.check_ledger import check_ledger
from zhixuan.modules.stock.queries import category_ledger, consignee_ledger
from zhixuan.modules.stock.queries.card import CardLines

if TYPE_CHECKING:
    from tests.scale.random_days import Run

OUTWARD = {"transferred_out", "dispensed", "sent_back", "losses", "held"}
"""Columns whose figures are taken away."""


def compare_balances(run: Run) -> None:
    rows = Balance.objects.exclude(pieces=0).values_list("place_id", "lot_id", "pieces")
    here = {(run.places[place], run.lot_name(lot)): pieces for place, lot, pieces in rows}
    assert here == run.model.balances()


def compare_all(run: Run) -> None:
    compare_balances(run)
    assert run.model.below_zero() == []
    compare_cards(run)
    for _ in range(2):
        compare_category_ledger(run)
        compare_consignee_ledger(run)
    assert check_ledger() == []


def compare_cards(run: Run) -> None:
    """Every line and balance of every stock card; a page from the middle too."""
    for code, facility in run.facilities.items():
        for product in ("condom", "pill"):
            store_id = facility.places.get(kind="store").id
            lines = CardLines(store_id, run.product(product).id)
            shown = [(line.on, line.pieces_in - line.pieces_out, line.balance) for line in lines[:10_000]]
            expected = run.model.card(code, product)[::-1]
            assert shown == expected, (code, product)
            assert len(lines) == len(expected)
            half = len(expected) // 2
            assert [line.balance for line in lines[half : half + 5]] == [row[2] for row in expected[half : half + 5]]


def compare_category_ledger(run: Run) -> None:
    """By lot and column over any days; opens and closes with the stock card."""
    for code, facility in run.facilities.items():
        store_id = facility.places.get(kind="store").id
        since, until = _days(run)
        books = category_ledger.by_lot(store_id, since, until)
        shown = {
            run.lot_name(lot): (
                line.opening,
                {str(entry): -p if entry in OUTWARD else p for entry, p in line.entries.items() if p},
            )
            for (_product, lot), line in books.items()
        }
        assert shown == ledger_books.category_ledger(run.model, code, since, until), (code, since, until)
        for product in ("condom", "pill"):
            product_id = run.product(product).id
            closing = sum(line.closing for (one, _lot), line in books.items() if one == product_id)
            assert closing == CardLines(store_id, product_id, until=until).closing, (code, product, until)


def compare_consignee_ledger(run: Run) -> None:
    """By consignee and product over any days: what became of every piece sent."""
    codes = {facility.id: code for code, facility in run.facilities.items()}
    products = {run.product(name).id: name for name in ("condom", "pill")}
    for code, facility in run.facilities.items():
        since, until = _days(run)
        books = consignee_ledger.accounts(facility.places.get(kind="store").id, since, until)
        shown = {
            (codes[to], products[product]): ledger_books.nonzero(
                {
                    "sent": line.sent,
                    "accepted": line.accepted,
                    "damaged": line.damaged,
                    "missing": line.missing,
                    "taken_back": line.taken_back,
                    "on_the_way": line.on_the_way,
                }
            )
            for (to, product), line in books.items()
        }
        assert shown == ledger_books.consignee_ledger(run.model, code, since, until), (code, since, until)


def _days(run: Run) -> tuple[date, date]:
    first, last = sorted(run.model.today - timedelta(days=run.dice.randint(0, 75)) for _ in "ab")
    return first, last
