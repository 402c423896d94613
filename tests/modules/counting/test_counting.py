"""A count from opening to the books, while trading goes on."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.builders import NOW, TODAY, a_person, an_actor
from tests.count_builders import Sheet, a_second_keeper, a_sheet, minutes
from tests.stock_builders import FAR, StockedCounty, days, event, lot, pieces_at, sentences
from zhixuan.modules.counting.models import Count, CountLine, Tally
from zhixuan.modules.counting.operations.enter_numbers import Counted, enter_numbers
from zhixuan.modules.stock.models import Event
from zhixuan.modules.stock.operations.close_month import close_month
from zhixuan.modules.stock.queries import slips
from zhixuan.rules.periods import Month
from zhixuan.rules.refusal import Refused
from zhixuan.rules.stock.ledger import EventKind
from zhixuan.shared.access import Forbidden, Role, Unknown
from zhixuan.shared.command_ids import new
from zhixuan.shared.models import AuditEntry


def test_a_count_that_agrees_is_posted_without_a_slip(county: StockedCounty) -> None:
    sheet = a_sheet(county)
    before = Event.objects.count()
    sheet.enter(A=100, B=50)
    sheet.finish()
    posted = sheet.post()
    assert posted.receipt is None
    assert Event.objects.count() == before
    assert sheet.count.state == "posted"
    assert sheet.count.totals == {"lots": 2, "exact": 2, "book": 150, "difference": 0, "net": 0}


def test_trading_goes_on_and_the_books_end_as_counted_less_what_went_out_since(county: StockedCounty) -> None:
    sheet = a_sheet(county)
    county.dispense(county.store, county.want(10), at=minutes(1))
    sheet.enter(at=2, A=88, B=50)
    county.dispense(county.store, county.want(5), at=minutes(3))
    county.adjust(county.store, "hold", A=4, note="damp", at=minutes(4))
    sheet.finish()
    sheet.accept("A")
    sheet.approve()
    county.dispense(county.store, county.want(3), at=minutes(8.5))
    receipt = sheet.post().receipt

    assert receipt is not None
    assert pieces_at(county.store, "A") == 88 - 5 - 4 - 3
    assert pieces_at(county.store, "B") == 50
    assert sheet.line("A").expected == 90
    assert event(receipt).kind == EventKind.COUNT
    assert event(receipt).reference == sheet.count.number
    (move,) = slips.movements_of(receipt.event_id)
    assert (move.from_place.kind, move.to_place.kind, move.pieces, move.reason) == (
        "store",
        "difference",
        2,
        "count_no_slip_out",
    )


def test_a_slip_forgotten_before_the_count_explains_the_difference(county: StockedCounty) -> None:
    sheet = a_sheet(county)
    sheet.enter(A=93, B=50)
    county.dispense(county.store, county.want(7), on=days(-1), at=minutes(2))
    sheet.finish()
    assert sheet.post().receipt is None
    assert pieces_at(county.store, "A") == 93


def test_a_correction_and_a_reversal_meanwhile_are_not_taken_for_trade(county: StockedCounty) -> None:
    wrong = county.dispense(county.store, county.want(6), at=NOW - timedelta(minutes=5))
    sheet = a_sheet(county)
    sheet.enter(A=100, B=48)
    county.reverse(wrong, at=minutes(2))
    county.adjust(county.store, "short", B=2, note="counted again", at=minutes(3))
    sheet.finish()
    assert sheet.post().receipt is None
    assert (pieces_at(county.store, "A"), pieces_at(county.store, "B")) == (100, 48)


def test_found_lots_enter_the_books(county: StockedCounty) -> None:
    sheet = a_sheet(county)
    sheet.enter(A=100, B=50)
    sheet.find("NEW", 12)
    sheet.finish()
    sheet.accept("NEW", reason="count_no_slip_in")
    sheet.approve()
    sheet.post()
    assert pieces_at(county.store, "NEW") == 12
    assert sheet.count.totals["difference"] == 12


def test_a_lot_with_another_expiry_asks(county: StockedCounty) -> None:
    sheet = a_sheet(county)
    with pytest.raises(Refused, match="is known with expiry") as refused:
        sheet.find("A", 3, expires=days(100))
    assert refused.value.code == "expiry_differs"
    sheet.find("A", 3, expires=days(100), sure=True)
    with pytest.raises(Refused, match="stands on the sheet, on line 1"):
        sheet.find("A", 3, expires=FAR)


def test_what_is_held_is_counted_apart(county: StockedCounty) -> None:
    county.adjust(county.store, "hold", A=30, note="damp", at=NOW)
    sheet = a_sheet(county, at=minutes(0))
    held = sheet.line("A", held=True)
    number = Counted(held.id, 28, 0, minutes(1), new())
    enter_numbers(count_id=sheet.count_id, numbers=[number], actor=sheet.actor, at=minutes(1))
    numbers = [
        Counted(CountLine.objects.get(count_id=sheet.count_id, lot_number="A", held=False).id, 70, 0, minutes(1), new())
    ]
    enter_numbers(count_id=sheet.count_id, numbers=numbers, actor=sheet.actor, at=minutes(1))
    sheet.finish(uncounted="leave_out")
    from zhixuan.modules.counting.operations.accept_differences import accept_differences

    accept_differences(
        count_id=sheet.count_id, line_ids=[held.id], reason="count_thrown_away", actor=sheet.actor, at=minutes(6)
    )
    sheet.approve()
    sheet.post()
    assert (pieces_at(county.store, "A"), pieces_at(county.store, "A", "quarantine")) == (70, 28)
    assert CountLine.objects.get(count_id=sheet.count_id, lot_number="B").left_out
    assert pieces_at(county.store, "B") == 50


def test_a_difference_needs_reason_and_somebody_else(county: StockedCounty) -> None:
    sheet = a_sheet(county)
    sheet.enter(A=99, B=51)
    sheet.finish()
    with pytest.raises(Refused) as refused:
        sheet.post()
    assert len(sentences(refused.value)) == 2
    with pytest.raises(Refused, match="Say in the note"):
        sheet.accept("A", reason="count_unknown")
    sheet.accept("A", "B")
    with pytest.raises(Refused, match="has to approve this first"):
        sheet.post()
    with pytest.raises(Forbidden):
        sheet.approve(actor=county.keeper)
    assert sheet.approve(note="seen").approved_by_name == county.actor.name
    assert sheet.post().receipt is not None


def test_an_officer_who_counted_does_not_approve(county: StockedCounty) -> None:
    sheet = a_sheet(county, actor=county.actor)
    sheet.enter(A=99, B=50)
    sheet.finish()
    sheet.accept("A")
    with pytest.raises(Refused, match="You counted here yourself"):
        sheet.approve(actor=county.actor)
    other = an_actor(a_person(Role.TOWNSHIP_OFFICER, county.network.township))
    sheet.approve(actor=other)


def test_a_recount_keeps_both_numbers_and_voids_the_approval(county: StockedCounty) -> None:
    sheet = a_sheet(county)
    sheet.enter(A=90, B=50)
    sheet.finish()
    sheet.accept("A")
    sheet.approve()
    sheet.send_back("A")
    assert sheet.count.approved_at is None
    with pytest.raises(Refused, match="was not sent back"):
        sheet.enter(at=7, B=49)
    sheet.by(a_second_keeper(county)).enter(at=7, A=100)
    sheet.finish(at=8)
    assert sheet.post().receipt is None
    numbers = Tally.objects.filter(line=sheet.line("A")).order_by("id").values_list("pieces", "actor_name")
    assert list(numbers) == [(90, county.keeper.name), (100, "Li Second")]


def test_more_gone_since_than_counted_is_named_and_nothing_is_posted(county: StockedCounty) -> None:
    sheet = a_sheet(county)
    sheet.enter(A=5, B=40)
    county.dispense(county.store, county.want(95), at=minutes(2))
    sheet.finish()
    sheet.accept("A", "B")
    with pytest.raises(Refused, match="lot A: 95 pieces have gone out since 5 were counted"):
        sheet.approve()
    with pytest.raises(Refused, match="Have it counted again"):
        sheet.post()
    assert (pieces_at(county.store, "A"), pieces_at(county.store, "B")) == (5, 50)
    sheet.send_back("A")
    sheet.enter(at=7, A=5)
    sheet.finish(at=8)
    sheet.approve(at=9)
    sheet.post(at=10)
    assert (pieces_at(county.store, "A"), pieces_at(county.store, "B")) == (5, 40)


def test_a_slip_entered_after_the_approval_asks_again(county: StockedCounty) -> None:
    sheet = a_sheet(county)
    sheet.enter(A=90, B=50)
    sheet.finish()
    sheet.accept("A")
    sheet.approve()
    county.dispense(county.store, county.want(4), on=days(-1), at=minutes(8.5))
    with pytest.raises(Refused, match="changed the difference to -6"):
        sheet.post()
    sheet.approve(at=9)
    sheet.post()
    assert pieces_at(county.store, "A") == 90


def test_posting_is_dated_back_to_the_day_of_counting_where_the_month_is_open(county: StockedCounty) -> None:
    sheet = a_sheet(county, at=NOW - timedelta(days=2))
    sheet.enter(counted_at=NOW - timedelta(days=1), at=0, A=99, B=50)
    sheet.finish()
    sheet.accept("A")
    sheet.approve()
    receipt = sheet.post().receipt
    assert receipt is not None
    assert receipt.on == days(-1)


def test_posting_is_of_today_where_the_day_is_closed_or_pieces_are_gone(county: StockedCounty) -> None:
    started = NOW - timedelta(days=30)
    sheet = a_sheet(county, at=started)
    sheet.enter(counted_at=started + timedelta(days=1), at=0, A=99, B=50)
    close_month(facility_id=county.store.id, month=Month(2026, 10), actor=county.actor, at=NOW)
    sheet.finish()
    rows = CountLine.objects.filter(count_id=sheet.count_id)
    if rows.filter(lot_number="A", counted=99).exists():
        sheet.accept("A", "B")
    sheet.approve()
    receipt = sheet.post().receipt
    assert receipt is not None
    assert receipt.on == TODAY


def test_repeats_change_nothing(county: StockedCounty) -> None:
    command = new()
    sheet = a_sheet(county, command_id=command)
    assert a_sheet(county, command_id=command).count_id == sheet.count_id
    number = Counted(sheet.line("A").id, 99, 0, minutes(1), new())
    for _again in range(2):
        enter_numbers(count_id=sheet.count_id, numbers=[number], actor=sheet.actor, at=minutes(1))
    assert Tally.objects.count() == 1
    sheet.enter(B=50)
    sheet.finish()
    sheet.finish()
    sheet.accept("A")
    sheet.approve()
    post = new()
    first, second = sheet.post(command_id=post), sheet.post(command_id=post)
    assert (first.repeated, second.repeated) == (False, True)
    assert sheet.post().repeated
    assert Event.objects.filter(kind="count").count() == 1


def test_two_people_on_one_line_see_each_other(county: StockedCounty) -> None:
    sheet = a_sheet(county)
    line = sheet.line("A")
    sheet.enter(A=99)
    late = Counted(line.id, 98, 0, minutes(2), new())
    with pytest.raises(Refused, match=f"was counted by {county.keeper.name} meanwhile") as refused:
        enter_numbers(count_id=sheet.count_id, numbers=[late], actor=a_second_keeper(county), at=minutes(2))
    assert refused.value.code == "counted_meanwhile"
    seen = Counted(line.id, 98, 1, minutes(2), new())
    enter_numbers(count_id=sheet.count_id, numbers=[seen], actor=a_second_keeper(county), at=minutes(2))
    assert (sheet.line("A").counted, Tally.objects.filter(line=line).count()) == (98, 2)


def test_all_mistakes_are_said_at_once(county: StockedCounty) -> None:
    sheet = a_sheet(county)
    a, b = sheet.line("A").id, sheet.line("B").id
    numbers = [
        Counted(a, -1, 0, minutes(1), new()),
        Counted(b, 5, 0, minutes(-1), new()),
        Counted(999_999, 5, 0, minutes(1), new()),
    ]
    with pytest.raises(Refused) as refused:
        enter_numbers(count_id=sheet.count_id, numbers=numbers, actor=sheet.actor, at=minutes(1))
    assert len(sentences(refused.value)) == 3
    assert sheet.count.state == "opened"


def test_finishing_says_what_is_missing(county: StockedCounty) -> None:
    sheet = a_sheet(county)
    sheet.enter(A=100)
    with pytest.raises(Refused, match="1 lots are not counted yet, the first on line 2"):
        sheet.finish()
    sheet.finish(uncounted="none_there")
    assert sheet.line("B").counted == 0
    with pytest.raises(Refused, match="This count is finished"):
        sheet.enter(at=6, A=1)


def test_a_lot_stands_on_one_open_sheet_only(county: StockedCounty) -> None:
    first = a_sheet(county)
    with pytest.raises(Refused, match=f"on sheet {first.count.number}"):
        a_sheet(county)
    first.cancel()
    assert first.cancel().state == "cancelled"
    assert a_sheet(county).count.number.endswith("P002")


def test_what_is_counted_can_be_chosen(county: StockedCounty) -> None:
    county.stock(county.store, "PILL", 9, item=county.strip)
    chosen = a_sheet(county, scope="chosen", product_ids=[county.pill.id])
    assert [line.lot_number for line in chosen.count.lines.all()] == ["PILL"]
    chosen.cancel()
    moved = a_sheet(county, moved_since=days(-1))
    assert [line.lot_number for line in moved.count.lines.all()] == ["PILL"]
    with pytest.raises(Refused, match="at least one product"):
        a_sheet(county, scope="group")
    with pytest.raises(Refused, match="nothing to count"):
        a_sheet(county, moved_since=days(1))


def test_strangers_and_lookers(county: StockedCounty) -> None:
    sheet = a_sheet(county)
    with pytest.raises(Unknown):
        sheet.by(county.stranger).enter(A=1)
    with pytest.raises(Unknown):
        a_sheet(county, actor=county.stranger)
    auditor = an_actor(a_person(Role.AUDITOR, county.network.county))
    for step in (lambda one: one.enter(A=1), Sheet.finish, Sheet.cancel, Sheet.post):
        with pytest.raises(Forbidden):
            step(sheet.by(auditor))
    with pytest.raises(Forbidden):
        sheet.approve(actor=auditor)
    with pytest.raises(Unknown):
        sheet.approve(actor=county.stranger)


def test_every_step_is_in_the_audit(county: StockedCounty) -> None:
    sheet = a_sheet(county)
    sheet.enter(A=99, B=50)
    sheet.finish()
    sheet.send_back("A")
    sheet.enter(at=7, A=99)
    sheet.finish(at=8)
    sheet.accept("A", at=8)
    sheet.approve(at=9)
    sheet.post(at=10)
    verbs = AuditEntry.objects.filter(object_type="counting.count").order_by("id").values_list("verb", flat=True)
    assert list(verbs) == [
        "open_count",
        "finish_count",
        "send_back",
        "finish_count",
        "accept_differences",
        "approve_count",
        "post_sheet",
    ]


def test_only_an_officer_reverses_a_posted_count(county: StockedCounty) -> None:
    sheet = a_sheet(county)
    sheet.enter(A=99, B=50)
    sheet.finish()
    sheet.accept("A")
    sheet.approve()
    receipt = sheet.post().receipt
    assert receipt is not None
    with pytest.raises(Forbidden):
        county.by(county.keeper).reverse(receipt, at=minutes(20))
    county.reverse(receipt, at=minutes(20))
    assert pieces_at(county.store, "A") == 100
    assert lot("A").id
    assert Count.objects.get(id=sheet.count_id).state == "posted"


def test_a_command_with_other_contents_is_refused(county: StockedCounty) -> None:
    command, found = new(), new()
    sheet = a_sheet(county, command_id=command)
    with pytest.raises(Refused) as refused:
        a_sheet(county, command_id=command, blind=True)
    assert refused.value.code == "command_conflict"
    line = sheet.find("F", 7, command_id=found)
    assert sheet.find("F", 7, at=2, command_id=found) == line
    for other in ({"number": "G"}, {"pieces": 8}, {"expires": days(400)}, {"held": True}):
        with pytest.raises(Refused) as refused:
            sheet.find(**({"number": "F", "pieces": 7, "at": 2, "command_id": found} | other))
        assert refused.value.code == "command_conflict"
    assert CountLine.objects.filter(count_id=sheet.count_id, found=True).count() == 1
