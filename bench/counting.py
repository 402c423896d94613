"""A count of five thousand lines with Excel: all mistakes in one answer, then the whole of it into the books."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from openpyxl import load_workbook

from bench.rounds import Line

LINES = 5_000
WRONG = 300
BAR_SECONDS = 10.0
OPEN_BAR_SECONDS = 2.0


def lines() -> list[Line]:
    """In a transaction that is undone, so that the other benches find the database empty."""
    with transaction.atomic():
        found = _measured()
        transaction.set_rollback(True)
    return found


def _measured() -> list[Line]:
    """Opening a sheet, the dry run with mistakes, entering the mended file, and posting."""
    from tests.stock_builders import a_stocked_county

    name = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[connection.vendor]
    county = a_stocked_county()
    county.receive(county.store, *(county.line(f"C{number:05}", 10) for number in range(LINES)))
    opened, count_id = _timed(lambda: _open(county))
    spoiled, mended = _file(count_id, wrong=WRONG), _file(count_id, wrong=0)
    wrong, mistakes = _timed(lambda: _dry_run(county, count_id, spoiled))
    assert mistakes == WRONG, mistakes
    entered, _outcome = _timed(lambda: _enter(county, count_id, mended))
    posted, differing = _timed(lambda: _post(county, count_id))
    assert differing == LINES // 2, differing
    whole = entered + posted
    return [
        Line(
            f"{name}: open a count of {LINES:,} lots", f"{opened:.2f} s", bar="2 s", reached=opened < OPEN_BAR_SECONDS
        ),
        Line(
            f"{name}: {WRONG} mistakes among {LINES:,} rows, one answer",
            f"{wrong:.2f} s",
            bar="10 s",
            reached=wrong < BAR_SECONDS,
        ),
        Line(
            f"{name}: enter {LINES:,} numbers and post {LINES // 2:,} differences",
            f"{whole:.2f} s",
            bar="10 s",
            reached=whole < BAR_SECONDS,
        ),
    ]


def _timed(act: Callable[[], Any]) -> tuple[float, Any]:
    begin = time.perf_counter()
    found = act()
    return time.perf_counter() - begin, found


def _at(minutes: int) -> datetime:
    return datetime.now(UTC) + timedelta(minutes=minutes)


def _open(county: Any) -> int:
    from tests.count_builders import a_sheet

    return a_sheet(county, at=_at(-30)).count_id


def _file(count_id: int, *, wrong: int) -> bytes:
    """The sheet filled in: every second line one too few; the first rows with words for numbers."""
    from zhixuan.modules.counting.models import Count
    from zhixuan.modules.counting.queries import sheet_file, tables
    from zhixuan.shared.spreadsheets.writing import write_xlsx

    count = Count.objects.select_related("facility").get(id=count_id)
    keys = [key for key in tables.SHEET_KEYS if key != "book"]
    rows = list(sheet_file.rows_to_fill(count, zh=False, books=False))
    stream = io.BytesIO()
    write_xlsx(stream, sheet="Count", columns=tables.columns(keys, zh=False), rows=rows)
    book = load_workbook(stream)
    for index, row in enumerate(range(2, LINES + 2)):
        book.active.cell(row, len(keys), "many" if index < wrong else 10 - index % 2)
    filled = io.BytesIO()
    book.save(filled)
    return filled.getvalue()


def _kept(county: Any, count_id: int, content: bytes) -> Any:
    from zhixuan.modules.counting.operations.enter_file import PURPOSE
    from zhixuan.shared import uploads
    from zhixuan.shared.command_ids import new

    return uploads.keep(
        purpose=PURPOSE,
        subject=count_id,
        content=content,
        file_name="count.xlsx",
        actor=county.keeper,
        command_id=new(),
        at=_at(0),
    )


def _dry_run(county: Any, count_id: int, content: bytes) -> int:
    from zhixuan.modules.counting.models import Count
    from zhixuan.modules.counting.queries import sheet_file, tables
    from zhixuan.shared import uploads

    kept = _kept(county, count_id, content)
    count = Count.objects.get(id=count_id)
    return len(sheet_file.read(count, uploads.tables_of(kept, titles=tables.ALL_TITLES)).mistakes)


def _enter(county: Any, count_id: int, content: bytes) -> Any:
    from zhixuan.modules.counting.operations.enter_file import enter_file

    kept = _kept(county, count_id, content)
    return enter_file(count_id=count_id, upload_id=kept.id, counted_at=_at(-20), actor=county.keeper, at=_at(0))


def _post(county: Any, count_id: int) -> int:
    from zhixuan.modules.counting.models import Count, CountLine
    from zhixuan.modules.counting.operations.accept_differences import accept_differences
    from zhixuan.modules.counting.operations.approve_count import approve_count
    from zhixuan.modules.counting.operations.finish_count import finish_count
    from zhixuan.modules.counting.operations.post_sheet import post_sheet
    from zhixuan.shared.command_ids import new

    keeper, officer = county.keeper, county.actor
    finish_count(count_id=count_id, actor=keeper, command_id=new(), at=_at(0))
    differing = list(CountLine.objects.filter(count_id=count_id, counted=9).values_list("id", flat=True))
    accept_differences(count_id=count_id, line_ids=differing, reason="count_no_slip_out", actor=keeper, at=_at(0))
    approve_count(count_id=count_id, actor=officer, at=_at(0))
    post_sheet(count_id=count_id, actor=keeper, command_id=new(), at=_at(0))
    totals = Count.objects.get(id=count_id).totals
    return int(totals["lots"] - totals["exact"])
