"""The bars of stock status that the home page and the list by product share."""

from __future__ import annotations

from collections import Counter

from zhixuan.rules.stock.levels import StockStatus
from zhixuan.shared.ui.status_chart import CHART_STATES, status_bars


def test_the_first_row_stands_on_top_and_nobodys_status_is_left_out() -> None:
    option = status_bars([("North", Counter(low=2, adequate=1)), ("South", Counter(adequate=4))])

    assert option["yAxis"]["data"] == ["South", "North"]
    assert [(one["state"], one["data"]) for one in option["series"]] == [("low", [0, 2]), ("good", [4, 1])]


def test_every_status_has_a_colour() -> None:
    assert set(CHART_STATES) == set(StockStatus)
