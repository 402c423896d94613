"""What papers say beside the lines of a slip: what was written back of it, and how it was given out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhixuan.rules.stock.given_out import NOTHING_SAID, Channel, HowGiven, how_given
from zhixuan.rules.stock.receipt_back import DAMAGED, MISSING, WrittenBack, written_back

LOT, OTHER = 1, 2


def test_each_line_gets_what_came_of_its_lot() -> None:
    sent = [(LOT, 100), (OTHER, 20)]
    received = [(LOT, 95, ""), (OTHER, 20, ""), (LOT, 2, DAMAGED), (LOT, 3, MISSING)]
    assert written_back(sent, received) == [WrittenBack(95, 2, 3), WrittenBack(20)]


def test_a_lot_on_two_lines_is_filled_in_order() -> None:
    assert written_back([(LOT, 60), (LOT, 40)], [(LOT, 70, ""), (LOT, 30, MISSING)]) == [
        WrittenBack(60),
        WrittenBack(10, 0, 30),
    ]


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 50), st.integers(0, 50), st.integers(0, 50)), max_size=8))
def test_nothing_is_lost_between_the_lines(lines: list[tuple[int, int, int, int]]) -> None:
    sent = [(lot, pieces + damaged + missing) for lot, pieces, damaged, missing in lines]
    parts = (("", 1), (DAMAGED, 2), (MISSING, 3))
    received = [(line[0], line[index], reason) for line in lines for reason, index in parts]
    found = written_back(sent, received)
    assert [one.accepted + one.damaged + one.missing for one in found] == [pieces for _lot, pieces in sent]
    assert sum(one.accepted for one in found) == sum(pieces for _lot, pieces, _damaged, _missing in lines)


@pytest.mark.parametrize(
    "how", [NOTHING_SAID, HowGiven(Channel.POST), HowGiven(first_time=False), HowGiven(Channel.VISIT, True, True)]
)
def test_only_what_was_said_is_kept(how: HowGiven) -> None:
    kept = how.as_details()
    assert how_given({"picks": [], **kept}) == how
    assert bool(kept) is (how != NOTHING_SAID)
