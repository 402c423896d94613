"""Which column of the books a movement belongs to, and that the columns add up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhixuan.rules.stock.books import SIGNS, BookLine, Consigned, Entry, Kind, arrivals, entry_of, total
from zhixuan.rules.stock.ledger import EventKind, PlaceKind

CASES = [
    (Kind(EventKind.RECEIPT, PlaceKind.SUPPLIER), Entry.BOUGHT),
    (Kind(EventKind.ADJUSTMENT, PlaceKind.SUPPLIER, reason="supplier_return"), Entry.SENT_BACK),
    (Kind(EventKind.CARD, PlaceKind.SUPPLIER, reason="return_to_supplier"), Entry.SENT_BACK),
    (Kind(EventKind.CARD, PlaceKind.SUPPLIER, reason="receipt"), Entry.BOUGHT),
    (Kind(EventKind.TRANSFER_IN, PlaceKind.TRANSIT, EventKind.TRANSFER_OUT), Entry.TRANSFERRED_IN),
    (Kind(EventKind.TRANSFER_IN, PlaceKind.TRANSIT, EventKind.RETURN), Entry.RETURNED_HERE),
    (Kind(EventKind.TRANSFER_OUT, PlaceKind.TRANSIT), Entry.TRANSFERRED_OUT),
    (Kind(EventKind.RETURN, PlaceKind.TRANSIT), Entry.SENT_BACK),
    (Kind(EventKind.DISPENSING, PlaceKind.CLIENTS), Entry.DISPENSED),
    (Kind(EventKind.ADJUSTMENT, PlaceKind.CLIENTS, reason="client_return"), Entry.DISPENSED),
    (Kind(EventKind.ADJUSTMENT, PlaceKind.EXPIRED), Entry.LOSSES),
    (Kind(EventKind.ADJUSTMENT, PlaceKind.DAMAGED), Entry.LOSSES),
    (Kind(EventKind.ADJUSTMENT, PlaceKind.LOST), Entry.LOSSES),
    (Kind(EventKind.ADJUSTMENT, PlaceKind.DIFFERENCE), Entry.COUNTED),
    (Kind(EventKind.ADJUSTMENT, PlaceKind.QUARANTINE), Entry.HELD),
    (Kind(EventKind.DISPENSING, PlaceKind.SUSPENSE), Entry.SETTLED),
    (Kind(EventKind.ADJUSTMENT, PlaceKind.OPENING), Entry.OPENED),
]

kinds = st.builds(
    Kind,
    st.sampled_from(EventKind),
    st.sampled_from([kind for kind in PlaceKind if kind is not PlaceKind.STORE]),
    st.sampled_from([None, EventKind.RETURN, EventKind.TRANSFER_OUT]),
    st.sampled_from(["", "supplier_return", "return_to_supplier"]),
)
postings = st.lists(st.tuples(kinds, st.integers(-(10**9), 10**9)), max_size=30)


@pytest.mark.parametrize(("kind", "entry"), CASES, ids=lambda value: str(value))
def test_every_movement_has_its_column(kind: Kind, entry: Entry) -> None:
    assert entry_of(kind) is entry


@given(st.integers(0, 10**9), postings)
def test_opening_and_columns_make_the_closing(opening: int, posted: list[tuple[Kind, int]]) -> None:
    line = BookLine(opening)
    for kind, gained in posted:
        line.post(kind, gained)

    assert line.closing == opening + sum(gained for _kind, gained in posted)


def test_what_goes_out_stands_as_a_positive_figure_and_a_reversal_takes_it_away() -> None:
    line = BookLine(100)
    line.post(Kind(EventKind.DISPENSING, PlaceKind.CLIENTS), -30)
    assert (line.entries[Entry.DISPENSED], line.closing) == (30, 70)

    line.post(Kind(EventKind.DISPENSING, PlaceKind.CLIENTS), +30)
    assert (line.entries[Entry.DISPENSED], line.closing, line.moved) == (0, 100, False)


def test_every_column_has_a_sign() -> None:
    assert set(SIGNS) == set(Entry)


@given(st.lists(st.tuples(st.integers(0, 99), postings), max_size=5))
def test_a_total_is_the_sum_of_its_lines(given_lines: list[tuple[int, list[tuple[Kind, int]]]]) -> None:
    lines = []
    for opening, posted in given_lines:
        line = BookLine(opening)
        for kind, gained in posted:
            line.post(kind, gained)
        lines.append(line)

    assert total(lines).closing == sum(line.closing for line in lines)


def test_pieces_sent_are_all_accounted_for() -> None:
    pieces = Consigned(100, accepted=60, damaged=5, missing=3, taken_back=10)

    assert pieces.on_the_way == 22
    assert arrivals({PlaceKind.STORE: 60, PlaceKind.DAMAGED: 5, PlaceKind.LOST: 3}) == (60, 5, 3)
    assert arrivals({PlaceKind.QUARANTINE: 7, PlaceKind.STORE: 2}) == (9, 0, 0), (
        "a recalled lot has arrived all the same"
    )
    assert arrivals({}) == (0, 0, 0)
