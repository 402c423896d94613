"""Moves net to zero, a reversal undoes, and no day of the past falls below zero unseen."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhixuan.rules.refusal import Refused
from zhixuan.rules.stock.ledger import (
    PIECES_MAX,
    Move,
    check_date,
    lowest_later_balance,
    net_changes,
    reversed_moves,
    slip_number,
)

DAY = date(2026, 11, 23)
places = st.integers(1, 6)
moves = st.builds(
    lambda lot, ends, pieces, reason: Move(lot, lot % 3, ends[0], ends[1], pieces, reason),
    st.integers(1, 5),
    st.tuples(places, places).filter(lambda ends: ends[0] != ends[1]),
    st.integers(1, PIECES_MAX),
    st.sampled_from(["", "lost"]),
)
some_moves = st.lists(moves, max_size=30)


@given(some_moves)
def test_nothing_appears_and_nothing_vanishes(given_moves: list[Move]) -> None:
    changes = net_changes(given_moves)
    for lot in range(6):
        assert sum(pieces for (_place, lot_id), pieces in changes.items() if lot_id == lot) == 0
    assert 0 not in changes.values()


@given(some_moves)
def test_net_changes_are_what_walking_through_the_moves_gives(given_moves: list[Move]) -> None:
    stands = {(place, lot): 0 for place in range(1, 7) for lot in range(1, 6)}
    for move in given_moves:
        stands[move.from_place_id, move.lot_id] -= move.pieces
        stands[move.to_place_id, move.lot_id] += move.pieces
    assert net_changes(given_moves) == {key: pieces for key, pieces in stands.items() if pieces}


@given(some_moves)
def test_a_slip_and_its_reversal_are_as_if_nothing_had_been(given_moves: list[Move]) -> None:
    undone = reversed_moves(given_moves)
    assert net_changes([*given_moves, *undone]) == {}
    assert reversed_moves(undone) == tuple(given_moves)


@pytest.mark.parametrize(("ends", "pieces"), [((1, 2), 0), ((1, 2), -1), ((1, 2), PIECES_MAX + 1), ((3, 3), 5)])
def test_what_is_no_move_cannot_be_made(ends: tuple[int, int], pieces: int) -> None:
    with pytest.raises(ValueError, match="movement"):
        Move(1, 1, *ends, pieces)


@given(st.integers(0, 500), st.dictionaries(st.integers(1, 40), st.integers(-100, 100), max_size=15))
def test_lowest_later_balance_by_walking_every_day(start: int, by_day: dict[int, int]) -> None:
    """`start` stood at the end of the day; `by_day` happened that many days later."""
    changes = {DAY + timedelta(days=after): pieces for after, pieces in by_day.items()}
    balance = lowest = start
    for after in range(1, 41):
        balance += by_day.get(after, 0)
        lowest = min(lowest, balance)
    assert lowest_later_balance(balance, changes) == lowest


@given(st.integers(-50, 50), st.none() | st.integers(-50, 50))
def test_a_day_can_be_posted_to_when_it_is_over_or_today_and_open(on: int, closed: int | None) -> None:
    day = DAY + timedelta(days=on)
    closed_until = None if closed is None else DAY + timedelta(days=closed)
    allowed = day <= DAY and (closed_until is None or day > closed_until)
    if allowed:
        check_date(day, today=DAY, closed_until=closed_until)
    else:
        with pytest.raises(Refused) as refused:
            check_date(day, today=DAY, closed_until=closed_until)
        assert refused.value.field == "on"


@given(st.text("ABC-", min_size=1, max_size=8), st.integers(1, 10**6), st.integers(1900, 2199))
def test_slip_numbers_of_one_store_and_year_differ(code: str, number: int, year: int) -> None:
    assert slip_number(code, year, number) != slip_number(code, year, number + 1)
    assert slip_number(code, year, number) != slip_number(code, year + 1, number)
