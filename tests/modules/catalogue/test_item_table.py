"""Trade items from a table: corrected and added together or not at all, every mistake with its row."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.builders import NOW, a_network, a_person, a_planner, a_product, a_storekeeper, an_actor, an_item
from zhixuan.modules.catalogue.models import Item
from zhixuan.modules.catalogue.operations.apply_item_table import PURPOSE, apply_item_table
from zhixuan.rules.refusal import Refused
from zhixuan.shared import command_ids, uploads
from zhixuan.shared.access import Actor, Forbidden, Role, Unknown
from zhixuan.shared.models import AuditEntry

pytestmark = pytest.mark.django_db
HEADINGS = "品规编码,品种编码,商品条码,中文商品名,每盒数量,每箱盒数,状态"


@pytest.fixture
def officer() -> Actor:
    return an_actor(a_planner(a_network().county))


def kept(actor: Actor, *rows: str) -> UUID:
    content = "\n".join([HEADINGS, *rows]).encode()
    said: dict[str, Any] = {"actor": actor, "command_id": command_ids.new(), "at": NOW}
    return uploads.keep(purpose=PURPOSE, content=content, file_name="items.csv", **said).pk


def test_items_are_corrected_and_added_once(officer: Actor) -> None:
    product = a_product()
    box = an_item("BOX", product=product)
    upload = kept(
        officer,
        f"BOX,{product.code},,红盒,10,20,",
        f"new,{product.code},6901234567892,新盒,12,,停用",
        f"BOX2,{product.code},,,,,",
    )
    planned = apply_item_table(upload_id=upload, dry=True, actor=officer, at=NOW)
    assert [(one.row, one.code, one.is_new) for one in planned] == [
        (2, "BOX", False),
        (3, "NEW", True),
        (4, "BOX2", True),
    ]
    assert set(Item.objects.values_list("code", flat=True)) == {"BOX"}
    assert not AuditEntry.objects.filter(object_type="catalogue.item").exists()

    assert apply_item_table(upload_id=upload, actor=officer, at=NOW) == planned
    assert apply_item_table(upload_id=upload, actor=officer, at=NOW) == []
    box.refresh_from_db()
    assert (box.brand_zh, box.pieces_per_pack, box.packs_per_carton) == ("红盒", 10, 20)
    new = Item.objects.get(code="NEW")
    assert (new.gtin, new.pieces_per_pack, new.packs_per_carton, new.status) == ("06901234567892", 12, 1, "withdrawn")
    with pytest.raises(Refused, match="applied already"):
        kept(
            officer,
            f"BOX,{product.code},,红盒,10,20,",
            f"new,{product.code},6901234567892,新盒,12,,停用",
            f"BOX2,{product.code},,,,,",
        )


def test_every_mistake_has_its_row_and_nothing_is_written(officer: Actor) -> None:
    product, other = a_product(), a_product("OTHER")
    an_item("BOX", product=product)
    upload = kept(
        officer,
        f"A,{product.code},6901234567892,,10,1,",
        f"B,{product.code},6901234567892,,10,1,",
        f"C,{product.code},6901234567893,,10,1,",
        "D,NOPE,,,10,1,",
        f"E,{product.code},,,0,1,",
        f"BOX,{other.code},,,10,1,",
        f",{product.code},,,10,1,",
        f"F,{product.code},,,10,1,坏",
    )
    for dry in (True, False):
        with pytest.raises(Refused) as refused:
            apply_item_table(upload_id=upload, dry=dry, actor=officer, at=NOW)
        rows = sorted(reason.fields["row"] for reason in refused.value.reasons)
        assert rows == [3, 4, 5, 6, 7, 8, 9]
        assert all(reason.fields["column"] for reason in refused.value.reasons)
    assert set(Item.objects.values_list("code", flat=True)) == {"BOX"}


def test_others_may_not(officer: Actor) -> None:
    product = a_product()
    upload = kept(officer, f"A,{product.code},,,10,1,")
    keeper = an_actor(a_person(Role.AUDITOR))
    with pytest.raises(Forbidden):
        apply_item_table(upload_id=upload, actor=keeper, at=NOW)
    with pytest.raises(Unknown):
        apply_item_table(upload_id=upload, actor=an_actor(a_person(Role.ADMINISTRATOR)), at=NOW)


def test_the_screens_give_the_table_away_and_take_it_back(settings: Any) -> None:
    settings.SECOND_STEP_ROLES = frozenset()
    network = a_network()
    product = a_product()
    an_item("BOX", product=product)
    client = Client()
    client.force_login(a_planner(network.county))
    client.cookies["zhixuan_language"] = "en"
    assert reverse("catalogue:item_table_upload") in client.get(reverse("catalogue:products")).content.decode()
    taken = client.get(reverse("catalogue:item_table")).content
    book = openpyxl.load_workbook(io.BytesIO(taken))
    assert [cell.value for cell in book.active[2]][:2] == ["BOX", product.code]
    same = _choose(client, taken)
    assert "The table changes nothing" in same.content.decode()
    book.active.append(["NEWBOX", product.code])
    stream = io.BytesIO()
    book.save(stream)
    shown = _choose(client, stream.getvalue())
    assert "NEWBOX" in shown.content.decode()
    done = client.post(shown.redirect_chain[-1][0], follow=True)
    assert "1 trade item is saved" in done.content.decode()
    assert Item.objects.filter(code="NEWBOX").exists()
    client.force_login(a_storekeeper(network.store))
    assert client.get(reverse("catalogue:item_table")).status_code == 403


def _choose(client: Client, content: bytes) -> Any:
    file = SimpleUploadedFile("items.xlsx", content)
    address = reverse("catalogue:item_table_upload")
    return client.post(address, {"command_id": str(command_ids.new()), "file": file}, follow=True)


def test_a_table_of_codes_alone_adds_items_too(officer: Actor) -> None:
    product = a_product()
    content = f"Item code,Product code\nNEW,{product.code}\n".encode()
    said: dict[str, Any] = {"actor": officer, "command_id": command_ids.new(), "at": NOW}
    upload = uploads.keep(purpose=PURPOSE, content=content, file_name="items.csv", **said).pk
    planned = apply_item_table(upload_id=upload, dry=True, actor=officer, at=NOW)
    assert [(one.code, one.is_new) for one in planned] == [("NEW", True)]
