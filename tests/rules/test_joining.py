"""Cards of replaced products go on as their successors': the same as what tables do, and whole cards."""

from __future__ import annotations

from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhixuan.analytics.history import chained
from zhixuan.analytics.series_forecasts import CardOfSeries, table_of
from zhixuan.rules.periods import Month
from zhixuan.rules.refusal import Refused
from zhixuan.rules.replacing import Successor, check_replacement, counted_in, ends_of, handover
from zhixuan.rules.stock.facts import MonthOfCard
from zhixuan.rules.stock.joining import joined, joined_use
from zhixuan.rules.stock.levels import PeriodUse, average_monthly_use

FIRST = Month(2025, 1)
months = st.one_of(st.none(), st.tuples(st.integers(0, 40), st.integers(0, 40), st.integers(0, 40), st.integers(0, 30)))


def card(start: int, drawn: list[tuple[int, int, int, int] | None]) -> list[MonthOfCard]:
    rows, balance = [], 0
    for step, one in enumerate(drawn):
        month = FIRST.plus(start + step)
        if one is None:
            rows.append(MonthOfCard(month, reported=False))
            continue
        received, issued, adjusted, days = one
        opening, balance = balance, balance + received - issued + adjusted
        rows.append(MonthOfCard(month, True, opening, received, issued, 0, adjusted, balance, days))
    return rows


@given(st.lists(months, min_size=1, max_size=8), st.lists(months, min_size=1, max_size=8), st.integers(0, 5))
def test_cards_and_tables_are_joined_alike(
    old: list[tuple[int, int, int, int] | None], new: list[tuple[int, int, int, int] | None], start: int
) -> None:
    cards = {(1, 10): card(0, old), (1, 20): card(start, new), (2, 10): card(0, old)}
    found = joined(cards, {10: Successor(20)})
    assert set(found) == {(1, 20), (2, 20)}
    assert found[2, 20] == cards[2, 10]

    def table(given: dict[tuple[int, int], list[MonthOfCard]]) -> pl.DataFrame:
        return table_of([CardOfSeries(str(place), str(product), "", rows) for (place, product), rows in given.items()])

    columns = ["facility", "product", "month", "opening", "received", "issued", "closing", "stockout_days", "reported"]
    assert table(found).select(columns).equals(chained(table(cards), {"10": "20"}).select(columns))
    for rows in found.values():
        for one in rows:
            if one.reported:
                assert None not in (one.opening, one.received, one.issued, one.adjusted)
                assert one.closing == one.opening + one.received - one.issued + one.adjusted  # type: ignore[operator]  # seen above


def test_pieces_of_another_size_are_reckoned_over() -> None:
    cards = {(1, 10): card(0, [(30, 20, 0, 0)])}
    (one,) = joined(cards, {10: Successor(20, Fraction(1, 10))})[1, 20]
    assert (one.received, one.issued, one.closing) == (3, 2, 1)


def test_chains_multiply_and_circles_are_refused() -> None:
    assert ends_of({1: Successor(2, Fraction(1, 10)), 2: Successor(3, Fraction(5))})[1] == Successor(3, Fraction(1, 2))
    with pytest.raises(Refused, match="in a circle"):
        ends_of({1: Successor(2), 2: Successor(1)})
    with pytest.raises(Refused) as refused:
        check_replacement(3, 1, {1: 2, 2: 3}, Fraction(1))
    assert refused.value.code == "circle"


def test_use_of_a_product_and_its_successor_is_counted_once_in_the_pieces_of_the_successor() -> None:
    older = [PeriodUse(300, 0), PeriodUse(150, 15), PeriodUse(0, 30)]
    newer = [PeriodUse(0, 30), PeriodUse(300, 0), PeriodUse(600, 6)]
    found = joined_use([(older, Fraction(2)), (newer, Fraction(1))])
    assert found == [PeriodUse(600, 0), PeriodUse(600, 0), PeriodUse(600, 6)]
    assert average_monthly_use(found).per_month == 650
    assert joined_use([([], Fraction(2)), (newer, Fraction(1))]) == newer


def test_an_older_product_that_is_still_given_out_counts_for_itself() -> None:
    how = handover({1: Successor(3, Fraction(2)), 2: Successor(3)}, {2, 3})
    assert (how.counts_as(1), how.counts_as(2), how.counts_as(3)) == (
        Successor(3, Fraction(2)),
        Successor(2),
        Successor(3),
    )
    assert how.beside == {3}


def test_pieces_count_in_the_line_of_the_one_that_is_planned() -> None:
    successors = {1: Successor(3, Fraction(2)), 2: Successor(3)}
    assert counted_in(1, {1, 3}, successors) == Successor(1)
    assert counted_in(1, {3}, successors) == Successor(3, Fraction(2))
    assert counted_in(3, {1}, successors) == Successor(1, Fraction(1, 2))
    assert counted_in(3, {1, 2}, successors) is None
    assert counted_in(2, {1}, successors) is None
    assert counted_in(4, {1}, successors) is None
