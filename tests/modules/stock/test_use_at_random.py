"""Use and days without stock of random books, against a reckoning that walks through every day."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone

from tests.builders import TODAY
from tests.stock_builders import StockedCounty, a_stocked_county, days
from zhixuan.modules.stock.queries import norms, on_hand, use
from zhixuan.rules.refusal import Refused
from zhixuan.rules.stock.levels import PeriodUse

pytestmark = pytest.mark.django_db


def at(day: date) -> datetime:
    return datetime.combine(day, time(9), tzinfo=timezone.get_current_timezone())


def _live(county: StockedCounty, chance: random.Random) -> Counter[date]:
    """Months of a store; answers what it gave to clients by day. Some lots expire, some of those are written off."""
    given: Counter[date] = Counter()
    for number, back in enumerate(sorted(chance.sample(range(1, 125), 12), reverse=True)):
        on, pieces = days(-back), chance.randint(1, 20)
        expires = on + timedelta(days=chance.randint(0, 25))
        if chance.random() < 0.5:
            county.stock(county.store, f"R{number}", pieces, on=on, at=at(on), expires=expires)
            continue
        try:
            county.dispense(county.store, county.want(pieces), on=on, at=at(on))
            given[on] += pieces
        except Refused:  # not so much usable that day
            continue
    for row in on_hand.by_lot(county.actor).filter(place__facility=county.store, lot__expires_on__lt=TODAY):
        if chance.random() < 0.5:
            on = row.lot.expires_on + timedelta(days=chance.randint(1, (TODAY - row.lot.expires_on).days))
            lost = [(row.lot_id, chance.randint(1, row.pieces))]
            county.adjust(county.store, "expired", lines=lost, note="past its day", on=on, at=at(TODAY))
    return given


def _usable_at_the_end_of(day: date, county: StockedCounty, store_id: int) -> int:
    """From every movement, lot by lot, as long as the lot is good."""
    from zhixuan.modules.stock.models import Movement

    moved = Movement.objects.filter(on__lte=day, lot__expires_on__gte=day, product=county.condom)
    return sum(
        pieces * ((to_id == store_id) - (from_id == store_id))
        for pieces, to_id, from_id in moved.values_list("pieces", "to_place_id", "from_place_id")
    )


@pytest.mark.parametrize("seed", range(3))
def test_random_books(seed: int) -> None:
    county = a_stocked_county()
    county.stock(county.store, "FIRST", 40, on=days(-130), at=at(days(-130)), expires=days(-80))
    given = _live(county, random.Random(seed))
    (row,) = on_hand.of_pair(county.store.pk, county.condom.pk, today=TODAY)
    series = (row["store_id"], county.condom.pk)
    seen_from = norms.in_force_and_reference_day(TODAY)[1]
    assert seen_from == use.reference_day(TODAY)
    assert row["usable"] == _usable_at_the_end_of(TODAY, county, row["store_id"])
    expected = []
    for month in use.latest_months(seen_from):
        all_days = [month.first_day + timedelta(days=count) for count in range(month.days)]
        empty = sum(_usable_at_the_end_of(day, county, row["store_id"]) <= 0 for day in all_days)
        expected.append(PeriodUse(sum(given[day] for day in all_days), min(empty, 30)))
    assert use.use_history({series: row["usable"]}, today=TODAY)[series] == expected
