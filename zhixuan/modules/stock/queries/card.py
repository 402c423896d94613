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
from zhixuan.shared.journeys import Row

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


FACTS = """
    SELECT moved.event_id, moved.line, moved.lot_id, moved.reason, lot.number, lot.expires_on,
        event.kind, event.year, event.number, keeper.code, event.note, event.actor_name, event.reverses_id, undone.id,
        source.kind, giver.code, giver.name_zh, giver.name_en,
        target.kind, taker.code, taker.name_zh, taker.name_en,
        other.kind, partner.code, partner.name_zh, partner.name_en
    FROM stock_movement moved
    JOIN stock_event event ON event.id = moved.event_id
    JOIN stock_lot lot ON lot.id = moved.lot_id
    JOIN stock_place place ON place.id = event.place_id
    LEFT JOIN directory_facility keeper ON keeper.id = place.facility_id
    LEFT JOIN stock_event undone ON undone.reverses_id = event.id
    JOIN stock_place source ON source.id = moved.from_place_id
    LEFT JOIN directory_facility giver ON giver.id = source.facility_id
    JOIN stock_place target ON target.id = moved.to_place_id
    LEFT JOIN directory_facility taker ON taker.id = target.facility_id
    LEFT JOIN stock_place other ON other.id = event.other_place_id
    LEFT JOIN directory_facility partner ON partner.id = other.facility_id
    WHERE moved.event_id IN ({events})
"""
GIVER, TAKER, PARTNER = slice(14, 18), slice(18, 22), slice(22, 26)


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


def _facts(keys: Iterable[Key]) -> dict[tuple[int, int], Row]:
    ids = sorted({key[2] for key in keys})
    found = {}
    for start in range(0, len(ids), IDS_AT_ONCE):
        some = ids[start : start + IDS_AT_ONCE]
        found.update({(row[0], row[1]): row for row in sql.rows(FACTS.format(events=sql.marks(len(some))), some)})
    return found


def _line(key: Key, facts: Row, balance: int) -> CardLine:
    on, is_out, event_id, _line_number, pieces = key
    (lot_id, reason, lot_number, expires_on, kind, year, number, code, note, actor, reverses, undone) = facts[2:14]
    side = TAKER if is_out else GIVER
    if kind == EventKind.TRANSFER_IN:
        side = PARTNER  # the sender, not the way here
    other_kind, other_code, name_zh, name_en = facts[side]
    return CardLine(
        event_id=event_id,
        slip=slip_number(code, year, number),
        kind=kind,
        on=on,
        lot_id=lot_id,
        lot_number=lot_number,
        expires_on=sql.as_date(expires_on),
        pieces_in=0 if is_out else pieces,
        pieces_out=-pieces if is_out else 0,
        balance=balance,
        reason=reason,
        other=Side(other_kind, other_code, name_zh or "", name_en or ""),
        note=note,
        actor_name=actor,
        reverses_id=reverses,
        reversed_by_id=undone,
    )
