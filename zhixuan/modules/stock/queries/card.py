"""The stock card: every movement of a product at a facility, with the balance after it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet, Sum

from zhixuan.modules.stock.models import Balance, Movement
from zhixuan.rules.stock.ledger import EventKind, slip_number

Key = tuple[date, int, int, int, int]
"""(day, 1 for out, event, line, signed pieces): sorts as the card runs."""

IDS_AT_ONCE = 5_000

FACTS = (
    "event_id",
    "line",
    "lot_id",
    "reason",
    "event__kind",
    "event__year",
    "event__number",
    "event__place__facility__code",
    "event__note",
    "event__actor_name",
    "event__reverses_id",
    "event__reversed_by__id",
    "lot__number",
    "lot__expires_on",
    "from_place__kind",
    "from_place__facility__code",
    "from_place__facility__name_zh",
    "from_place__facility__name_en",
    "to_place__kind",
    "to_place__facility__code",
    "to_place__facility__name_zh",
    "to_place__facility__name_en",
    "event__other_place__kind",
    "event__other_place__facility__code",
    "event__other_place__facility__name_zh",
    "event__other_place__facility__name_en",
)


@dataclass(frozen=True, slots=True)
class Side:
    """Where pieces came from or went to; without a facility it is the world outside."""

    kind: str
    facility_code: str | None
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class CardLine:
    """One line of a stock card, in pieces; `balance` is what stood after it."""

    event_id: int
    slip: str
    kind: str
    on: date
    lot_id: int
    lot_number: str
    expires_on: date
    pieces_in: int
    pieces_out: int
    balance: int
    reason: str
    other: Side
    note: str
    actor_name: str
    reverses_id: int | None
    reversed_by_id: int | None


class CardLines(Sequence[CardLine]):
    """Lines of a stock card, latest first, fetched page by page; the running balance is exact on every page.

    Goods in count from the start of a day and goods out at its end, as when a posting dated back is judged.

    Args:
        since, until: only these days, both included; balances still count everything before.
    """

    def __init__(
        self,
        store_id: int,
        product_id: int,
        *,
        lot_id: int | None = None,
        since: date | None = None,
        until: date | None = None,
    ) -> None:
        own = {"product_id": product_id} if lot_id is None else {"product_id": product_id, "lot_id": lot_id}
        moved = Movement.objects.filter(**own)
        self._balances = Balance.objects.filter(place_id=store_id, **own)
        self._until = until
        self._all = (moved.filter(to_place_id=store_id), moved.filter(from_place_id=store_id))
        self._shown = tuple(_between(rows, since, until) for rows in self._all)

    def __len__(self) -> int:
        return sum(rows.count() for rows in self._shown)

    def __getitem__(self, wanted: Any) -> Any:
        if isinstance(wanted, int):
            return self._lines(wanted, wanted + 1)[0]
        start, stop, _step = wanted.indices(2**31)
        return self._lines(start, stop)

    def __iter__(self) -> Iterator[CardLine]:
        """All lines in one go; by index each of them would be looked up alone."""
        yield from self._lines(0, len(self))

    @property
    def closing(self) -> int:
        """Pieces at the end of `until`, or now."""
        balance = self._balances.aggregate(total=Sum("pieces", default=0))["total"]
        if self._until is None:
            return int(balance)
        later_in, later_out = (_total(rows.filter(on__gt=self._until)) for rows in self._all)
        return int(balance) - later_in + later_out

    def _keys(self, stop: int) -> list[Key]:
        """Keys of the first lines, latest first."""
        keys: list[Key] = []
        for is_out, rows in enumerate(self._shown):
            latest = rows.order_by("-on", "-event_id", "-line").values_list("on", "event_id", "line", "pieces")[:stop]
            keys += [(on, is_out, event, line, -pieces if is_out else pieces) for on, event, line, pieces in latest]
        return sorted(keys, reverse=True)[:stop]

    def _lines(self, start: int, stop: int) -> list[CardLine]:
        keys = self._keys(stop)
        facts = _facts(keys[start:])
        balance = self.closing - sum(key[4] for key in keys[:start])
        lines = []
        for key in keys[start:]:
            lines.append(_line(key, facts[key[2], key[3]], balance))
            balance -= key[4]
        return lines


def _between(rows: QuerySet[Movement], since: date | None, until: date | None) -> QuerySet[Movement]:
    if since is not None:
        rows = rows.filter(on__gte=since)
    return rows if until is None else rows.filter(on__lte=until)


def _total(rows: QuerySet[Movement]) -> int:
    return int(rows.aggregate(total=Sum("pieces", default=0))["total"])


def _facts(keys: Iterable[Key]) -> dict[tuple[int, int], dict[str, Any]]:
    ids = sorted({key[2] for key in keys})
    found = {}
    for start in range(0, len(ids), IDS_AT_ONCE):
        rows = Movement.objects.filter(event_id__in=ids[start : start + IDS_AT_ONCE]).values(*FACTS)
        found.update({(row["event_id"], row["line"]): row for row in rows})
    return found


def _line(key: Key, facts: dict[str, Any], balance: int) -> CardLine:
    on, is_out, event_id, _line_number, pieces = key
    side = "to_place" if is_out else "from_place"
    if facts["event__kind"] == EventKind.TRANSFER_IN:
        side = "event__other_place"  # the sender, not the way here
    return CardLine(
        event_id=event_id,
        slip=slip_number(facts["event__place__facility__code"], facts["event__year"], facts["event__number"]),
        kind=facts["event__kind"],
        on=on,
        lot_id=facts["lot_id"],
        lot_number=facts["lot__number"],
        expires_on=facts["lot__expires_on"],
        pieces_in=0 if is_out else pieces,
        pieces_out=-pieces if is_out else 0,
        balance=balance,
        reason=facts["reason"],
        other=Side(
            facts[f"{side}__kind"],
            facts[f"{side}__facility__code"],
            facts[f"{side}__facility__name_zh"] or "",
            facts[f"{side}__facility__name_en"] or "",
        ),
        note=facts["event__note"],
        actor_name=facts["event__actor_name"],
        reverses_id=facts["event__reverses_id"],
        reversed_by_id=facts["event__reversed_by__id"],
    )
