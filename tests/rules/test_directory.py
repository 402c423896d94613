"""Areas, facilities and what a table of them would change: no database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhixuan.rules.directory.areas import (
    ancestors,
    check_not_inside_itself,
    check_parent_level,
    clean_code,
    moved_path,
    path_under,
)
from zhixuan.rules.directory.changes import (
    At,
    plan_areas,
    plan_facilities,
    plan_permitted,
    plan_supply_lines,
)
from zhixuan.rules.directory.facilities import check_closing, check_coordinates, check_supply_line
from zhixuan.rules.directory.facts import AreaFacts, FacilityFacts, checked_area, checked_facility
from zhixuan.rules.directory.opening_hours import in_words
from zhixuan.rules.gtin import clean_gtin, is_gtin
from zhixuan.rules.refusal import Refused

CODES = st.text("ABC019", min_size=1, max_size=6)
PROVINCE = AreaFacts("42", "省", "Province", "province", "")
COUNTY = AreaFacts("4201", "县", "County", "county", "42")
STORE = FacilityFacts("S1", "点", "Store", "township_store", "township", "4201")


class TestCodes:
    @pytest.mark.parametrize(
        ("typed", "kept"), [(" ａｂ１ ", "AB1"), ("yl-v0301", "YL-V0301"), ("SUD.EST_2", "SUD.EST_2"), ("9", "9")]
    )
    def test_are_kept_half_width_and_in_capitals(self, typed: str, kept: str) -> None:
        assert clean_code(typed, longest=20) == kept

    @pytest.mark.parametrize("typed", ["", "  ", "a/b", "A B", "-A", "A-", "中文", "A%", "=1+1", "A" * 21, "A\nB", "ﬁ"])
    def test_that_would_trip_a_path_are_refused(self, typed: str) -> None:
        with pytest.raises(Refused) as refused:
            clean_code(typed, longest=20)
        assert refused.value.field == "code"
        assert "{" not in refused.value.text()


class TestPaths:
    @given(st.lists(CODES, min_size=1, max_size=6))
    def test_tell_all_above(self, codes: list[str]) -> None:
        path = ""
        for code in codes:
            path = path_under(path, code)
        above = ancestors(path)
        assert above[-1] == path
        assert len(above) == len(codes)
        assert all(path.startswith(one) for one in above)

    @given(st.lists(CODES, max_size=3), st.lists(CODES, max_size=3), CODES, CODES)
    def test_follow_a_move_and_come_back(self, below: list[str], parents: list[str], code: str, other: str) -> None:
        before = "/" + "".join(f"{part}/" for part in [*parents, code])
        after = f"/{other}/"
        path = before + "".join(f"{part}/" for part in below)
        assert moved_path(moved_path(path, before=before, after=after), before=after, after=before) == path

    def test_of_another_branch_stay(self) -> None:
        assert moved_path("/42/43/", before="/42/4/", after="/9/") == "/42/43/"

    def test_are_not_deeper_than_can_be_told(self) -> None:
        with pytest.raises(Refused):
            path_under("/" + "A" * 110 + "/", "B" * 20)


def test_levels_may_be_left_out_but_not_turned_round() -> None:
    check_parent_level("county", "province")
    check_parent_level("village", None)
    for parent in ("county", "village"):
        with pytest.raises(Refused):
            check_parent_level("county", parent)


def test_an_area_cannot_lie_inside_itself() -> None:
    check_not_inside_itself("/42/4201/", "/42/")
    check_not_inside_itself("/42/4201/", "/42/42010/")
    for parent in ("/42/4201/", "/42/4201/420101/"):
        with pytest.raises(Refused):
            check_not_inside_itself("/42/4201/", parent)


class TestCoordinates:
    @given(st.decimals(-180, 180, places=6), st.decimals(-90, 90, places=6))
    def test_on_the_globe_are_taken(self, longitude: Decimal, latitude: Decimal) -> None:
        check_coordinates(longitude, latitude)

    @pytest.mark.parametrize(
        ("longitude", "latitude", "code"),
        [("30", "112", "coordinates_swapped"), ("181", "0", "longitude_range"), ("170", "-91", "latitude_range")],
    )
    def test_off_the_globe_are_refused(self, longitude: str, latitude: str, code: str) -> None:
        with pytest.raises(Refused) as refused:
            check_coordinates(Decimal(longitude), Decimal(latitude))
        if code != "latitude_range":
            assert refused.value.code == code

    def test_come_in_pairs(self) -> None:
        check_coordinates(None, None)
        for pair in ((Decimal(1), None), (None, Decimal(1))):
            with pytest.raises(Refused):
                check_coordinates(*pair)


@given(st.lists(st.integers(-1, 7), min_size=8, max_size=8), st.integers(0, 7), st.integers(0, 7))
def test_a_supply_line_is_refused_exactly_when_it_closes_a_circle(raw: list[int], facility: int, supplier: int) -> None:
    """Against an independent walk over the network as it would be. Only networks without circles come about."""
    feeds = {str(place): str(one) if -1 < one < place else None for place, one in enumerate(raw)}
    future = feeds | {str(facility): str(supplier)}
    at, steps = future.get(str(facility)), 0
    while at is not None and at != str(facility) and steps < 20:
        at, steps = future.get(at), steps + 1
    try:
        check_supply_line(str(facility), str(supplier), feeds, field="supplied_by")
        refused = False
    except Refused:
        refused = True
    assert refused == (at == str(facility))


def test_closing_needs_nobody_left_to_supply() -> None:
    check_closing(date(2026, 5, 1), valid_from=date(2026, 1, 1), open_supplied=0)
    for day, supplied in ((date(2025, 1, 1), 0), (date(2026, 5, 1), 2)):
        with pytest.raises(Refused):
            check_closing(day, valid_from=date(2026, 1, 1), open_supplied=supplied)


class TestFacts:
    def test_every_wrong_field_is_named_at_once(self) -> None:
        wrong = replace(STORE, code="a/b", name_zh=" ", name_en="", kind="shop", level="", longitude=Decimal(1))
        with pytest.raises(Refused) as refused:
            checked_facility(wrong)
        assert {reason.field for reason in refused.value.reasons} == {"code", "name_zh", "kind", "level", "latitude"}

    def test_an_english_name_stands_in(self) -> None:
        assert checked_area(replace(COUNTY, name_zh="", name_en=" County ")).name_zh == "County"

    def test_the_level_is_the_usual_one_of_the_kind(self) -> None:
        assert checked_facility(replace(STORE, level="")).level == "township"
        assert checked_facility(replace(STORE, kind="warehouse", level="")).level == "county"

    def test_checking_twice_changes_nothing(self) -> None:
        once = checked_facility(replace(STORE, code=" s1 ", longitude=Decimal("1.1234567"), latitude=Decimal(2)))
        assert checked_facility(once) == once


def at(row: int) -> At:
    return At("Sheet1", row)


class TestPlan:
    def test_what_is_so_already_changes_nothing(self) -> None:
        assert plan_areas([(at(2), COUNTY)], {"42": PROVINCE, "4201": COUNTY}) == ([], [])
        assert plan_facilities([(at(2), STORE)], {"S1": STORE}, {"4201"}) == ([], [])

    def test_parents_come_before_children_whatever_the_order_of_rows(self) -> None:
        town = AreaFacts("420101", "镇", "", "township", "4201")
        changes, problems = plan_areas([(at(2), town), (at(3), COUNTY), (at(4), PROVINCE)], {})
        assert [change.after.code for change in changes] == ["42", "4201", "420101"]
        assert not problems

    def test_a_change_names_its_fields(self) -> None:
        changes, _ = plan_areas([(at(2), replace(COUNTY, name_zh="新县"))], {"42": PROVINCE, "4201": COUNTY})
        assert [change.fields for change in changes] == [("name_zh",)]

    def test_all_wrong_rows_are_told_at_once(self) -> None:
        rows = [
            (at(2), replace(COUNTY, parent="99")),
            (at(3), replace(COUNTY, code="43", level="province", parent="42")),
            (at(4), PROVINCE),
            (at(5), PROVINCE),
        ]
        _, problems = plan_areas(rows, {"42": PROVINCE})
        assert [(problem.at.row, problem.refused.code) for problem in sorted(problems, key=lambda one: one.at.row)] == [
            (2, "unknown_code"),
            (3, "level_order"),
            (5, "repeated"),
        ]

    def test_rows_that_lie_in_each_other_are_refused(self) -> None:
        one = AreaFacts("A", "甲", "", "county", "B")
        other = AreaFacts("B", "乙", "", "prefecture", "A")
        _, problems = plan_areas([(at(2), one), (at(3), other)], {})
        assert problems

    def test_supply_lines_are_seen_as_they_would_be_together(self) -> None:
        present = {"A": None, "B": "A", "C": "B"}
        turned = [(at(2), "A", "C"), (at(3), "B", "")]
        changes, problems = plan_supply_lines(turned, present)
        assert {(change.facility, change.after) for change in changes} == {("A", "C"), ("B", "")}
        assert not problems
        _, problems = plan_supply_lines([(at(2), "A", "C")], present)
        assert [problem.refused.code for problem in problems] == ["supply_circle"]

    def test_a_list_of_products_is_set_whole(self) -> None:
        present = {"S1": frozenset({"P1", "P2"}), "S2": frozenset({"P1"})}
        changes, problems = plan_permitted([(at(2), "S1", "P2"), (at(3), "S1", "P3")], present, {"P1", "P2", "P3"})
        assert not problems
        assert [(change.facility, change.added, change.removed) for change in changes] == [("S1", ("P3",), ("P1",))]


def with_check_digit(digits: str) -> str:
    """Independent of the library: weights 3 and 1 from the right."""
    total = sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(reversed(digits)))
    return digits + str(-total % 10)


class TestGtin:
    @given(st.sampled_from([7, 11, 12, 13]).flatmap(lambda n: st.text("0123456789", min_size=n, max_size=n)))
    def test_is_kept_with_14_digits(self, digits: str) -> None:
        gtin = with_check_digit(digits)
        if int(gtin):
            assert clean_gtin(gtin) == gtin.zfill(14)

    @given(
        st.text("0123456789", min_size=12, max_size=12).filter(lambda digits: int(digits) > 0),
        st.integers(0, 12),
        st.integers(1, 9),
    )
    def test_one_wrong_digit_is_always_found(self, digits: str, place: int, shift: int) -> None:
        gtin = with_check_digit(digits)
        wrong = gtin[:place] + str((int(gtin[place]) + shift) % 10) + gtin[place + 1 :]
        assert not is_gtin(wrong)
        with pytest.raises(Refused):
            clean_gtin(wrong)

    @pytest.mark.parametrize("typed", ["123", "690123456789X", "0" * 13, "6901234567893", "６９０1", "1" * 15])
    def test_nonsense_is_refused(self, typed: str) -> None:
        with pytest.raises(Refused):
            clean_gtin(typed)

    def test_blanks_hyphens_and_full_width_digits_do_not_matter(self) -> None:
        assert clean_gtin("６９０ 1234-567892") == "06901234567892"
        assert clean_gtin("  ") == ""


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("Mo-Fr 08:30-12:00, 14:00-17:30", "周一至周五 08:30-12:00，14:00-17:30", "Mon–Fri 08:30-12:00, 14:00-17:30"),
        ("Mo-Su 08:00-20:00", "每天 08:00-20:00", "Every day 08:00-20:00"),
        ("24/7", "每天 24 小时", "24 hours, every day"),
        ("Mo,We 09:00-11:00; Sa 10:00-12:00", "周一、周三 09:00-11:00；周六 10:00-12:00", None),
        ("by appointment", "by appointment", "by appointment"),
        ("Mo-Fr", "Mo-Fr", "Mo-Fr"),
        ("", "", ""),
    ],
)
def test_opening_hours_are_said_in_both_languages(text: str, zh: str, en: str | None) -> None:
    assert in_words(text, chinese=True) == zh
    assert en is None or in_words(text, chinese=False) == en
