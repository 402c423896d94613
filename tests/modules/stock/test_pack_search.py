"""Where a pack went: found by its code, which no address, link or redirect ever holds."""

from __future__ import annotations

import io
import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from tests.builders import a_storekeeper, a_stranger
from tests.stock_builders import StockedCounty, a_stocked_county
from zhixuan.modules.accounts.models import User
from zhixuan.modules.catalogue.models import Item
from zhixuan.rules.scanning.traces import PackCode
from zhixuan.shared.access import Role

pytestmark = pytest.mark.django_db

GTIN = "06901234567892"
TRACE = "81234560000000000017"
PACKS = [f"8123457{number:013d}" for number in range(120)]
"""More than two pages of the list."""
ADDRESS = re.compile(r'(?:href|action|hx-get|hx-post|src)="([^"]*)"')


@pytest.fixture
def county() -> StockedCounty:
    made = a_stocked_county(A=200)
    Item.objects.filter(pk=made.box.pk).update(gtin=GTIN)
    return made


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    client.cookies["zhixuan_language"] = "en"
    return client


def searched(client: Client, code: str) -> str:
    """The address a search leads to."""
    answer = client.post(reverse("stock:traces"), {"code": code})
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def addresses_in(page: str) -> list[str]:
    return [one.replace("&amp;", "&") for one in ADDRESS.findall(page)]


def test_a_scan_leads_to_its_slip_and_the_code_is_in_no_address(county: StockedCounty) -> None:
    serial = f"(01){GTIN}(21)S-1"
    slip = county.receive(county.store, county.line("B", 20), codes=[PackCode(0, TRACE), PackCode(0, serial)])
    client = signed_in(a_storekeeper(county.store))
    for code, told in ((TRACE, TRACE), (f"(01){GTIN}(17)300630(10)B(21)S-1", "S-1"), (TRACE[5:], TRACE[5:])):
        address = searched(client, code)
        page = client.get(address).content.decode()
        assert slip.slip in page
        assert page.count(f"{slip.slip}</a>") == 1, "the other pack of the slip is not shown"
        assert not any(told in one for one in [address, *addresses_in(page)])


def test_what_was_found_is_sorted_paged_and_exported_without_the_code(county: StockedCounty) -> None:
    slip = county.receive(county.store, county.line("B", 2000), codes=[PackCode(0, code) for code in PACKS])
    county.receive(county.store, county.line("C", 20), codes=[PackCode(0, TRACE)])
    client = signed_in(a_storekeeper(county.store))
    address = searched(client, "8123457")
    for query in ("", "?sort=code", "?page=2&sort=code", "?way=in", "?page=3"):
        page = client.get(address + query).content.decode()
        assert slip.slip in page
        assert TRACE not in page
        assert not any("8123457" in one for one in addresses_in(page)), query
    book = load_workbook(io.BytesIO(client.get(f"{address}?export=xlsx&sort=code").content))
    assert [row[0] for row in book.active.iter_rows(min_row=2, values_only=True)] == PACKS


def test_two_searches_side_by_side_and_one_that_found_nothing(county: StockedCounty) -> None:
    county.receive(county.store, county.line("B", 2000), codes=[PackCode(0, code) for code in PACKS[:2]])
    client = signed_in(a_storekeeper(county.store))
    first, second, none = (searched(client, code) for code in (PACKS[0], PACKS[1], TRACE))
    assert PACKS[0] in client.get(first).content.decode()
    assert PACKS[0] not in client.get(second).content.decode()
    assert "on no slip here" in client.get(none).content.decode()
    assert searched(client, "  ") == reverse("stock:traces")


def test_a_search_is_nobody_elses_and_ends_with_the_session(county: StockedCounty) -> None:
    slip = county.receive(county.store, county.line("B", 20), codes=[PackCode(0, TRACE)])
    keeper = a_storekeeper(county.store)
    client = signed_in(keeper)
    address = searched(client, TRACE)
    for other in (signed_in(keeper), signed_in(a_stranger(county.network, Role.STOREKEEPER))):
        answer = other.get(address)
        assert answer.status_code == 404
        assert "This search has ended" in answer.content.decode()
        assert TRACE not in answer.content.decode()
    client.post(reverse("account_logout"))
    client.force_login(keeper)
    assert client.get(address).status_code == 404
    assert client.get(reverse("stock:traces_found", args=[uuid4()])).status_code == 404
    stranger = signed_in(a_stranger(county.network, Role.STOREKEEPER))
    assert slip.slip not in stranger.get(searched(stranger, TRACE)).content.decode()


def test_a_code_in_the_address_is_not_read(county: StockedCounty) -> None:
    county.receive(county.store, county.line("B", 20), codes=[PackCode(0, PACKS[0])])
    page = signed_in(a_storekeeper(county.store)).get(reverse("stock:traces"), {"q": TRACE}).content.decode()
    assert PACKS[0] in page
