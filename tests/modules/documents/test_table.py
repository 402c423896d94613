"""Lines of a document from a table: looked at before they are added, all mistakes with their rows, added once."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.builders import NOW, a_person, a_storekeeper, an_actor
from tests.document_builders import ISSUE, RECEIPT, RETURN, PaperCounty, document_of, lines_of
from zhixuan.modules.documents.models import Document
from zhixuan.modules.documents.operations.add_table import PURPOSE, add_table
from zhixuan.rules.refusal import Refused
from zhixuan.shared import uploads
from zhixuan.shared.access import Actor, Forbidden, Role, Unknown
from zhixuan.shared.command_ids import new

HEADINGS = "品规编码或商品条码,批号,有效期至,生产日期,盒数,零散数,单价,外观,抽样数,验收结论,同批号另一效期已核对"


def delivery(county: PaperCounty, *rows: str) -> bytes:
    box = county.stock.box.code
    return "\n".join([HEADINGS, *(row.replace("BOX", box) for row in rows)]).encode()


def kept(county: PaperCounty, drawn: Any, content: bytes, actor: Actor | None = None) -> uploads.Upload:
    said = county.said(actor)
    return uploads.keep(purpose=PURPOSE, subject=drawn.id, content=content, file_name="delivery.csv", **said)


def add(county: PaperCounty, drawn: Any, content: bytes, actor: Actor | None = None) -> uploads.Upload:
    upload = kept(county, drawn, content, actor)
    add_table(upload_id=upload.pk, actor=actor or county.keeper, at=NOW)
    return upload


def no_lines_yet(county: PaperCounty, **more: Any) -> Any:
    return county.draw(**({"kind": RECEIPT, "lines_follow": True} | more), lines=())


def test_a_delivery_list_becomes_the_lines_of_a_note(county: PaperCounty) -> None:
    drawn = no_lines_yet(county)
    with pytest.raises(Refused, match="has no lines yet"):
        county.check(drawn)
    add(
        county,
        drawn,
        delivery(
            county,
            "BOX,A1,2031-05,2026-05,2,3,0.35,good,5,,",
            "BOX,A2,2031/6/30,,,40,,,,部分合格,",
            "合计,,,,,,,,,,",
        ),
    )
    one, two = lines_of(drawn)
    pack = county.stock.box.pieces_per_pack
    assert (one.row, one.lot_number, one.pieces, str(one.unit_price)) == (1, "A1", 2 * pack + 3, "0.3500")
    assert (str(one.expires_on), str(one.made_on)) == ("2031-05-31", "2026-05-01")
    assert (one.appearance, one.sampled_pieces, one.conclusion) == ("good", 5, "accepted")
    assert (two.row, two.pieces, two.conclusion) == (2, 40, "partly")
    county.check(drawn)
    county.post(drawn)
    assert document_of(drawn).event_id is not None


def test_all_mistakes_are_told_with_their_rows_and_nothing_is_added(county: PaperCounty) -> None:
    drawn = county.draw(kind=RECEIPT)
    with pytest.raises(Refused) as refused:
        add(
            county,
            drawn,
            delivery(
                county,
                "BOX,A1,2031-05-31,,2,,,,,,",
                "nothing-like-it,A2,2031-05-31,,2,,,,,,",
                "BOX,A3,soon,,2,,,,,,",
                "BOX,A4,2020-01-31,,2,,,,,,",
                "BOX,A5,2031-05-31,,,,,,,,",
                "BOX,A1,2031-05-31,,1,,,,,,",
                "BOX,LATE,2031-05-31,,1,,,,,,",
                "BOX,A6,2031-05-31,,1,,-1,,,maybe,",
            ),
        )
    told = {(reason.fields["row"], reason.field.rpartition("-")[2] or reason.field) for reason in refused.value.reasons}
    assert {row for row, _field in told} == {3, 4, 5, 6, 7, 8, 9}
    assert all(reason.fields["column"] for reason in refused.value.reasons)
    assert len(lines_of(drawn)) == 1


def test_a_known_lot_with_another_expiry_is_asked_about_and_can_be_confirmed(county: PaperCounty) -> None:
    drawn = no_lines_yet(county)
    with pytest.raises(Refused, match="Look at the label"):
        add(county, drawn, delivery(county, "BOX,LATE,2031-05-31,,1,,,,,,"))
    add(county, drawn, delivery(county, "BOX,LATE,2031-05-31,,1,,,,,,是"))
    assert [row.other_expiry_confirmed for row in lines_of(drawn)] == [True]


def test_a_mended_file_adds_only_what_the_note_does_not_have(county: PaperCounty) -> None:
    drawn = no_lines_yet(county)
    first = delivery(county, "BOX,A1,2031-05-31,,2,,,,,,")
    upload = add(county, drawn, first)
    assert add_table(upload_id=upload.pk, actor=county.keeper, at=NOW) == drawn.id
    with pytest.raises(Refused, match="applied already"):
        kept(county, drawn, first)
    add(county, drawn, delivery(county, "BOX,A1,2031-05-31,,2,,,,,,", "BOX,A2,2031-05-31,,2,,,,,,"))
    assert [row.lot_number for row in lines_of(drawn)] == ["A1", "A2"]
    with pytest.raises(Refused, match="stands on an earlier line"):
        add(county, drawn, delivery(county, "BOX,A1,2031-05-31,,7,,,,,,"))


def test_lines_of_an_issue_slip_take_lots_by_first_expiry(county: PaperCounty) -> None:
    drawn = no_lines_yet(county, kind=ISSUE)
    code = county.stock.condom.code
    add(county, drawn, f"Product code,Packs,Pieces,Asked for\n{code},,140,200\n".encode())
    (line,) = lines_of(drawn)
    assert (line.product_id, line.item_id, line.asked_pieces) == (county.stock.condom.pk, None, 200)
    assert [(lot["number"], lot["pieces"]) for lot in line.proposal] == [("EARLY", 100), ("LATE", 40)]
    with pytest.raises(Refused, match="comes in several packs"):
        add(county, drawn, f"Product code,Packs,Pieces\n{code},3,\n".encode())
    back = no_lines_yet(county, kind=RETURN)
    with pytest.raises(Refused, match="asked for") as refused:
        add(county, back, f"Product code,Pieces\n{county.stock.box.code},500\n".encode())
    assert refused.value.fields["row"] == 2


def test_not_once_it_is_sent_nor_by_others(county: PaperCounty) -> None:
    drawn = county.draw(kind=RECEIPT)
    content = delivery(county, "BOX,A1,2031-05-31,,2,,,,,,")
    upload = kept(county, drawn, content)
    with pytest.raises(Unknown):
        add_table(upload_id=upload.pk, actor=county.checker, at=NOW)
    with pytest.raises(Forbidden):
        add(county, drawn, content, an_actor(a_person(Role.AUDITOR, county.stock.network.county)))
    with pytest.raises(Unknown):
        add(county, drawn, content, an_actor(a_storekeeper(county.store)))
    county.check(drawn)
    county.post(drawn)
    with pytest.raises(Refused):
        add_table(upload_id=upload.pk, actor=county.keeper, at=NOW)
    assert len(lines_of(drawn)) == 1


def test_the_screens_from_drawing_to_the_lines(county: PaperCounty) -> None:
    client = Client()
    client.force_login(a_storekeeper(county.warehouse, name="Desk"))
    client.cookies["zhixuan_language"] = "en"
    head = {"facility": county.warehouse.pk, "command_id": str(new()), "on": timezone.localdate().isoformat()}
    forms = {"origin": "purchase", "lines-TOTAL_FORMS": 0, "lines-INITIAL_FORMS": 0, "then": "table"}
    answer = client.post(reverse("documents:draw", args=["receipt"]), head | forms)
    document = Document.objects.get()
    assert answer.headers["Location"] == reverse("documents:table", args=[document.pk])
    assert "Template" in client.get(answer.headers["Location"]).content.decode()
    template = client.get(reverse("documents:table_template", args=[document.pk]))
    assert openpyxl.load_workbook(io.BytesIO(template.content)).active["A1"].value == "Item code or GTIN *"

    def choose(content: bytes) -> Any:
        file = SimpleUploadedFile("list.csv", content)
        return client.post(answer.headers["Location"], {"command_id": str(new()), "file": file}, follow=True)

    wrong = choose(delivery(county, "BOX,A1,soon,,2,,,,,,"))
    assert wrong.status_code == 422
    assert "is not a full date" in wrong.content.decode()
    right = choose(delivery(county, "BOX,A1,2031-05-31,,2,,,,,,"))
    assert "Apply all of it" in right.content.decode()
    assert lines_of_document(document) == []
    applied = client.post(right.redirect_chain[-1][0], follow=True)
    assert "1 line of the table is on the document" in applied.content.decode()
    assert lines_of_document(document) == ["A1"]
    assert "1 lines of the table list.csv" in applied.content.decode()


def lines_of_document(document: Document) -> list[str]:
    return [row.lot_number for row in document.lines.all()]
