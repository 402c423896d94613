"""The posting screens as a browser without script sees them: allowed, refused, stranger, sent twice."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from tests.builders import CANARY, a_dispenser, a_person, a_storekeeper, kept_by_one
from tests.papers import printed
from tests.stock_builders import StockedCounty, pieces_at
from zhixuan.modules.accounts.models import User
from zhixuan.modules.directory.models import Facility
from zhixuan.modules.stock.models import CommandConflict, Event, Lot
from zhixuan.rules.stock.ledger import EventKind
from zhixuan.shared import command_ids
from zhixuan.shared.access import Role

VERBS = ("receive", "send", "return", "dispense", "adjust")
QUERIES_MAX = 25
"""Of which about ten find out who asks and what the menu shows."""


def signed_in(user: User, language: str = "en") -> Client:
    client = Client()
    client.force_login(user)
    client.cookies["zhixuan_language"] = language
    return client


@pytest.fixture
def keeper(county: StockedCounty) -> Client:
    return signed_in(a_storekeeper(county.store))


@pytest.fixture
def warehouse_keeper(county: StockedCounty) -> Client:
    kept_by_one(county.warehouse)
    return signed_in(a_storekeeper(county.warehouse))


def today() -> date:
    return timezone.localdate()


def the_form(facility: Facility, *lines: dict[str, Any], prefix: str = "lines", **head: Any) -> dict[str, Any]:
    """What a browser sends: the head, and the lines as Django's formsets number them."""
    sent: dict[str, Any] = {
        "facility": facility.pk,
        "command_id": str(command_ids.new()),
        "on": today().isoformat(),
        f"{prefix}-TOTAL_FORMS": len(lines),
        f"{prefix}-INITIAL_FORMS": 0,
        **head,
    }
    for index, line in enumerate(lines):
        sent |= {f"{prefix}-{index}-{name}": value for name, value in ({"unit": "piece"} | line).items()}
    return sent


def a_delivered_lot(county: StockedCounty, number: str = "L1", pieces: Any = 120, **more: Any) -> dict[str, Any]:
    expires = (today() + timedelta(days=800)).isoformat()
    return {"item": county.box.pk, "lot_number": number, "expires_on": expires, "pieces": pieces} | more


def post(client: Client, verb: str, sent: dict[str, Any]) -> Any:
    return client.post(reverse(f"stock:{verb}"), sent)


def events(kind: EventKind) -> int:
    return Event.objects.filter(kind=kind).count()


# Receive


def test_a_delivery_is_taken_in_and_proved_by_its_slip(keeper: Client, county: StockedCounty) -> None:
    sent = the_form(county.store, a_delivered_lot(county, pieces="2", unit="pack"), reference="HT-7")
    answer = keeper.post(reverse("stock:receive"), sent, follow=True)
    event = Event.objects.get(kind=EventKind.RECEIPT)
    assert answer.redirect_chain == [(reverse("stock:slip", args=[event.pk]), 302)]
    assert pieces_at(county.store, "L1") == 20
    assert event.reference == "HT-7"
    assert f"SA-{event.year}-00001" in answer.content.decode()


def test_everything_wrong_is_said_at_once_and_nothing_typed_is_lost(keeper: Client, county: StockedCounty) -> None:
    long_ago = (today() - timedelta(days=3)).isoformat()
    sent = the_form(
        county.store,
        a_delivered_lot(county, "L1", expires_on=""),
        {"item": "", "pieces": ""},
        a_delivered_lot(county, "L3", expires_on=long_ago),
        a_delivered_lot(county, "L4", pieces="1.5"),
        reference="from the blue folder",
    )
    answer = post(keeper, "receive", sent)
    assert answer.status_code == 422
    rows = [form.errors for form in answer.context["lines"]]
    assert list(rows[0]) == ["expires_on"]
    assert not rows[1], "a row left blank is no mistake"
    assert "Line 3" in rows[2]["expires_on"][0], "counted as on the page, blank rows too"
    assert list(rows[3]) == ["pieces"]
    page = answer.content.decode()
    assert "from the blue folder" in page
    assert long_ago in page
    assert sent["command_id"] in page
    assert not Event.objects.exists()


def test_another_expiry_of_a_known_lot_is_asked_about(keeper: Client, county: StockedCounty) -> None:
    post(keeper, "receive", the_form(county.store, a_delivered_lot(county)))
    other = (today() + timedelta(days=500)).isoformat()
    sent = the_form(county.store, a_delivered_lot(county, expires_on=other))
    asked = post(keeper, "receive", sent)
    assert asked.status_code == 422
    assert 'name="lines-0-other_expiry"' in asked.content.decode()
    assert events(EventKind.RECEIPT) == 1
    assert post(keeper, "receive", sent | {"lines-0-other_expiry": "yes"}).status_code == 302
    assert Lot.objects.filter(number="L1").count() == 2


def test_no_box_is_shown_while_nothing_is_in_question(keeper: Client, county: StockedCounty) -> None:
    page = keeper.get(reverse("stock:receive")).content.decode()
    assert "other_expiry" not in page


def test_sent_twice_it_is_one_delivery(keeper: Client, county: StockedCounty) -> None:
    sent = the_form(county.store, a_delivered_lot(county))
    first, second = (post(keeper, "receive", sent) for _ in range(2))
    assert first.url == second.url
    assert events(EventKind.RECEIPT) == 1
    assert pieces_at(county.store) == 120


def test_the_same_form_with_other_contents_is_kept_for_a_person(keeper: Client, county: StockedCounty) -> None:
    sent = the_form(county.store, a_delivered_lot(county))
    post(keeper, "receive", sent)
    assert post(keeper, "receive", sent | {"lines-0-pieces": "121"}).status_code == 422
    assert pieces_at(county.store) == 120
    assert CommandConflict.objects.count() == 1


# Send, with its preview


@pytest.fixture
def filled(county: StockedCounty) -> StockedCounty:
    """The warehouse holds a lot that expires too soon for the store, and two that do not."""
    soon, later, last = (today() + timedelta(days=count) for count in (20, 500, 900))
    for number, expires in (("SOON", soon), ("LATER", later), ("LAST", last)):
        county.stock(county.warehouse, number, 100, expires=expires)
    return county


def a_transfer(county: StockedCounty, pieces: Any, **head: Any) -> dict[str, Any]:
    line = {"product": f"{county.condom.pk}", "pieces": pieces}
    return the_form(county.warehouse, line, to_facility=county.store.pk, **head)


def test_the_preview_explains_every_lot_and_posts_nothing(warehouse_keeper: Client, filled: StockedCounty) -> None:
    answer = post(warehouse_keeper, "send", a_transfer(filled, 120, step="preview"))
    assert answer.status_code == 200
    (proposal,) = answer.context["proposals"]
    said = {lot["number"]: (lot["pieces"], str(lot["why"])) for lot in proposal["lots"]}
    assert said["SOON"] == (100, "Passed over: expires too soon for the receiver")
    assert said["LATER"] == (100, "Taken")
    assert said["LAST"] == (20, "Taken")
    assert not events(EventKind.TRANSFER_OUT)


def test_what_is_posted_is_what_was_shown(warehouse_keeper: Client, filled: StockedCounty) -> None:
    assert post(warehouse_keeper, "send", a_transfer(filled, 120)).status_code == 302
    assert pieces_at(filled.warehouse, "SOON") == 100
    assert pieces_at(filled.warehouse, "LATER") == 0
    assert pieces_at(filled.warehouse, "LAST") == 80
    assert pieces_at(filled.store, kind="transit") == 120


def test_more_than_there_is_says_what_stands_in_the_way(warehouse_keeper: Client, filled: StockedCounty) -> None:
    answer = post(warehouse_keeper, "send", a_transfer(filled, 250))
    assert answer.status_code == 422
    (error,) = answer.context["lines"].forms[0].errors["pieces"]
    assert "200 keep long enough" in error
    assert answer.context["proposals"][0]["refusal"] == error
    assert not events(EventKind.TRANSFER_OUT)


def test_lots_by_hand_need_a_reason(warehouse_keeper: Client, filled: StockedCounty) -> None:
    choice, last = str(filled.condom.pk), Lot.objects.get(number="LAST").pk
    by_hand = {f"hand-{choice}": "yes", f"take-{choice}-{last}": "50"}
    sent = a_transfer(filled, 50, **by_hand)
    assert post(warehouse_keeper, "send", sent).status_code == 422
    assert post(warehouse_keeper, "send", sent | {f"why-{choice}": "first two are packed up"}).status_code == 302
    assert pieces_at(filled.warehouse, "LAST") == 50
    (pick,) = Event.objects.get(kind=EventKind.TRANSFER_OUT).details["picks"]
    assert pick["override"] == "first two are packed up"
    assert {lot["number"]: lot["why"] for lot in pick["lots"]}["LATER"] == "not_chosen"


def test_by_hand_with_no_lot_named_is_refused(warehouse_keeper: Client, filled: StockedCounty) -> None:
    answer = post(warehouse_keeper, "send", a_transfer(filled, 50, **{f"hand-{filled.condom.pk}": "yes"}))
    assert answer.status_code == 422
    assert not events(EventKind.TRANSFER_OUT)


def test_whoever_is_fed_from_here_can_be_chosen_others_cannot(warehouse_keeper: Client, filled: StockedCounty) -> None:
    page = warehouse_keeper.get(reverse("stock:send")).content.decode()
    assert "Store A" in page
    assert CANARY not in page
    far = a_transfer(filled, 10) | {"to_facility": filled.network.sibling_store.pk}
    assert post(warehouse_keeper, "send", far).status_code == 422
    assert not events(EventKind.TRANSFER_OUT)


def test_a_pack_of_two_sizes_is_not_guessed(warehouse_keeper: Client, filled: StockedCounty) -> None:
    answer = post(warehouse_keeper, "send", a_transfer(filled, 3) | {"lines-0-unit": "pack"})
    assert answer.status_code == 422
    assert "pack size" in answer.context["lines"].forms[0].errors["pieces"][0]
    only_boxes = a_transfer(filled, 3) | {
        "lines-0-unit": "pack",
        "lines-0-product": f"{filled.condom.pk}:{filled.box.pk}",
    }
    assert post(warehouse_keeper, "send", only_boxes).status_code == 302
    assert pieces_at(filled.store, kind="transit") == 30


def test_a_transfer_sent_twice_is_one_even_when_nothing_is_left(
    warehouse_keeper: Client, filled: StockedCounty
) -> None:
    sent = a_transfer(filled, 200)
    first, second = (post(warehouse_keeper, "send", sent) for _ in range(2))
    assert first.url == second.url
    assert events(EventKind.TRANSFER_OUT) == 1


# Send back


def test_goods_go_back_up_the_line_with_a_reason(keeper: Client, county: StockedCounty) -> None:
    county.stock(county.store, "A", 100)
    sent = the_form(county.store, {"product": county.condom.pk, "pieces": 30}, to_facility=county.warehouse.pk)
    refused = post(keeper, "return", sent)
    assert refused.status_code == 422
    assert "note" in refused.context["form"].errors
    assert post(keeper, "return", sent | {"note": "recalled"}).status_code == 302
    assert pieces_at(county.store) == 70
    assert pieces_at(county.warehouse, kind="transit") == 30


def test_the_supplier_is_proposed(keeper: Client, county: StockedCounty) -> None:
    form = keeper.get(reverse("stock:return")).context["form"]
    assert form["to_facility"].value() == county.warehouse.pk


# Dispense


@pytest.fixture
def counter(county: StockedCounty) -> Client:
    county.stock(county.store, "A", 100)
    return signed_in(a_dispenser(county.store))


def given(county: StockedCounty, pieces: Any, **head: Any) -> dict[str, Any]:
    return the_form(county.store, **{f"take_{county.condom.pk}": pieces}, **head)


def test_given_out_and_ready_for_the_next(counter: Client, county: StockedCounty) -> None:
    answer = counter.post(reverse("stock:dispense"), given(county, 10), follow=True)
    assert answer.request["PATH_INFO"] == reverse("stock:dispense")
    assert pieces_at(county.store) == 90
    page = answer.content.decode()
    assert f"SA-{today().year}-00002" in page
    assert "<strong>90</strong>" in page


def test_the_counter_asks_nothing_about_the_client(counter: Client) -> None:
    form = counter.get(reverse("stock:dispense")).context["form"]
    asked = {name for name in form.fields if not name.startswith("take_")}
    assert asked == {"command_id", "on", "already_happened", "channel", "first_time", "counselled"}
    for name in ("channel", "first_time", "counselled"):
        assert (type(form.fields[name]).__name__, form.fields[name].required) == ("TypedChoiceField", False)
    assert {type(field).__name__ for name, field in form.fields.items() if name.startswith("take_")} == {"IntegerField"}


def test_more_than_there_is_is_refused_on_its_tile(counter: Client, county: StockedCounty) -> None:
    answer = post(counter, "dispense", given(county, 101))
    assert answer.status_code == 422
    assert "100 are in stock" in answer.context["form"].errors[f"take_{county.condom.pk}"][0]
    assert pieces_at(county.store) == 100


def test_what_has_happened_is_not_refused(counter: Client, county: StockedCounty) -> None:
    assert post(counter, "dispense", given(county, 101, already_happened="on")).status_code == 302
    assert pieces_at(county.store) == 0
    assert pieces_at(county.store, kind="suspense") == -1


def test_nothing_given_out_is_no_slip(counter: Client, county: StockedCounty) -> None:
    assert post(counter, "dispense", given(county, "")).status_code == 422
    assert not events(EventKind.DISPENSING)


def test_a_second_tap_gives_nothing_out(counter: Client, county: StockedCounty) -> None:
    sent = given(county, 10)
    post(counter, "dispense", sent)
    again = counter.post(reverse("stock:dispense"), sent, follow=True)
    assert "posted before" in again.content.decode()
    assert pieces_at(county.store) == 90


# Adjust


@pytest.fixture
def shelf(county: StockedCounty) -> StockedCounty:
    county.stock(county.store, "A", 100)
    county.stock(county.warehouse, "FAR", 100)
    return county


def a_correction(county: StockedCounty, reason: str, *lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    blank = {"found-TOTAL_FORMS": 0, "found-INITIAL_FORMS": 0}
    return the_form(county.store, *lines, reason=reason) | blank | more


def lot_line(number: str, pieces: Any) -> dict[str, Any]:
    return {"lot": Lot.objects.get(number=number).pk, "pieces": pieces}


def test_every_reason_is_offered_with_its_direction(keeper: Client, shelf: StockedCounty) -> None:
    less, more = keeper.get(reverse("stock:adjust")).context["groups"]
    assert {choice.code for choice in less[1]} >= {"damaged", "expired", "short", "lost", "hold", "settle"}
    assert {choice.code for choice in more[1]} == {"opening", "found", "release", "client_return"}
    assert next(choice for choice in less[1] if choice.code == "damaged").from_to == "Store → Damaged"


def test_damaged_pieces_leave_the_store(keeper: Client, shelf: StockedCounty) -> None:
    assert post(keeper, "adjust", a_correction(shelf, "damaged", lot_line("A", 4))).status_code == 302
    assert pieces_at(shelf.store) == 96


def test_a_reason_that_needs_words_gets_them(keeper: Client, shelf: StockedCounty) -> None:
    refused = post(keeper, "adjust", a_correction(shelf, "lost", lot_line("A", 4)))
    assert refused.status_code == 422
    assert "note" in refused.context["form"].errors
    assert post(keeper, "adjust", a_correction(shelf, "lost", lot_line("A", 4), note="break-in")).status_code == 302


def test_lots_of_others_cannot_be_named(keeper: Client, shelf: StockedCounty) -> None:
    refused = post(keeper, "adjust", a_correction(shelf, "damaged", lot_line("FAR", 4)))
    assert refused.status_code == 422
    assert "lot" in refused.context["lines"].forms[0].errors
    assert pieces_at(shelf.warehouse) == 100


def test_a_lot_that_was_never_in_the_books_can_be_found(keeper: Client, shelf: StockedCounty) -> None:
    line = a_delivered_lot(shelf, "OLD", 3, unit="pack", expires_on="")
    found = {f"found-0-{name}": value for name, value in line.items()}
    sent = a_correction(shelf, "found", note="behind the fridge") | found | {"found-TOTAL_FORMS": 1}
    assert post(keeper, "adjust", sent).status_code == 302
    assert pieces_at(shelf.store, "OLD") == 30


def test_what_has_expired_is_proposed_in_full(keeper: Client, shelf: StockedCounty) -> None:
    long_ago, yesterday = today() - timedelta(days=20), today() - timedelta(days=1)
    shelf.stock(shelf.store, "GONE", 70, expires=yesterday, on=long_ago, at=timezone.now())
    page = keeper.get(reverse("stock:adjust"), {"reason": "expired"})
    (proposed,) = [form.initial for form in page.context["lines"] if form.initial]
    assert proposed == {"lot": str(Lot.objects.get(number="GONE").pk), "pieces": 70, "unit": "piece"}


def test_a_write_off_sent_twice_is_one_although_the_lot_is_gone(keeper: Client, shelf: StockedCounty) -> None:
    sent = a_correction(shelf, "damaged", lot_line("A", 100))
    first, second = (post(keeper, "adjust", sent) for _ in range(2))
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.url == second.url
    assert events(EventKind.ADJUSTMENT) == 1


# Who may


@pytest.mark.parametrize("verb", VERBS)
def test_who_may_do_nothing_here_is_told_so(verb: str, county: StockedCounty) -> None:
    client = signed_in(a_person(Role.ASSESSOR, county.network.county))
    assert client.get(reverse(f"stock:{verb}")).status_code == 403
    assert client.get(reverse(f"stock:{verb}"), {"facility": county.store.pk}).status_code == 403
    assert post(client, verb, the_form(county.store)).status_code == 403


@pytest.mark.parametrize("verb", VERBS)
def test_a_stranger_finds_no_such_facility(verb: str, county: StockedCounty) -> None:
    client = signed_in(a_storekeeper(county.network.sibling_store))
    assert client.get(reverse(f"stock:{verb}"), {"facility": county.store.pk}).status_code == 404
    sent = the_form(county.store, a_delivered_lot(county))
    assert post(client, verb, sent).status_code == 404
    assert not Event.objects.exists()


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("text", ["x", "0", "-1", "9" * 30, "1 OR 1=1"])
def test_a_facility_made_up_in_the_address_is_not_found(verb: str, text: str, keeper: Client) -> None:
    assert keeper.get(reverse(f"stock:{verb}"), {"facility": text}).status_code == 404


def test_only_facilities_of_the_verb_are_offered(county: StockedCounty) -> None:
    user = a_person(Role.TOWNSHIP_OFFICER, county.network.township)
    page = signed_in(user).get(reverse("stock:receive"))
    assert page.context["facility"] == county.store
    both = a_person(Role.TOWNSHIP_OFFICER, county.network.county)
    chooser = signed_in(both).get(reverse("stock:receive"))
    values = [str(value) for value, _label in chooser.context["form"].fields["facility"].choices]
    assert values == ["", str(county.warehouse.pk), str(county.store.pk)]


def test_a_clinician_may_dispense_and_nothing_else(county: StockedCounty) -> None:
    client = signed_in(a_person(Role.CLINICIAN, county.store))
    codes = {verb: client.get(reverse(f"stock:{verb}")).status_code for verb in VERBS}
    assert codes == {"receive": 403, "send": 403, "return": 403, "dispense": 200, "adjust": 403}


# The slip on paper, and the cost of a page


def test_the_slip_on_paper_is_for_those_who_see_the_slip(keeper: Client, shelf: StockedCounty) -> None:
    slip = Event.objects.get(place__facility=shelf.store)
    paper = keeper.get(reverse("stock:slip_print", args=[slip.pk]), {"paper": "a5"})
    assert paper.status_code == 200
    assert paper.content.startswith(b"%PDF")
    stranger = signed_in(a_storekeeper(shelf.network.sibling_store))
    assert stranger.get(reverse("stock:slip_print", args=[slip.pk])).status_code == 404


def test_the_register_says_how_it_was_given_and_never_to_whom(keeper: Client, shelf: StockedCounty) -> None:
    said = {"channel": "post", "first_time": "no", "counselled": "yes"}
    sent = {"on": timezone.localdate(), "command_id": command_ids.new(), f"take_{shelf.condom.pk}": "3"}
    assert keeper.post(reverse("stock:dispense"), sent | said | {"channel": "by drone"}).status_code == 422
    keeper.post(reverse("stock:dispense"), sent | said)
    slip = Event.objects.get(kind="dispensing")
    assert slip.details["given"] == {"channel": "post", "first_time": False, "counselled": True}
    register = reverse("stock:register", args=[shelf.store.pk])
    rows = load_workbook(io.BytesIO(keeper.get(register, {"export": "xlsx"}).content)).active.values
    assert {"First time or continuing", "Counselled"} <= set(next(rows))
    assert {"by post", "continuing", "yes"} <= set(next(rows))
    for text in (
        keeper.get(register).content.decode(),
        printed(keeper, reverse("stock:register_print", args=[shelf.store.pk])),
    ):
        assert all(word in text for word in ("by post", "continuing", "anonymous"))
    assert "by post" in keeper.get(reverse("stock:slip", args=[slip.pk])).content.decode()
    assert "by post" in printed(keeper, reverse("stock:slip_print", args=[slip.pk]))


@pytest.mark.parametrize("verb", VERBS)
def test_a_form_costs_few_questions_however_many_lots(
    verb: str, keeper: Client, shelf: StockedCounty, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        shelf.stock(shelf.store, f"N{number}", 10)
    keeper.get(reverse("stock:on_hand"))
    with django_assert_max_num_queries(QUERIES_MAX):
        keeper.get(reverse(f"stock:{verb}"), {"reason": "damaged"})


@pytest.mark.parametrize(("language", "word"), [("en", "Receive a delivery"), ("zh-hans", "收货")])
def test_both_languages(language: str, word: str, county: StockedCounty) -> None:
    page = signed_in(a_storekeeper(county.store), language).get(reverse("stock:receive")).content.decode()
    assert f'<h1 class="page-title">{word}</h1>' in page
