"""One fact table, whatever its rows come from: no month hidden, nothing mended, sums that say what they stand on."""

from __future__ import annotations

from collections import defaultdict

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.analytics.histories import county, month, rows_of, table
from zhixuan.analytics.history import HISTORY, TOTALS, WORTH, by_method, by_product, chained, check_methods, history
from zhixuan.analytics.tables import facts
from zhixuan.rules.refusal import Refused

amounts = st.lists(st.one_of(st.none(), st.integers(0, 50).map(float)), min_size=1, max_size=9)


@given(st.lists(amounts, min_size=1, max_size=4))
def test_no_month_is_left_out_and_nothing_is_mended(drawn: list[list[float | None]]) -> None:
    series = [rows for number, values in enumerate(drawn) if (rows := rows_of(values, f"F{number}"))]
    if not series:
        return
    found = history(table(*series))
    assert dict(found.schema) == HISTORY
    last = max(row["month"] for rows in series for row in rows)
    for rows in series:
        own = found.filter(pl.col("facility") == rows[0]["facility"])
        first = rows[0]["month"]
        assert own["month"].to_list() == pl.date_range(first, last, "1mo", eager=True).to_list()
        recorded = {row["month"]: row["issued"] for row in rows}
        assert dict(own.select("month", "issued").iter_rows()) == {
            day: recorded.get(day) for day in own["month"].to_list()
        }
        assert own.filter(pl.col("issued").is_null())["reported"].any() is False


def test_a_missing_month_is_no_zero_and_its_need_is_the_usual_one() -> None:
    found = history(table(rows_of([10.0, 10.0, None, 10.0])))
    assert found.select("issued", "reported", "need", "basis").row(2) == (None, False, 10.0, "censored")


def test_a_chain_of_products_goes_on_as_the_newest() -> None:
    days = {"stockout_days": pl.Float64}
    rows = [
        {"facility": "A", "product": "OLDER", "month": month(0), "issued": 4.0, "closing": 3.0, "stockout_days": 9.0},
        {"facility": "A", "product": "OLD", "month": month(0), "issued": 5.0, "closing": None, "stockout_days": 2.0},
        {"facility": "A", "product": "NEW", "month": month(1), "issued": None, "closing": None, "stockout_days": None},
    ]
    found = chained(facts(pl.DataFrame(rows, schema_overrides=days)), {"OLDER": "OLD", "OLD": "NEW"})
    assert found.select("product", "month", "issued", "closing", "stockout_days", "reported").rows() == [
        ("NEW", month(0), 9.0, 3.0, 2.0, True),
        ("NEW", month(1), None, None, None, False),
    ]
    with pytest.raises(Refused, match="in a circle"):
        chained(found, {"A": "B", "B": "A"})


def test_sums_by_product_against_a_second_count() -> None:
    whole = history(county(6, 2, 12))
    sums: dict[tuple[object, ...], float] = defaultdict(float)
    for row in whole.filter(pl.col("issued").is_not_null()).iter_rows(named=True):
        sums[row["area"], row["product"], row["month"]] += row["issued"]
    found = by_product(whole, area=True)
    assert {(a, p, m): issued for a, p, m, issued, *_ in found.iter_rows() if issued is not None} == sums
    assert (found["reported"] <= found["series"]).all()
    assert by_product(whole)["issued"].sum() == pytest.approx(sum(sums.values()))


def test_methods_count_their_products_by_what_a_piece_is_worth() -> None:
    whole = history(table(rows_of([10.0, None], product="pill"), rows_of([4.0, 6.0], product="ring")))
    methods = pl.DataFrame({"product": ["pill", "ring"], "method": ["oral", "oral"], WORTH: [0.25, None]})
    found = by_method(whole, methods)
    assert found.select("issued", "series", "reported", "couple_years_issued").rows() == [
        (14.0, 2, 2, 2.5),
        (6.0, 2, 1, None),
    ]
    assert by_method(whole, methods.drop(WORTH)).columns == ["method", *TOTALS]
    check_methods(whole, methods)
    with pytest.raises(Refused, match="Product ring has no method"):
        check_methods(whole, methods.head(1))
    nobody = history(table(rows_of([4.0, None, 1.0])))
    assert by_product(nobody)["issued"].to_list() == [4.0, None, 1.0]
