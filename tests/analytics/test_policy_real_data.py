"""The promised service on real stock cards, where a folder of them lies beside the project."""

from __future__ import annotations

import pytest

from tests.analytics.cards import real
from zhixuan.analytics.ordering.readings import Reading
from zhixuan.analytics.simulation.comparison import compare
from zhixuan.analytics.simulation.past import Past, past_of
from zhixuan.analytics.simulation.replay import Terms
from zhixuan.analytics.simulation.scarcity import compare_sharing
from zhixuan.rules.periods import Month

pytestmark = pytest.mark.full


def past(reading: Reading) -> Past:
    return past_of(real(), Month(2017, 10), Month(2019, 9), reading)


@pytest.mark.parametrize(("lead", "least", "most"), [(1, 2.2, 2.6), (2, 2.8, 3.2)])
def test_less_is_lost_with_the_same_stock(lead: int, least: float, most: float) -> None:
    ours = compare(past(Reading.IMPUTED), Terms(lead))[-1]
    assert least <= ours.worth.stock_series <= most
    assert ours.ratios.lost_series <= 0.80
    assert ours.ratios.short_months <= 0.80
    assert ours.ratios.lost_volume <= 0.82
    assert ours.ratios.stock <= 0.82


def test_a_reading_that_rewards_empty_shelves_is_no_worse() -> None:
    ours = compare(past(Reading.RECORDED), Terms(1))[-1]
    assert max(ours.ratios.lost_series, ours.ratios.short_months, ours.ratios.lost_volume, ours.ratios.stock) <= 1


@pytest.mark.parametrize(("supply", "bound", "worst"), [(0.85, 0.974, 0.645), (0.6, 0.974, 0)])
def test_what_is_scarce_reaches_more_and_the_worst_served(supply: float, bound: float, worst: float) -> None:
    fair, *_others, ours = compare_sharing(past(Reading.IMPUTED), Terms(1), supply)
    assert ours.of_bound >= max(bound, fair.of_bound)
    assert ours.worth.short_months <= fair.worth.short_months * (0.82 if worst else 1)
    assert ours.worth.worst_tenth >= max(worst, fair.worth.worst_tenth)
