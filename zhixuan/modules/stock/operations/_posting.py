"""The only code that writes events, movements and balances."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from zhixuan.modules.stock.operations import _digests, _rows
from zhixuan.modules.stock.operations._rows import Drawn, EventRow
from zhixuan.modules.stock.operations._slip import Slip, Trace
from zhixuan.modules.stock.queries.slips import Receipt
from zhixuan.rules.refusal import N_, Refused
from zhixuan.rules.stock.ledger import Move, net_changes, slip_number
from zhixuan.shared import audit, sql
from zhixuan.shared.access import Actor
from zhixuan.shared.journeys import Statement
from zhixuan.shared.sql import Question

SEALER_LOCK = 7_402_011
"""PostgreSQL advisory lock: posters share it, the sealer holds it alone for an instant (see seal_ledger)."""

LOCK = (
    "SELECT id, pg_advisory_xact_lock_shared(%s) FROM stock_place WHERE id IN ({places}) ORDER BY id FOR NO KEY UPDATE"
)
"""The places one by one, not as an array: PostgreSQL would plan that anew each time, for lack of knowing how many."""


def lock_places(place_ids: Iterable[int]) -> None:
    """Make everyone else wait who wants to post at these places, always in the same order."""
    sql.ask_all([locking(place_ids)])


def locking(place_ids: Iterable[int]) -> Question[None]:
    """The same as a question, for those who ask more at once: what is asked after it is answered under the lock.

    On SQLite the write transaction itself is the lock.
    """
    if not sql.on_postgresql():
        return sql.NO_QUESTION
    wanted = sorted(set(place_ids))
    return Question(LOCK.format(places=sql.marks(len(wanted))), [SEALER_LOCK, *wanted], lambda _rows: None)


def drawing(place_id: int, on: date) -> Question[Drawn]:
    """Id and number of the slip of a place and a day as a question, to be asked with the lock and after it.

    What is then refused gives the number back, as the whole transaction is undone.
    """
    return _rows.next_slip(place_id, on.year)


def post_one(slip: Slip, trace: Trace, *, drawn: Drawn | None = None, actor: Actor, at: datetime) -> Receipt:
    """Post one slip, as `post` does, and note it in the audit trail.

    Args:
        drawn: its id and number, if they were asked for with the lock.
    """
    return _post([slip], trace, actor, at, drawn)[0]


def post(slips: Sequence[Slip], *, actor: Actor, at: datetime) -> list[Receipt]:
    """Write events with their movements and move the balances. The caller holds the locks of the places, and notes in
    the audit trail what was done.

    Args:
        slips: in the order of their numbers; each with at least one movement.
        at: now, aware.

    Raises:
        Refused: a balance would become negative.
    """
    return _post(slips, None, actor, at) if slips else []


def _post(
    slips: Sequence[Slip], trace: Trace | None, actor: Actor, at: datetime, drawn: Drawn | None = None
) -> list[Receipt]:
    ids, numbers = ([drawn.event_id], iter([drawn.number])) if drawn else _drawn(slips)
    receipts: list[Receipt] = []
    events: list[tuple[EventRow, str, str]] = []
    movements: list[_rows.MovementRow] = []
    for slip, event_id, number in zip(slips, ids, numbers, strict=True):
        event = _event(slip, event_id, number, actor, at)
        details = _digests.text(slip.details)
        events.append((event, details, _digests.of_event(event, slip.moves, details)))
        movements.extend(_rows.movement_rows(event_id, slip))
        shown = slip_number(slip.facility_code, event.year, number)
        receipts.append(Receipt(event_id, slip.command_id, slip.kind, shown, slip.on, False, slip.details))
    gains, losses = _changes(slips)
    taking = _rows.losses(losses)
    traces = [] if trace is None else [_entry(trace, ids[0], actor, at)]
    rows = [*_rows.events(events), *_rows.movements(movements), *_rows.gains(gains), *traces]
    touched = sql.tell(sql.as_one([*rows, *taking]))
    if taking and sum(touched[-len(taking) :]) != len(losses):
        raise too_little()
    return receipts


def _entry(trace: Trace, event_id: int, actor: Actor, at: datetime) -> Statement:
    return audit.entry(actor, trace.verb, "stock.event", event_id, trace.area_path, trace.details, at)


def _event(slip: Slip, event_id: int, number: int, actor: Actor, at: datetime) -> EventRow:
    return EventRow(
        id=event_id,
        command_id=slip.command_id,
        kind=slip.kind.value,
        place_id=slip.place_id,
        year=slip.on.year,
        number=number,
        on=slip.on,
        recorded_at=at,
        actor_id=actor.user_id,
        actor_name=actor.name,
        other_place_id=slip.other_place_id,
        reverses_id=slip.reverses_id,
        answers_id=slip.answers_id,
        reference=slip.reference,
        note=slip.note,
        details=slip.details,
    )


def _drawn(slips: Sequence[Slip]) -> tuple[list[int], Iterator[int]]:
    """Ids, and numbers without gaps: the counter moves in the transaction that uses them."""
    wanted = sorted(Counter((slip.place_id, slip.on.year) for slip in slips).items())
    counters = [_rows.advance_counter(place_id, year, count) for (place_id, year), count in wanted]
    ids, *drawn = sql.ask_all([_rows.next_event_ids(len(slips)), *counters])
    upcoming = {series: iter(numbers) for (series, _count), numbers in zip(wanted, drawn, strict=True)}
    return ids, (next(upcoming[slip.place_id, slip.on.year]) for slip in slips)


Gain = tuple[int, int, int, int, bool]
Loss = tuple[int, int, int]


def _changes(slips: Sequence[Slip]) -> tuple[list[Gain], list[Loss]]:
    """What each balance gains or loses, always in the same order."""
    moves = [move for slip in slips for move in slip.moves]
    suspense = frozenset().union(*(slip.suspense_ids for slip in slips))
    products = {move.lot_id: move.product_id for move in moves}
    changes = _net(moves)
    gains = [
        (place, lot, products[lot], pieces, place in suspense)
        for place, lot, pieces in changes
        if pieces >= 0 or place in suspense
    ]
    return gains, [(-pieces, place, lot) for place, lot, pieces in changes if pieces < 0 and place not in suspense]


def _net(moves: Sequence[Move]) -> list[tuple[int, int, int]]:
    """(place, lot, pieces) at places that are kept. What comes out even still has a balance: nought."""
    even = {(place_id, move.lot_id): 0 for move in moves for place_id in (move.from_place_id, move.to_place_id)}
    return sorted(
        (place_id, lot_id, pieces)
        for (place_id, lot_id), pieces in (even | net_changes(moves)).items()
        if place_id not in _rows.OUTSIDE_IDS
    )


def too_little() -> Refused:
    """The database's own refusal of a negative balance, as a sentence."""
    return Refused(N_("There is less in stock than that. Look at the stock card and try again."), code="too_little")
