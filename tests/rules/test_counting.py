"""Counting while trading goes on: variances, approval, due dates; and a shelf that is traded from all the while."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhixuan.rules.counting.due import Every, Standing, due
from zhixuan.rules.counting.moments import Book, LaterMove, Moment, book_at, left_shelf_since
from zhixuan.rules.counting.states import NEXT, CountState, Step, after, check_approver
from zhixuan.rules.counting.variance import Tolerance, rates, variance
from zhixuan.rules.refusal import Refused
from zhixuan.rules.stock.counting import Difference, moves_of

START = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)


@dataclass
class Shelf:
    """A shelf and its books. What is carried is entered at once or days later; the books may be wrong."""

    there: int
    book: int
    clock: datetime = START
    entered: list[LaterMove] = field(default_factory=list)
    owed: list[tuple[int, date]] = field(default_factory=list)

    def enter(self, change: int, on: date, other: str) -> None:
        self.clock += timedelta(minutes=1)
        self.book += change
        self.entered.append(LaterMove(change, on, self.clock, other))

    def do(self, what: str, amount: int) -> None:
        self.clock += timedelta(hours=3)
        change = {"out": -min(amount, self.there), "in": amount, "unposted": -min(amount, self.there)}.get(what, 0)
        self.there += change
        if what in {"out", "in"}:
            self.enter(change, self.clock.date(), "clients" if what == "out" else "supplier")
        elif what == "unposted" and change:
            self.owed.append((change, self.clock.date()))
        elif what == "correct":
            self.enter(amount, self.clock.date(), "difference")
        elif what == "night":
            self.clock = (self.clock + timedelta(days=1)).replace(hour=8)

    def enter_late(self, before: date) -> None:
        """Slips that were forgotten on days before the one of counting come in."""
        for change, on in self.owed:
            if on < before:
                self.enter(change, on, "clients")
        self.owed = [one for one in self.owed if one[1] >= before]


DEEDS = st.lists(
    st.tuples(st.sampled_from(["out", "in", "unposted", "correct", "night"]), st.integers(1, 30)), max_size=12
)
STOCK = st.integers(0, 200)
CARRIED = st.lists(st.tuples(st.sampled_from(["out", "in", "correct", "night"]), st.integers(1, 30)), max_size=12)


@given(STOCK, STOCK, DEEDS, CARRIED)
def test_whatever_is_traded_the_books_end_as_counted_and_the_moves_since(
    there: int, book: int, before: list[tuple[str, int]], since: list[tuple[str, int]]
) -> None:
    shelf = Shelf(there, book)
    for what, amount in before:
        shelf.do(what, amount)
    if shelf.owed:
        # Slips of the day of counting cannot be told apart from those of after it: the day is over.
        shelf.do("night", 1)
    shelf.clock += timedelta(minutes=1)
    counted, moment = shelf.there, Moment(shelf.clock, shelf.clock.date())
    for what, amount in since:
        shelf.do(what, amount)
    shelf.enter_late(moment.day)

    found = variance(counted, book_at(moment, shelf.book, shelf.entered), Tolerance())

    assert found.after == shelf.book + found.difference == shelf.there
    assert not found.must_be_recounted


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 30)), max_size=8), st.data())
def test_the_order_of_moves_does_not_matter(moves: list[tuple[bool, int]], data: st.DataObject) -> None:
    entered = [
        LaterMove(n if gain else -n, START.date(), START + timedelta(minutes=i + 1), "clients")
        for i, (gain, n) in enumerate(moves)
    ]
    moment = Moment(START, START.date())
    shuffled = data.draw(st.permutations(entered))
    assert book_at(moment, 100, shuffled) == book_at(moment, 100, entered)


@pytest.mark.parametrize(
    ("on", "minutes", "other", "since"),
    [
        (0, 5, "clients", True),
        (0, 0, "clients", False),
        (0, -5, "clients", False),
        (-1, 5, "clients", False),
        (1, 1500, "store", True),
        (0, 5, "difference", False),
        (0, 5, "suspense", False),
        (0, 5, "opening", False),
        (0, 5, "damaged", True),
        (0, 5, "quarantine", True),
    ],
)
def test_what_has_been_carried_since(on: int, minutes: int, other: str, since: bool) -> None:
    move = LaterMove(-3, START.date() + timedelta(days=on), START + timedelta(minutes=minutes), other)
    assert left_shelf_since(move, Moment(START, START.date())) is since


def test_slips_entered_late_are_told() -> None:
    late = LaterMove(-3, START.date() - timedelta(days=1), START + timedelta(hours=1), "clients")
    book = book_at(Moment(START, START.date()), 57, [late])
    assert book == Book(now=57, expected=57, entered_late=-3)


def test_more_gone_since_than_counted_must_be_recounted() -> None:
    gone = LaterMove(-8, START.date(), START + timedelta(hours=1), "clients")
    found = variance(5, book_at(Moment(START, START.date()), 2, [gone]), Tolerance())
    assert (found.book.expected, found.difference, found.after) == (10, -5, -3)
    assert found.must_be_recounted


@pytest.mark.parametrize(
    ("pieces", "share", "difference", "expected", "allowed"),
    [
        (0, "0", 0, 50, True),
        (0, "0", 1, 50, False),
        (2, "0", -2, 50, True),
        (2, "0", -3, 50, False),
        (0, "0.01", 1, 100, True),
        (0, "0.01", 1, 99, False),
        (2, "0.1", -10, 100, True),
        (2, "0.1", 2, 0, True),
        (2, "0.1", 3, 0, False),
    ],
)
def test_tolerance(pieces: int, share: str, difference: int, expected: int, allowed: bool) -> None:
    assert Tolerance(pieces, Fraction(share)).allows(difference, expected) is allowed


@given(st.lists(st.tuples(STOCK, STOCK), max_size=20))
def test_rates(lots: list[tuple[int, int]]) -> None:
    found = rates(lots)
    if not sum(expected for _counted, expected in lots):
        assert found.difference is None
    else:
        whole = sum(Fraction(abs(c - e), 1) for c, e in lots) / sum(e for _c, e in lots)
        assert found.difference == whole
    assert (found.accuracy is None) is (not lots)
    assert found.accuracy is None or 0 <= found.accuracy <= 1


def test_worked_rate() -> None:
    assert rates([(95, 100), (102, 100), (0, 0)]).difference == Fraction(7, 200)
    assert rates([(95, 100), (102, 100), (0, 0)]).accuracy == Fraction(1, 3)


@pytest.mark.parametrize(
    ("every", "last", "since", "today", "standing", "by", "late"),
    [
        (Every.MONTH, date(2026, 11, 3), date(2026, 1, 5), date(2026, 11, 20), "done", date(2027, 1, 5), 0),
        (Every.MONTH, date(2026, 10, 31), date(2026, 1, 5), date(2026, 11, 20), "due", date(2026, 12, 5), 0),
        (Every.MONTH, date(2026, 9, 30), date(2026, 1, 5), date(2026, 11, 3), "due", date(2026, 11, 5), 0),
        (Every.MONTH, date(2026, 9, 30), date(2026, 1, 5), date(2026, 11, 6), "overdue", date(2026, 11, 5), 1),
        (Every.MONTH, None, date(2026, 1, 5), date(2026, 11, 20), "overdue", date(2026, 11, 5), 15),
        (Every.MONTH, None, date(2026, 11, 2), date(2026, 11, 20), "due", date(2026, 12, 5), 0),
        (Every.QUARTER, date(2026, 7, 1), date(2026, 1, 5), date(2026, 11, 20), "due", date(2027, 1, 5), 0),
        (Every.QUARTER, date(2026, 6, 30), date(2026, 1, 5), date(2026, 11, 20), "overdue", date(2026, 10, 5), 46),
    ],
)
def test_due(every: Every, last: date | None, since: date, today: date, standing: str, by: date, late: int) -> None:
    found = due(every, 5, last_counted=last, since=since, today=today)
    assert (found.standing, found.by, found.days_late) == (Standing(standing), by, late)


@given(st.dates(date(2024, 1, 1), date(2027, 1, 1)), st.integers(0, 800), st.sampled_from(Every))
def test_who_has_just_counted_is_never_overdue(today: date, days: int, every: Every) -> None:
    found = due(every, 5, last_counted=today, since=today - timedelta(days=days), today=today)
    assert found.standing is Standing.DONE
    assert found.by > today


def test_ended_counts_take_no_step_and_only_reviewed_ones_are_posted() -> None:
    for state in (CountState.POSTED, CountState.CANCELLED):
        for step in Step:
            with pytest.raises(Refused):
                after(state, step)
    assert {state for state, step in NEXT if step is Step.POST} == {CountState.COUNTED, CountState.APPROVED}
    assert after(CountState.APPROVED, Step.SEND_BACK) is CountState.RECOUNT


def test_a_counter_does_not_approve() -> None:
    check_approver(1, {2, 3})
    for approver in (2, None):
        with pytest.raises(Refused):
            check_approver(approver, {2, 3})


def test_differences_become_movements() -> None:
    lost, found = Difference(7, -3, "count_lost"), Difference(8, 2, "count_no_slip_in", held=True)
    moves = moves_of([(lost, 1), (found, 2)], store_id=101, quarantine_id=102)
    assert [(m.lot_id, m.from_place_id, m.to_place_id, m.pieces, m.reason) for m in moves] == [
        (7, 101, 6, 3, "count_lost"),
        (8, 6, 102, 2, "count_no_slip_in"),
    ]
