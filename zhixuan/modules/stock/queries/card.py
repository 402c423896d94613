"""The stock card: every movement of a product at a facility, with the balance after it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import QuerySet, Sum

from zhixuan.modules.stock.models import Movement
from zhixuan.rules.stock.ledger import EventKind, slip_number
from zhixuan.shared import sql

Key = tuple[date, int, int, int, int]
"""(day, 1 for out, event, line, signed pieces): sorts as the card runs."""

IDS_AT_ONCE = 5_000

SIDES = (("to_place_id", 0), ("from_place_id", 1))
KEYS = """
    SELECT * FROM (
        SELECT "on", {out}, event_id, line, pieces FROM stock_movement WHERE {side} = %s AND {own}
        ORDER BY "on" DESC, event_id DESC, line DESC LIMIT %s
    ) side_{out}
"""


COUNT_AND_BALANCE = """
    SELECT (SELECT count(*) FROM stock_movement WHERE to_place_id = %s AND {own})
        + (SELECT count(*) FROM stock_movement WHERE from_place_id = %s AND {own}),
        (SELECT coalesce(sum(pieces), 0) FROM stock_balance WHERE place_id = %s AND product_id = %s{lot})
"""


class Condition(NamedTuple):
    """What follows WHERE, and its values."""

    words: str
    values: list[Any]


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
        self._store_id, self._product_id, self._lot_id = store_id, product_id, lot_id
        self._since, self._until = since, until
        self._all = (moved.filter(to_place_id=store_id), moved.filter(from_place_id=store_id))

    def __len__(self) -> int:
        return self._count_and_balance[0]

    @cached_property
    def _count_and_balance(self) -> tuple[int, int]:
        """Lines shown, and pieces now."""
        own, lot = self._condition(), [] if self._lot_id is None else [self._lot_id]
        statement = COUNT_AND_BALANCE.format(own=own.words, lot=" AND lot_id = %s" if lot else "")
        side = [self._store_id, *own.values]
        count, pieces = sql.rows(statement, [*side, *side, self._store_id, self._product_id, *lot])[0]
        return int(count), int(pieces)

    def _condition(self) -> Condition:
        words, values = ["product_id = %s"], [self._product_id]
        for word, value in (("lot_id = %s", self._lot_id), ('"on" >= %s', self._since), ('"on" <= %s', self._until)):
            if value is not None:
                words.append(word)
                values.append(sql.date_value(value) if isinstance(value, date) else value)
        return Condition(" AND ".join(words), values)

    def __getitem__(self, wanted: Any) -> Any:
        if isinstance(wanted, int):
            return self._lines(wanted, wanted + 1)[0]
        start, stop, _step = wanted.indices(2**31)
        return self._lines(start, stop)

    def __iter__(self) -> Iterator[CardLine]:
        """All lines in one go; by index each of them would be looked up alone."""
        yield from self._lines(0, len(self))

    @cached_property
    def closing(self) -> int:
        """Pieces at the end of `until`, or now."""
        balance = self._count_and_balance[1]
        if self._until is None:
            return balance
        later_in, later_out = (_total(rows.filter(on__gt=self._until)) for rows in self._all)
        return balance - later_in + later_out

    def _keys(self, stop: int) -> list[Key]:
        """Keys of the first lines, latest first."""
        own = self._condition()
        statement = " UNION ALL ".join(KEYS.format(own=own.words, side=side, out=out) for side, out in SIDES)
        found = sql.rows(statement, [self._store_id, *own.values, stop] * 2)
        keys = [(sql.as_date(on), out, event, line, -n if out else n) for on, out, event, line, n in found]
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
