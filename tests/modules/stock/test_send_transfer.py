"""Sending to another facility: which lots go, which are left and why."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.builders import NOW, a_person, an_actor
from tests.stock_builders import StockedCounty, a_command, counts, days, event, lot, lots_of, pieces_at, sentences
from zhixuan.modules.stock.models import CommandConflict
from zhixuan.modules.stock.operations.close_month import close_month
from zhixuan.rules.periods import Month
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Forbidden, Role, Unknown
from zhixuan.shared.models import AuditEntry

NORM_DAYS = 60
"""A township's stock should last at most two months: what it is sent must keep that long."""


@pytest.fixture
def sending(county: StockedCounty) -> StockedCounty:
    """The warehouse has 100 of LATE, 50 of EARLY, 30 of SHORT (expires within the norm), 20 of OLD (has expired)."""
    for number, pieces, expires in (
        ("LATE", 100, days(500)),
        ("EARLY", 50, days(200)),
        ("SHORT", 30, days(NORM_DAYS - 1)),
        ("OLD", 20, days(-10)),
    ):
        county.stock(county.warehouse, number, pieces, expires=expires, on=days(-20))
    return county


def why(receipt) -> dict[str, tuple[str, int]]:
    return {one["number"]: (one["why"], one["pieces"]) for one in receipt.details["picks"][0]["lots"]}


def test_the_lot_that_expires_first_goes_first_and_the_slip_says_why(sending: StockedCounty) -> None:
    sent = sending.send(sending.warehouse, sending.store, sending.want(70), reference="单 3")
    assert lots_of(sent) == {lot("EARLY").id: 50, lot("LATE").id: 20}
    assert why(sent) == {
        "OLD": ("expired", 20),
        "SHORT": ("short_dated", 30),
        "EARLY": ("taken", 50),
        "LATE": ("taken", 20),
    }
    assert event(sent).details == sent.details
    assert pieces_at(sending.warehouse) == 130
    assert (pieces_at(sending.store), pieces_at(sending.store, kind="transit")) == (0, 70)
    entry = AuditEntry.objects.get(verb="transfer_out")
    assert (entry.object_id, entry.area_path) == (str(sent.event_id), sending.network.county.path)


def test_a_lot_that_keeps_exactly_as_long_as_the_norm_may_go(county: StockedCounty) -> None:
    county.stock(county.warehouse, "A", 10, expires=days(NORM_DAYS))
    assert why(county.send(county.warehouse, county.store, county.want(10))) == {"A": ("taken", 10)}


def test_what_is_short_dated_goes_only_by_choice_and_with_a_reason(sending: StockedCounty) -> None:
    with pytest.raises(Refused) as refused:
        sending.send(sending.warehouse, sending.store, sending.choose(SHORT=30))
    assert refused.value.code == "fefo_reason_needed"
    sent = sending.send(sending.warehouse, sending.store, sending.choose("a campaign next week", SHORT=30))
    assert lots_of(sent) == {lot("SHORT").id: 30}
    assert sent.details["picks"][0]["override"] == "a campaign next week"


def test_the_choice_that_fefo_would_make_needs_no_reason(sending: StockedCounty) -> None:
    assert sending.send(sending.warehouse, sending.store, sending.choose(EARLY=50, LATE=5)).details["picks"][0]
    with pytest.raises(Refused, match="should go out first"):
        sending.send(sending.warehouse, sending.store, sending.choose(LATE=5, SHORT=1))


@pytest.mark.parametrize("reason", ["", "they asked for it"])
def test_no_reason_opens_an_expired_lot(sending: StockedCounty, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        sending.send(sending.warehouse, sending.store, sending.choose(reason, OLD=1))
    assert refused.value.code == "expired"


def test_too_much_says_how_much_can_be_had_and_what_blocks_the_rest(sending: StockedCounty) -> None:
    before = counts()
    with pytest.raises(Refused, match="150 keep long enough") as refused:
        sending.send(sending.warehouse, sending.store, sending.want(151))
    assert (refused.value.code, refused.value.field) == ("only_short_dated", "lines-0-pieces")
    assert counts() == before


def test_all_lines_that_cannot_be_filled_are_named_at_once(sending: StockedCounty) -> None:
    before = counts()
    lines = (sending.want(999), sending.want(5, product=sending.pill))
    with pytest.raises(Refused) as refused:
        sending.send(sending.warehouse, sending.store, *lines)
    assert [reason.field for reason in refused.value.reasons] == ["lines-0-pieces", "lines-1-pieces"]
    assert counts() == before


def test_faulty_lines_are_named_at_once(sending: StockedCounty) -> None:
    a = lot("EARLY").id
    lines = (
        sending.want(0),
        sending.want(5, product=sending.pill),
        sending.want(5, product=sending.pill),
        sending.want(10, item_id=sending.box.id, chosen=((a, 4),)),
        sending.want(10, item_id=sending.carton.id, chosen=((a, 5), (a, 5))),
        sending.want(10, item_id=10**9, chosen=((a, 12), (lot("LATE").id, -2))),
    )
    with pytest.raises(Refused) as refused:
        sending.send(sending.warehouse, sending.store, *lines)
    assert [reason.field for reason in refused.value.reasons] == [
        "lines-0-pieces",
        "lines-2-product",
        "lines-3-pieces",
        "lines-4-pieces",
        "lines-5-pieces",
    ]
    with pytest.raises(Refused, match="at least one line"):
        sending.send(sending.warehouse, sending.store)


def test_two_lines_of_one_product_do_not_take_the_same_pieces(county: StockedCounty) -> None:
    """First any item, then boxes only: the second line looks at what the first has left."""
    county.stock(county.warehouse, "A", 30, expires=days(300))
    county.stock(county.warehouse, "B", 30, expires=days(400))
    sent = county.send(county.warehouse, county.store, county.want(40), county.want(20, item_id=county.box.id))
    assert lots_of(sent) == {lot("A").id: 30, lot("B").id: 30}
    with pytest.raises(Refused):
        county.send(county.warehouse, county.store, county.want(1))


def test_only_the_item_asked_for_and_only_whole_packs(county: StockedCounty) -> None:
    county.stock(county.warehouse, "BOX", 95, expires=days(300))
    county.stock(county.warehouse, "CTN", 500, item=county.carton, expires=days(400))
    sent = county.send(county.warehouse, county.store, county.want(200, item_id=county.carton.id, whole_packs=True))
    assert lots_of(sent) == {lot("CTN").id: 200}
    assert why(sent)["BOX"] == ("wrong_pack", 95)
    sent = county.send(county.warehouse, county.store, county.want(190, whole_packs=True))
    assert lots_of(sent) == {lot("BOX").id: 90, lot("CTN").id: 100}


def test_held_stock_stays(sending: StockedCounty) -> None:
    sending.adjust(sending.warehouse, "hold", EARLY=50, note="damp")
    sent = sending.send(sending.warehouse, sending.store, sending.want(10))
    assert lots_of(sent) == {lot("LATE").id: 10}
    assert why(sent)["EARLY"] == ("quarantined", 50)
    with pytest.raises(Refused) as refused:
        sending.send(sending.warehouse, sending.store, sending.choose("x", EARLY=1))
    assert refused.value.code in {"quarantined", "too_little"}


def test_dated_back_only_what_was_there_and_is_not_used_since(sending: StockedCounty) -> None:
    sending.stock(sending.warehouse, "NEW", 40, expires=days(100), on=days(-3))
    sending.send(sending.warehouse, sending.store, sending.want(50), on=days(-1))  # SHORT, then NEW
    sent = sending.send(sending.warehouse, sending.store, sending.want(60), on=days(-5))
    assert lots_of(sent) == {lot("EARLY").id: 50, lot("LATE").id: 10}
    assert why(sent)["NEW"] == ("not_there_then", 20)
    with pytest.raises(Refused, match="can be dated to that day") as refused:
        sending.send(sending.warehouse, sending.store, sending.want(95), on=days(-5))
    assert refused.value.code == "only_not_there_then"
    with pytest.raises(Refused):
        sending.send(sending.warehouse, sending.store, sending.want(1), on=days(-21))


def test_neither_to_oneself_nor_to_nowhere(sending: StockedCounty) -> None:
    with pytest.raises(Refused) as refused:
        sending.send(sending.warehouse, sending.warehouse, sending.want(1))
    assert refused.value.field == "to_facility"
    with pytest.raises(Unknown):
        sending.send(sending.warehouse, replace_id(sending), sending.want(1))


def replace_id(county: StockedCounty):
    return type(county.store)(id=10**9)


def test_the_receiver_must_be_allowed_to_hold_it(sending: StockedCounty) -> None:
    sending.store.permitted_products.create(product=sending.pill)
    with pytest.raises(Refused, match="what the receiver may hold"):
        sending.send(sending.warehouse, sending.store, sending.want(1))


def test_strangers_and_lookers_on(sending: StockedCounty) -> None:
    before_people = an_actor(a_person(Role.AUDITOR, sending.network.county))
    before = counts()
    with pytest.raises(Unknown):
        sending.by(sending.stranger).send(sending.warehouse, sending.store, sending.want(1))
    with pytest.raises(Unknown):
        sending.by(sending.keeper).send(sending.warehouse, sending.store, sending.want(1))
    with pytest.raises(Forbidden):
        sending.by(before_people).send(sending.warehouse, sending.store, sending.want(1))
    assert counts() == before


def test_not_in_a_closed_month(sending: StockedCounty) -> None:
    sending.stock(sending.warehouse, "SEP", 1, on=days(-60))
    for month in (9, 10):
        close_month(facility_id=sending.warehouse.id, month=Month(2026, month), actor=sending.actor, at=NOW)
    with pytest.raises(Refused) as refused:
        sending.send(sending.warehouse, sending.store, sending.want(1), on=days(-23))
    assert refused.value.code == "month_closed"


def test_repeat_and_conflict(sending: StockedCounty) -> None:
    command = a_command()
    first = sending.send(sending.warehouse, sending.store, sending.want(10), command_id=command)
    before = counts()
    assert sending.send(sending.warehouse, sending.store, sending.want(10), command_id=command) == replace(
        first, repeated=True
    )
    assert counts() == before
    with pytest.raises(Refused) as refused:
        sending.send(sending.warehouse, sending.store, sending.want(11), command_id=command)
    assert sentences(refused.value)[0].startswith("This form was already sent")
    assert CommandConflict.objects.count() == 1
    assert counts() == before
