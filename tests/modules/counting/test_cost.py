"""A count asks the same few questions however many lots there are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from tests.builders import NOW, a_storekeeper
from tests.count_builders import a_sheet, minutes
from tests.journeys.desk import Desk
from tests.stock_builders import StockedCounty, pieces_at
from zhixuan.modules.counting.models import CountLine
from zhixuan.modules.counting.operations.accept_differences import accept_differences
from zhixuan.modules.counting.operations.enter_numbers import Counted, enter_numbers
from zhixuan.modules.counting.operations.finish_count import finish_count
from zhixuan.modules.counting.operations.open_count import open_count
from zhixuan.modules.counting.operations.post_sheet import post_sheet
from zhixuan.shared.command_ids import new

QUESTIONS_MAX, POSTING_MAX = 15, 20
LARGE = pytest.param(5_000, marks=pytest.mark.full)


def questions(act: Callable[[], Any]) -> int:
    """Questions put to the database. What is written is written line by line, in few journeys (decisions/009)."""
    put: list[str] = []

    def note(execute: Any, sql: str, *more: Any) -> Any:
        if sql.lstrip().upper().startswith(("SELECT", "WITH")):
            put.append(sql)
        return execute(sql, *more)

    with connection.execute_wrapper(note):
        act()
    return len(put)


@pytest.mark.parametrize("lots", [1, 700, LARGE])
def test_a_sheet_opens_with_a_few_questions(county: StockedCounty, lots: int) -> None:
    county.receive(county.store, *(county.line(f"C{number:05}", 10) for number in range(lots)))
    said: dict[str, Any] = {"actor": county.keeper, "command_id": new(), "at": NOW}
    assert questions(lambda: open_count(facility_id=county.store.pk, **said)) <= QUESTIONS_MAX
    assert CountLine.objects.count() == 2 + lots


@pytest.mark.full
def test_a_sheet_of_five_thousand_lines_asks_a_few_questions_at_every_step(county: StockedCounty) -> None:
    county.receive(county.store, *(county.line(f"C{number:05}", 10) for number in range(4_998)))
    sheet = a_sheet(county)
    differing = list(CountLine.objects.order_by("position")[100:400])
    short = {line.pk for line in differing}
    held = {"A": 100, "B": 50}
    numbers = [
        Counted(line.pk, held.get(line.lot_number, 10) - (line.pk in short), 0, minutes(1), new())
        for line in CountLine.objects.filter(count_id=sheet.count_id)
    ]
    desk = Desk(a_storekeeper(county.store))
    desk.page(reverse("counting:counts"))
    show, review = (reverse(f"counting:{name}", args=[sheet.count_id]) for name in ("count", "review"))
    said: dict[str, Any] = {"count_id": sheet.count_id, "actor": county.keeper, "at": minutes(1)}
    reason = {"line_ids": sorted(short), "reason": "count_no_slip_out"}
    costs = {
        "show": questions(lambda: desk.page(f"{show}?show=all&page=120")),
        "enter": questions(lambda: enter_numbers(numbers=numbers, **said)),
        "finish": questions(lambda: finish_count(command_id=new(), **said)),
        "review": questions(lambda: desk.page(review)),
        "accept": questions(lambda: accept_differences(**reason, **said)),
        "approve": questions(sheet.approve),
        "post": questions(lambda: post_sheet(command_id=new(), **said)),
    }
    assert max(costs.values()) <= POSTING_MAX, costs
    assert pieces_at(county.store) == 4_998 * 10 + 150 - 300
