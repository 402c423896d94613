"""Stock on hand: the amounts of one page are those of the whole list, whichever way they are worked out."""

from __future__ import annotations

from typing import Any

from tests.builders import TODAY
from tests.stock_builders import StockedCounty, days
from zhixuan.modules.stock.queries import on_hand


def by_pair(rows: Any) -> dict[tuple[int, int], dict[str, Any]]:
    return {(row["facility_id"], row["product_id"]): row for row in rows}


def test_a_page_of_pairs_says_what_the_whole_list_says(stocked: StockedCounty) -> None:
    stocked.stock(stocked.store, "OLD", 7, expires=days(-1), on=days(-9))
    stocked.stock(stocked.store, "SOON", 9, expires=days(0), on=days(-9))
    stocked.stock(stocked.store, "NAMELESS", 3, expires=None, on=days(-9), item=stocked.strip)
    stocked.adjust(stocked.store, "hold", A=5, note="damp")
    stocked.dispense(stocked.store, stocked.want(300), already_happened=True)
    stocked.stock(stocked.warehouse, "W", 50)
    stocked.send(stocked.warehouse, stocked.store, stocked.want(20))

    whole = by_pair(on_hand.with_levels(on_hand.by_facility(stocked.actor, today=TODAY), today=TODAY))
    page = by_pair(on_hand.with_levels(on_hand.pairs(stocked.actor), today=TODAY))
    assert page == whole
    assert len(whole) == 3
    store = whole[stocked.store.id, stocked.condom.id]
    assert (store["held"], store["coming"]) == (5, 20)
    assert store["owed"] < 0
    assert list(on_hand.pairs(stocked.actor).values_list("facility_id", "product_id")) == list(
        on_hand.by_facility(stocked.actor, today=TODAY).values_list("facility_id", "product_id")
    )


def test_pairs_are_of_whom_they_concern(stocked: StockedCounty) -> None:
    assert list(on_hand.pairs(stocked.stranger)) == []
