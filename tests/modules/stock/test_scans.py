"""The scan answer: what codes mean at a facility, and what is never told."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.builders import NOW, a_dispenser, a_storekeeper, a_stranger
from tests.stock_builders import StockedCounty, a_stocked_county, days, event, lot
from zhixuan.modules.accounts.models import User
from zhixuan.modules.catalogue.models import Item
from zhixuan.modules.catalogue.operations.link_code import link_code
from zhixuan.modules.stock.models import TraceCode
from zhixuan.rules.refusal import Refused
from zhixuan.rules.scanning.traces import PackCode
from zhixuan.shared.access import Forbidden, Role
from zhixuan.shared.command_ids import new

pytestmark = pytest.mark.django_db

GTIN = "06901234567892"
CARTON = "16901234567899"
TRACE = "81234560000000000017"
FAR = days(700)


@pytest.fixture
def county() -> StockedCounty:
    made = a_stocked_county(A=200)
    Item.objects.filter(pk=made.box.pk).update(gtin=GTIN)
    return made


def ask(user: User, *codes: str, **query: Any) -> list[dict[str, Any]]:
    client = Client()
    client.force_login(user)
    client.cookies["zhixuan_language"] = "en"
    answer = client.post(reverse("stock:scan"), {"code": codes, **query})
    assert answer.status_code == 200
    return list(answer.json()["codes"])


def test_codes_travel_in_the_body_only_and_with_a_token(county: StockedCounty) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(a_storekeeper(county.store))
    assert client.get(reverse("stock:scan"), {"code": code("A", FAR, "S1")}).status_code == 405
    assert client.post(reverse("stock:scan"), {"code": code("A", FAR, "S1")}).status_code == 403


def code(number: str, expires: Any = FAR, serial: str = "") -> str:
    return f"(01){GTIN}(17){expires:%y%m%d}(10){number}" + (f"(21){serial}" if serial else "")


def test_a_known_lot_is_named_with_what_the_books_hold(county: StockedCounty) -> None:
    (answer,) = ask(a_storekeeper(county.store), code("A"), facility=county.store.pk, use="send")
    assert answer["state"] == "good"
    assert (answer["item"]["id"], answer["lot_id"], answer["at_hand"]) == (county.box.pk, lot("A").pk, 200)
    assert answer["expires_on"] == FAR.isoformat()


def test_the_expiry_comes_from_the_books_where_the_code_does_not_say(county: StockedCounty) -> None:
    (answer,) = ask(a_storekeeper(county.store), f"(01){GTIN}(10)A", facility=county.store.pk, use="receive")
    assert (answer["expires_on"], answer["question"]) == (FAR.isoformat(), None)


def test_a_lot_known_with_another_expiry_is_a_question_and_nothing_is_overwritten(county: StockedCounty) -> None:
    (answer,) = ask(a_storekeeper(county.store), code("A", days(300)), facility=county.store.pk, use="receive")
    assert answer["question"]["code"] == "other_expiry"
    assert lot("A").expires_on == FAR


def test_answers_keep_the_order_of_the_codes_and_read_each_for_itself(county: StockedCounty) -> None:
    codes = ["nonsense", code("A"), "6901234567893", f"(10)A{new()}"[:18], code("NEW")]
    answers = ask(a_storekeeper(county.store), *codes, facility=county.store.pk, use="receive")
    assert [one["code"] for one in answers] == codes
    assert [one.get("why", "") for one in answers] == ["unreadable", "", "check_digit", "lot_without_product", ""]


def test_an_expired_lot_is_told_with_what_to_do(county: StockedCounty) -> None:
    (answer,) = ask(a_storekeeper(county.store), code("OLD", days(-3)), facility=county.store.pk, use="receive")
    assert answer["state"] == "warn"
    assert "do not take it in" in answer["warnings"][0]["text"]


def test_fefo_would_take_another_lot_first(county: StockedCounty) -> None:
    county.stock(county.store, "SOONER", 50, expires=days(300))
    (answer,) = ask(a_storekeeper(county.store), code("A"), facility=county.store.pk, use="send")
    assert [one["code"] for one in answer["warnings"]] == ["sooner"]
    assert "SOONER" in answer["warnings"][0]["text"]


def test_a_lot_that_is_not_here_is_said_to_be_missing(county: StockedCounty) -> None:
    (answer,) = ask(a_storekeeper(county.store), code("ELSEWHERE"), facility=county.store.pk, use="send")
    assert [one["code"] for one in answer["warnings"]] == ["not_here"]


def test_an_unknown_product_leads_the_officer_to_the_catalogue_and_tells_others_whom_to_ask(
    county: StockedCounty,
) -> None:
    (keeper,) = ask(a_storekeeper(county.store), CARTON, facility=county.store.pk)
    assert (keeper["why"], "link" in keeper) == ("not_in_catalogue", False)
    link_code(code=CARTON, item_id=county.box.pk, holds="carton", actor=county.actor, at=NOW)
    (known,) = ask(a_storekeeper(county.store), CARTON, facility=county.store.pk)
    assert (known["item"]["id"], known["item"]["holds"]) == (county.box.pk, "carton")


def test_a_trace_code_is_known_by_its_first_seven_digits(county: StockedCounty) -> None:
    link_code(code=TRACE[:7], item_id=county.box.pk, holds="pack", actor=county.actor, at=NOW)
    (answer,) = ask(a_storekeeper(county.store), TRACE, facility=county.store.pk)
    assert (answer["kind"], answer["item"]["id"], answer["pack_code"]) == ("trace", county.box.pk, TRACE)


def test_a_code_belongs_to_one_item_and_only_officers_link(county: StockedCounty) -> None:
    with pytest.raises(Refused):
        link_code(code=GTIN, item_id=county.strip.pk, holds="pack", actor=county.actor, at=NOW)
    with pytest.raises(Refused):
        link_code(code="6901234567893", item_id=county.box.pk, holds="pack", actor=county.actor, at=NOW)
    with pytest.raises(Forbidden):
        link_code(code=CARTON, item_id=county.box.pk, holds="carton", actor=county.keeper, at=NOW)
    once = link_code(code=CARTON, item_id=county.box.pk, holds="carton", actor=county.actor, at=NOW)
    again = link_code(code=CARTON, item_id=county.box.pk, holds="carton", actor=county.actor, at=NOW)
    assert once.pk == again.pk


def test_another_areas_shelf_cannot_be_asked(county: StockedCounty) -> None:
    client = Client()
    client.force_login(a_stranger(county.network, Role.STOREKEEPER))
    answer = client.post(reverse("stock:scan"), {"code": code("A"), "facility": county.store.pk})
    assert answer.status_code == 404


def test_packs_are_kept_with_the_slip_and_questioned_when_they_come_again(county: StockedCounty) -> None:
    serial = f"(01){GTIN}(21)S1"
    codes = [PackCode(0, TRACE), PackCode(0, serial), PackCode(0, TRACE)]
    slip = county.receive(county.store, county.line("B", 20), codes=codes)
    assert set(TraceCode.objects.values_list("event_id", "line", "code", "kind", "direction")) == {
        (slip.event_id, 1, TRACE, "trace", "in"),
        (slip.event_id, 1, serial, "udi", "in"),
    }
    keeper = a_storekeeper(county.store)
    (answer,) = ask(keeper, code("B", FAR, "S1"), facility=county.store.pk, use="receive")
    assert answer["question"]["code"] == "seen_before"
    assert slip.slip in answer["question"]["text"]
    (answer,) = ask(keeper, code("B", FAR, "S1"), facility=county.store.pk, use="dispense")
    assert answer["question"] is None
    client = Client()
    client.force_login(keeper)
    assert TRACE in client.get(reverse("stock:slip", args=[slip.event_id])).content.decode()
    county.reverse(slip)
    (answer,) = ask(keeper, code("B", FAR, "S1"), facility=county.store.pk, use="receive")
    assert answer["question"] is None


def test_what_goes_out_is_kept_on_the_line_of_its_lot(county: StockedCounty) -> None:
    county.stock(county.store, "B", 50, expires=days(600))
    codes = [PackCode(0, f"(01){GTIN}(21)S1", lot("A").pk)]
    wanted = county.choose("asked for", B=10, A=10)
    slip = county.send(county.store, county.warehouse, wanted, codes=codes)
    kept = TraceCode.objects.get()
    assert event(slip).movements.get(line=kept.line).lot.number == "A"
    assert kept.direction == "out"


def test_a_code_that_is_not_of_one_pack_is_refused(county: StockedCounty) -> None:
    with pytest.raises(Refused) as refused:
        county.receive(county.store, county.line("B", 20), codes=[PackCode(0, GTIN), PackCode(3, TRACE)])
    assert len(refused.value.reasons) == 2


def test_dispensing_has_no_place_for_pack_codes(county: StockedCounty) -> None:
    with pytest.raises(TypeError):
        county.dispense(county.store, county.want(10), codes=[PackCode(0, TRACE)])
    client = Client()
    client.force_login(a_dispenser(county.store))
    page = client.get(reverse("stock:dispense")).content.decode()
    assert "data-codes" not in page


def test_forty_codes_take_a_handful_of_queries(county: StockedCounty, django_assert_max_num_queries: Any) -> None:
    keeper = a_storekeeper(county.store)
    client = Client()
    client.force_login(keeper)
    codes = [code(f"L{number}", FAR, f"S{number}") for number in range(40)]
    with django_assert_max_num_queries(16):
        client.post(reverse("stock:scan"), {"code": codes, "facility": county.store.pk, "use": "receive"})


def test_what_is_withdrawn_is_known_on_the_shelf_and_not_taken_in(county: StockedCounty) -> None:
    Item.objects.filter(pk=county.box.pk).update(status="withdrawn")
    keeper = a_storekeeper(county.store)
    (counted,) = ask(keeper, code("A"), facility=county.store.pk, use="count")
    (received,) = ask(keeper, code("A"), facility=county.store.pk, use="receive")
    assert (counted["item"]["id"], received["item"]) == (county.box.pk, None)
