"""Counting while trading goes on, as part of the random days: sheets that stay open while slips are posted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tests.builders import a_planner, an_actor
from tests.scale.count_model import Key, SheetModel, shelf, to_count
from tests.scale.ledger_model import No
from zhixuan.modules.counting.models import Count, CountLine
from zhixuan.modules.counting.operations.accept_differences import accept_differences
from zhixuan.modules.counting.operations.approve_count import approve_count
from zhixuan.modules.counting.operations.cancel_count import cancel_count
from zhixuan.modules.counting.operations.enter_numbers import Counted, enter_numbers
from zhixuan.modules.counting.operations.finish_count import finish_count
from zhixuan.modules.counting.operations.open_count import open_count
from zhixuan.modules.counting.operations.post_sheet import post_sheet
from zhixuan.modules.counting.operations.send_back import send_back
from zhixuan.modules.counting.queries.review import reviewed
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.modules.stock.queries.slips import Receipt
from zhixuan.shared.command_ids import new

if TYPE_CHECKING:
    from tests.scale.random_days import Run

HERE = ZoneInfo("Asia/Shanghai")
ERRORS = [0, 0, 0, 0, 1, -1, -3, 4]


@dataclass(eq=False)
class Sheet:
    """A sheet of both. `settled`: counted, accepted and approved, waiting to be posted."""

    id: int
    model: SheetModel
    settled: bool = False


class Counts:
    """The verbs of counting."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.approver = an_actor(a_planner(run.county.network.province))
        self.verbs: list[Callable[[], None]] = [self.open, self.enter, self.settle, self.post, self.post]
        self.sheets: list[Sheet] = []

    def open(self) -> None:
        run, model = self.run, self.run.model
        code, product = run.place(), run.dice.choice(["condom", "pill", ""])
        held = run.dice.random() < 0.5
        lines = to_count(model, code, product, held=held)
        if not lines:
            return
        ids = [run.product(product).id] if product else []
        sheet = SheetModel(code, model.now, lines)
        said = run.said(facility_id=run.facilities[code].id, command_id=new(), with_quarantine=held)
        said |= {"scope": "group" if product else "all", "product_ids": ids}
        try:
            sheet.open([one.model for one in self.sheets])
        except No as no:
            run.refuse("open a count", no, lambda: open_count(**said))
            return
        count = open_count(**said)
        assert self._keys(count.id).keys() == lines, f"{count.number}: lines of the sheet"
        self.sheets.append(Sheet(count.id, sheet))
        run.other["open a count"] += 1

    def enter(self) -> None:
        """Some lines are counted, seen at some moment since the sheet was opened; now and then a number is wrong."""
        waiting = [one for one in self.sheets if not one.settled]
        if waiting:
            sheet = self.run.dice.choice(waiting)
            left = sorted(sheet.model.lines - sheet.model.numbers.keys()) or sorted(sheet.model.lines)
            self._enter(sheet, self.run.dice.sample(left, min(3, len(left))))

    def _enter(self, sheet: Sheet, lines: list[Key], *, now: bool = False) -> None:
        run, model = self.run, self.run.model
        rows, numbers = self._keys(sheet.id), []
        for line in lines:
            seconds = int((model.now - sheet.model.opened).total_seconds())
            at = model.now - timedelta(seconds=0 if now else run.dice.randint(0, min(seconds, 900)))
            day = at.astimezone(HERE).date()
            there = shelf(model, (sheet.model.facility, line[0]), line[1], at, day)
            if now:
                there = model.balance((sheet.model.facility, line[0]), line[1])
            pieces = max(there + run.dice.choice(ERRORS), 0)
            numbers.append(Counted(rows[line].id, pieces, rows[line].tallies, at, new()))
            sheet.model.numbers[line] = (pieces, at, day)
        enter_numbers(count_id=sheet.id, numbers=numbers, **run.said())
        run.other["numbers counted"] += len(numbers)

    def settle(self) -> None:
        """Counting is finished; impossible lines are counted again, the rest accepted and approved by another."""
        ready = [one for one in self.sheets if one.model.numbers]
        if not ready:
            return
        sheet = self.run.dice.choice(ready)
        run, model, said = self.run, self.run.model, {"count_id": sheet.id, **self.run.said()}
        if run.dice.random() < 0.05:
            cancel_count(**said, reason="wrong day")
            self.sheets.remove(sheet)
            run.other["count given up"] += 1
            return
        rows = self._keys(sheet.id)
        if sheet.settled:
            again = sorted(sheet.model.numbers)
            send_back(line_ids=[rows[line].id for line in again], **said)
            self._enter(sheet, again, now=True)
        left_out = sheet.settled or run.dice.random() < 0.6
        finish_count(**said, command_id=new(), uncounted="leave_out" if left_out else "none_there")
        if not left_out:
            for line in sheet.model.lines - sheet.model.numbers.keys():
                sheet.model.numbers[line] = (0, model.now, model.now.astimezone(HERE).date())
        self.compare(sheet)
        if again := sheet.model.impossible(model):
            send_back(line_ids=[rows[line].id for line in again], **said)
            self._enter(sheet, sorted(again), now=True)
            finish_count(**said, command_id=new(), uncounted="leave_out")
            self.compare(sheet)
        counted = [rows[line].id for line in sheet.model.numbers]
        accept_differences(**said, line_ids=counted, reason="count_no_slip_out")
        approve_count(**said | {"actor": self.approver})
        sheet.model.approved = {line: pieces for line, pieces in sheet.model.differences(model).items() if pieces}
        sheet.settled = True
        run.other["count approved"] += 1

    def compare(self, sheet: Sheet) -> None:
        """What the system expects of every line, to the piece."""
        count = Count.objects.get(id=sheet.id)
        lines = CountLine.objects.filter(count=count).order_by("position")
        for row in reviewed(count, lines, places_of(count.facility_id)):
            key = self._key(row.line)
            expected, counted = sheet.model.book(self.run.model, key), sheet.model.numbers.get(key)
            assert row.book.expected == expected, f"{count.number} {key}: {row.book}, not {expected}"
            assert row.line.counted == (None if counted is None else counted[0]), key
            self.run.other["lines of counts foretold"] += 1

    def post(self) -> None:
        ready = [one for one in self.sheets if one.settled]
        if not ready:
            return
        sheet = self.run.dice.choice(ready)
        self.compare(sheet)
        expected = {line: sheet.model.book(self.run.model, line) for line in sheet.model.numbers}
        self.run.both("count", lambda: sheet.model.post(self.run.model), lambda: self._post(sheet))
        if Count.objects.get(id=sheet.id).state != "posted":
            return
        kept = {self._key(line): line.expected for line in CountLine.objects.filter(count_id=sheet.id)}
        assert {line: kept[line] for line in expected} == expected, "what was expected is kept"
        self.sheets.remove(sheet)

    def _post(self, sheet: Sheet) -> Receipt | None:
        return post_sheet(count_id=sheet.id, command_id=new(), **self.run.said()).receipt

    def _key(self, line: CountLine) -> Key:
        assert line.lot_id is not None
        return ("quarantine" if line.held else "store", self.run.lot_name(line.lot_id))

    def _keys(self, count_id: int) -> dict[Key, CountLine]:
        return {self._key(line): line for line in CountLine.objects.filter(count_id=count_id)}
