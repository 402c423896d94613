"""The documents' screens as a browser without script sees them: draw, change, check, send; refused, repeated."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.builders import CHECKED, a_storekeeper, kept_by_one
from tests.document_builders import ALL_OK, ISSUE, RECEIPT, PaperCounty
from tests.stock_builders import pieces_at
from zhixuan.modules.catalogue.models import Item
from zhixuan.modules.catalogue.operations.link_code import link_code
from zhixuan.modules.documents.models import Document, DocumentStep
from zhixuan.modules.stock.models import Event
from zhixuan.shared import command_ids

GTIN = "06901234567892"
CARTON = "16901234567899"
TRACE = "81234560000000000017"


def signed_in(user: Any, language: str = "en") -> Client:
    client = Client()
    client.force_login(user)
    client.cookies["zhixuan_language"] = language
    return client


@pytest.fixture
def papers(county: PaperCounty) -> PaperCounty:
    """The stock is of today's clock here, because screens look at it."""
    Item.objects.filter(pk=county.stock.box.pk).update(gtin=GTIN)
    now = timezone.now()
    for number in ("NEAR", "FARTHER"):
        days = 500 if number == "NEAR" else 900
        expires = timezone.localdate() + timedelta(days=days)
        county.stock.stock(
            county.warehouse, number, 100, expires=expires, on=timezone.localdate(now), at=now, checked=CHECKED
        )
    return county


@pytest.fixture
def keeper(papers: PaperCounty) -> Client:
    return signed_in(a_storekeeper(papers.warehouse, name="Desk"))


@pytest.fixture
def checker(papers: PaperCounty) -> Client:
    return signed_in(a_storekeeper(papers.warehouse, name="Other desk"))


def the_form(papers: PaperCounty, *lines: dict[str, Any], **head: Any) -> dict[str, Any]:
    sent: dict[str, Any] = {
        "facility": papers.warehouse.pk,
        "command_id": str(command_ids.new()),
        "on": timezone.localdate().isoformat(),
        "lines-TOTAL_FORMS": len(lines),
        "lines-INITIAL_FORMS": 0,
        "other_facility": papers.store.pk,
        "origin": "purchase",
        **head,
    }
    for index, line in enumerate(lines):
        sent |= {f"lines-{index}-{name}": value for name, value in ({"unit": "piece"} | line).items()}
    return sent


def draw(client: Client, papers: PaperCounty, kind: str = "issue", **head: Any) -> Any:
    if kind == "receipt":
        line = {"item": papers.stock.box.pk, "lot_number": "R1", "expires_on": "2031-05", "pieces": 6, "unit": "pack"}
    else:
        line = {"product": papers.stock.condom.pk, "pieces": 40, "asked_pieces": 50}
    return client.post(reverse("documents:draw", args=[kind]), the_form(papers, line, **head))


def step(client: Client, name: str, document: Any, **given: Any) -> Any:
    sent = {"command_id": str(command_ids.new())} | given
    return client.post(reverse(f"documents:{name}", args=[document.pk]), sent)


def check_all(client: Client, document: Any, **given: Any) -> Any:
    for line in document.lines.all():
        address = reverse("documents:check_line", args=[document.pk, line.pk])
        client.post(address, {"command_id": str(command_ids.new()), "all_ok": "yes", "revision": line.revision})
    return step(client, "check", document, **({"consignee": "ok", "day": "ok"} | given))


def page(client: Client, document: Any) -> str:
    answer = client.get(reverse("documents:document", args=[document.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_one_step_screens_lead_to_drawing_where_two_are_needed(papers: PaperCounty, keeper: Client) -> None:
    for screen, kind in (("receive", "receipt"), ("send", "issue"), ("return", "return")):
        answer = keeper.get(reverse(f"stock:{screen}"))
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith(f"/documents/new/{kind}/?facility=")
        assert keeper.get(answer.headers["Location"]).status_code == 200
    kept_by_one(papers.warehouse)
    assert keeper.get(reverse("stock:send")).status_code == 200


def test_an_issue_slip_from_drawn_to_closed(papers: PaperCounty, keeper: Client, checker: Client) -> None:
    answer = draw(keeper, papers)
    document = Document.objects.get()
    assert answer.headers["Location"] == reverse("documents:document", args=[document.pk])
    assert "somebody else has to check it" in page(keeper, document)
    assert step(keeper, "send", document).status_code == 422
    assert "yourself" in check_all(keeper, document).content.decode()
    assert "All seven OK" in checker.get(reverse("documents:check", args=[document.pk])).content.decode()
    assert check_all(checker, document).status_code == 302
    assert "Send: the goods leave the store" in page(keeper, document)
    sent = {"command_id": str(command_ids.new())}
    assert step(keeper, "send", document, **sent).status_code == 302
    assert step(keeper, "send", document, **sent).status_code == 302
    assert step(checker, "send", document).status_code == 302
    assert Event.objects.filter(kind="transfer_out").count() == 1
    assert "On its way" in page(keeper, document)
    assert "not received" in step(keeper, "close", document).content.decode()


def test_not_ok_goes_back_is_corrected_and_checked_anew(papers: PaperCounty, keeper: Client, checker: Client) -> None:
    draw(keeper, papers)
    document = Document.objects.get()
    (line,) = document.lines.all()
    answers = ALL_OK | {"lot": "not_ok", "command_id": str(command_ids.new()), "remark": "other lot on the shelf"}
    checker.post(reverse("documents:check_line", args=[document.pk, line.pk]), answers)
    assert "what is not right" in step(checker, "check", document, consignee="ok", day="ok").content.decode()
    step(checker, "check", document, consignee="ok", day="ok", reason="wrong lot")
    assert "Returned for correction: wrong lot" in page(keeper, document)
    assert "not right: Lot" in page(keeper, document)
    form = {"command_id": str(command_ids.new()), "product": papers.stock.condom.pk, "pieces": 30, "unit": "piece"}
    address = reverse("documents:line", args=[document.pk, line.pk])
    assert keeper.get(address).status_code == 200
    assert keeper.post(address, form | {"revision": line.revision}).status_code == 302
    document.refresh_from_db()
    assert (document.state, lines_of_one(document)) == ("drawn", [30])
    refused = keeper.post(address, form | {"command_id": str(command_ids.new()), "pieces": 29, "revision": 1})
    assert "Somebody else has changed this meanwhile" in refused.content.decode()


def lines_of_one(document: Document) -> list[int]:
    return list(document.lines.values_list("pieces", flat=True))


def test_a_line_travels_alone_when_the_script_asks(papers: PaperCounty, keeper: Client) -> None:
    draw(keeper, papers)
    document = Document.objects.get()
    (line,) = document.lines.all()
    address, script = reverse("documents:line", args=[document.pk, line.pk]), {"HX-Request": "true"}
    part = keeper.get(address, headers=script).content.decode()
    assert part.lstrip().startswith("<tr")
    form = {"command_id": str(command_ids.new()), "product": papers.stock.condom.pk, "pieces": 9999, "unit": "piece"}
    refused = keeper.post(address, form, headers=script)
    assert (refused.status_code, "were asked for" in refused.content.decode()) == (200, True)
    form |= {"command_id": str(command_ids.new()), "pieces": 41}
    kept = keeper.post(address, form, headers=script).content.decode()
    assert "41 pieces" in kept
    assert "<html" not in kept


def test_a_scanned_code_answers_what_it_shows(papers: PaperCounty, keeper: Client, checker: Client) -> None:
    draw(keeper, papers)
    document = Document.objects.get()
    (line,) = document.lines.all()
    taken = next(one for one in line.proposal if one["why"] == "taken")
    expires = taken["expires"].replace("-", "")[2:]
    code = f"(01){GTIN}(17){expires}(10){taken['number']}"
    answer = step(checker, "scan", document, code=code).content.decode()
    assert "Line 1: the code shows Product, Specification, Lot, Expiry." in answer
    line.refresh_from_db()
    assert set(line.proved) == {"product", "specification", "lot", "expiry"}
    assert "is not the lot of line 1" in step(checker, "scan", document, code=f"(01){GTIN}(10)ELSE").content.decode()
    assert "“hello”" in step(checker, "scan", document, code="hello").content.decode()


def test_trace_codes_and_cartons_name_their_item_while_checking_as_they_do_while_receiving(
    papers: PaperCounty, keeper: Client, checker: Client
) -> None:
    draw(keeper, papers)
    document = Document.objects.get()
    assert "8123456 is not in the catalogue" in step(checker, "scan", document, code=TRACE).content.decode()
    for known, holds in ((TRACE[:7], "pack"), (CARTON, "carton")):
        link_code(code=known, item_id=papers.stock.box.pk, holds=holds, actor=papers.stock.actor, at=timezone.now())
    for scanned in (TRACE, f"http://example.invalid/?code={TRACE}", CARTON):
        answer = step(checker, "scan", document, code=scanned).content.decode()
        assert "Line 1: the code shows Product, Specification." in answer
    assert set(document.lines.get().proved) == {"product", "specification"}


def test_the_scanner_that_has_its_own_sign_is_read_while_checking_too(
    papers: PaperCounty, keeper: Client, checker: Client, settings: Any
) -> None:
    settings.SCANNER_SEPARATORS = ["~"]
    draw(keeper, papers)
    document = Document.objects.get()
    taken = next(one for one in document.lines.get().proposal if one["why"] == "taken")
    code = f"01{GTIN}10{taken['number']}~17{taken['expires'].replace('-', '')[2:]}"
    answer = step(checker, "scan", document, code=code).content.decode()
    assert "Line 1: the code shows Product, Specification, Lot, Expiry." in answer


def test_a_receipt_is_drawn_checked_and_posted(papers: PaperCounty, keeper: Client, checker: Client) -> None:
    head = {"supplier": "Supplier", "acceptor": "A", "all-conclusion": "accepted", "all-temperature": "20 ℃"}
    assert draw(keeper, papers, "receipt", **head).status_code == 302
    document = Document.objects.get()
    (line,) = document.lines.all()
    assert (line.pieces, line.temperature, document.supplier) == (60, "20 ℃", "Supplier")
    edit = keeper.get(reverse("documents:line", args=[document.pk, line.pk])).content.decode()
    assert 'value="R1"' in edit
    assert keeper.get(reverse("documents:new_line", args=[document.pk])).status_code == 200
    check_all(checker, document)
    step(keeper, "send", document)
    assert pieces_at(papers.warehouse, "R1") == 60


def test_drawn_twice_is_one_and_what_is_wrong_stands_beside_its_field(papers: PaperCounty, keeper: Client) -> None:
    command = str(command_ids.new())
    first = draw(keeper, papers, command_id=command)
    again = draw(keeper, papers, command_id=command)
    assert first.headers["Location"] == again.headers["Location"]
    assert Document.objects.count() == 1
    wrong = draw(keeper, papers, on="2026-13-01", other_facility="")
    assert wrong.status_code == 422
    assert Document.objects.count() == 1
    assert draw(keeper, papers, "return").status_code == 422


def test_head_cancel_and_take_back(papers: PaperCounty, keeper: Client, checker: Client) -> None:
    draw(keeper, papers)
    document = Document.objects.get()
    day = timezone.localdate().isoformat()
    assert keeper.get(reverse("documents:head", args=[document.pk])).status_code == 200
    assert step(keeper, "head", document, on=day, reference="QL-9", transport="cart").status_code == 302
    check_all(checker, document)
    assert "Say why" in step(keeper, "take_back", document, **{"take-command_id": command_ids.new()}).content.decode()
    given = {"take-command_id": command_ids.new(), "take-reason": "day"}
    assert step(keeper, "take_back", document, **given).status_code == 302
    given = {"cancel-command_id": command_ids.new(), "cancel-reason": "twice"}
    assert step(keeper, "cancel", document, **given).status_code == 302
    assert "Cancelled: twice" in page(keeper, document)
    assert [one.step for one in DocumentStep.objects.all()] == ["draw", "change", "check", "take_back", "cancel"]


def test_changed_lots_are_shown_then_agreed_to(papers: PaperCounty, keeper: Client, checker: Client) -> None:
    draw(keeper, papers)
    document = Document.objects.get()
    check_all(checker, document)
    soon = timezone.localdate() + timedelta(days=120)
    papers.stock.stock(
        papers.warehouse, "SOONER", 15, expires=soon, on=timezone.localdate(), at=timezone.now(), checked=CHECKED
    )
    refused = step(keeper, "send", document)
    text = refused.content.decode()
    assert (refused.status_code, "SOONER: 15" in text) == (422, True)
    confirmed = re.search(r'name="confirmed" value="(\w+)"', text)
    assert confirmed
    assert step(keeper, "send", document, confirmed=confirmed[1]).status_code == 302
    document.refresh_from_db()
    assert document.state == "posted"


def test_the_list_finds_filters_and_exports(papers: PaperCounty, keeper: Client, checker: Client) -> None:
    draw(keeper, papers)
    draw(keeper, papers, "receipt")
    issue = Document.objects.get(kind=ISSUE)
    keeper.get(reverse("documents:documents"))  # the proofs of drawing are shown once
    for query, found in ((f"q=WA-CK{issue.year}-00001", 1), ("kind=receipt", 1), ("state=posted", 0), ("q=1", 2)):
        text = keeper.get(f"{reverse('documents:documents')}?{query}").content.decode()
        assert len(set(re.findall(r"WA-(?:CK|RK)\d{4}-\d{5}(?=<)", text))) == found, query
    answer = keeper.get(f"{reverse('documents:documents')}?export=xlsx")
    assert answer.headers["Content-Type"].startswith("application/vnd.openxml")
    assert "WA-CK" in checker.get(f"{reverse('documents:documents')}?waits=check").content.decode()
    assert "WA-CK" not in keeper.get(f"{reverse('documents:documents')}?waits=check").content.decode()


def test_a_photograph_stays_with_the_document(papers: PaperCounty, keeper: Client) -> None:
    draw(keeper, papers, "receipt")
    document = Document.objects.get(kind=RECEIPT)
    address = reverse("documents:files", args=[document.pk])
    sent = SimpleUploadedFile("contract.pdf", b"%PDF-1.7 contract")
    assert keeper.post(address, {"file": sent}).status_code == 302
    link = re.search(rf'href="({address}[0-9a-f-]+/)"', page(keeper, document))
    assert link
    assert keeper.get(link[1]).content == b"%PDF-1.7 contract"
    wrong = keeper.post(address, {"file": SimpleUploadedFile("x.exe", b"MZ")})
    assert (wrong.status_code, "Only photographs" in wrong.content.decode()) == (422, True)
