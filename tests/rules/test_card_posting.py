"""The difference between cards and ledger: posting it once is enough, and the store never falls below zero."""

from collections import defaultdict
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from zhixuan.rules.periods import Month
from zhixuan.rules.stock.card_posting import Bounds, Entry, differences, entries_of, obstacle
from zhixuan.rules.stock.cards import CardRow, one_per_month
from zhixuan.rules.stock.ledger import PlaceKind

quantities = st.integers(-500, 500)
series = st.lists(
    st.builds(
        CardRow,
        st.just("A"),
        st.just("P"),
        st.builds(Month, st.just(2019), st.integers(1, 12)),
        *[quantities] * 5,
        line_number=st.integers(2, 10**6),
    ),
    max_size=12,
).map(one_per_month)


def day_ends(entries: dict[Entry, int], place: str) -> dict[date, int]:
    changes: dict[date, int] = defaultdict(int)
    for entry, pieces in entries.items():
        if entry.place == place:
            changes[entry.on] += pieces
    balance, ends = 0, {}
    for day in sorted(changes):
        balance += changes[day]
        ends[day] = balance
    return ends


def at(ends: dict[date, int], day: date) -> int:
    return next((ends[one] for one in sorted(ends, reverse=True) if one <= day), 0)


@given(series)
def test_every_closing_is_met_and_the_store_is_never_below_zero(rows: list[CardRow]) -> None:
    entries = entries_of(rows)
    store, suspense = (day_ends(entries, place) for place in (PlaceKind.STORE, PlaceKind.SUSPENSE))
    assert all(pieces >= 0 for pieces in store.values())
    assert all(pieces <= 0 for pieces in suspense.values())
    for row in rows:
        assert at(store, row.month.last_day) + at(suspense, row.month.last_day) == row.closing


@given(series, series)
def test_after_posting_the_difference_nothing_differs(before: list[CardRow], after: list[CardRow]) -> None:
    posted = entries_of(before)
    for entry, pieces in differences(entries_of(after), posted).items():
        posted[entry] = posted.get(entry, 0) + pieces
    assert {key: pieces for key, pieces in posted.items() if pieces} == entries_of(after)
    assert differences(entries_of(after), posted) == {}


def a_row(month: Month, opening: int, closing: int) -> CardRow:
    return CardRow("A", "P", month, opening, 0, opening - closing, 0, closing, line_number=7)


def test_what_stands_in_the_way() -> None:
    rows = [a_row(Month(2019, 1), 10, 8), a_row(Month(2019, 2), 8, 5)]
    changes = entries_of(rows)
    today = date(2019, 2, 28)

    def code(bounds: Bounds, wanted: dict[Entry, int] = changes) -> str:
        refused = obstacle(rows, wanted, bounds)
        return refused.code if refused else ""

    assert code(Bounds(today)) == ""
    assert code(Bounds(date(2019, 2, 27))) == "future"
    assert code(Bounds(today, closed_until=date(2018, 12, 31))) == ""
    assert code(Bounds(today, closed_until=date(2019, 1, 31))) == "month_closed"
    assert code(Bounds(today, closed_until=date(2019, 1, 31)), {}) == ""
    assert code(Bounds(today, own_since=date(2019, 3, 5))) == "own_slips"
    balanced = {
        Entry(date(2019, 1, 31), "issue", "store"): 3,
        Entry(date(2019, 2, 1), "opening_correction", "store"): -3,
    }
    assert code(Bounds(today, own_since=date(2019, 3, 5)), balanced) == ""
    assert code(Bounds(today, own_since=date(2019, 1, 31)), balanced) == "own_slips"
