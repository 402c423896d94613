"""Counted against the books: every line with what the ledger says at the moment it was counted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone

from zhixuan.modules.counting import permissions
from zhixuan.modules.counting.models import Count, CountLine
from zhixuan.modules.stock.queries import counting as ledger
from zhixuan.modules.stock.queries.counting import Key
from zhixuan.modules.stock.queries.places import FacilityPlaces
from zhixuan.rules.counting.moments import Book, Moment
from zhixuan.rules.counting.variance import Variance, variance


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A line with the books. `variance` is None while nobody has counted it; `lot_id` is None for a lot not in the
    books anywhere."""

    line: CountLine
    lot_id: int | None
    book: Book
    variance: Variance | None

    @property
    def difference(self) -> int:
        return self.variance.difference if self.variance else 0

    @property
    def needs_reason(self) -> bool:
        return self.variance is not None and self.variance.above and not self.line.reason

    @property
    def needs_look(self) -> bool:
        """A difference above the tolerance that nobody has accepted yet."""
        return self.variance is not None and self.variance.above and not self.line.accepted

    @property
    def must_be_recounted(self) -> bool:
        return self.variance is not None and self.variance.must_be_recounted


def moment_of(line: CountLine) -> Moment | None:
    """When the line was counted."""
    if line.counted_at is None:
        return None
    return Moment(line.counted_at, timezone.localtime(line.counted_at).date())


def reviewed(count: Count, lines: Iterable[CountLine], places: FacilityPlaces) -> list[Reviewed]:
    """Lines of a count against the books, in the given order. To post by it, ask after `lock_store`."""
    listed = list(lines)
    lot_ids = _lot_ids(listed)
    moments: dict[Key, Moment | None] = {
        (line.held, lot_id): moment_of(line) for line in listed if (lot_id := lot_ids[line.id]) is not None
    }
    books = ledger.books(places, moments, after_event=count.after_event)
    tolerance = permissions.rules().level(places.level).tolerance
    rows = []
    for line in listed:
        lot_id = lot_ids[line.id]
        book = books[line.held, lot_id] if lot_id is not None else Book(0, 0)
        judged = None if line.counted is None else variance(line.counted, book, tolerance)
        rows.append(Reviewed(line, lot_id, book, judged))
    return rows


def _lot_ids(lines: Sequence[CountLine]) -> dict[int, int | None]:
    """Lot by line; a found lot may have come into the books since."""
    keys = {line.id: (line.item_id, line.lot_number, line.expires_on) for line in lines if line.lot_id is None}
    known = ledger.ids_of_lots(set(keys.values())) if keys else {}
    return {line.id: line.lot_id or known.get(keys.get(line.id, (0, "", line.expires_on))) for line in lines}
