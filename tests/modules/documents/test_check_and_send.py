"""From drawn to received: two people, two checks and seven matches, one slip of the ledger, differences settled."""

from __future__ import annotations

import pytest

from tests.builders import NOW, TODAY, a_person, an_actor
from tests.document_builders import (
    ALL_OK,
    HEAD_OK,
    ISSUE,
    RECEIPT,
    RETURN,
    PaperCounty,
    answered,
    document_of,
    lines_of,
)
from tests.stock_builders import days, event, lot, pieces_at
from zhixuan.modules.documents.models import DocumentStep
from zhixuan.modules.documents.operations.cancel_document import cancel_document
from zhixuan.modules.documents.operations.check_line import check_line
from zhixuan.modules.documents.operations.close_document import close_document
from zhixuan.modules.documents.operations.take_back_document import take_back_document
from zhixuan.modules.documents.queries.sources import documents_of_source
from zhixuan.modules.stock.models import Event
from zhixuan.modules.stock.operations.receive_delivery import receive_delivery
from zhixuan.modules.stock.operations.return_stock import return_stock
from zhixuan.modules.stock.operations.send_transfer import send_transfer
from zhixuan.modules.stock.queries.slips import Receipt
from zhixuan.rules.documents import picks
from zhixuan.rules.documents.heads import Head
from zhixuan.rules.refusal import Refused
from zhixuan.rules.stock.fefo import Wanted
from zhixuan.rules.stock.flow import Checked
from zhixuan.rules.stock.receiving import Arrived
from zhixuan.shared.access import Forbidden, Role, Unknown
from zhixuan.shared.command_ids import new


def receipt_of(document_id: int) -> Receipt:
    posted = Event.objects.get(id=document_id)
    return Receipt(posted.id, posted.command_id, posted.kind, "", posted.on, False, posted.details)


def test_whoever_drew_it_does_not_check_it_and_unchecked_does_not_go(county: PaperCounty) -> None:
    drawn = county.draw()
    with pytest.raises(Refused) as refused:
        county.check(drawn, county.keeper)
    assert refused.value.code == "same_person"
    with pytest.raises(Refused, match="checked first"):
        county.send(drawn)
    assert county.check(drawn).state == "checked"
    sent = county.send(drawn)
    assert (sent.state, pieces_at(county.warehouse)) == ("posted", 160)
    details = event(receipt_of(sent.event_id)).details["checked"]
    assert (details["document"], details["drawn_by"], details["checked_by"]) == (drawn.number, "Keeper", "Checker")


@pytest.mark.parametrize("checked", [None, Checked("X", "Keeper", 5), Checked("X", "Keeper", 5, "Keeper", 5)])
def test_the_ledger_itself_takes_nothing_that_two_have_not_seen(county: PaperCounty, checked: Checked | None) -> None:
    said = {"on": TODAY, "actor": county.keeper, "at": NOW, "checked": checked}
    ways = (
        lambda: receive_delivery(
            facility_id=county.warehouse.pk,
            lines=[county.lot_line().delivered()],
            command_id=new(),
            **said,
        ),
        lambda: send_transfer(
            from_facility_id=county.warehouse.pk,
            to_facility_id=county.store.pk,
            lines=[Wanted(county.stock.condom.pk, 1)],
            command_id=new(),
            **said,
        ),
        lambda: return_stock(
            from_facility_id=county.warehouse.pk,
            to_facility_id=county.store.pk,
            lines=[Wanted(county.stock.condom.pk, 1)],
            note="x",
            command_id=new(),
            **said,
        ),
    )
    for way in ways:
        with pytest.raises(Refused) as refused:
            way()
        assert refused.value.code in {"document_needed", "not_checked", "same_person"}
    assert pieces_at(county.warehouse) == 200


def test_a_township_store_needs_two_only_where_two_keep_it(county: PaperCounty) -> None:
    store = county.stock.network.store
    county.stock.stock(store, "T", 50)
    keeper = county.stock.keeper  # the only one of the store
    line = county.line(5)
    drawn = county.draw(line, facility_id=store.pk, other_facility_id=county.warehouse.pk, actor=keeper)
    assert county.send(drawn, keeper).state == "posted"
    a_person(Role.TOWNSHIP_OFFICER, county.stock.network.township)
    again = county.draw(line, facility_id=store.pk, other_facility_id=county.warehouse.pk, actor=keeper)
    with pytest.raises(Refused) as refused:
        county.send(again, keeper)
    assert refused.value.code == "not_checked"


def test_what_is_not_ok_goes_back_with_the_reason_and_is_checked_anew(county: PaperCounty) -> None:
    drawn = county.draw(source="order", source_id="1")
    with pytest.raises(Refused, match="what is not right"):
        county.check(drawn, lines=answered(drawn, lot="not_ok"))
    with pytest.raises(Refused, match="Not all lines"):
        county.check(drawn, lines={1: {"product": "ok"}})
    with pytest.raises(Refused, match="two checks"):
        county.check(drawn, head={"day": "ok"})
    returned = county.check(drawn, lines=answered(drawn, lot="not_ok"), reason="lot LATE lies there")
    assert returned.state == "returned"
    step = DocumentStep.objects.get(step="send_back")
    assert (step.reason, step.details["not_ok"]) == ("lot LATE lies there", {"1": ["lot"]})
    with pytest.raises(Refused, match="returned for correction"):
        county.send(drawn)
    assert documents_of_source("order", "1")[0].state == "returned"


def test_line_by_line_and_the_answers_of_another_person_do_not_count(county: PaperCounty) -> None:
    drawn = county.draw()
    (line,) = lines_of(drawn)
    third = an_actor(a_person(Role.STOREKEEPER, county.warehouse, name="Third"))
    said = {"document_id": drawn.id, "line_id": line.pk}
    check_line(**said, answers={"lot": "ok"}, proved=["lot"], **county.said(third))
    with pytest.raises(Refused) as refused:
        check_line(**said, answers=ALL_OK, **county.said(county.keeper))
    assert refused.value.code == "same_person"
    with pytest.raises(Refused, match="seven matches"):
        check_line(**said, answers={"colour": "ok"}, **county.said(county.checker))
    rest = {name: "ok" for name in ALL_OK if name != "lot"}
    check_line(**said, answers=rest, **county.said(county.checker))
    with pytest.raises(Refused, match="Not all lines"):
        county.check(drawn, lines=None)
    check_line(**said, answers={"lot": "ok"}, proved=["lot"], **county.said(county.checker))
    assert county.check(drawn, lines=None).state == "checked"
    assert lines_of(drawn)[0].proved == ["lot"]


def test_taken_back_it_is_checked_again(county: PaperCounty) -> None:
    drawn = county.draw()
    county.check(drawn)
    with pytest.raises(Refused, match="Say why"):
        take_back_document(document_id=drawn.id, reason=" ", **county.said())
    assert take_back_document(document_id=drawn.id, reason="wrong day", **county.said()).state == "drawn"
    assert lines_of(drawn)[0].answers == {}
    assert document_of(drawn).checked_by_name == ""
    with pytest.raises(Refused):
        county.send(drawn)


def test_changed_lots_are_shown_and_go_only_when_confirmed(county: PaperCounty) -> None:
    drawn = county.draw(county.line(40))
    county.check(drawn)
    county.stock.stock(county.warehouse, "EARLIER", 15, expires=days(150))
    with pytest.raises(Refused) as refused:
        county.send(drawn)
    assert refused.value.code == "lots_changed"
    assert (pieces_at(county.warehouse), document_of(drawn).state) == (215, "checked")
    was, now = {lot("EARLY").pk: 40}, {lot("EARLIER").pk: 15, lot("EARLY").pk: 25}
    seal = picks.seal_of([picks.Changed(1, was, now)])
    sent = county.send(drawn, confirmed=seal)
    assert sent.state == "posted"
    (change,) = DocumentStep.objects.get(step="post").details["lots_changed"]
    assert (change["row"], change["now"]) == (1, {str(key): value for key, value in now.items()})
    assert picks.pieces_by_lot(lines_of(drawn)[0].proposal) == now


def test_sent_once_however_often_and_whoever_presses(county: PaperCounty) -> None:
    drawn = county.draw()
    county.check(drawn)
    command = new()
    first = county.send(drawn, command_id=command)
    second = county.send(drawn, command_id=command)
    third = county.send(drawn, county.checker)
    assert first.event_id == second.event_id == third.event_id
    assert (second.repeated, third.repeated) == (True, True)
    assert Event.objects.filter(kind="transfer_out").count() == 1


def test_received_with_a_shortage_then_closed_with_a_word(county: PaperCounty) -> None:
    drawn = county.draw(source="order", source_id="7")
    county.check(drawn)
    with pytest.raises(Refused, match="is checked"):
        close_document(document_id=drawn.id, **county.said())
    sent = county.send(drawn)
    with pytest.raises(Refused) as refused:
        close_document(document_id=drawn.id, **county.said())
    assert refused.value.code == "on_its_way"
    arrived = Arrived(lot("EARLY").pk, 37, 1, 2)
    county.stock.by(county.stock.keeper).take_in(receipt_of(sent.event_id), arrived, note="2 missing")
    (of_order,) = documents_of_source("order", "7")
    assert [(one.lot_id, one.pieces) for one in of_order.posted] == [(lot("EARLY").pk, 40)]
    assert sorted((one.reason, one.pieces) for one in of_order.received) == [
        ("", 37),
        ("damaged_on_the_way", 1),
        ("missing_on_arrival", 2),
    ]
    with pytest.raises(Refused, match="settled"):
        close_document(document_id=drawn.id, **county.said())
    assert close_document(document_id=drawn.id, reason="sent after", **county.said()).state == "closed"


def test_a_reversed_slip_no_longer_counts_for_its_order(county: PaperCounty) -> None:
    drawn = county.draw(source="order", source_id="8")
    county.check(drawn)
    sent = county.send(drawn)
    county.stock.reverse(receipt_of(sent.event_id))
    (of_order,) = documents_of_source("order", "8")
    assert (of_order.reversed, of_order.posted) == (True, ())


def test_a_cancelled_document_keeps_its_number_and_says_why(county: PaperCounty) -> None:
    drawn = county.draw()
    with pytest.raises(Refused, match="Say why"):
        cancel_document(document_id=drawn.id, reason="", **county.said())
    assert cancel_document(document_id=drawn.id, reason="entered twice", **county.said()).state == "cancelled"
    assert document_of(drawn).reason == "entered twice"
    assert county.draw().number == "WA-CK2026-00002"
    for step in (county.send, county.check):
        with pytest.raises(Refused, match="was cancelled"):
            step(drawn)


def test_goods_received_by_note(county: PaperCounty) -> None:
    drawn = county.draw(kind=RECEIPT, head=Head("purchase", "Supplier"), reference="HT-1")
    with pytest.raises(Refused):
        county.post(drawn)
    county.check(drawn)
    with pytest.raises(Refused, match="is posted, not sent"):
        county.send(drawn)
    posted = county.post(drawn)
    assert pieces_at(county.warehouse, "NEW") == 50
    assert Event.objects.get(id=posted.event_id).reference == "Supplier HT-1"
    assert county.post(drawn).repeated


def test_a_surplus_and_a_transfer_are_taken_in_by_note(county: PaperCounty) -> None:
    found = county.draw(kind=RECEIPT, head=Head("surplus"), note="behind the shelf")
    county.check(found)
    county.post(found)
    assert Event.objects.get(kind="adjustment").details["reason"] == "found"
    county.stock.stock(county.store, "BACK", 20)
    sent = county.stock.give_back(county.store, county.warehouse, county.stock.want(20))
    line = county.line(18, lot_id=lot("BACK").pk, missing=2)
    with pytest.raises(Refused, match="accounted for"):
        county.draw(
            county.line(18, lot_id=lot("BACK").pk), kind=RECEIPT, head=Head("return", transfer_id=sent.event_id)
        )
    note = county.draw(line, kind=RECEIPT, head=Head("return", transfer_id=sent.event_id), note="2 missing")
    with pytest.raises(Refused, match="another note"):
        county.draw(line, kind=RECEIPT, head=Head("return", transfer_id=sent.event_id), note="2 missing")
    county.check(note)
    county.post(note)
    assert pieces_at(county.warehouse, "BACK") == 18


def test_goods_go_back_by_slip(county: PaperCounty) -> None:
    drawn = county.draw(kind=RETURN)
    county.check(drawn)
    county.send(drawn)
    assert Event.objects.get(kind="return").note == "too much"


def test_strangers_and_lookers_on(county: PaperCounty) -> None:
    drawn = county.draw()
    auditor = an_actor(a_person(Role.AUDITOR, county.stock.network.county))
    for actor, error in ((county.stock.stranger, Unknown), (auditor, Forbidden), (county.stock.keeper, Unknown)):
        with pytest.raises(error):
            county.check(drawn, actor)
        with pytest.raises(error):
            county.send(drawn, actor)
        with pytest.raises(error):
            cancel_document(document_id=drawn.id, reason="x", **county.said(actor))
    assert document_of(drawn).state == "drawn"
    assert HEAD_OK
    assert drawn.number == county.draw(kind=ISSUE).number.replace("00002", "00001")
