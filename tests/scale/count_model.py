"""Counts while trading goes on, foretold: what a line should hold, and what posting a sheet should do.

Written from the docs of counting (count + moves since the count); imports nothing of the code. What is expected of a
line is added up from the first slip on: all that had been carried when it was counted, in the light of what is known
by now, so that an undone slip never was, and corrections of the books hold whenever they were entered.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from tests.scale.ledger_model import Done, LedgerModel, Moved, No, Place

Key = tuple[str, str]
"""(kind of place, lot)"""
BOOKS_ONLY = {"difference", "opening", "suspense"}


@dataclass(slots=True)
class SheetModel:
    """A sheet. Numbers by line: pieces, when, and on which calendar day."""

    facility: str
    opened: datetime
    lines: set[Key]
    numbers: dict[Key, tuple[int, datetime, date]] = field(default_factory=dict)
    approved: dict[Key, int] = field(default_factory=dict)

    def open(self, others: list[SheetModel]) -> None:
        """A lot stands on one open sheet of a place only."""
        busy = {line for other in others if other.facility == self.facility for line in other.lines}
        if self.lines & busy:
            raise No("being_counted")

    def book(self, model: LedgerModel, line: Key) -> int:
        """Pieces that the shelf should have shown when the line was counted; that it shows now if it was not."""
        place = (self.facility, line[0])
        if line not in self.numbers:
            return model.balance(place, line[1])
        _pieces, at, day = self.numbers[line]
        return shelf(model, place, line[1], at, day)

    def differences(self, model: LedgerModel) -> dict[Key, int]:
        return {line: numbers[0] - self.book(model, line) for line, numbers in self.numbers.items()}

    def impossible(self, model: LedgerModel) -> list[Key]:
        """Lines of which more has gone out since than was counted."""
        now = {line: model.balance((self.facility, line[0]), line[1]) for line in self.numbers}
        return [line for line, pieces in self.differences(model).items() if now[line] + pieces < 0]

    def post(self, model: LedgerModel) -> list[Moved]:
        """Nothing moves when nothing differs."""
        differences = {line: pieces for line, pieces in self.differences(model).items() if pieces}
        if self.impossible(model):
            raise No("recount_needed")
        if any(self.approved.get(line, 0) != pieces for line, pieces in differences.items()):
            raise No("changed_since")
        if not differences:
            return []
        moves: list[Moved] = []
        for kind, lot in sorted(differences, key=lambda line: _printed(model, line)):
            pieces = differences[kind, lot]
            here, outside = (self.facility, kind), ("", "difference")
            moves.append((lot, outside, here, pieces) if pieces > 0 else (lot, here, outside, -pieces))
        on = self._day(model, differences)
        model.check_day(self.facility, on)
        model.check_leaves(moves, on)
        return model.post(Done("count", self.facility, on, moves))

    def _day(self, model: LedgerModel, differences: dict[Key, int]) -> date:
        """The day of counting where the books still let it be, else today."""
        counted = max(self.numbers[line][2] for line in differences)
        closed = any((counted.year, counted.month) <= month for month in model.closed.get(self.facility, []))
        there = all(
            model.free((self.facility, kind), lot, counted) >= -pieces
            for (kind, lot), pieces in differences.items()
            if pieces < 0
        )
        return counted if there and not closed else model.today


def to_count(model: LedgerModel, facility: str, product: str, *, held: bool) -> set[Key]:
    """Lines of a new sheet: every lot of the product (any when empty) that lies there now."""
    kinds = ("store", "quarantine") if held else ("store",)
    return {
        (kind, lot)
        for kind in kinds
        for lot, facts in model.lots.items()
        if product in ("", facts.product) and model.balance((facility, kind), lot) > 0
    }


def _printed(model: LedgerModel, line: Key) -> tuple[str, date, str, bool]:
    """The order of a sheet: product, first expiry, lot, store before quarantine."""
    kind, lot = line
    facts = model.lots[lot]
    return (facts.product, facts.expires, lot, kind == "quarantine")


def shelf(model: LedgerModel, place: Place, lot: str, at: datetime, day: date) -> int:
    total = 0
    for position, slip in enumerate(model.slips):
        if slip.reverses is not None or model.reversed(position):
            continue
        for number, source, target, pieces in slip.moves:
            if number != lot or place not in (source, target):
                continue
            other = target if source == place else source
            if other[1] in BOOKS_ONLY or slip.on < day or (slip.at is not None and slip.at <= at):
                total += pieces if target == place else -pieces
    return total
