"""The made-up history, without a database: the same every time, and like life on any day it is made."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from tests import demo_books
from zhixuan.demo import county
from zhixuan.demo.acts import Correction, Delivery, Issue, Reception, Transfer
from zhixuan.demo.history import MONTHS_BACK, history
from zhixuan.demo.people import PEOPLE
from zhixuan.demo.products import CONDOM, ITEMS
from zhixuan.rules.gtin import is_gtin
from zhixuan.rules.periods import Month
from zhixuan.shared.access import Role

DAYS = [date(2026, 11, 23), date(2026, 12, 1), date(2027, 1, 4), date(2027, 2, 28), date(2028, 2, 29)]


def test_the_same_day_gives_the_same_history() -> None:
    assert history(DAYS[0]) == history(DAYS[0])
    assert history(DAYS[0]) != history(DAYS[1])


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_is_in_order_and_ends_today(today: date) -> None:
    days = [act.on for act in history(today)]
    assert days == sorted(days)
    assert days[0] == Month.of(today).plus(-MONTHS_BACK).first_day
    assert days[-1] == today


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_has_everything_a_station_meets(today: date) -> None:
    acts = history(today)
    kinds = Counter(type(act) for act in acts)
    assert min(kinds[kind] for kind in (Delivery, Transfer, Reception, Issue, Correction)) > 2
    arrived = {act.transfer for act in acts if isinstance(act, Reception)}
    sent = {act.key for act in acts if isinstance(act, Transfer)}
    assert arrived <= sent
    assert 1 <= len(sent - arrived) <= 20
    lines = [line for act in acts if isinstance(act, Reception) for line in act.lines]
    assert any(damaged for _, _, damaged, _ in lines)
    assert any(missing for _, _, _, missing in lines)
    assert {act.reason for act in acts if isinstance(act, Correction)} >= {"damaged", "short", "found", "hold"}


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_keeps_the_books_of_every_place(today: date) -> None:
    """Nothing is given that is not there, but by the one machine today."""
    assert demo_books.kept(history(today))[1] == {("YL-A04", CONDOM)}


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_every_piece_that_was_sent_is_accounted_for(today: date) -> None:
    acts = history(today)
    products = demo_books.products_of_lots(acts)
    sent = {act.key: Counter(dict(act.lines)) for act in acts if isinstance(act, Transfer)}
    for act in acts:
        if isinstance(act, Reception):
            counted: Counter[str] = Counter()
            for lot, *parts in act.lines:
                counted[products[lot]] += sum(parts)
            assert counted == sent[act.transfer]


def test_lots_expire_after_they_were_made_and_some_soon() -> None:
    today = DAYS[0]
    lots = [lot for act in history(today) if isinstance(act, Delivery) for lot, _ in act.lines]
    assert all(lot.made_on < lot.expires_on for lot in lots)
    assert any(lot.expires_on < today for lot in lots)
    assert any(today <= lot.expires_on <= today + timedelta(days=90) for lot in lots)


def test_the_county_does_not_exist() -> None:
    areas, facilities = list(county.areas()), list(county.facilities())
    assert all(area.code.startswith("99") for area in areas), "GB/T 2260 gives 99 to no province"
    assert all("虚构" in area.name_zh for area in areas if area.level in ("province", "prefecture", "county"))
    assert all(
        "fictional" in area.name_en.lower() for area in areas if area.level in ("province", "prefecture", "county")
    )
    assert all(facility.phone.startswith("0000-") for facility in facilities if facility.phone)
    assert all(is_gtin(item.gtin) and item.gtin.startswith("952") for item in ITEMS), "GS1 keeps 952 for examples"
    assert {person.role for person in PEOPLE} == set(Role)


def test_the_county_hangs_together() -> None:
    seen: set[str] = set()
    for area in county.areas():
        assert not area.parent or area.parent in seen
        assert area.code not in seen
        seen.add(area.code)
    stores: set[str] = set()
    for facility in county.facilities():
        assert facility.area in seen
        assert not facility.supplied_by or facility.supplied_by in stores
        assert facility.code not in stores
        stores.add(facility.code)
    kinds = Counter(facility.kind for facility in county.facilities())
    assert kinds["vending_machine"] == 6
    assert kinds["village_cabinet"] >= 55
