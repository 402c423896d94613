"""Two who act at the same instant, on a real database with real commits."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from tests.builders import NOW
from tests.count_builders import Sheet, a_second_keeper, a_sheet, minutes
from tests.databases import FreshDatabase
from tests.stock_builders import StockedCounty, a_stocked_county, pieces_at
from zhixuan.modules.counting.models import Tally
from zhixuan.modules.counting.operations.enter_numbers import Counted, enter_numbers
from zhixuan.modules.stock.models import Event
from zhixuan.modules.stock.operations.check_ledger import check_ledger
from zhixuan.rules.refusal import Refused
from zhixuan.shared.command_ids import new

TIMES = 4


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each answered, or the refusal it met."""
    start = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            start.wait()
            return act()
        except Refused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.fixture
def county(fresh_database: FreshDatabase) -> StockedCounty:
    return a_stocked_county(A=1000, B=50)


def ready(county: StockedCounty, **numbers: int) -> Sheet:
    """A sheet that is counted, judged and approved."""
    sheet = a_sheet(county)
    sheet.enter(**numbers)
    sheet.finish()
    sheet.accept(*numbers)
    sheet.approve()
    return sheet


def test_two_people_count_one_line(county: StockedCounty) -> None:
    sheet, other = a_sheet(county), a_second_keeper(county)
    for _round in range(TIMES):
        line = sheet.line("A")

        def count(actor: Any, pieces: int, line: Any = line) -> Any:
            number = Counted(line.id, pieces, line.tallies, minutes(1), new())
            return enter_numbers(count_id=sheet.count_id, numbers=[number], actor=actor, at=minutes(1))

        answers = at_once(lambda: count(county.keeper, 990), lambda: count(other, 991))
        refused = [one for one in answers if isinstance(one, Refused)]
        assert [one.code for one in refused] == ["counted_meanwhile"]
        assert sheet.line("A").tallies == Tally.objects.filter(line=line).count() == line.tallies + 1


def test_a_double_click_on_post(county: StockedCounty) -> None:
    sheet = ready(county, A=990, B=50)
    command = new()
    answers = at_once(*(lambda: sheet.post(command_id=command) for _click in range(TIMES)))
    assert sorted(one.repeated for one in answers) == [False] + [True] * (TIMES - 1)
    assert Event.objects.filter(kind="count").count() == 1
    assert pieces_at(county.store, "A") == 990


def test_issues_while_posting(county: StockedCounty) -> None:
    sheet = ready(county, A=990, B=50)
    issues = [lambda: county.dispense(county.store, county.want(7), at=minutes(8.5)) for _one in range(TIMES)]
    answers = at_once(sheet.post, *issues)
    assert not [one for one in answers if isinstance(one, Refused)]
    assert pieces_at(county.store, "A") == 990 - 7 * TIMES
    assert check_ledger() == []


def test_two_open_a_sheet_for_the_same_lots(county: StockedCounty) -> None:
    answers = at_once(*(lambda: a_sheet(county, at=NOW) for _one in range(3)))
    assert [one.code for one in answers if isinstance(one, Refused)] == ["being_counted"] * 2


def test_counting_while_it_is_finished(county: StockedCounty) -> None:
    sheet = a_sheet(county)
    sheet.enter(A=990, B=50)
    second = sheet.by(a_second_keeper(county))
    line = sheet.line("A")
    late = Counted(line.id, 1, line.tallies, minutes(2), new())
    at_once(
        sheet.finish,
        lambda: enter_numbers(count_id=sheet.count_id, numbers=[late], actor=second.actor, at=minutes(2)),
    )
    assert sheet.count.state == "counted"
    assert sheet.line("A").counted in {990, 1}
    assert sheet.line("A").tallies == Tally.objects.filter(line=line).count()
