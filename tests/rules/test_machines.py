"""Rules of vending machines: which record is which, how full, what to load, how served, who may take how much."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhixuan.rules.machines import counting, limits, records, refill, service, slots
from zhixuan.rules.machines.limits import Limit
from zhixuan.rules.machines.record_files import ID_NUMBER, moment_of, read_mapping
from zhixuan.rules.machines.records import Clock, Kind, Told
from zhixuan.rules.machines.refill import SlotUse
from zhixuan.rules.machines.service import State, Trouble
from zhixuan.rules.machines.slots import Fill
from zhixuan.rules.refusal import Refused
from zhixuan.shared import definitions

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
moments = st.integers(0, 30_000).map(lambda minutes: datetime(2026, 11, 1, tzinfo=UTC) + timedelta(minutes=minutes))
told = st.builds(
    Told, st.sampled_from(Kind), moments, st.none() | st.integers(0, 50), st.none() | st.integers(1, 9)
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(told, max_size=30))
def test_the_same_batch_has_the_same_identities_and_a_longer_one_keeps_them(listed: list[Told]) -> None:
    keys = records.identities(listed)
    assert records.identities(list(listed)) == keys
    assert records.identities([*listed, *listed])[: len(keys)] == keys


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(told.filter(lambda one: one.number is None), max_size=30))
def test_without_numbers_every_record_of_a_batch_is_one_of_its_own(listed: list[Told]) -> None:
    assert len(set(records.identities(listed))) == len(listed)


def test_a_number_again_at_another_time_is_another_record() -> None:
    first, later = Told(Kind.VEND, NOON, 7, 1), Told(Kind.VEND, NOON + timedelta(hours=1), 7, 1)
    same = Told(Kind.VEND, NOON + timedelta(seconds=30), 7, 1)
    keys = records.identities([first, later, same])
    assert keys[0] == keys[2] != keys[1]


@pytest.mark.parametrize(
    ("happened_at", "clock"),
    [
        (NOON, Clock.GOOD),
        (NOON + timedelta(minutes=9), Clock.GOOD),
        (NOON + timedelta(minutes=11), Clock.FUTURE),
        (NOON - timedelta(days=400), Clock.GOOD),
        (datetime(1970, 1, 1, tzinfo=UTC), Clock.TOO_EARLY),
        (None, Clock.MISSING),
    ],
)
def test_clocks(happened_at: datetime | None, clock: Clock) -> None:
    assert records.clock_of(happened_at, received_at=NOON) is clock


@given(st.dates(), st.sampled_from(Clock), st.dates(), st.none() | st.dates())
def test_the_day_of_the_ledger_is_never_after_the_day_received_nor_in_a_closed_month(
    day: date, clock: Clock, received: date, closed: date | None
) -> None:
    found = records.ledger_day(day, clock=clock, received_day=received, closed_until=closed)
    assert found <= received
    assert closed is None or closed >= received or found > closed


@given(st.sets(st.integers(0, 300)))
def test_gaps_are_exactly_what_is_missing_between_the_first_and_the_last(numbers: set[int]) -> None:
    missing = {number for first, last in records.gaps(numbers) for number in range(first, last + 1)}
    expected = set(range(min(numbers), max(numbers) + 1)) - numbers if numbers else set()
    assert missing == expected


def test_how_full() -> None:
    def fill(pieces: int) -> Fill:
        return slots.fill(pieces, 100, percent=25, pieces_per_vend=10)

    assert [fill(n) for n in (-5, 0, 9, 10, 25, 26, 100)] == [
        Fill.EMPTY, Fill.EMPTY, Fill.EMPTY, Fill.LOW, Fill.LOW, Fill.AVAILABLE, Fill.AVAILABLE,
    ]  # fmt: skip
    assert slots.fill(50, 100, percent=25, active=False) is Fill.OFF
    assert slots.best([Fill.EMPTY, Fill.AVAILABLE, Fill.LOW]) is Fill.AVAILABLE


slot_uses = st.lists(
    st.builds(
        SlotUse,
        st.integers(1, 10**6),
        st.integers(1, 3),
        st.integers(1, 300),
        st.integers(-50, 300),
        st.integers(0, 900),
        st.integers(0, 28),
        st.sampled_from([1, 3, 10]),
        st.booleans(),
    ),
    max_size=12,
    unique_by=lambda one: one.slot_id,
)


@given(slot_uses, st.integers(1, 90), st.dictionaries(st.integers(1, 3), st.integers(0, 500), max_size=3))
def test_a_proposal_is_whole_packs_that_fit_and_that_the_giver_has(
    uses: list[SlotUse], days: int, there: dict[int, int]
) -> None:
    loads = refill.propose(uses, next_visit_days=days, at_giver=there)
    sums: dict[int, int] = {}
    for use, load in zip(uses, loads, strict=True):
        assert load.load % use.pieces_per_pack == 0
        assert load.load == 0 or max(use.pieces, 0) + load.load <= use.capacity
        assert use.active or not load.load
        sums[use.item_id] = sums.get(use.item_id, 0) + load.load
    assert all(pieces <= there.get(item, 0) for item, pieces in sums.items())


def test_expected_use_until_the_next_visit() -> None:
    use = SlotUse(1, 1, 200, 30, 56, 28, 10)
    (load,) = refill.propose([use], next_visit_days=14, at_giver={1: 1000})
    assert (load.per_day, load.expected, load.wanted, load.load) == (Fraction(2), 42, 42, 20)


key = st.tuples(st.integers(1, 3), st.integers(1, 3))


@given(st.dictionaries(key, st.integers(0, 50)), st.dictionaries(key, st.integers(0, 50)))
def test_after_a_count_every_product_has_what_was_counted_and_no_item_less_than_nothing(
    counted: dict[counting.Key, int], books: dict[counting.Key, int]
) -> None:
    changes = counting.differences(counted, books)
    after = {one: books.get(one, 0) + changes.get(one, 0) for one in books.keys() | changes.keys() | counted.keys()}
    assert all(pieces >= 0 for pieces in after.values())
    for product in (1, 2, 3):
        assert sum(n for one, n in after.items() if one[0] == product) == sum(
            n for one, n in counted.items() if one[0] == product
        )


def test_time_down_is_from_a_jam_to_the_next_sign_that_it_works() -> None:
    since, until = NOON - timedelta(days=10), NOON
    hours = timedelta(hours=1)
    changes = [
        (since - 5 * hours, "jam"), (since + 2 * hours, "vend"), (since + 5 * hours, "jam"), (since + 6 * hours, "jam"),
        (since + 8 * hours, "visit"), (until - hours, "jam"), (until + hours, "vend"),
    ]  # fmt: skip
    down = service.time_down(changes, since=since, until=until)
    assert down == 6 * hours
    assert service.share_in_service(down, since=since, until=until) == 1 - Fraction(6, 240)
    assert service.share_in_service(down, since=until, until=until) is None


@given(st.integers(0, 20), st.dictionaries(st.integers(0, 20), st.integers(-9, 9)))
def test_days_empty_against_a_plain_walk_through_the_days(now: int, steps: dict[int, int]) -> None:
    last = date(2026, 11, 23)
    first = last - timedelta(days=20)
    changes = {last - timedelta(days=back): pieces for back, pieces in steps.items()}
    balance, empty = now, 0
    for back in range(21):
        empty += balance <= 0
        balance -= steps.get(back, 0)
    assert service.days_empty(now, changes, first=first, last=last) == empty


def test_troubles_worst_first() -> None:
    today = date(2026, 11, 23)
    fine = State(fills=(Fill.AVAILABLE,), last_heard_on=today)
    assert service.troubles(fine, today=today) == []
    bad = State(
        fills=(Fill.EMPTY, Fill.LOW), jammed=True, open_faults=1, expired_pieces=3, unknown_slots=1, differs=True,
        count_undermined=True, last_heard_on=today - timedelta(days=8),
    )  # fmt: skip
    assert service.troubles(bad, today=today) == list(Trouble)
    assert service.failed_share(0, 0) is None
    assert service.failed_share(3, 1) == Fraction(1, 4)


LIMIT = Limit("每月三盒", "Three a month", 3, 30, 1)


@pytest.mark.parametrize(
    ("limit", "field"),
    [
        (Limit("名", "", 3, 30, 0), "packs_without"),
        (Limit("名", "", 3, 30, -1), "packs_without"),
        (Limit("名", "", 0, 30, 1), "packs"),
        (Limit("名", "", 3, 93, 1), "days"),
        (Limit("凭结婚证领取", "", 3, 30, 1), "name_zh"),
        (Limit("名", "For married couples only", 3, 30, 1), "name_en"),
    ],
)
def test_a_limit_that_asks_for_a_document_or_aims_at_people_is_refused(limit: Limit, field: str) -> None:
    limits.check_limit(LIMIT)
    with pytest.raises(Refused) as refused:
        limits.check_limit(limit)
    assert field in [one.field for one in refused.value.reasons]


@given(st.integers(1, 100), st.integers(1, 92), st.integers(1, 100), st.integers(1, 50))
def test_whoever_shows_nothing_always_gets_something(packs: int, days: int, without: int, wanted: int) -> None:
    limit = Limit("名", "", packs, days, without)
    assert limits.packs_allowed(limit, taken=None, wanted=wanted) >= 1
    assert limits.packs_allowed(None, taken=None, wanted=wanted) == wanted


@given(st.integers(1, 9), st.lists(st.integers(1, 5), max_size=20))
def test_a_token_never_takes_more_than_the_limit(packs: int, asked: list[int]) -> None:
    limit, taken = Limit("名", "", packs, 30, 1), 0
    for wanted in asked:
        taken += limits.packs_allowed(limit, taken=taken, wanted=wanted)
    assert taken <= packs


@given(st.dates(date(2020, 1, 1), date(2035, 12, 31)), st.integers(1, 92))
def test_windows_cut_a_quarter_without_gap_or_overlap(day: date, days: int) -> None:
    first, last = limits.window_of(day, days)
    assert first <= day <= last
    assert limits.quarter_of(first) == limits.quarter_of(last) == limits.quarter_of(day)
    assert (last - first).days + 1 <= days
    before, after = first - timedelta(days=1), last + timedelta(days=1)
    assert limits.window_of(before, days)[1] == before
    assert limits.window_of(after, days)[0] == after


def test_moments_as_vendors_write_them() -> None:
    plain = datetime(2026, 11, 23, 8, 5, 9)  # noqa: DTZ001  (a local time that says no zone)
    for text in ("2026-11-23 08:05:09", "2026/11/23 8:05:09", "2026年11月23日 08:05:09", "2026-11-23T08:05:09.120"):
        assert moment_of(text) == (plain, False)
    zoned = moment_of("2026-11-23T08:05:09+08:00")
    assert zoned is not None
    assert zoned[0].astimezone(UTC) == datetime(2026, 11, 23, 0, 5, 9, tzinfo=UTC)
    for text in ("", "yesterday", "2026-13-01 08:00", "2026-02-30 08:00", "2026-11-23", "9999999999"):
        assert moment_of(text) is None


def test_identity_numbers_are_seen_and_serial_numbers_are_not() -> None:
    assert ID_NUMBER.search("持 110105199003071234 领取")
    assert ID_NUMBER.search("99010119900101123X")
    assert not ID_NUMBER.search("SN202611230001")
    assert not ID_NUMBER.search("1101051990030712345")


def test_the_mappings_that_ship_are_read_and_a_wrong_one_is_refused() -> None:
    for file in definitions.names("machine_records"):
        assert read_mapping(definitions.read(file), file=file).kinds["心跳"] is Kind.ALIVE
    with pytest.raises(Refused) as refused:
        read_mapping({"file": {}, "columns": {}, "kinds": {"vend": ["a"], "jam": ["A"], "dance": ["b"]}}, file="x")
    assert len(refused.value.reasons) > 6
