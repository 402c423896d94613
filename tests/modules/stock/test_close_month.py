"""Closing and reopening months: in order, kept in the trail, and what is closed stays true."""

from __future__ import annotations

import pytest

from tests.builders import NOW, a_person, an_actor
from tests.stock_builders import StockedCounty, counts, days, lot
from zhixuan.modules.stock.models import MonthBalance, MonthClose
from zhixuan.modules.stock.operations.close_month import close_month, reopen_month
from zhixuan.rules.periods import Month
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Actor, Forbidden, Role, Unknown
from zhixuan.shared.models import AuditEntry

SEPTEMBER, OCTOBER, NOVEMBER = Month(2026, 9), Month(2026, 10), Month(2026, 11)


@pytest.fixture
def old(county: StockedCounty) -> StockedCounty:
    """Stock since September: 100 came then, 30 were given out in October, 20 in November."""
    county.stock(county.store, "A", 100, on=days(-70))
    county.dispense(county.store, county.want(30), on=days(-30))
    county.dispense(county.store, county.want(20), on=days(-3))
    return county


def close(county: StockedCounty, month: Month, actor: Actor | None = None) -> MonthClose:
    return close_month(facility_id=county.store.id, month=month, actor=actor or county.actor, at=NOW)


def reopen(
    county: StockedCounty, month: Month, *, reason: str = "a forgotten slip", actor: Actor | None = None
) -> None:
    reopen_month(facility_id=county.store.id, month=month, reason=reason, actor=actor or county.actor, at=NOW)


def kept() -> dict[tuple[str, str], int]:
    rows = MonthBalance.objects.values_list("close__month", "lot__number", "pieces")
    return {(f"{month:%m}", number): pieces for month, number, pieces in rows}


def test_the_balances_of_the_months_end_are_kept(old: StockedCounty) -> None:
    close(old, SEPTEMBER, old.keeper)
    done = close(old, OCTOBER)
    assert kept() == {("09", "A"): 100, ("10", "A"): 70}
    assert (done.closed_by, done.closed_by_name, done.closed_at) == (old.actor.user_id, old.actor.name, NOW)
    entry = AuditEntry.objects.filter(verb="close_month").latest("id")
    assert (entry.details, entry.area_path) == ({"month": "2026-10"}, old.network.township.path)


def test_what_comes_back_later_does_not_change_what_was_kept(old: StockedCounty) -> None:
    close(old, SEPTEMBER), close(old, OCTOBER)
    old.adjust(old.store, "damaged", A=5, on=days(-1))
    assert kept()["10", "A"] == 70


def test_closing_twice_changes_nothing(old: StockedCounty) -> None:
    first = close(old, SEPTEMBER)
    before = counts()
    assert close(old, SEPTEMBER).id == first.id
    assert counts() == before


def test_months_are_closed_in_order_and_when_they_are_over(old: StockedCounty) -> None:
    with pytest.raises(Refused, match="Close 2026-09 first"):
        close(old, OCTOBER)
    close(old, SEPTEMBER), close(old, OCTOBER)
    with pytest.raises(Refused, match="not over yet"):
        close(old, NOVEMBER)
    with pytest.raises(Refused, match="closed up to 2026-10"):
        close(old, Month(2026, 8))


def test_a_month_opens_again_with_a_reason_that_is_kept(old: StockedCounty) -> None:
    close(old, SEPTEMBER), close(old, OCTOBER)
    reopen(old, OCTOBER)
    assert set(kept()) == {("09", "A")}
    old.dispense(old.store, old.want(1), on=days(-25))
    assert AuditEntry.objects.get(verb="reopen_month").details == {"month": "2026-10", "reason": "a forgotten slip"}
    close(old, OCTOBER)
    assert kept()["10", "A"] == 69


def test_only_the_latest_closed_month_opens_and_not_without_a_reason(old: StockedCounty) -> None:
    with pytest.raises(Refused, match="is not closed"):
        reopen(old, SEPTEMBER)
    close(old, SEPTEMBER), close(old, OCTOBER)
    with pytest.raises(Refused, match="Open 2026-10 first"):
        reopen(old, SEPTEMBER)
    with pytest.raises(Refused) as refused:
        reopen(old, OCTOBER, reason=" ")
    assert refused.value.field == "reason"
    with pytest.raises(Refused, match="is not closed"):
        reopen(old, NOVEMBER)


def test_who_may(old: StockedCounty) -> None:
    looker = an_actor(a_person(Role.AUDITOR, old.network.county))
    with pytest.raises(Forbidden):
        close(old, SEPTEMBER, looker)
    with pytest.raises(Unknown):
        close(old, SEPTEMBER, old.stranger)
    close(old, SEPTEMBER, old.keeper)
    with pytest.raises(Forbidden):
        reopen(old, SEPTEMBER, actor=old.keeper)
    with pytest.raises(Unknown):
        reopen(old, SEPTEMBER, actor=old.stranger)
    assert MonthClose.objects.count() == 1


def test_a_lot_that_is_used_up_is_not_kept(old: StockedCounty) -> None:
    old.adjust(old.store, "damaged", A=50, on=days(-3))
    close(old, SEPTEMBER), close(old, OCTOBER)
    assert lot("A").id
    assert kept() == {("09", "A"): 100, ("10", "A"): 70}
