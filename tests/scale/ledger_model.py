"""The ledger as the documents describe it, in plain dicts, single-threaded and slow: the oracle of the random tests.

Written from architecture.md section 4 and the README of the stock module, not from the code; imports nothing of it.
Every question is answered by adding up the whole history again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

Place = tuple[str, str]
"""(facility code, kind); facility "" for the world outside."""
Moved = tuple[str, Place, Place, int]
"""(lot number, from, to, pieces)"""

NEVER = date(9999, 12, 31)
REASONS: dict[str, tuple[int, str]] = {
    "found": (+1, "difference"),
    "short": (-1, "difference"),
    "expired": (-1, "expired"),
    "damaged": (-1, "damaged"),
    "lost": (-1, "lost"),
    "hold": (-1, "quarantine"),
    "release": (+1, "quarantine"),
    "settle": (-1, "suspense"),
}
OWN = {"store", "quarantine", "transit", "suspense"}


class No(Exception):
    """The model refuses; any of the codes would be right."""

    def __init__(self, *codes: str) -> None:
        super().__init__(codes)
        self.codes = set(codes)


@dataclass(slots=True)
class LotFacts:
    product: str
    expires: date
    age: int


@dataclass(slots=True)
class Done:
    """One slip of the model's history."""

    kind: str
    facility: str
    on: date
    moves: list[Moved]
    to: str = ""
    answers: int | None = None
    reverses: int | None = None


@dataclass
class LedgerModel:
    """Everything that was ever posted, in order; slips are known by their position."""

    today: date
    norm_days: dict[str, int]
    lots: dict[str, LotFacts] = field(default_factory=dict)
    slips: list[Done] = field(default_factory=list)
    closed: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    recalled: set[str] = field(default_factory=set)

    # Questions, answered from the whole history

    def balance(self, place: Place, lot: str, upto: date | None = None) -> int:
        total = 0
        for slip in self.slips:
            if upto is None or slip.on <= upto:
                for number, source, target, pieces in slip.moves:
                    if number == lot:
                        total += pieces * ((target == place) - (source == place))
        return total

    def balances(self) -> dict[tuple[Place, str], int]:
        """All that is not zero, places of facilities only."""
        totals: dict[tuple[Place, str], int] = {}
        for slip in self.slips:
            for number, source, target, pieces in slip.moves:
                for place, sign in ((source, -1), (target, 1)):
                    if place[1] in OWN:
                        totals[place, number] = totals.get((place, number), 0) + sign * pieces
        return {key: pieces for key, pieces in totals.items() if pieces}

    def free(self, place: Place, lot: str, on: date) -> int:
        """What can leave on that day so that no later day ends below zero."""
        days = [on + timedelta(days=i) for i in range((self.today - on).days + 1)]
        return max(min(self.balance(place, lot, day) for day in days), 0)

    def owed(self, facility: str, product: str) -> int:
        """What suspense owes of a product, whichever lots were noted."""
        lots = [lot for lot, facts in self.lots.items() if facts.product == product]
        return -sum(self.balance((facility, "suspense"), lot) for lot in lots)

    def card(self, facility: str, product: str) -> list[tuple[date, int, int]]:
        """(day, signed pieces, balance after), earliest first; in before out on one day."""
        store = (facility, "store")
        rows = []
        for position, slip in enumerate(self.slips):
            for line, (lot, source, target, pieces) in enumerate(slip.moves):
                if self.lots[lot].product == product and store in (source, target):
                    rows.append((slip.on, int(source == store), position, line, -pieces if source == store else pieces))
        card, balance = [], 0
        for on, _out, _position, _line, pieces in sorted(rows):
            balance += pieces
            card.append((on, pieces, balance))
        return card

    def reversed(self, slip: int) -> bool:
        return any(one.reverses == slip for one in self.slips)

    def received(self, slip: int) -> bool:
        return any(one.answers == slip and not self.reversed(i) for i, one in enumerate(self.slips))

    # Verbs

    def check_day(self, facility: str, on: date) -> None:
        if on > self.today:
            raise No("refused")
        if any((on.year, on.month) <= month for month in self.closed.get(facility, [])):
            raise No("month_closed")

    def post(self, done: Done) -> list[Moved]:
        self.slips.append(done)
        return done.moves

    def receive(self, facility: str, lot: str, pieces: int, on: date) -> list[Moved]:
        self.check_day(facility, on)
        if self.lots[lot].expires < on:
            raise No("expired", "recalled")
        if lot in self.recalled:
            raise No("recalled")
        return self.post(Done("receipt", facility, on, [(lot, ("", "supplier"), (facility, "store"), pieces)]))

    def _order(self, lot: str) -> tuple[date, str, int]:
        facts = self.lots[lot]
        return (facts.expires, lot, facts.age)

    def fefo(
        self, facility: str, product: str, pieces: int, on: date, *, good_until: date = date.min, expired: bool = False
    ) -> tuple[list[tuple[str, int]], int]:
        """What may be expired may also be recalled: it goes back, or has gone out already."""
        taken, missing = [], pieces
        for lot in sorted((lot for lot, facts in self.lots.items() if facts.product == product), key=self._order):
            expires = self.lots[lot].expires
            if (expires < on and not expired) or expires < good_until or (lot in self.recalled and not expired):
                continue
            take = min(self.free((facility, "store"), lot, on), missing)
            if take:
                taken.append((lot, take))
                missing -= take
        return taken, missing

    def issue(self, kind: str, facility: str, target: Place, product: str, pieces: int, on: date) -> list[Moved]:
        """Dispensing, transfer or return, first expiry first."""
        self.check_day(facility, on)
        good_until = on + timedelta(days=self.norm_days[target[0]]) if kind == "transfer_out" else date.min
        taken, missing = self.fefo(facility, product, pieces, on, good_until=good_until, expired=kind == "return")
        if missing:
            codes = ("expired", "quarantined", "short_dated", "not_there_then", "recalled")
            raise No("too_little", *(f"only_{code}" for code in codes))
        moves = [(lot, (facility, "store"), target, take) for lot, take in taken]
        return self.post(Done(kind, facility, on, moves, to=target[0]))

    def fact(self, facility: str, product: str, pieces: int, on: date, *, unnumbered: str) -> list[Moved]:
        """What has happened: the shortfall comes from suspense, on the latest lot here or one without a number; of a
        closed month it stands under today."""
        if on > self.today:
            raise No("refused")
        if any((on.year, on.month) <= month for month in self.closed.get(facility, [])):
            on = self.today
        taken, missing = self.fefo(facility, product, pieces, on, expired=True)
        here = [
            lot
            for lot, facts in self.lots.items()
            if facts.product == product
            and any(self.balance((facility, kind), lot) > 0 for kind in ("store", "quarantine"))
        ]
        moves = [(lot, (facility, "store"), ("", "clients"), take) for lot, take in taken]
        if missing:
            owed = max(here, key=self._order) if here else unnumbered
            self.lots.setdefault(owed, LotFacts(product, NEVER, len(self.lots)))
            moves.append((owed, (facility, "suspense"), ("", "clients"), missing))
        return self.post(Done("dispensing", facility, on, moves))

    def take_in(self, slip: int, counts: dict[str, tuple[int, int, int]], on: date) -> list[Moved]:
        sent = self.slips[slip]
        self.check_day(sent.to, on)
        if self.reversed(slip):
            raise No("transfer_reversed")
        if self.received(slip):
            raise No("already_received")
        if on < sent.on:
            raise No("refused")
        way = (sent.to, "transit")
        if any(self.free(way, lot, on) < pieces for lot, _source, _target, pieces in sent.moves):
            raise No("later_negative")
        moves = []
        for lot, (accepted, damaged, missing) in counts.items():
            into = "quarantine" if lot in self.recalled else "store"
            ends = ((sent.to, into), accepted), (("", "damaged"), damaged), (("", "lost"), missing)
            moves += [(lot, way, target, pieces) for target, pieces in ends if pieces]
        return self.post(Done("transfer_in", sent.to, on, moves, answers=slip))

    def adjust(self, facility: str, reason: str, lot: str, pieces: int, on: date) -> list[Moved]:
        direction, kind = REASONS[reason]
        if reason == "release" and lot in self.recalled:
            raise No("recalled", "too_little", "later_negative", "month_closed", "refused")
        into = "quarantine" if reason == "found" and lot in self.recalled else "store"
        store, other = (facility, into), (facility if kind in OWN else "", kind)
        source, target = (other, store) if direction > 0 else (store, other)
        if reason == "expired" and self.lots[lot].expires >= on:
            raise No("not_expired")
        self.check_day(facility, on)
        if reason == "settle" and pieces > self.owed(facility, self.lots[lot].product):
            raise No("more_than_owed")
        self._check_leaves([(lot, source, target, pieces)], on)
        return self.post(Done("adjustment", facility, on, [(lot, source, target, pieces)]))

    def count(self, facility: str, differences: dict[str, int]) -> list[Moved]:
        """What a count found more (+) or less (-) of each lot than stood in the books when it was counted, today."""
        self.check_day(facility, self.today)
        store, outside = (facility, "store"), ("", "difference")
        moves = [
            (lot, outside, store, pieces) if pieces > 0 else (lot, store, outside, -pieces)
            for lot, pieces in differences.items()
        ]
        self._check_leaves(moves, self.today)
        return self.post(Done("count", facility, self.today, moves))

    def reverse(self, slip: int, on: date) -> list[Moved]:
        original = self.slips[slip]
        self.check_day(original.facility, on)
        if original.reverses is not None:
            raise No("is_reversal")
        if self.reversed(slip):
            raise No("already_reversed")
        if self.received(slip):
            raise No("received")
        if on < original.on:
            raise No("refused")
        moves = [(lot, target, source, pieces) for lot, source, target, pieces in reversed(original.moves)]
        if any(
            lot in self.recalled and source[1] == "quarantine" and target[1] == "store"
            for lot, source, target, _pieces in moves
        ):
            raise No("recalled", "too_little", "later_negative")
        self._check_leaves(moves, on)
        return self.post(Done("reversal", original.facility, on, moves, reverses=slip))

    def _check_leaves(self, moves: list[Moved], on: date) -> None:
        """What leaves a real place, net, must be there now and on every day since."""
        net: dict[tuple[Place, str], int] = {}
        for lot, source, target, pieces in moves:
            net[source, lot] = net.get((source, lot), 0) - pieces
            net[target, lot] = net.get((target, lot), 0) + pieces
        for (place, lot), change in net.items():
            if change < 0 and place[1] in OWN - {"suspense"}:
                if self.balance(place, lot) < -change:
                    raise No("too_little")
                if self.free(place, lot, on) < -change:
                    raise No("later_negative")

    def close(self, facility: str, month: tuple[int, int]) -> None:
        closed = self.closed.setdefault(facility, [])
        if month in closed:
            return
        if (self.today.year, self.today.month) <= month:
            raise No("refused")
        moved = [
            slip.on
            for slip in self.slips
            if any((facility, "store") in (source, target) for _lot, source, target, _pieces in slip.moves)
        ]
        if closed and month != _next(max(closed)):
            raise No("refused")
        if not closed and moved and month > (min(moved).year, min(moved).month):
            raise No("refused")
        closed.append(month)

    def reopen(self, facility: str, month: tuple[int, int]) -> None:
        closed = self.closed.get(facility, [])
        if not closed or month != max(closed):
            raise No("refused")
        closed.remove(month)


def _next(month: tuple[int, int]) -> tuple[int, int]:
    return (month[0] + month[1] // 12, month[1] % 12 + 1)
