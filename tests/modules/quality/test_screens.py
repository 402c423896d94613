"""The screens of quality as a browser without script sees them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.builders import a_person, a_planner, a_storekeeper, a_stranger, an_actor
from tests.papers import printed
from tests.quality_builders import GOOD, a_loss, a_recall, notice_of
from tests.stock_builders import StockedCounty, lot, pieces_at
from zhixuan.modules.accounts.models import User
from zhixuan.modules.quality.models import Concern, Excursion, Inspection, LossReport, Notice, Recall, StorageReading
from zhixuan.shared import command_ids
from zhixuan.shared.access import Role

PHOTO = b"\x89PNG\r\n\x1a\n" + b"0" * 40


def signed_in(user: User, language: str = "en") -> Client:
    client = Client()
    client.force_login(user)
    client.cookies["zhixuan_language"] = language
    return client


@pytest.fixture(autouse=True)
def _no_second_step(settings: Any) -> None:
    settings.SECOND_STEP_ROLES = frozenset()


@pytest.fixture
def keeper(county: StockedCounty) -> Client:
    return signed_in(a_storekeeper(county.store))


@pytest.fixture
def officer(county: StockedCounty) -> Client:
    return signed_in(a_planner(county.network.county))


def page(client: Client, name: str, *args: object, **query: object) -> str:
    answer = client.get(reverse(f"quality:{name}", args=args), query)
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


def send(client: Client, name: str, *args: object, **data: Any) -> Any:
    return client.post(reverse(f"quality:{name}", args=args), data, follow=True)


def today() -> str:
    return timezone.localdate().isoformat()


def an_inspection(county: StockedCounty, **more: Any) -> dict[str, Any]:
    seen = {name: finding.value for name, finding in GOOD.items()}
    said = {"lot": lot("A").id, "on": today(), "sampled_pieces": 3, "result": "pass", "command_id": command_ids.new()}
    return {"facility": county.store.pk, **said, **seen, **more}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_opens(county: StockedCounty, language: str) -> None:
    recall = a_recall(county)
    officer = signed_in(a_planner(county.network.county), language)
    names = ("desk", "due", "inspections", "storage", "losses", "loss_rate", "recalls", "issue")
    for name in names:
        assert "<h1" in page(officer, name)
    for name in ("inspect", "concern", "draw"):
        assert "<h1" in page(officer, name, facility=county.store.pk)
    page(officer, "storage_log", county.store.pk), page(officer, "limits", county.store.pk)
    page(officer, "logger", county.store.pk), page(officer, "recall", recall.pk)
    page(officer, "notice", notice_of(recall, county.store.pk).pk)
    assert recall.number in printed(officer, reverse("quality:recall_print", args=[recall.pk]))
    without_words = a_recall(county, lot_number="B", public_zh="", public_en="")
    for one, words in (
        (recall, ("请停止使用", "Please do not use it")),
        (without_words, ("不需要说明您是谁", "nobody asks who")),
    ):
        poster = "".join(printed(officer, reverse("quality:poster", args=[one.pk])).split())
        said = (*words, "请勿使用", "Please do not use this lot", one.lot_number)
        assert all(text.replace(" ", "") in poster for text in said)
    for name in ("due", "inspections", "storage", "losses", "loss_rate", "recalls"):
        assert officer.get(reverse(f"quality:{name}"), {"export": "xlsx"}).content.startswith(b"PK")


def test_an_inspection_from_the_list_of_what_is_due(keeper: Client, county: StockedCounty) -> None:
    href = re.search(r'href="(/quality/inspections/new/\?[^"]*)"', page(keeper, "due"))
    assert href is not None
    assert "Not looked at since it came" in keeper.get(href[1].replace("&amp;", "&")).content.decode()
    sent = an_inspection(county)
    for _ in range(2):
        answer = keeper.post(href[1].replace("&amp;", "&"), sent, follow=True)
    assert "SA-ZJ-" in answer.content.decode()
    assert Inspection.objects.count() == 1
    made = Inspection.objects.get()
    paper = printed(keeper, reverse("quality:inspection_print", args=[made.pk]))
    assert "Not looked at since it came" in paper
    assert f"Inspected by {made.by_name}" in paper
    assert "3 pieces" in paper
    assert "SA-ZJ-" in page(keeper, "inspections", q=made.number)


def test_a_flaw_does_not_pass_and_nothing_typed_is_lost(keeper: Client, county: StockedCounty) -> None:
    answer = send(keeper, "inspect", **an_inspection(county, seal="flaw", note="torn at a corner"))
    assert answer.status_code == 422
    assert "hold the lot or fail it" in answer.content.decode()
    assert "torn at a corner" in answer.content.decode()


def test_a_complaint_about_a_lot(keeper: Client, county: StockedCounty) -> None:
    sent = {"facility": county.store.pk, "kind": "complaint", "on": today(), "command_id": command_ids.new()}
    assert send(keeper, "concern", **sent).status_code == 422
    answer = send(keeper, "concern", **sent, lot=lot("A").id, what="smell")
    assert answer.status_code == 200
    assert Concern.objects.get().what == "smell"
    assert "Smells" in page(keeper, "due")


def test_a_reading_beyond_the_limits(keeper: Client, county: StockedCounty) -> None:
    at = timezone.localtime()
    day = (at - timezone.timedelta(days=1)).date().isoformat()
    answer = send(keeper, "storage_log", county.store.pk, day=day, time="09:00", temperature="44.5", humidity="50")
    assert "The reading is in the log" in answer.content.decode()
    one = Excursion.objects.get()
    assert "Beyond its own limits" in page(keeper, "excursion", one.pk)
    assert keeper.get(reverse("quality:storage_print", args=[county.store.pk])).content.startswith(b"%PDF")
    answer = send(keeper, "storage_log", county.store.pk, day=day, time="09:00", temperature="20")
    assert answer.status_code == 422


LOGGER = "记录时间,温度(℃),湿度(%RH)\n2026-11-01 08:00:00,21.04,50\n2026/11/01 08:10,35.5,51\n"


def upload(client: Client, county: StockedCounty, text: str) -> Any:
    file = SimpleUploadedFile("logger.csv", text.encode())
    return send(client, "logger", county.store.pk, file=file, command_id=command_ids.new())


def test_a_loggers_file_is_looked_at_applied_and_known_again(keeper: Client, county: StockedCounty) -> None:
    plan = upload(keeper, county, LOGGER)
    assert "35.5" in plan.content.decode()
    assert not StorageReading.objects.exists()
    address = plan.redirect_chain[-1][0]
    for _ in range(2):
        answer = keeper.post(address, follow=True)
        assert answer.status_code == 200
    assert StorageReading.objects.count() == 2
    again = upload(keeper, county, LOGGER)
    assert "applied already" in again.content.decode()
    more = upload(keeper, county, LOGGER + "2026-11-01 08:20,21,50\n")
    keeper.post(more.redirect_chain[-1][0])
    assert StorageReading.objects.count() == 3


def test_mistakes_of_a_loggers_file_are_listed_at_once(keeper: Client, county: StockedCounty) -> None:
    plan = upload(keeper, county, "Time,Temperature\nyesterday,20\n2026-11-01 08:00,99\n2090-01-01 08:00,20\n")
    text = plan.content.decode()
    assert "Set the logger" in text
    assert "such as 2026-11-20 08:00" in text
    assert keeper.post(plan.redirect_chain[-1][0]).status_code == 422
    assert not StorageReading.objects.exists()


def test_a_loss_from_drawing_to_destruction(keeper: Client, officer: Client, county: StockedCounty) -> None:
    sent = {"facility": county.store.pk, "on": today(), "reason": "damp", "account": "rain", "responsibility": "roof"}
    sent |= {"lines-TOTAL_FORMS": 1, "lines-INITIAL_FORMS": 0, "lines-0-lot": f"{lot('A').id}:store"}
    sent |= {"lines-0-pieces": "1", "lines-0-unit": "pack", "lines-0-price": "0.5", "command_id": command_ids.new()}
    for _ in range(2):
        drawn = send(keeper, "draw", **sent)
    assert "BS-" in drawn.content.decode()
    report = LossReport.objects.get()
    send(keeper, "loss_files", report.pk, file=SimpleUploadedFile("box.png", PHOTO))
    assert "box.png" in page(keeper, "loss", report.pk)
    refused = send(keeper, "loss_files", report.pk, file=SimpleUploadedFile("box.exe", b"MZ"))
    assert "Only photographs" in refused.content.decode()
    send(keeper, "hand_in", report.pk)
    assert pieces_at(county.store, "A") == 90
    assert report.number in page(officer, "desk")
    assert "somebody else has to decide" not in page(officer, "loss", report.pk)
    send(officer, "decide", report.pk, approve="yes")
    for _ in range(2):
        witness = signed_in(a_storekeeper(county.store))
        assert report.number in page(witness, "desk")
        send(witness, "witness", report.pk)
    answer = send(keeper, "destroy", report.pk, on=today(), method="burnt", went_to="")
    assert "Destroyed and written off" in answer.content.decode()
    assert "box.png" in printed(keeper, reverse("quality:loss_print", args=[report.pk]))
    report.refresh_from_db()
    assert report.state == "destroyed"


def test_a_step_out_of_turn_is_told_on_the_page(keeper: Client, county: StockedCounty) -> None:
    report = a_loss(county, county.keeper)
    told = send(keeper, "destroy", report.pk, on=today(), method="burnt").content.decode()
    assert "has not been handed in yet" in told
    assert "Give the day" in send(keeper, "destroy", report.pk, on="soon").content.decode()


def test_a_recall_is_issued_held_answered_and_read_by_anyone(
    keeper: Client, officer: Client, county: StockedCounty
) -> None:
    sent = {"area": county.network.county.pk, "item": county.box.pk, "lot_number": "A", "kind": "recall"}
    sent |= {"recall_class": "1", "reason": "leaks", "action": "put apart", "answer_by": today()}
    sent |= {"public_zh": "请勿使用", "public_en": "Do not use", "command_id": command_ids.new()}
    for _ in range(2):
        assert send(officer, "issue", **sent).status_code == 200
    recall = Recall.objects.get()
    notice = Notice.objects.get(facility=county.store)
    assert "closes to the piece" in page(officer, "recall", recall.pk)
    assert str(lot("A").number) in page(keeper, "desk")
    send(keeper, "read_notice", notice.pk)
    wrong = send(keeper, "notice", notice.pk, found_pieces=99)
    assert wrong.status_code == 422
    send(keeper, "notice", notice.pk, found_pieces=100)
    assert pieces_at(county.store, "A", kind="quarantine") == 100
    notices = Notice.objects.filter(recall=recall).count()
    paper = printed(officer, reverse("quality:recall_print", args=[recall.pk]))
    assert f"Answered: {100 / notices:.1f} % (1 of {notices} notices)" in paper
    assert "Answered:" not in printed(keeper, reverse("quality:recall_print", args=[recall.pk]))
    told = send(officer, "hold", recall.pk).content.decode()
    assert "0 pieces are in quarantine now" in told
    send(officer, "remind", recall.pk)
    send(keeper, "send_back", notice.pk, command_id=command_ids.new())
    assert pieces_at(county.warehouse, "A", kind="transit") == 100
    send(officer, "close_recall", recall.pk, note="all back")
    public = Client().get(reverse("quality:public_notice", args=[recall.public_id]))
    assert "请勿使用" in public.content.decode()
    assert "Store A" not in public.content.decode()
    assert Client().get(reverse("quality:public_notice", args=[command_ids.new()])).status_code == 404


def test_a_sending_screen_says_what_was_not_looked_at(officer: Client, county: StockedCounty) -> None:
    county.stock(county.warehouse, "OLD", 500, on=timezone.localdate() - timezone.timedelta(days=70))
    sent = {"facility": county.warehouse.pk, "to_facility": county.store.pk, "on": today(), "step": "preview"}
    sent |= {"lines-TOTAL_FORMS": 1, "lines-INITIAL_FORMS": 0, "lines-0-product": county.condom.pk}
    sent |= {"lines-0-pieces": "10", "lines-0-unit": "piece", "command_id": command_ids.new()}
    answer = officer.post(reverse("stock:send"), sent)
    assert "look at it before it goes out" in answer.content.decode()


def test_strangers_see_nothing(county: StockedCounty) -> None:
    stranger = signed_in(a_stranger(county.network))
    recall, report = a_recall(county, lot_number="B"), a_loss(county, county.keeper)
    for name, pk in (("recall", recall.pk), ("loss", report.pk), ("loss_print", report.pk)):
        assert stranger.get(reverse(f"quality:{name}", args=[pk])).status_code == 404
    assert recall.number not in page(stranger, "recalls")
    assert report.number not in page(stranger, "losses")
    assessor = signed_in(a_person(Role.ASSESSOR, county.network.county))
    assert assessor.post(reverse("quality:hold", args=[recall.pk])).status_code == 403


def test_the_api_answers_a_notice_once(county: StockedCounty) -> None:
    recall = a_recall(county)
    person = a_storekeeper(county.store)
    assert an_actor(person).user_id
    client = signed_in(person)
    listed = client.get("/api/quality/recalls").json()
    assert [row["number"] for row in listed["rows"]] == [recall.number]
    notices = client.get(f"/api/quality/recalls/{recall.pk}/notices").json()["rows"]
    address = f"/api/quality/notices/{notices[0]['id']}/answer"
    body = {"found_pieces": 100, "note": ""}
    answers = [client.post(address, body, content_type="application/json") for _ in range(2)]
    assert [answer.json()["state"] for answer in answers] == ["done", "done"]
    assert client.get("/api/quality/due").status_code == 200
