"""Months of stock, statuses, orders, expiry risk: worked examples and a second way of counting."""

import tomllib
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import zhixuan
from zhixuan.rules.refusal import Refused
from zhixuan.rules.stock.levels import (
    STATUS_LABELS,
    AverageMethod,
    AverageState,
    AverageUse,
    DatedLot,
    MonthsState,
    PeriodUse,
    StockStatus,
    average_monthly_use,
    expiry_risk,
    maximum_stock,
    months_of_stock,
    normalised_use,
    order_quantity,
    ship_packs,
    stock_status,
)
from zhixuan.rules.stock.norms import Bounds, FacilityLevel, read_norms
from zhixuan.rules.stock.rates import (
    ProductAtOutlet,
    loss_rate,
    stocked_according_to_plan,
    stockout_rate,
)

FILE = Path(zhixuan.__file__).parent / "definitions" / "stock_levels.toml"
NORMS = read_norms(tomllib.loads(FILE.read_text("utf-8")), file="stock_levels.toml")
TOWNSHIP_1_3 = NORMS.bounds(FacilityLevel.TOWNSHIP, chosen="township_1_3")


def per_month(pieces: int | Fraction) -> AverageUse:
    return AverageUse(AverageState.KNOWN, Fraction(pieces), 3)


ALWAYS_OUT = AverageUse(AverageState.ALWAYS_OUT)
NO_RECORDS = AverageUse(AverageState.NO_RECORDS)


def test_worked_example_of_a_township() -> None:
    """Min 1, max 3, EOP 0.5; AMC 400, 350 on hand: 0.875 months, low, order 850 pieces = 85 boxes of 10."""
    use = per_month(400)
    assert months_of_stock(350, use).months == Fraction(875, 1000)
    assert stock_status(350, use, TOWNSHIP_1_3) is StockStatus.LOW
    assert maximum_stock(use, TOWNSHIP_1_3) == 1200
    assert order_quantity(use, TOWNSHIP_1_3, on_hand_pieces=350) == 850
    assert ship_packs(850, 10) == 85


@pytest.mark.parametrize(
    ("use", "expected"),
    [
        (PeriodUse(100), Fraction(100)),
        (PeriodUse(100, 0), Fraction(100)),
        (PeriodUse(100, 15), Fraction(200)),
        (PeriodUse(100, 29), Fraction(3000)),
        (PeriodUse(100, 30), None),
        (PeriodUse(100, 31), None),
        (PeriodUse(100, 300), None),
        (PeriodUse(100, -5), Fraction(100)),
        (PeriodUse(300, 45, months=3), Fraction(600)),
        (PeriodUse(100, 15, new_users=4, pieces_per_user_month=10), Fraction(240)),
        (PeriodUse(0, 15), Fraction(0)),
    ],
)
def test_normalised_use(use: PeriodUse, expected: Fraction | None) -> None:
    assert normalised_use(use) == expected


@pytest.mark.parametrize(
    ("issued", "method", "expected"),
    [
        ([10, 20, 30, 40], AverageMethod.LATEST, 30),
        ([10, 0, 0, 40], AverageMethod.LATEST, Fraction(40, 3)),
        ([10, 0, 0, 40], AverageMethod.LATEST_NONZERO, 25),
        ([0, 0], AverageMethod.LATEST_NONZERO, 0),
        ([5, 10, 0, 20, 0, 30], AverageMethod.LATEST_NONZERO, 20),
        ([-10, 0, 0], AverageMethod.LATEST, 0),
    ],
)
def test_average_use(issued: list[int], method: AverageMethod, expected: int | Fraction) -> None:
    assert average_monthly_use([PeriodUse(one) for one in issued], method=method).per_month == expected


def test_months_out_of_stock_are_passed_over_not_counted_as_zero() -> None:
    history = [PeriodUse(60), PeriodUse(80), PeriodUse(100), PeriodUse(0, 30)]
    assert average_monthly_use(history).per_month == 80
    assert average_monthly_use([PeriodUse(0, 30)] * 3).state is AverageState.ALWAYS_OUT
    assert average_monthly_use([]).state is AverageState.NO_RECORDS
    with pytest.raises(ValueError, match="at least one"):
        average_monthly_use(history, periods=0)


def test_a_quarter_counts_as_three_months() -> None:
    assert average_monthly_use([PeriodUse(90, months=3), PeriodUse(50)]).per_month == 40


@pytest.mark.parametrize(
    ("on_hand", "use", "status"),
    [
        (0, per_month(100), StockStatus.STOCKED_OUT),
        (0, ALWAYS_OUT, StockStatus.STOCKED_OUT),
        (1, per_month(100), StockStatus.URGENT),
        (49, per_month(100), StockStatus.URGENT),
        (50, per_month(100), StockStatus.LOW),
        (99, per_month(100), StockStatus.LOW),
        (100, per_month(100), StockStatus.ADEQUATE),
        (300, per_month(100), StockStatus.ADEQUATE),
        (301, per_month(100), StockStatus.OVERSTOCKED),
        (5, per_month(0), StockStatus.NO_USE),
        (0, per_month(0), StockStatus.UNKNOWN),
        (0, NO_RECORDS, StockStatus.UNKNOWN),
        (5, NO_RECORDS, StockStatus.UNKNOWN),
        (5, ALWAYS_OUT, StockStatus.UNKNOWN),
    ],
)
def test_seven_statuses(on_hand: int, use: AverageUse, status: StockStatus) -> None:
    assert stock_status(on_hand, use, TOWNSHIP_1_3) is status


def test_every_status_has_words() -> None:
    assert set(STATUS_LABELS) == set(StockStatus)


def test_without_a_minimum_any_stock_up_to_the_maximum_is_adequate() -> None:
    village = NORMS.bounds(FacilityLevel.VILLAGE)
    assert stock_status(1, per_month(100), village) is StockStatus.ADEQUATE
    assert stock_status(101, per_month(100), village) is StockStatus.OVERSTOCKED


@given(st.integers(0, 10**6), st.integers(0, 10**5))
def test_months_of_stock_are_never_without_meaning(on_hand: int, use: int) -> None:
    stock = months_of_stock(on_hand, per_month(use))
    assert (stock.months is None) == (use == 0)
    assert stock.state is (MonthsState.KNOWN if use else MonthsState.NO_USE if on_hand else MonthsState.UNKNOWN)
    if stock.months is not None:
        assert stock.months * use == on_hand


@given(st.fractions(0, 10**5, max_denominator=90), st.integers(0, 10**6), st.integers(0, 10**5), st.integers(0, 10**5))
def test_an_order_fills_to_the_maximum_and_not_beyond(use: Fraction, held: int, coming: int, promised: int) -> None:
    average = AverageUse(AverageState.KNOWN, use, 3)
    order = order_quantity(
        average, TOWNSHIP_1_3, on_hand_pieces=held, in_transit_pieces=coming, committed_pieces=promised
    )
    assert order is not None
    after = held + coming - promised + order
    assert after >= use * 3
    assert order == 0 or after < use * 3 + 1


def test_nothing_is_ordered_on_what_is_not_known() -> None:
    assert order_quantity(ALWAYS_OUT, TOWNSHIP_1_3, on_hand_pieces=0) is None
    assert maximum_stock(NO_RECORDS, TOWNSHIP_1_3) is None


@pytest.mark.parametrize(("pieces", "per_pack", "packs"), [(0, 10, 0), (1, 10, 1), (10, 10, 1), (851, 10, 86)])
def test_packs_are_rounded_up(pieces: int, per_pack: int, packs: int) -> None:
    assert ship_packs(pieces, per_pack) == packs


@pytest.mark.parametrize(("pieces", "per_pack"), [(-1, 10), (5, 0)])
def test_packs_that_cannot_be(pieces: int, per_pack: int) -> None:
    with pytest.raises(ValueError, match="packs"):
        ship_packs(pieces, per_pack)


TODAY = date(2026, 11, 23)
lots = st.lists(
    st.tuples(st.none() | st.integers(-40, 400), st.integers(0, 500)).map(
        lambda drawn: (None if drawn[0] is None else TODAY + timedelta(days=drawn[0]), drawn[1])
    ),
    max_size=6,
)


@given(lots, st.integers(0, 9))
def test_expiry_risk_equals_a_walk_through_the_days(drawn: list[tuple[date | None, int]], per_day: int) -> None:
    dated = [DatedLot(f"L{number}", expires, pieces) for number, (expires, pieces) in enumerate(drawn)]
    found = expiry_risk(dated, per_month(Fraction(1461, 48) * per_day), on=TODAY)
    left = {lot.lot: lot.pieces for lot in dated}
    for step in range(402):
        wanted = per_day
        for lot in sorted(dated, key=lambda one: (one.expires_on or date.max, one.lot)):
            if lot.expires_on is None or lot.expires_on >= TODAY + timedelta(days=step):
                taken = min(wanted, left[lot.lot])
                left[lot.lot] -= taken
                wanted -= taken
    expected = {lot.lot: left[lot.lot] if lot.expires_on else 0 for lot in dated}
    assert found is not None
    assert {one.lot: one.at_risk_pieces for one in found} == expected


def test_expiry_risk_example() -> None:
    lots_held = [DatedLot("B", date(2027, 11, 22), 1200), DatedLot("A", date(2026, 12, 22), 200)]
    found = expiry_risk(lots_held, per_month(Fraction(1461, 48)), on=TODAY)
    assert found is not None
    assert [(one.lot, one.at_risk_pieces) for one in found] == [("A", 170), ("B", 1200 - 335)]
    assert expiry_risk(lots_held, NO_RECORDS, on=TODAY) is None


def test_stockout_rate_is_by_method_and_among_those_who_offer_it() -> None:
    stock = [
        ProductAtOutlet("a", "coc", 0),
        ProductAtOutlet("a", "coc", 5),
        ProductAtOutlet("b", "coc", 0),
        ProductAtOutlet("c", "coc", 0, offers_method=False),
        ProductAtOutlet("d", "iud_cu", 0),
    ]
    assert stockout_rate(stock, method="coc") == Fraction(1, 2)
    assert stockout_rate(stock, method="pop") is None


def test_other_rates() -> None:
    assert stocked_according_to_plan([StockStatus.ADEQUATE, StockStatus.LOW, StockStatus.ADEQUATE]) == Fraction(2, 3)
    assert loss_rate(lost_pieces=5, opening_pieces=600, received_pieces=400) == Fraction(5, 1000)
    assert loss_rate(lost_pieces=5, opening_pieces=0, received_pieces=0) is None


@pytest.mark.parametrize(
    ("level", "low", "high"),
    [("province", 0, 4), ("prefecture", 3, 6), ("county", 1, 4), ("township", 1, 2), ("village", 0, 1)],
)
def test_national_norm(level: str, low: int, high: int) -> None:
    bounds = NORMS.bounds(FacilityLevel(level))
    assert (bounds.min_months, bounds.max_months) == (low, high)


def test_a_chosen_set_answers_for_its_own_levels_only() -> None:
    assert (TOWNSHIP_1_3.min_months, TOWNSHIP_1_3.max_months, TOWNSHIP_1_3.emergency_months) == (1, 3, Fraction(1, 2))
    assert NORMS.bounds(FacilityLevel.COUNTY, chosen="township_1_3") == NORMS.bounds(FacilityLevel.COUNTY)
    assert all(one.source for one in NORMS.sets.values())


@pytest.mark.parametrize(("low", "high", "emergency"), [(1, 1, 0), (2, 1, 0), (1, 3, 1), (1, 3, 2), (-1, 3, 0)])
def test_bounds_that_contradict_themselves(low: int, high: int, emergency: int) -> None:
    with pytest.raises(ValueError, match="must"):
        Bounds(Fraction(low), Fraction(high), Fraction(emergency))


def test_a_wrong_norm_is_refused_by_name() -> None:
    wrong = tomllib.loads(FILE.read_text("utf-8"))
    wrong["norms"][0]["max_months"] = 0.5
    wrong["norms"][1]["levle"] = "county"
    with pytest.raises(Refused) as refusal:
        read_norms(wrong, file="stock_levels.toml")
    assert [one.field for one in refusal.value.reasons[:2]] == ["norms[1].max_months", "norms[2].levle"]
