"""The steps of a count in the short form that tests read well in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from tests.builders import NOW, a_storekeeper, an_actor
from tests.stock_builders import FAR, StockedCounty
from zhixuan.modules.counting.models import Count, CountLine
from zhixuan.modules.counting.operations.accept_differences import accept_differences
from zhixuan.modules.counting.operations.add_found_lot import add_found_lot
from zhixuan.modules.counting.operations.approve_count import approve_count
from zhixuan.modules.counting.operations.cancel_count import cancel_count
from zhixuan.modules.counting.operations.enter_numbers import Counted, enter_numbers
from zhixuan.modules.counting.operations.finish_count import finish_count
from zhixuan.modules.counting.operations.open_count import open_count
from zhixuan.modules.counting.operations.post_sheet import Posted, post_sheet
from zhixuan.modules.counting.operations.send_back import send_back
from zhixuan.rules.stock.receiving import Delivered
from zhixuan.shared.access import Actor
from zhixuan.shared.command_ids import new


def minutes(count: float) -> datetime:
    """So many minutes after the sheets of these tests are opened."""
    return NOW + timedelta(minutes=count)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A count of the township store. `actor` counts; each step is done `at` minutes after opening."""

    county: StockedCounty
    count_id: int
    actor: Actor

    @property
    def count(self) -> Count:
        return Count.objects.get(id=self.count_id)

    def by(self, actor: Actor) -> Sheet:
        return replace(self, actor=actor)

    def line(self, number: str, *, held: bool = False) -> CountLine:
        return CountLine.objects.get(count_id=self.count_id, lot_number=number, held=held)

    def enter(self, at: float = 1, *, counted_at: datetime | None = None, **numbers: int) -> Count:
        """Lot numbers with pieces."""
        wanted = [
            Counted(line.id, pieces, line.tallies, counted_at or minutes(at), new())
            for line, pieces in ((self.line(number), pieces) for number, pieces in numbers.items())
        ]
        return enter_numbers(count_id=self.count_id, numbers=wanted, actor=self.actor, at=minutes(at))

    def find(self, number: str, pieces: int, *, at: float = 1, expires: date = FAR, **more: Any) -> CountLine:
        lot = Delivered(self.county.box.id, number, expires, pieces, other_expiry_confirmed=more.pop("sure", False))
        said = {"counted_at": minutes(at), "actor": self.actor, "command_id": new(), "at": minutes(at)} | more
        return add_found_lot(count_id=self.count_id, lot=lot, **said)

    def finish(self, at: float = 5, **more: Any) -> Count:
        return finish_count(count_id=self.count_id, actor=self.actor, command_id=new(), at=minutes(at), **more)

    def send_back(self, *numbers: str, at: float = 6) -> Count:
        ids = [self.line(number).id for number in numbers]
        return send_back(count_id=self.count_id, line_ids=ids, actor=self.actor, at=minutes(at))

    def accept(self, *numbers: str, reason: str = "count_no_slip_out", note: str = "", at: float = 7) -> Count:
        ids = [self.line(number).id for number in numbers]
        return accept_differences(
            count_id=self.count_id, line_ids=ids, reason=reason, note=note, actor=self.actor, at=minutes(at)
        )

    def approve(self, at: float = 8, **more: Any) -> Count:
        """By the officer of the county, who did not count."""
        said = {"actor": self.county.actor} | more
        return approve_count(count_id=self.count_id, at=minutes(at), **said)

    def post(self, at: float = 9, **more: Any) -> Posted:
        said = {"actor": self.actor, "command_id": new(), "at": minutes(at)} | more
        return post_sheet(count_id=self.count_id, **said)

    def cancel(self, reason: str = "wrong day", at: float = 9) -> Count:
        return cancel_count(count_id=self.count_id, reason=reason, actor=self.actor, at=minutes(at))


def a_sheet(county: StockedCounty, *, actor: Actor | None = None, at: datetime = NOW, **more: Any) -> Sheet:
    """A sheet of the township store, opened by its keeper."""
    keeper = actor or county.keeper
    said = {"facility_id": county.store.id, "actor": keeper, "command_id": new(), "at": at} | more
    return Sheet(county, open_count(**said).id, keeper)


def a_second_keeper(county: StockedCounty) -> Actor:
    return an_actor(a_storekeeper(county.store, name="Li Second"))
