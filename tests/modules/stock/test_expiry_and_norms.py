"""The expiry board, where short-dated lots can go, norms set instead, and one figure on every screen."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.builders import NOW, TODAY, a_storekeeper, a_stranger, an_auditor, kept_by_one
from tests.stock_builders import StockedCounty, a_stocked_county, days, lot
from zhixuan.modules.stock.models import NormOverride
from zhixuan.modules.stock.operations.end_norm import end_norm
from zhixuan.modules.stock.operations.set_norm import set_norm
from zhixuan.modules.stock.queries import expiry, norms, on_hand, use
from zhixuan.modules.stock.queries.attention import attention
from zhixuan.modules.stock.queries.standing import standing
from zhixuan.rules.refusal import Refused
from zhixuan.rules.stock.levels import StockStatus
from zhixuan.rules.stock.short_dated import Band
from zhixuan.shared.access import Forbidden, Role, Unknown
from zhixuan.shared.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def county() -> StockedCounty:
    """The store uses 30 a month; the warehouse has 600 that expire in 100 days and never issued to clients."""
    made = a_stocked_county()
    made.stock(made.store, "OWN", 400, on=days(-115), at=at(-115), expires=days(600))
    for back in (85, 55, 25):
        made.dispense(made.store, made.want(30), on=days(-back), at=at(-back))
    made.stock(made.warehouse, "SHORT", 600, expires=days(100))
    return made


def at(day: int) -> datetime:
    return datetime.combine(days(day), time(9), tzinfo=timezone.get_current_timezone())


def row_of(county: StockedCounty, facility: Any) -> dict[str, Any]:
    found = standing(county.actor, facility.pk, county.condom.pk, today=TODAY)
    assert found is not None
    return found


def test_lots_are_counted_by_band(county: StockedCounty) -> None:
    counts = expiry.lots_by_band(expiry.shelved(county.actor), today=TODAY)
    assert {band: count for band, count in counts.items() if count} == {Band.WITHIN_180: 1, Band.LATER: 1}
    assert sum(expiry.lots_by_band(expiry.shelved(county.stranger), today=TODAY).values()) == 0


def test_the_risk_of_a_lot_comes_from_the_use_of_the_list(county: StockedCounty) -> None:
    found = expiry.one(county.actor, county.store.pk, lot("OWN").pk)
    risk = expiry.risks(county.actor, [found], today=TODAY)[found.place_id, found.lot_id]
    assert risk.per_month == row_of(county, county.store)["per_month"]
    assert risk.months == found.pieces / (risk.per_month or 1)
    assert risk.at_risk == 0
    with pytest.raises(Unknown):
        expiry.one(county.stranger, county.store.pk, lot("OWN").pk)


def test_a_short_dated_lot_is_offered_to_who_can_use_it_and_leads_to_the_transfer(county: StockedCounty) -> None:
    for back in (80, 50, 20):
        county.stock(county.warehouse, f"W{back}", 10, on=days(-back - 1), at=at(-back - 1), expires=days(900))
        county.dispense(county.warehouse, county.want(1), on=days(-back), at=at(-back))
    found = expiry.one(county.actor, county.warehouse.pk, lot("SHORT").pk)
    risk = expiry.risks(county.actor, [found], today=TODAY)[found.place_id, found.lot_id]
    assert risk.at_risk
    (one,) = expiry.suggestions(county.actor, found, risk.at_risk, today=TODAY)
    assert one.placing.facility_id == county.store.pk
    assert 0 < one.placing.pieces <= 30 * 4
    assert one.placing.pieces % county.box.pieces_per_pack == 0


def test_the_page_of_a_lot_says_why_and_prefills_the_transfer(county: StockedCounty) -> None:
    client = Client()
    client.force_login(a_storekeeper(county.store))
    kept_by_one(county.store)
    page = client.get(reverse("stock:expiry")).content.decode()
    assert "OWN" in page
    assert "SHORT" not in page
    assert client.get(reverse("stock:short_dated", args=[county.store.pk, lot("OWN").pk])).status_code == 200
    query = {"product": county.condom.pk, "lot": lot("OWN").pk, "pieces": 20, "why": "short-dated"}
    sent = client.get(reverse("stock:send"), {"facility": county.store.pk, **query}).content.decode()
    assert f'name="take-{county.condom.pk}-{lot("OWN").pk}" value="20"' in sent
    assert 'value="short-dated"' in sent


def test_taking_off_the_shelf_is_offered_to_those_who_may(county: StockedCounty) -> None:
    county.stock(county.store, "OLD", 50, on=days(-110), at=at(-110), expires=days(-40))
    client = Client()
    client.cookies["zhixuan_language"] = "en"
    for person, offered in ((a_storekeeper(county.store), True), (an_auditor(county.network.county), False)):
        client.force_login(person)
        page = client.get(reverse("stock:expiry"), {"when": Band.EXPIRED.value}).content.decode()
        assert "OLD" in page
        assert ("Take off the shelf" in page, f"{reverse('stock:adjust')}?" in page) == (offered, offered)


def test_what_expired_is_no_stock_and_its_days_count_as_days_without(county: StockedCounty) -> None:
    county.stock(county.store, "OLD", 500, item=county.strip, on=days(-110), at=at(-110), expires=days(-40))
    county.dispense(county.store, county.want(30, product=county.pill), on=days(-60), at=at(-60))
    row = standing(county.actor, county.store.pk, county.pill.pk, today=TODAY)
    assert row is not None
    assert (row["in_store"], row["usable"], row["status"]) == (470, 0, StockStatus.STOCKED_OUT)
    history = use.use_history({(row["store_id"], county.pill.pk): 0}, today=TODAY)[row["store_id"], county.pill.pk]
    months = use.latest_months(TODAY)
    gone_from = days(-39)
    expected = [min(sum(gone_from <= day or day < days(-110) for day in _days_of(month)), 30) for month in months]
    assert [period.stockout_days for period in history] == expected
    assert sum(expected)


def _days_of(month: Any) -> list[Any]:
    return [month.first_day + timedelta(days=count) for count in range(month.days)]


def test_a_write_off_after_expiry_changes_no_day(county: StockedCounty) -> None:
    county.stock(county.store, "OLD", 500, item=county.strip, on=days(-110), at=at(-110), expires=days(-40))
    places = row_of(county, county.store)["store_id"]
    before = use.use_history({(places, county.pill.pk): 0}, today=TODAY)
    county.adjust(county.store, "expired", OLD=500, note="past its day", on=days(-5), at=at(-5))
    assert use.use_history({(places, county.pill.pk): 0}, today=TODAY) == before


def test_one_figure_on_every_screen(county: StockedCounty) -> None:
    """The list, the list by product, home, the card, the order and the expiry board agree to the piece."""
    rows = on_hand.with_levels(on_hand.by_facility(county.actor, today=TODAY), today=TODAY)
    own = next(row for row in rows if row["facility_id"] == county.store.pk)
    assert row_of(county, county.store) == own
    by_product = next(iter(on_hand.by_product(county.actor, today=TODAY)))
    assert by_product["usable"] == sum(row["usable"] for row in rows if row["product_id"] == county.condom.pk)
    assert attention(county.actor, today=TODAY).statuses.total() == len(rows)
    assert own["order"] == max(0, -(-own["per_month"] * own["bounds"].max_months // 1) - own["usable"] - own["coming"])
    client = Client()
    client.force_login(a_storekeeper(county.store))
    card = client.get(reverse("stock:card", args=[county.store.pk, county.condom.pk])).content.decode()
    listed = client.get(reverse("stock:on_hand")).content.decode()
    shown = f"{float(own['months']):.1f}"
    assert shown in card
    assert shown in listed
    label = re.search(r'<span class="badge bg-(\w+)-lt">', card)
    assert label
    assert f"bg-{label[1]}-lt" in listed


FIGURES: dict[str, Any] = {
    "min_months": Decimal(1),
    "max_months": Decimal(20),
    "emergency_months": Decimal("0.5"),
    "reason": "road closed in winter",
}


def test_a_norm_set_for_a_facility_moves_the_status_and_can_be_ended(county: StockedCounty) -> None:
    before = row_of(county, county.store)["status"]
    made = set_norm(facility_id=county.store.pk, **FIGURES, actor=county.actor, at=NOW)
    again = set_norm(facility_id=county.store.pk, **FIGURES, actor=county.actor, at=NOW)
    assert made.pk == again.pk
    assert (before, row_of(county, county.store)["status"]) == (StockStatus.OVERSTOCKED, StockStatus.ADEQUATE)
    assert norms.good_until(TODAY, "township", facility_id=county.store.pk) == TODAY + timedelta(days=600)
    end_norm(override_id=made.pk, actor=county.actor, at=NOW)
    assert row_of(county, county.store)["status"] is before
    assert AuditEntry.objects.filter(verb__in=["set_norm", "end_norm"]).count() == 2


def test_a_norm_of_an_area_holds_below_it_for_its_level(county: StockedCounty) -> None:
    set_norm(area_id=county.network.county.pk, level="township", **FIGURES, actor=county.actor, at=NOW)
    assert row_of(county, county.store)["bounds"].max_months == 20
    assert row_of(county, county.warehouse)["bounds"].max_months == 4
    changed = FIGURES | {"max_months": Decimal(5)}
    set_norm(area_id=county.network.county.pk, level="township", **changed, actor=county.actor, at=NOW)
    assert row_of(county, county.store)["bounds"].max_months == 5
    assert NormOverride.objects.filter(ended_at=None).count() == 1


def test_norms_are_set_by_the_station_officer_of_the_place_alone(county: StockedCounty) -> None:
    with pytest.raises(Forbidden):
        set_norm(facility_id=county.store.pk, **FIGURES, actor=county.keeper, at=NOW)
    with pytest.raises(Unknown):
        set_norm(facility_id=county.store.pk, **FIGURES, actor=county.stranger, at=NOW)
    with pytest.raises(Refused):
        set_norm(facility_id=county.store.pk, **FIGURES | {"reason": ""}, actor=county.actor, at=NOW)
    made = set_norm(facility_id=county.store.pk, **FIGURES, actor=county.actor, at=NOW)
    with pytest.raises(Unknown):
        end_norm(override_id=made.pk, actor=county.stranger, at=NOW)
    with pytest.raises(Forbidden):
        end_norm(override_id=made.pk, actor=county.keeper, at=NOW)


def test_the_page_of_norms_names_each_source_and_only_what_is_in_sight(county: StockedCounty) -> None:
    set_norm(facility_id=county.store.pk, **FIGURES, actor=county.actor, at=NOW)
    client = Client()
    client.force_login(a_storekeeper(county.store))
    page = client.get(reverse("stock:norms")).content.decode()
    assert "taodocs.com" in page
    assert "road closed in winter" in page
    client.force_login(a_stranger(county.network, Role.STOREKEEPER))
    assert "road closed in winter" not in client.get(reverse("stock:norms")).content.decode()
    assert client.post(reverse("stock:norms"), {}).status_code == 403
