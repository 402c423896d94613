"""The stock card: every movement of a product at a facility, with the balance after it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from zhixuan.rules.stock.ledger import EventKind, slip_number
from zhixuan.shared import sql
from zhixuan.shared.journeys import Row

SIDES = (("to_place_id", 0, ""), ("from_place_id", 1, "-"))
ONE_SIDE = """
    SELECT * FROM (
        SELECT "on", {out} AS is_out, event_id, line, {sign}pieces AS gained FROM stock_movement
        WHERE {side} = %s AND {own} ORDER BY "on" DESC, event_id DESC, line DESC LIMIT %s
    ) side_{out}
"""
ORDER = '"on" DESC, is_out DESC, event_id DESC, line DESC'
LINES = """
    WITH run AS (
        SELECT both_sides.*, sum(gained) OVER (ORDER BY {order}) AS gained_since FROM ({sides}) both_sides
        ORDER BY {order} LIMIT %s OFFSET %s
    )
    SELECT run."on", run.is_out, run.event_id, run.gained, run.gained_since,
        moved.lot_id, moved.reason, lot.number, lot.expires_on,
        event.kind, event.year, event.number, keeper.code, event.note, event.actor_name, event.reverses_id, undone.id,
        source.kind, giver.code, giver.name_zh, giver.name_en,
        target.kind, taker.code, taker.name_zh, taker.name_en,
        other.kind, partner.code, partner.name_zh, partner.name_en
    FROM run
    JOIN stock_movement moved ON moved.event_id = run.event_id AND moved.line = run.line
    JOIN stock_event event ON event.id = run.event_id
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
    ORDER BY run."on" DESC, run.is_out DESC, run.event_id DESC, run.line DESC
"""
"""Lines of one page as the card runs, latest first, each with what was gained from it until now. At most as many of
each side are looked at as can be on the pages up to this one."""
GIVER, TAKER, PARTNER = slice(17, 21), slice(21, 25), slice(25, 29)


COUNT_AND_BALANCE = """
    SELECT (SELECT count(*) FROM stock_movement WHERE to_place_id = %s AND {own})
        + (SELECT count(*) FROM stock_movement WHERE from_place_id = %s AND {own}),
        (SELECT coalesce(sum(pieces), 0) FROM stock_balance WHERE place_id = %s AND {goods})
"""
GAINED_AFTER = """
    SELECT (SELECT coalesce(sum(pieces), 0) FROM stock_movement WHERE to_place_id = %s AND "on" > %s AND {goods})
        - (SELECT coalesce(sum(pieces), 0) FROM stock_movement WHERE from_place_id = %s AND "on" > %s AND {goods})
"""


class Condition(NamedTuple):
    """What follows WHERE, and its values."""

    words: str
    values: list[Any]


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
        self._store_id, self._product_id, self._lot_id = store_id, product_id, lot_id
        self._since, self._until = since, until

    def __len__(self) -> int:
        return self._count_and_balance[0]

    @cached_property
    def _count_and_balance(self) -> tuple[int, int]:
        """Lines shown, and pieces now."""
        own, goods = self._condition(), self._of_goods()
        statement = COUNT_AND_BALANCE.format(own=own.words, goods=goods.words)
        side = [self._store_id, *own.values]
        count, pieces = sql.rows(statement, [*side, *side, self._store_id, *goods.values])[0]
        return int(count), int(pieces)

    def _condition(self) -> Condition:
        own = self._of_goods()
        words, values = [own.words], [*own.values]
        for word, day in (('"on" >= %s', self._since), ('"on" <= %s', self._until)):
            if day is not None:
                words.append(word)
                values.append(sql.date_value(day))
        return Condition(" AND ".join(words), values)

    def _of_goods(self) -> Condition:
        """Of this product, or of one lot of it."""
        if self._lot_id is None:
            return Condition("product_id = %s", [self._product_id])
        return Condition("product_id = %s AND lot_id = %s", [self._product_id, self._lot_id])

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
        goods = self._of_goods()
        side = [self._store_id, sql.date_value(self._until), *goods.values]
        return balance - int(sql.rows(GAINED_AFTER.format(goods=goods.words), [*side, *side])[0][0])

    def _lines(self, start: int, stop: int) -> list[CardLine]:
        own = self._condition()
        sides = (ONE_SIDE.format(own=own.words, side=side, out=out, sign=sign) for side, out, sign in SIDES)
        statement = LINES.format(sides=" UNION ALL ".join(sides), order=ORDER)
        one_side = [self._store_id, *own.values, stop]
        rows = sql.rows(statement, [*one_side, *one_side, max(stop - start, 0), start])
        return [_line(row, self.closing) for row in rows]


def _line(row: Row, closing: int) -> CardLine:
    on, is_out, event_id, gained, gained_since, lot_id, reason, lot_number, expires_on = row[:9]
    kind, year, number, code, note, actor, reverses, undone = row[9:17]
    side = TAKER if is_out else GIVER
    if kind == EventKind.TRANSFER_IN:
        side = PARTNER  # the sender, not the way here
    other_kind, other_code, name_zh, name_en = row[side]
    return CardLine(
        event_id=event_id,
        slip=slip_number(code, year, number),
        kind=kind,
        on=sql.as_date(on),
        lot_id=lot_id,
        lot_number=lot_number,
        expires_on=sql.as_date(expires_on),
        pieces_in=0 if is_out else gained,
        pieces_out=-gained if is_out else 0,
        balance=closing - int(gained_since) + gained,
        reason=reason,
        other=Side(other_kind, other_code, name_zh or "", name_en or ""),
        note=note,
        actor_name=actor,
        reverses_id=reverses,
        reversed_by_id=undone,
    )
