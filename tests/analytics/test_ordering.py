"""Levels and shares from made-up cards: nothing later is seen, nothing is given twice, every mistake has its row."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tests.analytics.cards import cards, write
from tests.analytics.histories import FIRST, rows_of, table
from tests.analytics.test_commands import run
from zhixuan.analytics.forecasting.series import panel_of
from zhixuan.analytics.ordering.levels import levels_at, order_up_to
from zhixuan.analytics.ordering.outlook import _rising
from zhixuan.analytics.ordering.readings import Reading, Shelves, imputed_demand, known_demand, read_demand
from zhixuan.analytics.ordering.sharing import shares
from zhixuan.rules.planning.level import level_of
from zhixuan.rules.refusal import Refused

MONTH = FIRST.plus(30)


@pytest.fixture(scope="module")
def history() -> pl.DataFrame:
    return cards()


@pytest.fixture(scope="module")
def asked(history: pl.DataFrame) -> pl.DataFrame:
    keys = history.select("facility", "product").unique(maintain_order=True)
    return keys.with_columns(on_hand=pl.lit(5.0), on_order=pl.lit(2.0), product_available=pl.lit(120.0))


def test_nothing_of_the_month_or_later_is_seen(history: pl.DataFrame, asked: pl.DataFrame) -> None:
    later = pl.col("month") >= MONTH.first_day
    spoilt = history.with_columns(issued=pl.when(later).then(9e6).otherwise(pl.col("issued")))
    whole = order_up_to(history, asked, MONTH, lead=1)
    assert whole.equals(order_up_to(spoilt, asked, MONTH, lead=1))
    assert whole.equals(order_up_to(history.filter(~later), asked, MONTH, lead=1))


def test_levels_follow_demand_and_lead(history: pl.DataFrame, asked: pl.DataFrame) -> None:
    short, long = (order_up_to(history, asked, MONTH, lead=lead)["order_up_to"] for lead in (0, 2))
    assert (short >= 0).all()
    assert 2 < long.sum() / short.sum() < 4
    use = history.filter(pl.col("month") < MONTH.first_day).group_by("facility", "product").agg(pl.col("issued").mean())
    used = asked.join(use, on=["facility", "product"], how="left", maintain_order="left")["issued"]
    assert np.corrcoef(used.to_numpy(), long.to_numpy())[0, 1] > 0.9


def test_a_new_place_is_taken_for_the_median_one(history: pl.DataFrame) -> None:
    new = pl.DataFrame({"facility": ["new", "new"], "product": ["P0", "unheard of"]})
    found = order_up_to(history, new, MONTH, lead=1)["order_up_to"].to_list()
    assert found[0] > 0
    assert found[1] == 0


def test_a_few_series_are_levelled_without_a_model() -> None:
    small = table(rows_of([4.0, 6.0, 5.0, 5.0, 4.0, 6.0, 5.0, 5.0]))
    found = order_up_to(small, small.select("facility", "product").unique(), FIRST.plus(8), lead=1)
    assert 10 <= found["order_up_to"][0] <= 14


def test_no_product_is_shared_out_twice(history: pl.DataFrame, asked: pl.DataFrame) -> None:
    found = shares(history, asked, MONTH, lead=1)
    assert (found["allocate"] >= 0).all()
    assert found.group_by("product").agg(pl.col("allocate").sum())["allocate"].max() <= 120
    assert found.equals(shares(history, asked, MONTH, lead=1))
    plenty = asked.with_columns(product_available=pl.lit(1e9))
    assert shares(history, plenty, MONTH, lead=1)["allocate"].sum() < 1e5, "what nobody needs stays in the warehouse"


def test_readings_of_demand() -> None:
    rows = [
        {"facility": "A", "product": "P", "month": FIRST.plus(n).first_day, "issued": issued, "opening": 0.0,
         "received": received, "adjusted": 0.0, "closing": closing, "ordered": None, "stockout_days": days}
        for n, (issued, received, closing, days) in enumerate(
            [(4.0, 9.0, 5.0, 0.0), (6.0, 9.0, 3.0, 0.0), (8.0, 9.0, 1.0, 0.0), (5.0, 5.0, 0.0, 0.0),
             (3.0, 3.0, 0.0, 15.0), (0.0, 0.0, 0.0, 0.0)]
        )
    ]  # fmt: skip
    from zhixuan.analytics.tables import facts

    shelves = Shelves(panel_of(facts(pl.DataFrame(rows))))
    assert known_demand(shelves)[0, :5].tolist() == [4, 6, 8, 7, 6]
    assert np.isnan(known_demand(shelves)[0, 5])
    assert read_demand(shelves, Reading.RECORDED)[0].tolist() == [4, 6, 8, 5, 3, 0]
    assert read_demand(shelves, Reading.ADJUSTED)[0].tolist() == [4, 6, 8, 5, 6, 0]
    for seed in range(5):
        filled = imputed_demand(shelves, seed=seed)[0]
        assert filled[3] in {6, 8}
        assert filled[5] in {4, 6, 8}


def test_no_records_before_and_no_month_to_cover(history: pl.DataFrame, asked: pl.DataFrame) -> None:
    with pytest.raises(Refused, match="no records before 2022-01"):
        order_up_to(history, asked, FIRST, lead=1)
    with pytest.raises(ValueError, match="at least one month"):
        level_of(np.ones(1), np.ones(1), 0)


def test_from_files_to_files(history: pl.DataFrame, asked: pl.DataFrame, tmp_path: Path) -> None:
    past = write(history, tmp_path / "h.csv")
    wanted = tmp_path / "r.csv"
    asked.rename({"facility": "site_code", "product": "product_code"}).write_csv(wanted)
    for command, column in (("levels", "order_up_to"), ("allocate", "allocate")):
        out = tmp_path / f"{command}.csv"
        words = ("--history", past, "--request", wanted, "--out", out, "--month", str(MONTH), "--lead", "1", "--json")
        done = run(command, *words)
        assert done.exit_code == 0, done.output
        assert json.loads(done.stdout)["rows"] == 30
        found = pl.read_csv(out)
        assert found.columns == ["site_code", "product_code", column]
        assert found["site_code"].to_list() == asked["facility"].to_list()
        assert found[column].dtype == pl.Int64


def test_every_mistake_of_a_request_has_its_row(history: pl.DataFrame, tmp_path: Path) -> None:
    past, wanted, out = write(history, tmp_path / "h.csv"), tmp_path / "r.csv", tmp_path / "o.csv"
    wanted.write_text(
        "site_code,product_code,on_hand,on_order,product_available\nA,P,1,1,9\nA,P,1,1,9\n,P,-1,x,9\nB,P,1,nan,8\n"
    )
    words = ("--history", past, "--request", wanted, "--out", out, "--month", str(MONTH), "--lead", "1")
    done = run("allocate", *words)
    said = done.output.replace("\n", " ")
    assert done.exit_code == 1
    for sentence in (
        "Row 3 is about the same facility and product as row 2; keep one of them.",
        "Row 4: “site_code” is empty.",
        "Row 4: “-1” in “on_hand” is no quantity of 0 or more.",
        "Row 4: “x” in “on_order” is no quantity of 0 or more.",
        "Row 5: “nan” in “on_order” is no quantity of 0 or more.",
        "Row 5: “product_available” of product P is not the same on all its rows.",
    ):
        assert sentence in said
    assert not out.exists()
    wanted.write_text("site_code,product_code,on_hand\nA,P,1\n")
    assert "has no column “on_order”" in run("levels", *words).output.replace("\n", " ")


def test_many_service_levels_cost_three_learnings_and_leave_the_usual_one_alone(
    history: pl.DataFrame, asked: pl.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    import lightgbm

    grown: list[float] = []
    real = lightgbm.train

    def counted(settings: dict[str, float], *more: object) -> object:
        grown.append(settings["alpha"])
        return real(settings, *more)

    monkeypatch.setattr(lightgbm, "train", counted)
    services = (0.70, 0.75, 0.80, 0.85, 0.88, 0.92, 0.97)
    found = levels_at(history, asked, MONTH, months=2, services=services)
    assert grown == [0.70, 0.88, 0.97]
    assert (np.diff(found, axis=1) >= 0).all()
    assert (found[:, -1] > found[:, 0]).any()
    grown.clear()
    usual = order_up_to(history, asked, MONTH, lead=1)["order_up_to"].to_numpy()
    assert grown == [0.88]
    assert np.array_equal(usual, found[:, services.index(0.88)])
    with pytest.raises(Refused, match="70 to 97"):
        order_up_to(history, asked, MONTH, lead=1, service=0.99)


def test_quantiles_that_cross_give_way_to_the_anchor() -> None:
    crossed = np.array([[5.0, 3.0, 2.0, 4.0]])
    assert _rising(crossed, 1).tolist() == [[3.0, 3.0, 3.0, 4.0]]
    assert _rising(crossed, 0).tolist() == [[5.0, 5.0, 5.0, 5.0]]
