"""Couple-years of protection against worked examples and the table of factors."""

import tomllib
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import zhixuan
from zhixuan.rules.couple_years import CypFactor, CypVersion, couple_years, factors_of_version, version_on
from zhixuan.rules.methods import read_methods

FILE = Path(zhixuan.__file__).parent / "definitions" / "products" / "methods.toml"
METHODS = read_methods(tomllib.loads(FILE.read_text("utf-8")), file=FILE.name)


def factors(version: str) -> dict[str, CypFactor]:
    return factors_of_version(METHODS.cyp_factors, METHODS.cyp_versions, version)


@pytest.mark.parametrize(
    ("cycles", "vials", "condoms", "total"), [(6000, 2000, 75000, 1525), (4000, 3000, 100000, 1850)]
)
def test_worked_examples(cycles: int, vials: int, condoms: int, total: int) -> None:
    issued = {"coc": cycles, "injectable_3m": vials, "condom_male": condoms}
    assert couple_years(issued, factors("2011")).total == total


@pytest.mark.parametrize(
    ("method", "version", "per_unit"),
    [
        ("condom_male", "2011", Fraction(1, 120)),
        ("condom_male", "2022", Fraction(1, 120)),
        ("coc", "2011", Fraction(1, 15)),
        ("pop", "2022", Fraction(1, 12)),
        ("injectable_3m", "2011", Fraction(1, 4)),
        ("injectable_1m", "2000", Fraction(1, 12)),
        ("injectable_1m", "2011", Fraction(1, 13)),
        ("iud_cu", "2011", Fraction(46, 10)),
        ("iud_lng", "2011", Fraction(33, 10)),
        ("iud_lng", "2022", Fraction(48, 10)),
        ("implant_etg_1rod", "2022", Fraction(25, 10)),
        ("implant_lng_2rod_sino", "2011", Fraction(32, 10)),
        ("implant_lng_2rod_sino", "2022", Fraction(25, 10)),
        ("implant_lng_2rod_5y", "2011", Fraction(38, 10)),
        ("diaphragm", "2022", Fraction(1)),
        ("spermicide_film", "2022", Fraction(1, 120)),
        ("ec", "2011", Fraction(1, 20)),
        ("sterilisation_female", "2011", Fraction(10)),
        ("lam", "2011", Fraction(1, 4)),
        ("sdm", "2011", Fraction(3, 2)),
    ],
)
def test_factor(method: str, version: str, per_unit: Fraction) -> None:
    assert factors(version)[method].couple_years_per_unit == per_unit


def test_no_factor_is_ten_times_too_small() -> None:
    """A factor of 0.0067 for pills is in circulation; no method gives less than one 120th of a year a piece."""
    assert min(one.couple_years_per_unit for one in METHODS.cyp_factors) == Fraction(1, 120)


def test_a_method_without_factor_is_named_not_counted() -> None:
    found = couple_years({"lubricant": 500, "condom_male": 240}, factors("2011"))
    assert (found.total, found.without_factor) == (2, ("lubricant",))
    assert "diaphragm" not in factors("2011")


@pytest.mark.parametrize(
    ("day", "version"),
    [
        (date(1995, 5, 1), "2000"),
        (date(2010, 12, 31), "2000"),
        (date(2011, 1, 1), "2011"),
        (date(2021, 12, 31), "2011"),
        (date(2026, 11, 23), "2022"),
    ],
)
def test_history_uses_the_version_of_its_time(day: date, version: str) -> None:
    assert version_on(METHODS.cyp_versions, day) == version


def test_unknown_versions() -> None:
    with pytest.raises(ValueError, match="no version"):
        version_on([], date(2026, 1, 1))
    with pytest.raises(ValueError, match="1999"):
        factors("1999")


@given(st.dictionaries(st.sampled_from(sorted(METHODS.methods)), st.integers(-(10**7), 10**7)))
def test_the_sum_is_the_sum_of_its_parts(issued: dict[str, int]) -> None:
    table = factors("2022")
    found = couple_years(issued, table)
    assert found.total == sum(found.by_method.values())
    assert set(found.by_method) | set(found.without_factor) == set(issued)
    assert float(found.total) == pytest.approx(
        sum(pieces * float(table[method].couple_years_per_unit) for method, pieces in issued.items() if method in table)
    )


@given(st.permutations(METHODS.cyp_factors))
def test_the_order_of_factors_does_not_matter(shuffled: list[CypFactor]) -> None:
    versions = [CypVersion("2022", date(2022, 1, 1)), CypVersion("2000", date(2000, 1, 1)), METHODS.cyp_versions[1]]
    assert factors_of_version(shuffled, versions, "2022") == factors("2022")
