"""The ledger as the documents describe it, in plain dicts and single-threaded: the oracle of the random tests.

Written from architecture.md section 4 and the READMEs of the modules, not from the code; imports nothing of it.
What stands where is what the slips moved, day by day, added up from the first day on; nothing is carried as a balance.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

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
    """The model refuses; any of the codes would be right. `first`: the lot that should have been opened instead."""

    def __init__(self, *codes: str, first: str = "") -> None:
        super().__init__(codes)
        self.codes, self.first = set(codes), first


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
    at: datetime | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class Want:
    """One line of an issue. `chosen`: pieces of lots that a person names, empty for first expiry first out."""

    product: str
    pieces: int
    chosen: dict[str, int] = field(default_factory=dict)
    reason: str = ""


@dataclass
class LedgerModel:
    """Everything that was ever posted, in order; slips are known by their position."""

    today: date
    now: datetime
    norm_days: dict[str, int]
    lots: dict[str, LotFacts] = field(default_factory=dict)
    slips: list[Done] = field(default_factory=list)
    closed: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    recalled: set[str] = field(default_factory=set)
    who: str = "one"
    """Who is at work; each place has others who could."""
    daily: dict[tuple[Place, str], dict[date, int]] = field(default_factory=dict)
    undone: dict[int, int] = field(default_factory=dict)
    """The reversal of a slip, by the slip."""
    answered: dict[int, list[int]] = field(default_factory=dict)
    """Slips that say of another that it arrived, or that what was missing turned up."""

    # Questions

    def balance(self, place: Place, lot: str, upto: date | None = None) -> int:
        moved = self.daily.get((place, lot), {})
        return sum(pieces for day, pieces in moved.items() if upto is None or day <= upto)

    def balances(self) -> dict[tuple[Place, str], int]:
        """All that is not zero, places of facilities only, from the whole history again."""
        totals: dict[tuple[Place, str], int] = {}
        for slip in self.slips:
            for number, source, target, pieces in slip.moves:
                for place, sign in ((source, -1), (target, 1)):
                    if place[1] in OWN:
                        totals[place, number] = totals.get((place, number), 0) + sign * pieces
        return {key: pieces for key, pieces in totals.items() if pieces}

    def free(self, place: Place, lot: str, on: date) -> int:
        """What can leave on that day so that no later day ends below zero."""
        moved = self.daily.get((place, lot), {})
        lowest = here = self.balance(place, lot, on)
        for day in sorted(day for day in moved if day > on):
            here += moved[day]
            lowest = min(lowest, here)
        return max(lowest, 0)

    def below_zero(self) -> list[tuple[Place, str, date]]:
        """Real places that hold less than nothing at the end of some day: there must be none."""
        found = []
        for (place, lot), moved in self.daily.items():
            here = 0
            for day in sorted(moved):
                here += moved[day]
                if here < 0 and place[1] in OWN - {"suspense"}:
                    found.append((place, lot, day))
        return found

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
        return slip in self.undone

    def received(self, slip: int) -> bool:
        return bool(self.standing_answers(slip))

    def standing_answers(self, slip: int) -> list[int]:
        return [one for one in self.answered.get(slip, []) if not self.reversed(one)]

    def still_missing(self, arrival: int, lot: str) -> int:
        """Pieces of a lot that an arrival named missing and that have not turned up since."""
        left = sum(p for number, _from, to, p in self.slips[arrival].moves if number == lot and to == ("", "lost"))
        return left - sum(
            p for i in self.standing_answers(arrival) for number, *_, p in self.slips[i].moves if number == lot
        )

    def holder(self, facility: str, lot: str) -> str:
        """Who first put what lies in quarantine there, since none of it lay there; nobody when none does."""
        place, lying, who = (facility, "quarantine"), 0, ""
        for slip in self.slips:
            for number, source, target, pieces in slip.moves:
                if number == lot and place in (source, target):
                    who = slip.by if lying == 0 and target == place else who
                    lying += pieces if target == place else -pieces
        return who if lying else ""

    # Verbs

    def check_day(self, facility: str, on: date) -> None:
        if on > self.today:
            raise No("refused")
        if any((on.year, on.month) <= month for month in self.closed.get(facility, [])):
            raise No("month_closed")

    def post(self, done: Done) -> list[Moved]:
        position, done.at, done.by = len(self.slips), self.now, self.who
        self.slips.append(done)
        if done.reverses is not None:
            self.undone[done.reverses] = position
        if done.answers is not None:
            self.answered.setdefault(done.answers, []).append(position)
        for lot, source, target, pieces in done.moves:
            for place, change in ((source, -pieces), (target, pieces)):
                moved = self.daily.setdefault((place, lot), {})
                moved[done.on] = moved.get(done.on, 0) + change
        return done.moves

    def receive(self, facility: str, lots: dict[str, int], on: date) -> list[Moved]:
        """A supplier's delivery; all lots or none."""
        self.check_day(facility, on)
        codes = {"expired" for lot in lots if self.lots[lot].expires < on}
        codes |= {"recalled" for lot in lots if lot in self.recalled}
        if codes:
            raise No(*codes)
        moves = [(lot, ("", "supplier"), (facility, "store"), pieces) for lot, pieces in lots.items()]
        return self.post(Done("receipt", facility, on, moves))

    def _order(self, lot: str) -> tuple[date, str, int]:
        facts = self.lots[lot]
        return (facts.expires, lot, facts.age)

    def fefo(
        self, facility: str, want: Want, on: date, *, good_until: date = date.min, expired: bool = False
    ) -> tuple[dict[str, int], int]:
        """What may be expired may also be recalled: it goes back, or has gone out already."""
        taken, missing = {}, want.pieces
        for lot in sorted((lot for lot, facts in self.lots.items() if facts.product == want.product), key=self._order):
            expires = self.lots[lot].expires
            if (expires < on and not expired) or expires < good_until or (lot in self.recalled and not expired):
                continue
            take = min(self.free((facility, "store"), lot, on), missing)
            if take:
                taken[lot] = take
                missing -= take
        return taken, missing

    def named(self, facility: str, want: Want, on: date, good_until: date, *, expired: bool) -> dict[str, int]:
        """Lots that a person names: never expired or recalled ones for use, and another than the first only with a
        reason."""
        for lot, pieces in want.chosen.items():
            if self.free((facility, "store"), lot, on) < pieces:
                raise No("too_little", "lot_not_here")
            if self.lots[lot].expires < on and not expired:
                raise No("expired", "recalled")
            if lot in self.recalled and not expired:
                raise No("recalled")
        first, _missing = self.fefo(facility, want, on, good_until=good_until, expired=expired)
        if first != want.chosen and not want.reason.strip():
            raise No("fefo_reason_needed", first=next(iter(first), ""))
        return want.chosen

    def issue(self, kind: str, facility: str, target: Place, wants: Iterable[Want], on: date) -> list[Moved]:
        """Dispensing, transfer or return, first expiry first or as chosen; all lines or none."""
        self.check_day(facility, on)
        good_until = on + timedelta(days=self.norm_days[target[0]]) if kind == "transfer_out" else date.min
        moves: list[Moved] = []
        refused: list[No] = []
        for want in wants:
            try:
                taken = self._taken(facility, want, on, good_until, expired=kind == "return")
            except No as no:
                refused.append(no)
            else:
                moves += [(lot, (facility, "store"), target, take) for lot, take in taken.items()]
        if refused:
            codes = {code for no in refused for code in no.codes}
            raise No(*codes, first=refused[0].first if len(refused) == 1 else "")
        return self.post(Done(kind, facility, on, moves, to=target[0]))

    def _taken(self, facility: str, want: Want, on: date, good_until: date, *, expired: bool) -> dict[str, int]:
        if want.chosen:
            return self.named(facility, want, on, good_until, expired=expired)
        taken, missing = self.fefo(facility, want, on, good_until=good_until, expired=expired)
        if missing:
            codes = ("expired", "quarantined", "short_dated", "not_there_then", "recalled")
            raise No("too_little", *(f"only_{code}" for code in codes))
        return taken

    def fact(self, facility: str, product: str, pieces: int, on: date, *, unnumbered: str) -> list[Moved]:
        """What has happened: the shortfall comes from suspense, on the latest lot here or one without a number; of a
        closed month it stands under today."""
        if on > self.today:
            raise No("refused")
        if any((on.year, on.month) <= month for month in self.closed.get(facility, [])):
            on = self.today
        taken, missing = self.fefo(facility, Want(product, pieces), on, expired=True)
        here = [
            lot
            for lot, facts in self.lots.items()
            if facts.product == product
            and any(self.balance((facility, kind), lot) > 0 for kind in ("store", "quarantine"))
        ]
        moves = [(lot, (facility, "store"), ("", "clients"), take) for lot, take in taken.items()]
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
        if any(sum(counts[lot]) != pieces for lot, _source, _target, pieces in sent.moves):
            raise No("unsettled")  # neither more nor fewer than were sent
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
        if reason == "release" and self.holder(facility, lot) == self.who:
            raise No("same_person", "month_closed", "refused")
        into = "quarantine" if reason == "found" and lot in self.recalled else "store"
        store, other = (facility, into), (facility if kind in OWN else "", kind)
        source, target = (other, store) if direction > 0 else (store, other)
        if reason == "expired" and self.lots[lot].expires >= on:
            raise No("not_expired")
        self.check_day(facility, on)
        if reason == "settle" and pieces > self.owed(facility, self.lots[lot].product):
            raise No("more_than_owed")
        self.check_leaves([(lot, source, target, pieces)], on)
        return self.post(Done("adjustment", facility, on, [(lot, source, target, pieces)]))

    def recover(self, arrival: int, facility: str, lot: str, pieces: int, on: date) -> list[Moved]:
        """What an arrival named missing turns up, at either end."""
        self.check_day(facility, on)
        if self.reversed(arrival):
            raise No("reversed")
        if on < self.slips[arrival].on:
            raise No("refused")
        if pieces > self.still_missing(arrival, lot):
            raise No("too_much")
        into = "quarantine" if lot in self.recalled else "store"
        moves: list[Moved] = [(lot, ("", "lost"), (facility, into), pieces)]
        return self.post(Done("adjustment", facility, on, moves, answers=arrival))

    def reverse(self, slip: int, on: date) -> list[Moved]:
        original = self.slips[slip]
        self.check_day(original.facility, on)
        if original.reverses is not None:
            raise No("is_reversal")
        if self.reversed(slip):
            raise No("already_reversed")
        if self.received(slip):
            raise No("turned_up" if original.kind == "transfer_in" else "received")
        if on < original.on:
            raise No("refused")
        moves = [(lot, target, source, pieces) for lot, source, target, pieces in reversed(original.moves)]
        if any(
            lot in self.recalled and source[1] == "quarantine" and target[1] == "store"
            for lot, source, target, _pieces in moves
        ):
            raise No("recalled", "too_little", "later_negative")
        if any(
            source[1] == "quarantine" and target[1] == "store" and self.holder(source[0], lot) == self.who
            for lot, source, target, _pieces in moves
        ):
            raise No("same_person")
        self.check_leaves(moves, on)
        return self.post(Done("reversal", original.facility, on, moves, reverses=slip))

    def check_leaves(self, moves: list[Moved], on: date) -> None:
        """What leaves a real place, net, must be there now and on every day since."""
        net: dict[tuple[Place, str], int] = {}
        for lot, source, target, pieces in moves:
            net[source, lot] = net.get((source, lot), 0) - pieces
            net[target, lot] = net.get((target, lot), 0) + pieces
        codes = set()
        for (place, lot), change in net.items():
            if change < 0 and place[1] in OWN - {"suspense"}:
                if self.balance(place, lot) < -change:
                    codes.add("too_little")
                elif self.free(place, lot, on) < -change:
                    codes.add("later_negative")
        if codes:
            raise No(*codes)

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
