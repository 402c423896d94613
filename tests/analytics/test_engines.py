"""Every engine gives the same numbers."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from tests.analytics.cards import real
from tests.analytics.histories import county
from zhixuan.analytics.engines import open_engine
from zhixuan.analytics.forecasting import Profile

WORKERS = "local-cluster[2,1,1024]"


def same(one: pl.DataFrame, other: pl.DataFrame) -> None:
    names = ["facility", "product", "month", "method"]
    assert one.select(names).equals(other.select(names))
    figures = [name for name in one.columns if name not in names]
    np.testing.assert_allclose(one.select(figures).to_numpy(), other.select(figures).to_numpy(), rtol=1e-9, atol=1e-9)


def test_there_is_no_other_engine() -> None:
    with pytest.raises(ValueError, match="abacus"):
        open_engine("abacus")


@pytest.mark.full
def test_two_spark_workers_say_what_this_machine_says() -> None:
    history = county()
    found = open_engine("spark", master=WORKERS).forecast(history, 3)
    same(open_engine("local").forecast(history, 3), found)


@pytest.mark.full
def test_two_spark_workers_say_the_same_of_real_records() -> None:
    history = real()
    found = open_engine("spark", master=WORKERS).forecast(history, 3, profile=Profile.FAST)
    same(open_engine("local").forecast(history, 3, profile=Profile.FAST), found)
