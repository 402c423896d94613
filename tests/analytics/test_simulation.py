"""The simulator keeps every piece in sight, and its measures say what they claim."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.analytics.cards import cards, write
from tests.analytics.histories import FIRST
from tests.analytics.test_commands import run
from zhixuan.analytics.ordering.readings import Reading
from zhixuan.analytics.simulation.measures import ratios, worth
from zhixuan.analytics.simulation.past import past_of
from zhixuan.analytics.simulation.policies import average
from zhixuan.analytics.simulation.replay import Course, Terms, Warehouse, by_product, hindsight, ordering, replay
from zhixuan.analytics.simulation.ways_to_share import fair_share, proportional
from zhixuan.rules.refusal import Refused

DEMAND = np.random.default_rng(3).poisson(6, (20, 30)).astype(float)
START = np.full(20, 6.0)


def course(factor: float, terms: Terms) -> Course:
    return replay(DEMAND, START, terms, ordering(lambda _month: np.full(20, factor * 6), terms))


@pytest.mark.parametrize("terms", [Terms(1), Terms(2), Terms(0), Terms(1, review=3), Terms(1, shelf_life=3)])
@pytest.mark.parametrize("factor", [1, 3, 12])
def test_no_piece_is_lost_or_made(terms: Terms, factor: float) -> None:
    found = course(factor, terms)
    came = START + found.received.sum(axis=1)
    assert np.allclose(came, found.served.sum(axis=1) + found.expired.sum(axis=1) + found.closing[:, -1])
    assert (found.served <= DEMAND).all()
    assert (found.closing >= 0).all()
    assert np.allclose(found.opening - found.served, found.closing)
    assert ((found.at_risk >= 0) & (found.at_risk <= found.closing[:, -1] + 1e-9)).all()


def test_endless_stock_serves_everything_and_expires() -> None:
    found = course(500, Terms(1, shelf_life=6))
    told = worth(found.after(3))
    assert told.fill_volume == told.fill_series == told.fill_mean == told.worst_tenth == 1
    assert told.short_months == 0
    assert told.over > 0.9
    assert told.expired > 0.5


def test_nothing_arrives_before_its_lead_time() -> None:
    found = course(3, Terms(2))
    assert (found.received[:, :2] == 0).all()
    assert (found.received[:, 2] > 0).all()


def test_more_stock_serves_more_and_a_policy_equals_itself() -> None:
    curve = [worth(course(factor, Terms(1)).after(3)) for factor in (1, 1.5, 2, 2.5, 3)]
    assert [one.fill_volume for one in curve] == sorted(one.fill_volume for one in curve)
    assert [one.stock_series for one in curve] == sorted(one.stock_series for one in curve)
    same = ratios(curve[2], curve)
    assert np.allclose([same.lost_series, same.short_months, same.lost_volume, same.stock], 1)


def test_hindsight_is_never_beaten() -> None:
    product, supply = np.arange(20) % 2, np.full((2, 30), 50.0)
    demand, stock = by_product(DEMAND, product), by_product(START[:, None], product)[:, 0]

    def equal(_month: int, _hand: np.ndarray, _order: np.ndarray, available: np.ndarray) -> np.ndarray:
        return np.floor(available / 10)

    found = replay(DEMAND, START, Terms(1), Warehouse(product, supply, equal).send)
    best = hindsight(demand, stock, supply, 1)
    assert found.served.sum() <= best.sum() <= min(DEMAND.sum(), stock.sum() + supply[:, :-1].sum())
    assert best[0] == np.minimum(stock, demand[:, 0]).sum()  # nothing has arrived yet
    assert np.allclose(hindsight(demand, stock, np.full((2, 30), 1e6), 0), DEMAND.sum(axis=0))
    with pytest.raises(ValueError, match="more was sent"):
        replay(DEMAND, START, Terms(1), Warehouse(product, supply, lambda *_: np.full(20, 99.0)).send)


def test_two_programmes_share_as_they_say() -> None:
    average, stock, one = np.array([10.0, 20, 30]), np.array([0.0, 60, 0]), np.zeros(3, dtype=np.int64)
    there = np.full(3, 60.0)
    assert fair_share(average, stock, one, there).tolist() == [15, 0, 45]  # a month and a half for both
    assert proportional(average, stock, one, there).tolist() == [15, 0, 45]  # half of orders of 30 and 90
    assert proportional(average, stock, one, np.full(3, 500.0)).tolist() == [30, 0, 90]
    assert fair_share(average, stock, one, np.full(3, 500.0)).tolist() == [60, 60, 180]  # six months at most


def test_the_choice_of_series_and_the_averages_look_back_only() -> None:
    history = cards(4, 2)
    past = past_of(history, FIRST.plus(24), FIRST.plus(33), Reading.IMPUTED, seed=5)
    again = past_of(history, FIRST.plus(24), FIRST.plus(33), Reading.IMPUTED, seed=5)
    assert np.array_equal(past.demand, again.demand)
    assert past.demand.shape == (past.keys.height, 10)
    before = average(past, 3, 2.0)(0)
    past.panel.issued[:, 24:] = 9e6
    assert np.array_equal(before, average(past, 3, 2.0)(0))
    with pytest.raises(Refused, match="at least four months"):
        past_of(history, FIRST, FIRST.plus(9), Reading.RECORDED)


def test_the_command_prints_the_trade_off(tmp_path: Path) -> None:
    path = write(cards(6, 2), tmp_path / "h.csv")
    words = ("--history", path, "--from", str(FIRST.plus(30)), "--to", str(FIRST.plus(34)))
    done = run("simulate", *words, "--json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert 0 < found["series"] <= 12
    names = [line["policy"] for line in found["policies"]]
    assert names[0] == "AMC3 x 2"
    assert names[-1] == "ours"
    assert all(0 <= line["fill_volume"] <= 1 for line in found["policies"])
    shared = json.loads(run("simulate", *words, "--supply", "0.8", "--json").stdout)["policies"]
    assert [line["policy"] for line in shared] == ["fair share", "proportional", "plain greedy", "ours"]
    assert all(0 < line["of_bound"] <= 1.1 for line in shared)
    assert "Who got what" in run("simulate", *words, "--supply", "0.8").output
    shown = run("simulate", *words)
    assert "Service and stock of each way to order" in shown.output
    assert run("simulate", "--history", path, "--from", "soon", "--to", "2024-01").exit_code == 1


def test_the_curve_has_every_setting_and_agrees_with_the_table(tmp_path: Path) -> None:
    path = write(cards(6, 2), tmp_path / "h.csv")
    words = ("--history", path, "--from", str(FIRST.plus(30)), "--to", str(FIRST.plus(33)), "--json")
    table = {line["policy"]: line for line in json.loads(run("simulate", *words).stdout)["policies"]}
    curve = {line["policy"]: line for line in json.loads(run("simulate", *words, "--curve").stdout)["policies"]}
    assert {name: curve[name] for name in table} == table
    assert {line["kind"] for line in curve.values()} == {"AMC3", "AMC6", "min/max", "ours"}
    ours = [line for line in curve.values() if line["kind"] == "ours"]
    assert [line["stock_series"] for line in ours] == sorted(line["stock_series"] for line in ours)


def test_who_waits_for_the_minimum_is_brought_to_less_often() -> None:
    terms = Terms(1)
    levels = lambda _month: np.full(20, 24.0)  # noqa: E731 (a level for all months)
    always = worth(replay(DEMAND, START, terms, ordering(levels, terms)))
    waiting = worth(replay(DEMAND, START, terms, ordering(levels, terms, minimum=0.5)))
    assert waiting.deliveries < always.deliveries
    assert waiting.stock_series < always.stock_series
