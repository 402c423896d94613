"""Fourteen months of the demo county, made up from one seed: the same day gives the same history.

Goods come to the prefecture twice a year, go to the county each quarter, to the townships each month and on to the
outlets (the rhythm of domain.md 3.5). Outlets give out what their size and the season ask for, as far as their shelf
has it. Now and then a box is wet, a strip is missing, a delivery is forgotten; two slow products came with short lives.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import ceil
from random import Random

from zhixuan.demo import county
from zhixuan.demo.acts import Act, Correction, Delivery, DemoLot, Issue, Reception, Transfer
from zhixuan.demo.county import DemoFacility
from zhixuan.demo.products import CONDOM, ITEMS, MONTHLY_PIECES, PRODUCTS, SEASON, DemoItem
from zhixuan.demo.shelf import Shelves
from zhixuan.rules.periods import Month, month_range

SEED = 20260
MONTHS_BACK = 14
SHORT_DATED: tuple[tuple[int, str, str, int, int], ...] = (
    (120, "YL-T05", "DEMO-EC", 60, -18),
    (100, county.COUNTY_STORE, "DEMO-GEL", 420, 35),
    (90, "YL-T07", "DEMO-FILM", 320, 52),
    (80, "YL-S0101", "DEMO-EC", 26, 12),
)
"""Left-over lots taken in from elsewhere: days ago, where, item, pieces, days from today to expiry. What of them is
still there today has expired or soon will."""
FORGOTTEN = 0.03
"""Share of outlet deliveries that do not happen."""
NEVER_SENT_LATELY = frozenset({"YL-V0803", "YL-V0904"})
"""Outlets left out for two months, so that they are out of stock today."""
DAMAGE_NOTES = ("纸箱受潮 carton damp", "搬运挤压 crushed on the way", "雨天漏水 rain came in")
MISSING_NOTE = "清点少于单据 fewer than on the slip"


def history(today: date) -> list[Act]:
    """Everything that happened, in order of days, the last of it today or just before."""
    return _Story(today).acts


@dataclass(slots=True)
class _Network:
    """Facilities by code and who is fed by whom."""

    by_code: dict[str, DemoFacility]
    fed_by: dict[str, list[DemoFacility]] = field(default_factory=dict)

    @classmethod
    def of_county(cls) -> _Network:
        network = cls({one.code: one for one in county.facilities()})
        for one in network.by_code.values():
            network.fed_by.setdefault(one.supplied_by, []).append(one)
        return network

    def below(self, code: str) -> Iterator[DemoFacility]:
        """Outlets fed from here, directly or through others."""
        for one in self.fed_by.get(code, ()):
            if one.kind in MONTHLY_PIECES:
                yield one
            yield from self.below(one.code)

    def usual(self, code: str) -> dict[str, float]:
        """What a facility passes on or gives out in a usual month, by product."""
        own = self.by_code[code]
        outlets = [own] if own.kind in MONTHLY_PIECES else self.below(code)
        sums = dict.fromkeys(PRODUCTS, 0.0)
        for outlet in outlets:
            for product, pieces in MONTHLY_PIECES[outlet.kind].items():
                sums[product] += pieces * outlet.size
        return {product: pieces for product, pieces in sums.items() if pieces}


class _Story:
    """Makes the acts up, month by month, keeping the shelves."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.random = Random(SEED)  # noqa: S311  (a made-up history, nothing secret)
        self.network = _Network.of_county()
        self.shelves = Shelves()
        self.acts: list[Act] = []
        self._transfers = 0
        self._arrivals: list[Reception] = []
        current = Month.of(today)
        self.first = current.plus(-MONTHS_BACK)
        for month in month_range(self.first, current):
            for day in _days(month, today):
                self._live(day, month)
        self._send_what_is_on_its_way()
        self._machine_gives_more_than_it_has()
        self._something_is_held()

    def _live(self, day: date, month: Month) -> None:
        self._receive_what_arrives(day)
        opening = month == self.first
        if day.day == 1 and (opening or month.month in (5, 11)):
            self._deliver_to_prefecture(day, months=7)
        self._take_in_short_dated(day)
        if day.day == 2 and (opening or month.month in (1, 4, 7, 10)):
            self._supply_all(county.PREFECTURE_STORE, day, months=4.5)
        if day.day in (4, 5):
            self._supply_all(county.COUNTY_STORE if day.day == 4 else county.OTHER_STORE, day, months=2.2)
        if 6 <= day.day <= 9:
            stores = [one for one in self.network.by_code.values() if one.kind == "township_store"]
            for store in stores[day.day - 6 :: 4]:
                self._supply_all(store.code, day, months=1.7)
        self._outlets_give_out(day, month)
        if day.day == 25:
            self._look_over_shelves(day)

    # Goods in and down the supply line

    def _deliver_to_prefecture(self, day: date, *, months: float) -> None:
        lines = []
        for item in ITEMS:
            usual = self.network.usual(county.PREFECTURE_STORE).get(item.product, 0)
            share = 0.2 if item.code == "DEMO-CONDOM-3" else 0.8 if item.product == CONDOM else 1.0
            missing = usual * months - self.shelves.on_hand(county.PREFECTURE_STORE, item.product)
            lines.append((self._lot(item, day), _whole_packs(missing * share, item)))
        self._deliver(day, county.PREFECTURE_STORE, lines, f"虚构采购 {day:%Y%m}")

    def _deliver(self, day: date, facility: str, lines: list[tuple[DemoLot, int]], reference: str) -> None:
        for lot, pieces in lines:
            self.shelves.add(facility, lot.key, pieces)
        self.acts.append(Delivery(day, facility, tuple(lines), reference))

    def _take_in_short_dated(self, day: date) -> None:
        for days_ago, facility, code, pieces, days_left in SHORT_DATED:
            if day == self.today - timedelta(days=days_ago):
                item = next(item for item in ITEMS if item.code == code)
                lot = self._lot(item, day, expires_on=self.today + timedelta(days=days_left))
                self._deliver(day, facility, [(lot, pieces)], "外县调剂 left over elsewhere")

    def _lot(self, item: DemoItem, day: date, *, expires_on: date | None = None) -> DemoLot:
        made_on = day - timedelta(days=60 + self.random.randrange(60))
        if expires_on is None:
            expires_on = Month.of(made_on).plus(item.life_months).last_day
        made_on = min(made_on, expires_on - timedelta(days=200))
        number = f"{made_on:%y%m%d}{'ABCDEFGH'[self.random.randrange(8)]}"
        return self.shelves.new_lot(item.code, item.product, made_on=made_on, expires_on=expires_on, number=number)

    def _supply_all(self, giver: str, day: date, *, months: float) -> None:
        """Bring everybody fed from here up to so many months of use."""
        for receiver in self.network.fed_by.get(giver, ()):
            lately = self.today - day < timedelta(days=75)
            if receiver.code in NEVER_SENT_LATELY and lately:
                continue
            is_outlet = receiver.kind in MONTHLY_PIECES
            if is_outlet and Month.of(day) != self.first and self.random.random() < FORGOTTEN:
                continue
            self._send(giver, receiver, day, 1.6 if is_outlet and giver == county.COUNTY_STORE else months)

    def _send(self, giver: str, receiver: DemoFacility, day: date, months: float) -> None:
        level = receiver.level or ("township" if receiver.kind in ("township_store", "clinic") else "")
        level = level or ("county" if receiver.kind == "hospital_ward" else "village")
        wanted: list[tuple[str, int]] = []
        lots: list[tuple[int, int]] = []
        for product, usual in self.network.usual(receiver.code).items():
            missing = ceil(usual * months) - self.shelves.on_hand(receiver.code, product)
            pieces = min(_rounded(missing, product), self.shelves.usable(giver, product, day, level))
            if pieces > 0 and missing > usual * 0.3:
                wanted.append((product, pieces))
                lots += self.shelves.take(giver, product, pieces, day, level)
        if wanted:
            self._transfers += 1
            self.acts.append(Transfer(day, self._transfers, giver, receiver.code, tuple(wanted)))
            self._arrivals.append(self._reception(day, self._transfers, receiver, lots))

    def _reception(self, sent: date, key: int, receiver: DemoFacility, lots: list[tuple[int, int]]) -> Reception:
        on = sent + timedelta(days=2 if receiver.kind == "warehouse" else 1)
        lines = [(lot, pieces, 0, 0) for lot, pieces in lots]
        note = ""
        luck = self.random.random()
        if luck < 0.035:
            at = self.random.randrange(len(lines))
            lot, pieces, _, _ = lines[at]
            lost = min(pieces, 1 + self.random.randrange(6))
            damaged = luck < 0.02
            lines[at] = (lot, pieces - lost, lost if damaged else 0, 0 if damaged else lost)
            note = self.random.choice(DAMAGE_NOTES) if damaged else MISSING_NOTE
        return Reception(on, key, receiver.code, tuple(lines), note)

    def _receive_what_arrives(self, day: date) -> None:
        for arrival in [one for one in self._arrivals if one.on == day]:
            self._arrivals.remove(arrival)
            for lot, accepted, _, _ in arrival.lines:
                if accepted:
                    self.shelves.add(arrival.facility, lot, accepted)
            self.acts.append(arrival)

    # Goods out

    def _outlets_give_out(self, day: date, month: Month) -> None:
        for place, outlet in enumerate(self.network.below("")):
            often = outlet.kind in ("clinic", "vending_machine", "hospital_ward")
            due = (day.toordinal() + place) % (7 if often else 14) == 0
            if due and (day - self.first.first_day).days >= 11:
                self._give_out(outlet, day, month, share=(7 if often else 14) / 30.4)

    def _give_out(self, outlet: DemoFacility, day: date, month: Month, *, share: float) -> None:
        growth = 1 + 0.006 * ((month.year - self.first.year) * 12 + month.month - self.first.month)
        lines = []
        for product, usual in MONTHLY_PIECES[outlet.kind].items():
            season = SEASON.get(product, (1.0,) * 12)[month.month - 1]
            mean = usual * outlet.size * season * growth * share
            pieces = round(self.random.gauss(mean, mean * 0.28)) if mean > 4 else _few(self.random, mean)
            pieces = min(max(pieces, 0), self.shelves.usable(outlet.code, product, day))
            if pieces:
                lines.append((product, pieces))
                self.shelves.take(outlet.code, product, pieces, day)
        if lines:
            machine = outlet.kind == "vending_machine"
            self.acts.append(Issue(day, outlet.code, tuple(lines), already_happened=machine))

    # What goes wrong and is put right

    def _look_over_shelves(self, day: date) -> None:
        """Each month a few shelves are looked over: damp boxes, a miscount, expired lots older than a month."""
        outlets = [one for one in self.network.below("") if one.kind == "village_cabinet"]
        for outlet in self.random.sample(outlets, 3):
            held = self.shelves.holding(outlet.code, CONDOM)
            if not held:
                continue
            lot, pieces = held[0]
            reason, note = self.random.choice(
                (
                    ("damaged", "柜内受潮 damp in the cabinet"),
                    ("short", "清点少于账面 counted fewer"),
                    ("found", "清点多于账面 counted more"),
                )
            )
            few = min(pieces, 1 + self.random.randrange(8))
            self._correct(day, outlet.code, reason, [(lot.key, few)], note)

    def _correct(self, day: date, facility: str, reason: str, lines: Iterable[tuple[int, int]], note: str) -> None:
        rows = tuple(lines)
        for lot, pieces in rows:
            self.shelves.add(facility, lot, pieces if reason == "found" else -pieces)
        self.acts.append(Correction(day, facility, reason, rows, note))

    def _send_what_is_on_its_way(self) -> None:
        """Sent today, not there yet."""
        for giver, receiver in ((county.COUNTY_STORE, "YL-T12"), ("YL-T09", "YL-V0901"), ("YL-T09", "YL-V0902")):
            self._send(giver, self.network.by_code[receiver], self.today, 2.6)

    def _machine_gives_more_than_it_has(self) -> None:
        """Today one machine reports more boxes than its books have: the rest waits in suspense for a person."""
        have = self.shelves.usable("YL-A04", CONDOM, self.today)
        for lot, pieces in list(self.shelves.holding("YL-A04", CONDOM)):
            self.shelves.add("YL-A04", lot.key, -pieces)
        note = "机器上报数多于账面 the machine reported more than the books have"
        self.acts.append(Issue(self.today, "YL-A04", ((CONDOM, have + 30),), already_happened=True, note=note))

    def _something_is_held(self) -> None:
        """One lot waits at the county warehouse for inspection."""
        held = self.shelves.holding(county.COUNTY_STORE, CONDOM)
        if held:
            lot, pieces = held[-1]
            note = "外箱标签模糊，待检 label unreadable, to be inspected"
            self._correct(self.today, county.COUNTY_STORE, "hold", [(lot.key, min(pieces, 500))], note)


def _days(month: Month, today: date) -> Iterator[date]:
    day = month.first_day
    while day <= min(month.last_day, today):
        yield day
        day += timedelta(days=1)


def _whole_packs(pieces: float, item: DemoItem) -> int:
    """At least ten packs, always whole ones."""
    packs = max(10, ceil(pieces / item.pieces_per_pack))
    return packs * item.pieces_per_pack


def _rounded(pieces: int, product: str) -> int:
    """What a storekeeper would send: tens of condoms and films, single strips."""
    return ceil(pieces / 10) * 10 if product in (CONDOM, "CN-FILM-N9") else pieces


def _few(random: Random, mean: float) -> int:
    """A small number of pieces with that mean (Poisson, by waiting times)."""
    count, waited = 0, random.expovariate(1.0)
    while waited < mean:
        count += 1
        waited += random.expovariate(1.0)
    return count
