"""Numbers of papers: from 1, without gaps, each series, place and year by itself."""

from __future__ import annotations

import pytest
from django.db import transaction

from zhixuan.shared import numbers

pytestmark = pytest.mark.django_db


def test_each_series_place_and_year_counts_by_itself() -> None:
    given = [numbers.next_number("orders.plan", 1, 2026) for _one in range(3)]
    keys = [("orders.order", 1, 2026), ("orders.plan", 2, 2026), ("orders.plan", 1, 2027)]
    others = [numbers.next_number(*key) for key in keys]
    assert (given, others) == ([1, 2, 3], [1, 1, 1])


def test_holding_gives_no_number() -> None:
    numbers.hold("quality.BS", 1, 2026)
    numbers.hold("quality.BS", 1, 2026)
    assert numbers.next_number("quality.BS", 1, 2026) == 1


def test_a_number_of_what_failed_is_given_again() -> None:
    with transaction.atomic():
        numbers.next_number("orders.plan", 1, 2026)
        transaction.set_rollback(True)
    assert numbers.next_number("orders.plan", 1, 2026) == 1
