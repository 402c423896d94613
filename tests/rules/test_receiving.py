"""Every piece that was sent has a name when it arrives."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhixuan.rules.refusal import Refused
from zhixuan.rules.stock.receiving import Arrived, Delivered, delivery_problems, settle

DAY = date(2026, 11, 23)
sent = st.dictionaries(st.integers(1, 6), st.integers(1, 100), min_size=1, max_size=5)
arrived = st.lists(
    st.builds(Arrived, st.integers(1, 7), st.integers(-5, 100), st.integers(-5, 20), st.integers(-5, 20)),
    max_size=6,
    unique_by=lambda line: line.lot_id,
)


def adds_up(pieces: dict[int, int], lines: list[Arrived]) -> bool:
    by_lot = {line.lot_id: line for line in lines}
    return by_lot.keys() == pieces.keys() and all(
        min(line.accepted, line.damaged, line.missing) >= 0
        and line.accepted + line.damaged + line.missing == pieces[lot_id]
        for lot_id, line in by_lot.items()
    )


@given(sent, arrived)
def test_exactly_what_adds_up_is_accepted(pieces: dict[int, int], lines: list[Arrived]) -> None:
    try:
        counted = settle(pieces, lines, lot_names={})
    except Refused as refused:
        assert not adds_up(pieces, lines)
        wrong = {reason.field for reason in refused.reasons}
        by_lot = {line.lot_id: line for line in lines}
        expected = {
            f"lot-{lot}"
            for lot in pieces.keys() | by_lot.keys()
            if not (lot in pieces and lot in by_lot and adds_up({lot: pieces[lot]}, [by_lot[lot]]))
        }
        assert wrong == expected
    else:
        assert adds_up(pieces, lines)
        assert [line.lot_id for line in counted] == list(pieces)


@given(sent, st.data())
def test_any_split_that_adds_up_is_accepted(pieces: dict[int, int], data: st.DataObject) -> None:
    lines = []
    for lot, count in pieces.items():
        damaged = data.draw(st.integers(0, count))
        missing = data.draw(st.integers(0, count - damaged))
        lines.append(Arrived(lot, count - damaged - missing, damaged, missing))
    assert set(settle(pieces, lines, lot_names={})) == set(lines)


@given(
    st.lists(
        st.builds(
            Delivered,
            st.integers(1, 2),
            st.sampled_from(["A", "B"]),
            st.none() | st.integers(-3, 3).map(lambda after: DAY + timedelta(days=after)),
            st.integers(-2, 5),
            st.none() | st.integers(-3, 3).map(lambda after: DAY + timedelta(days=after)),
        ),
        max_size=5,
    )
)
def test_every_faulty_line_of_a_delivery_is_named(lines: list[Delivered]) -> None:
    named = {reason.fields.get("row", 0) for reason in delivery_problems(lines, on=DAY)}
    faulty = set() if lines else {0}
    for row, line in enumerate(lines, start=1):
        same = [(one.item_id, one.lot_number, one.expires_on) for one in lines[: row - 1]]
        expired = line.expires_on is not None and line.expires_on < DAY
        backwards = line.expires_on is not None and line.made_on is not None and line.made_on > line.expires_on
        if line.pieces < 1 or expired or backwards or (line.item_id, line.lot_number, line.expires_on) in same:
            faulty.add(row)
    assert named == faulty


def test_the_sentence_says_what_to_do() -> None:
    with pytest.raises(Refused, match="Enter the rest as missing"):
        settle({1: 10}, [Arrived(1, 9)], lot_names={1: "A"})
