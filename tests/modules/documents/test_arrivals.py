"""What another facility sent, taken in by a note of two people: on screen, at the ledger's door, and settled."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.builders import TODAY, a_dispenser, a_person, a_storekeeper, an_actor
from tests.document_builders import RECEIPT, PaperCounty
from tests.modules.documents.test_screens import check_all, page, signed_in, step
from tests.stock_builders import lot, pieces_at, sentences
from zhixuan.modules.documents.models import Document
from zhixuan.modules.documents.operations.change_head import change_head
from zhixuan.modules.documents.operations.change_line import change_line
from zhixuan.modules.orders.queries.differences import arrivals
from zhixuan.modules.stock.models import Event
from zhixuan.modules.stock.operations.receive_transfer import receive_transfer
from zhixuan.rules.documents.heads import Head
from zhixuan.rules.refusal import Refused
from zhixuan.rules.stock.flow import Checked
from zhixuan.rules.stock.receiving import Arrived
from zhixuan.shared import command_ids
from zhixuan.shared.access import Role


@pytest.fixture
def back(county: PaperCounty) -> int:
    """Twenty of BACK on their way from the township store to the warehouse, since today's clock."""
    now = timezone.now()
    today = timezone.localdate(now)
    said = {"on": today, "at": now}
    county.stock.stock(county.store, "BACK", 20, expires=today + timedelta(days=600), **said)
    return county.stock.give_back(county.store, county.warehouse, county.stock.want(20), **said).event_id


@pytest.fixture
def keeper(county: PaperCounty) -> Client:
    return signed_in(a_storekeeper(county.warehouse, name="Desk"))


@pytest.fixture
def checker(county: PaperCounty) -> Client:
    return signed_in(a_storekeeper(county.warehouse, name="Other desk"))


def counted(accepted: int = 20, damaged: int = 0, missing: int = 0, **head: Any) -> dict[str, Any]:
    prefix = f"lot-{lot('BACK').pk}"
    return {
        "command_id": str(command_ids.new()),
        "on": timezone.localdate().isoformat(),
        f"{prefix}-accepted": accepted,
        f"{prefix}-damaged": damaged,
        f"{prefix}-missing": missing,
        "all-conclusion": "accepted",
        **head,
    }


def draw(client: Client, event_id: int, **given: Any) -> Any:
    return client.post(reverse("documents:draw_arrival", args=[event_id]), counted(**given))


def test_one_person_is_led_from_the_deliveries_to_a_note(county: PaperCounty, keeper: Client, back: int) -> None:
    note = reverse("documents:draw_arrival", args=[back])
    for listing in ("stock:transfers", "orders:on_the_way"):
        shown = keeper.get(reverse(listing)).content.decode()
        assert note in shown
        assert "Draw a note" in shown
    alone = reverse("stock:receive_transfer", args=[back])
    assert keeper.get(alone).headers["Location"] == note
    refused = keeper.post(alone, counted())
    assert refused.status_code == 422
    assert "Two people take goods in" in refused.content.decode()
    assert f'<a href="{note}">Draw the document</a>' in refused.content.decode()
    assert not Event.objects.filter(kind="transfer_in").exists()


@pytest.mark.parametrize(
    ("checked", "code"),
    [
        (None, "document_needed"),
        (Checked("X", "Keeper", 5), "not_checked"),
        (Checked("X", "Keeper", 5, "Keeper", 5), "same_person"),
    ],
)
def test_the_ledger_lets_nobody_in_alone(county: PaperCounty, back: int, checked: Checked | None, code: str) -> None:
    said = {"actor": county.keeper, "at": timezone.now(), "on": timezone.localdate(), "command_id": command_ids.new()}
    with pytest.raises(Refused) as refused:
        receive_transfer(transfer_id=back, lines=[Arrived(lot("BACK").pk, 20)], checked=checked, **said)
    assert refused.value.code == code


def test_a_store_of_one_person_takes_in_at_once(county: PaperCounty) -> None:
    sent = county.stock.send(county.warehouse, county.store, county.stock.want(10))
    township = signed_in(a_dispenser(county.store))
    assert township.get(reverse("stock:receive_transfer", args=[sent.event_id])).status_code == 200
    assert "Receive" in township.get(reverse("stock:transfers")).content.decode()
    county.stock.take_all_in(sent)
    again = township.get(reverse("stock:receive_transfer", args=[sent.event_id]))
    assert again.headers["Location"] == reverse("stock:slip", args=[Event.objects.get(kind="transfer_in").pk])


def test_received_short_from_drawn_to_settled(county: PaperCounty, keeper: Client, checker: Client, back: int) -> None:
    answer = draw(keeper, back, accepted=17, missing=2, damaged=1)
    assert answer.status_code == 422
    assert "Say in the note what was damaged or missing." in answer.content.decode()
    assert 'value="17"' in answer.content.decode()
    answer = draw(keeper, back, accepted=17)
    assert "20 pieces were sent, 17 are accounted for" in answer.content.decode()
    sent = counted(17, 1, 2, note="2 not in the box, 1 torn", acceptor="Accepting")
    address = reverse("documents:draw_arrival", args=[back])
    first, second = keeper.post(address, sent), keeper.post(address, sent)
    document = Document.objects.get()
    here = reverse("documents:document", args=[document.pk])
    assert first.headers["Location"] == second.headers["Location"] == here
    assert keeper.get(address).headers["Location"] == here
    line = document.lines.get()
    assert (line.pieces, line.damaged, line.missing, line.conclusion) == (17, 1, 2, "partly")
    shown = page(keeper, document)
    assert "1 damaged, 2 missing" in shown
    assert "Add a line" not in shown
    assert step(keeper, "send", document).status_code == 422
    assert "1 damaged, 2 missing" in checker.get(reverse("documents:check", args=[document.pk])).content.decode()
    assert check_all(checker, document).status_code == 302
    assert step(keeper, "send", document).status_code == 302
    assert pieces_at(county.warehouse, "BACK") == 17
    taken_in = Event.objects.get(kind="transfer_in")
    assert (taken_in.answers_id, taken_in.details["difference"]) == (back, {"damaged": 1, "missing": 2})
    assert taken_in.details["checked"]["document"] == f"{county.warehouse.code}-RK{document.year}-00001"
    officer = an_actor(a_person(Role.STATION_OFFICER, county.stock.network.county))
    assert [case.pk for case in arrivals(officer)] == [taken_in.pk]
    assert keeper.get(address).headers["Location"] == reverse("stock:slip", args=[taken_in.pk])
    assert draw(keeper, back).status_code == 422


def test_a_line_is_counted_again_but_stays_its_lot(county: PaperCounty, keeper: Client, back: int) -> None:
    draw(keeper, back)
    document = Document.objects.get()
    line = document.lines.get()
    address = reverse("documents:line", args=[document.pk, line.pk])
    shown = keeper.get(address).content.decode()
    assert "Accepted" in shown
    assert "Remove the line" not in shown
    assert keeper.get(reverse("documents:new_line", args=[document.pk])).status_code == 302
    given = {"command_id": str(command_ids.new()), "accepted": 19, "missing": 1, "revision": line.revision}
    assert "Say in the note" in keeper.post(address, given).content.decode()
    head = {"command_id": str(command_ids.new()), "on": timezone.localdate().isoformat(), "note": "one was not there"}
    assert keeper.post(reverse("documents:head", args=[document.pk]), head).status_code == 302
    assert keeper.post(address, given | {"command_id": str(command_ids.new())}).status_code == 302
    line.refresh_from_db()
    assert (line.pieces, line.missing, line.lot_id) == (19, 1, lot("BACK").pk)
    refused = keeper.post(
        reverse("documents:head", args=[document.pk]), head | {"note": "", "command_id": str(command_ids.new())}
    )
    assert refused.status_code == 422


def test_what_programs_send_is_held_against_the_slip(county: PaperCounty) -> None:
    county.stock.stock(county.store, "BACK", 20)
    sent = county.stock.give_back(county.store, county.warehouse, county.stock.want(20))
    head = Head("return", transfer_id=sent.event_id)
    twice = [county.line(20, lot_id=lot("BACK").pk), county.line(20, lot_id=lot("BACK").pk)]
    with pytest.raises(Refused) as refused:
        county.draw(*twice, kind=RECEIPT, head=head)
    assert sentences(refused.value) == ["Lot BACK stands on two lines. Put it on one."]
    other = county.line(20, lot_id=lot("BACK").pk, product=county.stock.pill)
    with pytest.raises(Refused, match="of another product"):
        county.draw(other, kind=RECEIPT, head=head)
    line = county.line(20, lot_id=lot("BACK").pk)
    with pytest.raises(Refused, match="cannot arrive earlier"):
        county.draw(line, kind=RECEIPT, head=head, on=TODAY - timedelta(days=1))
    note = county.draw(line, kind=RECEIPT, head=head)
    for changed in ({"on": TODAY - timedelta(days=1)}, {"head": Head("return")}):
        given = {"on": TODAY, "reference": "", "note": "", "head": head} | changed
        with pytest.raises(Refused):
            change_head(document_id=note.id, **county.said(**given))
    row = Document.objects.get().lines.get()
    short = county.line(19, lot_id=lot("BACK").pk, missing=1)
    with pytest.raises(Refused) as refused:
        change_line(document_id=note.id, line_id=row.pk, line=short, **county.said())
    assert refused.value.code == "note_needed"


def test_strangers_and_lookers_on(county: PaperCounty, back: int) -> None:
    address = reverse("documents:draw_arrival", args=[back])
    sibling = signed_in(a_storekeeper(county.stock.network.sibling_warehouse, name="Sibling"))
    auditor = signed_in(a_person(Role.AUDITOR, county.stock.network.county))
    for client, status in ((sibling, 404), (auditor, 403), (signed_in(a_dispenser(county.store)), 404)):
        assert client.get(address).status_code == status
        assert client.post(address, counted()).status_code == status
    assert not Document.objects.exists()
