"""Twelve hundred lines: opened in few questions, one line changed by itself, posted in one transaction."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.builders import a_storekeeper
from tests.document_builders import RECEIPT, PaperCounty, answered, lines_of
from zhixuan.modules.documents.operations.change_line import change_line

LINES = 1200
QUERIES_MAX = 15


def test_a_large_document_opens_and_changes_in_few_questions(county: PaperCounty) -> None:
    drawn = county.draw(*(county.lot_line(f"L{number:04}", 10) for number in range(LINES)), kind=RECEIPT)
    client = Client()
    client.force_login(a_storekeeper(county.warehouse))
    address = reverse("documents:document", args=[drawn.id])
    client.get(address)  # the first request of a session notes who is there
    with CaptureQueriesContext(connection) as asked:
        page = client.get(f"{address}?page=12")
    assert page.status_code == 200
    told = [query["sql"] for query in asked.captured_queries]
    assert len(told) <= QUERIES_MAX, "\n".join(told)
    line = lines_of(drawn)[700]
    with CaptureQueriesContext(connection) as asked:
        change_line(document_id=drawn.id, line_id=line.pk, line=county.lot_line("L0700", 11), **county.said())
    assert len(asked.captured_queries) <= 25
    county.check(drawn, lines=answered(drawn))
    posted: Any = county.post(drawn)
    assert posted.state == "posted"
    assert lines_of(drawn)[700].pieces == 11


def test_the_page_of_a_small_one_costs_no_more(county: PaperCounty) -> None:
    drawn = county.draw()
    client = Client()
    client.force_login(a_storekeeper(county.warehouse))
    address = reverse("documents:document", args=[drawn.id])
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    told = [query["sql"] for query in asked.captured_queries]
    assert len(told) <= QUERIES_MAX, "\n".join(told)
