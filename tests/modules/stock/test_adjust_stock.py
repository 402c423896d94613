"""Corrections: each with a coded reason that says where the pieces go."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.builders import NOW, a_person, an_actor
from tests.stock_builders import StockedCounty, a_command, counts, days, event, lot, pieces_at
from zhixuan.modules.stock.operations.close_month import close_month
from zhixuan.rules.periods import Month
from zhixuan.rules.refusal import Refused
from zhixuan.rules.stock.reasons import REASONS
from zhixuan.shared.access import Forbidden, Role, Unknown
from zhixuan.shared.models import AuditEntry

# Written from the documents, not from the code: reason, what the store gains, the other place.
MOVES = {
    "opening": (+5, "opening"),
    "found": (+5, "difference"),
    "short": (-5, "difference"),
    "expired": (-5, "expired"),
    "damaged": (-5, "damaged"),
    "lost": (-5, "lost"),
    "hold": (-5, "quarantine"),
    "release": (+5, "quarantine"),
    "client_return": (+5, "clients"),
    "supplier_return": (-5, "supplier"),
    "settle": (-5, "suspense"),
}
NEED_A_NOTE = {"found", "short", "lost", "hold", "release", "supplier_return"}


def test_every_reason_is_known_here() -> None:
    assert set(REASONS) == set(MOVES)


@pytest.mark.parametrize("reason", sorted(MOVES.keys() - {"expired"}))
def test_each_reason_moves_to_its_place(stocked: StockedCounty, reason: str) -> None:
    stocked.by(stocked.keeper).adjust(stocked.store, "hold", A=5, note="to have some there")
    stocked.dispense(stocked.store, stocked.choose(A=105), already_happened=True)
    stocked.stock(stocked.store, "A", 50)
    gain, other = MOVES[reason]
    receipt = stocked.adjust(stocked.store, reason, A=5, note="seen")
    assert pieces_at(stocked.store) == 50 + gain
    move = event(receipt).movements.get()
    ends = (move.from_place.kind, move.to_place.kind)
    assert ends == ((other, "store") if gain > 0 else ("store", other))
    assert (move.reason, receipt.details["reason"]) == (reason, reason)
    entry = AuditEntry.objects.filter(verb="adjust_stock").latest("id")
    assert (entry.details, entry.object_id) == ({"reason": reason}, str(receipt.event_id))


@pytest.mark.parametrize("reason", sorted(NEED_A_NOTE))
def test_some_reasons_need_more_words(stocked: StockedCounty, reason: str) -> None:
    before = counts()
    with pytest.raises(Refused) as refused:
        stocked.adjust(stocked.store, reason, A=5, note=" ")
    assert (refused.value.code, refused.value.field) == ("note_needed", "note")
    assert counts() == before


def test_unknown_reason(stocked: StockedCounty) -> None:
    with pytest.raises(Refused) as refused:
        stocked.adjust(stocked.store, "because", A=5)
    assert refused.value.code == "unknown_reason"


def test_faulty_lines_are_named_at_once(stocked: StockedCounty) -> None:
    before = counts()
    a = lot("A").id
    with pytest.raises(Refused) as refused:
        stocked.adjust(stocked.store, "damaged", lines=[(a, 0), (a, 5), (10**9, -1), (10**9, 10**13)])
    fields = [reason.field for reason in refused.value.reasons]
    assert set(fields) >= {"lines-0-pieces", "lines-1-lot", "lines-2-lot", "lines-2-pieces", "lines-3-pieces"}
    with pytest.raises(Refused):
        stocked.adjust(stocked.store, "damaged")
    assert counts() == before


def test_every_lot_with_too_little_is_named_at_once(stocked: StockedCounty) -> None:
    stocked.stock(stocked.store, "B", 3)
    before = counts()
    with pytest.raises(Refused) as refused:
        stocked.adjust(stocked.store, "damaged", A=101, B=4)
    assert [reason.fields["lot"] for reason in refused.value.reasons] == ["A", "B"]
    with pytest.raises(Refused):
        stocked.adjust(stocked.store, "release", A=1)
    assert counts() == before


def test_expired_and_held_lots_can_be_written_off(county: StockedCounty) -> None:
    county.stock(county.store, "OLD", 5, expires=days(-1), on=days(-9))
    receipt = county.adjust(county.store, "expired", OLD=5)
    assert pieces_at(county.store) == 0
    move = event(receipt).movements.get()
    assert (move.from_place.kind, move.to_place.kind, move.reason) == ("store", MOVES["expired"][1], "expired")


def test_only_what_has_expired_is_written_off_as_expired(county: StockedCounty) -> None:
    for number, good_for in (("OLD", -1), ("LAST DAY", 0), ("GOOD", 1)):
        county.stock(county.store, number, 5, expires=days(good_for), on=days(-9))
    before = counts()
    ids = [lot(number).id for number in ("OLD", "LAST DAY", "GOOD")]
    with pytest.raises(Refused) as refused:
        county.adjust(county.store, "expired", lines=[(lot_id, 1) for lot_id in ids])
    assert [(reason.code, reason.field) for reason in refused.value.reasons] == [
        ("not_expired", "lines-1-lot"),
        ("not_expired", "lines-2-lot"),
    ]
    with pytest.raises(Refused):
        county.adjust(county.store, "expired", OLD=1, on=days(-1))
    assert counts() == before


def test_no_more_is_settled_than_is_owed(stocked: StockedCounty) -> None:
    stocked.dispense(stocked.store, stocked.choose(A=130), already_happened=True)
    stocked.stock(stocked.store, "A", 50)
    stocked.stock(stocked.store, "B", 50)
    before = counts()
    with pytest.raises(Refused) as refused:
        stocked.adjust(stocked.store, "settle", A=20, B=11)
    assert [(reason.code, reason.field, reason.fields["owed"]) for reason in refused.value.reasons] == [
        ("more_than_owed", "lines-1-pieces", 10)
    ]
    assert counts() == before
    stocked.adjust(stocked.store, "settle", A=20, B=10)
    assert pieces_at(stocked.store, kind="suspense") == 0
    with pytest.raises(Refused):
        stocked.adjust(stocked.store, "settle", A=1)


def test_dated_back_over_later_use_every_lot_is_named(stocked: StockedCounty) -> None:
    stocked.stock(stocked.store, "B", 20, on=days(-20))
    stocked.dispense(stocked.store, stocked.want(100), on=days(-1))
    stocked.stock(stocked.store, "A", 50)
    before = counts()
    with pytest.raises(Refused) as refused:
        stocked.adjust(stocked.store, "damaged", A=1, B=20, on=days(-5))
    assert [(reason.code, reason.fields["lot"]) for reason in refused.value.reasons] == [("later_negative", "A")]
    with pytest.raises(Refused):
        stocked.adjust(stocked.store, "damaged", A=1, on=days(-21))
    assert counts() == before
    stocked.adjust(stocked.store, "found", A=1, note="x", on=days(-21))
    stocked.adjust(stocked.store, "damaged", A=1, on=days(-21))


def test_closed_month_and_future(stocked: StockedCounty) -> None:
    stocked.stock(stocked.store, "B", 5, on=days(-40))
    close_month(facility_id=stocked.store.id, month=Month(2026, 10), actor=stocked.actor, at=NOW)
    for on, code in ((days(-30), "month_closed"), (days(1), "refused")):
        with pytest.raises(Refused) as refused:
            stocked.adjust(stocked.store, "damaged", A=1, on=on)
        assert refused.value.code == code


def test_strangers_and_lookers_on(stocked: StockedCounty) -> None:
    looker = an_actor(a_person(Role.AUDITOR, stocked.network.county))
    before = counts()
    with pytest.raises(Unknown):
        stocked.by(stocked.stranger).adjust(stocked.store, "damaged", A=1)
    with pytest.raises(Forbidden):
        stocked.by(looker).adjust(stocked.store, "damaged", A=1)
    assert counts() == before


def test_repeat_and_conflict(stocked: StockedCounty) -> None:
    command = a_command()
    first = stocked.adjust(stocked.store, "damaged", A=5, command_id=command)
    before = counts()
    assert stocked.adjust(stocked.store, "damaged", A=5, command_id=command) == replace(first, repeated=True)
    with pytest.raises(Refused) as refused:
        stocked.adjust(stocked.store, "damaged", A=6, command_id=command)
    assert refused.value.code == "command_conflict"
    assert counts() == before
