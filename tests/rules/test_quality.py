"""Rules of quality: what is due, excursions, loss reports, the balance of a recall. Checked by a second computation."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhixuan.rules.quality import inspection, losses, recalls, storage
from zhixuan.rules.quality.inspection import DueRule, LotThere, Trigger
from zhixuan.rules.quality.losses import LossFigures, LossState
from zhixuan.rules.quality.recalls import Flow, NoticeState
from zhixuan.rules.quality.storage import Limits, Measure, Reading
from zhixuan.rules.refusal import Refused
from zhixuan.shared import definitions

TODAY = date(2026, 11, 23)
RULES = inspection.read_rules(definitions.read("quality/inspection.toml"), file="inspection.toml")
LOSS_RULES = losses.read_rules(definitions.read("quality/losses.toml"), file="losses.toml")


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


FAR = TODAY + timedelta(days=1000)


@pytest.mark.parametrize(
    ("lot", "codes"),
    [
        (LotThere(ago(0), FAR), ["on_receipt"]),
        (LotThere(ago(5), FAR, checked_on=ago(5)), []),
        (LotThere(ago(5), FAR, checked_on=ago(6)), ["on_receipt"]),
        (LotThere(ago(200), FAR, checked_on=ago(89)), []),
        (LotThere(ago(200), FAR, checked_on=ago(90)), ["ninety_days"]),
        (LotThere(ago(400), FAR, checked_on=ago(180)), ["ninety_days", "six_months"]),
        (LotThere(ago(90), FAR), ["on_receipt", "ninety_days"]),
        (LotThere(ago(9), FAR, checked_on=ago(3), concerned_on=ago(2)), ["concern"]),
        (LotThere(ago(9), FAR, checked_on=ago(3), concerned_on=ago(3)), []),
        (LotThere(ago(9), FAR, checked_on=ago(3), held_pieces=1), ["held"]),
        (LotThere(ago(99), TODAY + timedelta(days=90), checked_on=ago(1)), ["near_expiry"]),
        (LotThere(ago(99), TODAY + timedelta(days=91), checked_on=ago(1)), []),
        (LotThere(ago(99), TODAY + timedelta(days=80), checked_on=ago(1)), []),
        (LotThere(ago(50), date(9999, 12, 31), checked_on=ago(1)), []),
    ],
)
def test_what_is_due(lot: LotThere, codes: list[str]) -> None:
    assert sorted(one.rule.code for one in inspection.due(lot, RULES, today=TODAY)) == sorted(codes)


@given(
    st.integers(0, 500),
    st.none() | st.integers(0, 500),
    st.none() | st.integers(0, 500),
    st.integers(-100, 900),
    st.integers(0, 1),
)
def test_looking_at_a_lot_today_leaves_only_what_is_held(
    arrived: int, checked: int | None, concerned: int | None, expires: int, held: int
) -> None:
    lot = LotThere(
        ago(arrived),
        TODAY + timedelta(days=expires),
        checked_on=TODAY,
        concerned_on=None if concerned is None else ago(concerned),
        held_pieces=held,
    )
    assert {one.rule.trigger for one in inspection.due(lot, RULES, today=TODAY)} == ({Trigger.HELD} if held else set())
    earlier = None if checked is None else ago(checked)
    found = inspection.due(LotThere(lot.arrived_on, lot.expires_on, earlier), RULES, today=TODAY)
    assert all(one.since <= TODAY for one in found)
    assert [one.rule.required for one in found] == sorted((one.rule.required for one in found), reverse=True)


def test_at_issue_counts_from_the_last_look_or_the_day_it_came() -> None:
    for checked, arrived, asked in (
        (60, 99, False),
        (61, 99, True),
        (None, 61, True),
        (None, 60, False),
        (99, 10, False),
    ):
        day = None if checked is None else ago(checked)
        assert (inspection.due_at_issue(day, ago(arrived), RULES, today=TODAY) is not None) is asked


@pytest.mark.parametrize(("keepers", "same", "refused"), [(1, True, False), (2, True, True), (2, False, False)])
def test_the_holder_does_not_release_where_there_are_two(keepers: int, same: bool, refused: bool) -> None:
    releaser = 7 if same else 8
    if refused:
        with pytest.raises(Refused):
            inspection.check_release(held_by=7, releaser=releaser, keepers=keepers)
    else:
        inspection.check_release(held_by=7, releaser=releaser, keepers=keepers)


NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
LIMITS = Limits(Decimal(0), Decimal(30), Decimal(35), Decimal(75), "rule", verified=True)


@given(st.lists(st.none() | st.integers(-10, 45), max_size=40))
def test_excursions_cover_every_reading_outside_and_none_inside(values: list[int | None]) -> None:
    readings = [
        Reading(NOON + timedelta(hours=hour), None if value is None else Decimal(value))
        for hour, value in enumerate(values)
    ]
    found = storage.excursions(reversed(readings), LIMITS)
    outside = [one for one in readings if one.temperature is not None and not 0 <= one.temperature <= 30]
    assert sum(one.readings for one in found) == len(outside)
    for one in found:
        within = [r for r in outside if one.began_at <= r.at <= one.last_at]
        assert len(within) == one.readings
        assert max(abs(r.temperature - 15) for r in within if r.temperature is not None) == abs(one.extreme - 15)
        assert len({(r.temperature or 0) > 30 for r in within}) == 1
        following = [r for r in readings if r.at > one.last_at and r.temperature is not None]
        assert one.ended_at == (following[0].at if following else None)


def test_above_right_after_below_are_two_excursions() -> None:
    readings = [Reading(NOON + timedelta(hours=h), Decimal(v)) for h, v in enumerate((31, 32, -1, 10))]
    assert [(one.readings, one.extreme) for one in storage.excursions(readings, LIMITS)] == [(2, 32), (1, -1)]


def test_limits_include_both_ends() -> None:
    assert all(LIMITS.allows(Measure.TEMPERATURE, Decimal(value)) for value in (0, 30))
    assert not any(LIMITS.allows(Measure.HUMIDITY, Decimal(value)) for value in ("34.9", "75.1"))


@pytest.mark.parametrize(("state", "to"), list(product(LossState, LossState)))
def test_a_report_only_takes_steps_that_are_drawn(state: LossState, to: LossState) -> None:
    # Written from the paper's way, not from the code.
    way = "drawn>submitted drawn>closed submitted>approved submitted>refused refused>closed"
    way += " approved>destroyed destroyed>closed"
    if f"{state}>{to}" in way.split():
        losses.check_step(state, to)
    else:
        with pytest.raises(Refused):
            losses.check_step(state, to)


@pytest.mark.parametrize(
    ("pieces", "amount", "level"),
    [
        (200, None, "township"),
        (200, "100", "township"),
        (201, None, "county"),
        (1, "100.01", "county"),
        (20000, "10000", "county"),
        (20001, None, "prefecture"),
        (1, "10000.01", "prefecture"),
    ],
)
def test_who_decides(pieces: int, amount: str | None, level: str) -> None:
    assert LOSS_RULES.step(pieces, None if amount is None else Decimal(amount)).level == level


def test_the_highest_there_is_decides_where_nobody_is_higher() -> None:
    step = LOSS_RULES.step(10**6, None)
    assert losses.level_needed(step, {"county", "township"}) == "county"
    assert losses.level_needed(step, {"province", "county"}) == "province"
    assert losses.level_needed(step, {"province", "prefecture", "county"}) == "prefecture"


@given(*(st.integers(0, 10**6) for _ in range(5)))
def test_the_loss_rate_is_losses_over_opening_and_received(o: int, r: int, e: int, d: int, lost: int) -> None:
    rate = LossFigures(o, r, e, d, lost).rate("opening_and_received")
    assert rate == (Fraction(e + d + lost, o + r) if o + r else None)


KINDS = ("supplier", "opening", "clients", "damaged", "expired", "lost", "difference", "store")


@given(
    st.lists(
        st.tuples(st.sampled_from(KINDS), st.booleans(), st.booleans(), st.integers(1, 1000)), min_size=1, max_size=30
    )
)
def test_whatever_moves_the_balance_closes(moves: list[tuple[str, bool, bool, int]]) -> None:
    flows, there = [], 0
    for other, comes, undone, pieces in moves:
        kind = "reversal" if undone else "adjustment"
        ends = (other, False, "store", True) if comes else ("store", True, other, False)
        flows.append(Flow(kind, *ends, pieces))
        flows.append(Flow("transfer_out", "store", True, "transit", True, pieces))
        there += pieces if comes else -pieces
    assert recalls.balance(flows, {"store": there}).unaccounted_for == 0
    assert recalls.balance(flows, {"store": there + 1}).unaccounted_for == -1


def test_a_reversal_counts_against_what_it_undoes() -> None:
    flows = [
        Flow("receipt", "supplier", False, "store", True, 100),
        Flow("reversal", "store", True, "supplier", False, 40),
        Flow("adjustment", "store", True, "supplier", False, 5),
    ]
    found = recalls.balance(flows, {"store": 55})
    assert (found.received, found.returned, found.unaccounted_for) == (60, 5, 0)


def test_answers_are_late_from_the_day_after() -> None:
    states = [NoticeState.SENT, NoticeState.READ, NoticeState.DONE]
    assert recalls.answers(states, answer_by=TODAY, today=TODAY).overdue == 0
    late = recalls.answers(states, answer_by=ago(1), today=TODAY)
    assert (late.sent, late.read, late.done, late.overdue, late.share_done) == (3, 2, 1, 2, Fraction(1, 3))


@pytest.mark.parametrize("file", ["inspection", "storage", "losses"])
def test_a_misspelt_field_of_a_definition_is_named(file: str) -> None:
    read = {"inspection": inspection.read_rules, "storage": storage.read_limits, "losses": losses.read_rules}[file]
    content = definitions.read(f"quality/{file}.toml")
    with pytest.raises(Refused) as refused:
        read({**content, "colour": 1}, file=file)
    assert "colour" in refused.value.reasons[0].field
    assert all(isinstance(rule, DueRule) and rule.source for rule in RULES)
