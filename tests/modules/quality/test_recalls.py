"""Recalls: blocked everywhere in the area, traced to the piece, answered by every facility."""

from __future__ import annotations

import pytest

from tests.builders import NOW, TODAY, a_person, an_actor
from tests.quality_builders import a_recall, inspect, notice_of
from tests.stock_builders import StockedCounty, days, lot, pieces_at
from zhixuan.modules.quality.models import Notice, Recall
from zhixuan.modules.quality.operations.answer_notice import answer_notice
from zhixuan.modules.quality.operations.close_recall import close_recall
from zhixuan.modules.quality.operations.hold_recalled import hold_recalled
from zhixuan.modules.quality.operations.read_notice import read_notice
from zhixuan.modules.quality.operations.remind_recall import remind_recall
from zhixuan.modules.quality.operations.return_recalled import return_recalled
from zhixuan.modules.quality.queries import recalls
from zhixuan.rules.quality.recalls import Answers
from zhixuan.rules.refusal import Refused
from zhixuan.rules.stock.receiving import Arrived
from zhixuan.shared.access import Forbidden, Role, Unknown
from zhixuan.shared.command_ids import new


def test_a_recalled_lot_is_not_received_sent_or_dispensed(county: StockedCounty) -> None:
    county.stock(county.warehouse, "C", 500)
    way = county.send(county.warehouse, county.store, county.choose(C=50, reason="as asked"))
    a_recall(county, lot_number="C")
    for act in (
        lambda: county.stock(county.store, "C", 1),
        lambda: county.dispense(county.warehouse, county.want(1)),
        lambda: county.dispense(county.warehouse, county.choose(C=1, reason="I want this one")),
        lambda: county.send(county.warehouse, county.store, county.want(10)),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert "recalled" in refused.value.code
    county.take_in(way, Arrived(lot("C").id, 50))
    assert (pieces_at(county.store, "C"), pieces_at(county.store, "C", kind="quarantine")) == (0, 50)
    # Another lot still goes out, and the slip says why this one did not.
    receipt = county.dispense(county.store, county.want(5))
    whys = {verdict["number"]: verdict["why"] for verdict in receipt.details["picks"][0]["lots"]}
    assert whys["C"] == "quarantined"


def test_fefo_passes_a_recalled_lot_over_and_says_so(county: StockedCounty) -> None:
    a_recall(county)
    receipt = county.dispense(county.store, county.want(5))
    whys = {verdict["number"]: verdict["why"] for verdict in receipt.details["picks"][0]["lots"]}
    assert whys == {"A": "recalled", "B": "taken"}


def test_the_block_holds_for_lots_nobody_has_seen_and_only_in_its_area(county: StockedCounty) -> None:
    recall = a_recall(county, lot_number="NEW")
    assert not Notice.objects.filter(recall=recall).exists()
    with pytest.raises(Refused) as refused:
        county.stock(county.store, "NEW", 5)
    assert refused.value.reasons[0].field == "lines-0-lot_number"
    county.by(county.stranger).stock(county.network.sibling_store, "NEW", 5)


def test_only_that_expiry_where_one_is_given(county: StockedCounty) -> None:
    a_recall(county, expires_on=days(1))
    county.dispense(county.store, county.choose(A=1, reason="named"))


def test_what_already_happened_is_still_noted(county: StockedCounty) -> None:
    a_recall(county)
    county.dispense(county.store, county.choose(A=4), already_happened=True)
    assert pieces_at(county.store, "A") == 96


def test_clients_bring_pieces_back_into_quarantine(county: StockedCounty) -> None:
    county.dispense(county.store, county.choose(A=10))
    a_recall(county)
    county.adjust(county.store, "client_return", A=3)
    assert (pieces_at(county.store, "A"), pieces_at(county.store, "A", kind="quarantine")) == (90, 3)


def test_the_balance_closes_to_the_piece(county: StockedCounty) -> None:
    county.stock(county.warehouse, "C", 1000)
    wrong = county.stock(county.warehouse, "C", 111)
    county.reverse(wrong)
    county.take_in(
        county.send(county.warehouse, county.store, county.choose(C=300, reason="as asked")),
        Arrived(lot("C").id, 290, damaged=4, missing=6),
        note="fell off",
    )
    county.dispense(county.store, county.choose(C=100, reason="named"))
    county.dispense(county.store, county.choose(C=200, reason="named"), already_happened=True)
    county.adjust(county.store, "client_return", C=2)
    county.adjust(county.warehouse, "short", C=1, note="miscount")
    county.adjust(county.warehouse, "supplier_return", C=20, note="as agreed")
    county.send(county.warehouse, county.store, county.choose(C=40, reason="as asked"))
    recall = a_recall(county, lot_number="C")
    hold_recalled(recall_id=recall.pk, actor=county.actor, at=NOW)
    balance = recalls.balance_of(recall)
    assert balance.unaccounted_for == 0
    assert (balance.received, balance.found) == (1000, -1)
    assert (balance.dispensed, balance.destroyed, balance.lost, balance.returned) == (298, 4, 6, 20)
    assert balance.now["quarantine"] + balance.now["transit"] + balance.now["suspense"] == balance.now_pieces == 671
    where = {one.facility.code: one for one in recalls.whereabouts(county.actor, recall)}
    assert (where["SA"].transit, where["SA"].suspense, where["SA"].dispensed) == (40, -10, 298)
    assert [pieces for _month, pieces in where["SA"].months] == [298]


def test_every_facility_that_has_or_had_it_gets_a_notice_and_answers(county: StockedCounty) -> None:
    county.stock(county.warehouse, "A", 5)
    recall = a_recall(county)
    assert set(recall.notices.values_list("facility__code", flat=True)) == {"WA", "SA"}
    assert recalls.answers_of(recall, today=TODAY) == Answers(2, 0, 0, 0)
    notice = notice_of(recall, county.store.pk)
    read_notice(notice_id=notice.pk, actor=county.keeper, at=NOW)
    with pytest.raises(Refused) as refused:
        answer_notice(notice_id=notice.pk, found_pieces=98, actor=county.keeper, at=NOW)
    assert refused.value.code == "differs"
    for _ in range(2):
        answer_notice(notice_id=notice.pk, found_pieces=98, note="two torn", actor=county.keeper, at=NOW)
    with pytest.raises(Refused):
        answer_notice(notice_id=notice.pk, found_pieces=100, actor=county.keeper, at=NOW)
    notice.refresh_from_db()
    assert (notice.book_pieces, notice.found_pieces, notice.state) == (100, 98, "done")
    assert pieces_at(county.store, "A", kind="quarantine") == 100
    assert recalls.answers_of(recall, today=days(4)) == Answers(2, 1, 1, 1)
    assert remind_recall(recall_id=recall.pk, actor=county.actor, at=NOW).reminded_at == NOW


def test_one_click_holds_all_and_again_holds_what_came_since(county: StockedCounty) -> None:
    county.stock(county.warehouse, "A", 5)
    recall = a_recall(county)
    assert hold_recalled(recall_id=recall.pk, actor=county.actor, at=NOW) == 105
    assert hold_recalled(recall_id=recall.pk, actor=county.actor, at=NOW) == 0
    with pytest.raises(Refused) as refused:
        inspect(county)
    assert refused.value.code == "recalled"


def test_it_goes_back_up_the_line_out_of_quarantine(county: StockedCounty) -> None:
    recall = a_recall(county)
    notice, same = notice_of(recall, county.store.pk), new()
    with pytest.raises(Refused) as refused:
        return_recalled(notice_id=notice.pk, actor=county.keeper, command_id=new(), at=NOW)
    assert refused.value.code == "nothing_held"
    answer_notice(notice_id=notice.pk, found_pieces=100, actor=county.keeper, at=NOW)
    first, again = (
        return_recalled(notice_id=notice.pk, actor=county.keeper, command_id=same, at=NOW) for _ in range(2)
    )
    assert (first.event_id, again.repeated) == (again.event_id, True)
    county.take_all_in(first)
    assert pieces_at(county.warehouse, "A", kind="quarantine") == 100
    assert recalls.balance_of(recall).unaccounted_for == 0


def test_who_may(county: StockedCounty) -> None:
    with pytest.raises(Forbidden):
        a_recall(county, an_actor(a_person(Role.TOWNSHIP_OFFICER, county.network.county)))
    with pytest.raises(Unknown):
        a_recall(county, county.stranger)
    recall = a_recall(county)
    notice = notice_of(recall, county.store.pk)
    for act in (hold_recalled, remind_recall):
        with pytest.raises(Unknown):
            act(recall_id=recall.pk, actor=county.stranger, at=NOW)
        with pytest.raises(Forbidden):
            act(recall_id=recall.pk, actor=county.keeper, at=NOW)
    with pytest.raises(Unknown):
        answer_notice(notice_id=notice.pk, found_pieces=100, actor=county.stranger, at=NOW)
    assert not recalls.recalls_for(county.stranger).exists()
    assert Notice.objects.get(pk=notice.pk).state == "sent"


def test_sent_twice_it_is_one_recall(county: StockedCounty) -> None:
    same = new()
    assert a_recall(county, command_id=same).pk == a_recall(county, command_id=same).pk
    assert a_recall(county, lot_number="B").number == "420116-ZH-2026-0002"
    with pytest.raises(Refused) as refused:
        a_recall(county, lot_number=" ", reason="", action=" ", answer_by=days(-1))
    assert {one.field for one in refused.value.reasons} == {"lot_number", "reason", "action", "answer_by"}
    assert Recall.objects.count() == 2


def test_lifting_a_stop(county: StockedCounty) -> None:
    recall = a_recall(county)
    hold_recalled(recall_id=recall.pk, actor=county.actor, at=NOW)
    close_recall(recall_id=recall.pk, lift=True, note="laboratory: good", actor=county.actor, at=NOW)
    inspect(county, actor=county.keeper)
    assert pieces_at(county.store, "A") == 100
    county.dispense(county.store, county.choose(A=1))
    with pytest.raises(Refused):
        hold_recalled(recall_id=recall.pk, actor=county.actor, at=NOW)


def test_closed_for_good_it_stays_blocked(county: StockedCounty) -> None:
    recall = a_recall(county)
    close_recall(recall_id=recall.pk, lift=False, note="all destroyed", actor=county.actor, at=NOW)
    with pytest.raises(Refused):
        county.dispense(county.store, county.choose(A=1))
