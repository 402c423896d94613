"""Orders: states as a fold, the sum of a suggestion, fair shares, rhythm, and the talk about differences."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhixuan.rules.orders import differences, distributing, rhythm, steps, suggesting
from zhixuan.rules.orders.differences import CaseState, CaseStep, CaseVerb
from zhixuan.rules.orders.distributing import Need, Why, share_out
from zhixuan.rules.orders.progress import LineProgress
from zhixuan.rules.orders.rhythm import Rhythm, next_due
from zhixuan.rules.orders.steps import Side, State, Step, Verb
from zhixuan.rules.orders.suggesting import Suggestion, suggest
from zhixuan.rules.refusal import Refused
from zhixuan.rules.stock.levels import AverageState, AverageUse
from zhixuan.rules.stock.norms import Bounds

TOWNSHIP = Bounds(Fraction(1), Fraction(3), Fraction(1, 2))


def used(per_month: int | Fraction | None) -> AverageUse:
    if per_month is None:
        return AverageUse(AverageState.NO_RECORDS)
    return AverageUse(AverageState.KNOWN, Fraction(per_month), 3)


def verbs(*names: Verb, by: str = "asker") -> list[Step]:
    return [Step(verb, by) for verb in names]


# The example of domain.md 4.4, and what must be deducted from it.
@pytest.mark.parametrize(
    ("on_hand", "on_the_way", "asked", "pack", "needed", "pieces", "packs"),
    [
        (350, 0, 0, 10, 850, 850, 85),
        (350, 100, 0, 10, 750, 750, 75),
        (350, 100, 245, 10, 505, 510, 51),
        (1200, 0, 0, 10, 0, 0, 0),
        (5000, 0, 0, 10, 0, 0, 0),
        (0, 0, 0, 1000, 1200, 2000, 2),
    ],
)
def test_a_suggestion(
    on_hand: int, on_the_way: int, asked: int, pack: int, needed: int, pieces: int, packs: int
) -> None:
    found = suggest(used(400), TOWNSHIP, on_hand=on_hand, in_transit=on_the_way, asked=asked, pieces_per_pack=pack)
    assert (found.needed, found.pieces, found.packs) == (needed, pieces, packs)
    terms = found.terms
    assert (terms.on_hand, terms.in_transit, terms.asked, terms.norm_months) == (on_hand, on_the_way, asked, 3)


def test_unknown_use_suggests_nothing() -> None:
    found = suggest(used(None), TOWNSHIP, on_hand=0, in_transit=0, asked=0, pieces_per_pack=10)
    assert (found.needed, found.pieces, found.packs) == (None, None, None)


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6), st.integers(1, 500), st.integers(0, 10**5))
def test_a_suggestion_fills_to_the_norm_and_no_further(
    on_hand: int, way: int, asked: int, pack: int, per_month: int
) -> None:
    found = suggest(used(per_month), TOWNSHIP, on_hand=on_hand, in_transit=way, asked=asked, pieces_per_pack=pack)
    assert found.pieces is not None
    assert found.pieces % pack == 0
    if found.pieces:
        covered = on_hand + way + asked + found.pieces
        assert per_month * 3 <= covered < per_month * 3 + pack


@pytest.mark.parametrize(
    ("suggested", "asked", "much"),
    [
        (100, 100, False),
        (100, 120, False),
        (100, 121, True),
        (100, 79, True),
        (0, 10, False),
        (0, 11, True),
        (None, 10**6, False),
        (5, 0, False),
        (500, 0, True),
    ],
)
def test_what_differs_much(suggested: int | None, asked: int, much: bool) -> None:
    assert suggesting.differs_much(suggested, asked, pieces_per_pack=10) is much


def test_emergencies() -> None:
    assert suggesting.is_urgent(used(100), TOWNSHIP, 49)
    assert not suggesting.is_urgent(used(100), TOWNSHIP, 50)
    assert suggesting.is_urgent(used(None), TOWNSHIP, 0)
    suggesting.check_emergency(False, "the road will be closed")
    with pytest.raises(Refused):
        suggesting.check_emergency(False, " ")


# States
@pytest.mark.parametrize(
    ("taken", "reached"),
    [
        ((Verb.DRAW,), State.DRAWN),
        ((Verb.DRAW, Verb.CHANGE), State.DRAWN),
        ((Verb.DRAW, Verb.SUBMIT), State.SUBMITTED),
        ((Verb.DRAW, Verb.SUBMIT, Verb.SEE), State.SUBMITTED),
        ((Verb.DRAW, Verb.SUBMIT, Verb.REVIEW), State.REVIEWED),
        ((Verb.DRAW, Verb.SUBMIT, Verb.APPROVE, Verb.SEND), State.APPROVED),
        ((Verb.DRAW, Verb.SUBMIT, Verb.APPROVE, Verb.SEND, Verb.CLOSE), State.CLOSED),
        ((Verb.DRAW, Verb.SUBMIT, Verb.REFUSE), State.REFUSED),
        ((Verb.DRAW, Verb.WITHDRAW), State.WITHDRAWN),
    ],
)
def test_the_fold(taken: tuple[Verb, ...], reached: State) -> None:
    assert steps.stage(verbs(*taken)) is reached


@pytest.mark.parametrize("wrong", [(), (Verb.SUBMIT,), (Verb.DRAW, Verb.DRAW)])
def test_an_order_begins_by_being_drawn(wrong: tuple[Verb, ...]) -> None:
    with pytest.raises(ValueError, match="drawn"):
        steps.stage(verbs(*wrong))


@pytest.mark.parametrize(
    ("lines", "now"),
    [
        ([LineProgress(100)], State.APPROVED),
        ([LineProgress(100, drawn=100)], State.BEING_SENT),
        ([LineProgress(100, sent=40)], State.SENT_PARTLY),
        ([LineProgress(100, drawn=60, sent=40)], State.SENT_PARTLY),
        ([LineProgress(100, sent=100), LineProgress(0)], State.SENT),
        ([LineProgress(100, sent=100, accepted=90, damaged=2, missing=8)], State.RECEIVED),
        ([LineProgress(100, sent=100, accepted=100), LineProgress(5)], State.SENT_PARTLY),
        ([], State.APPROVED),
    ],
)
def test_goods_move_an_approved_order(lines: list[LineProgress], now: State) -> None:
    assert steps.state(State.APPROVED, lines) is now
    assert steps.state(State.CLOSED, lines) is State.CLOSED


def test_who_may_take_which_step() -> None:
    asked = verbs(Verb.DRAW, Verb.SUBMIT)
    assert steps.possible(State.SUBMITTED, asked, "asker", {Side.ASKER}) == {Verb.WITHDRAW}
    both = steps.possible(State.SUBMITTED, asked, "asker", {Side.ASKER, Side.ANSWERER})
    assert both == {Verb.WITHDRAW}
    answering = steps.possible(State.SUBMITTED, asked, "other", {Side.ANSWERER})
    assert answering == {Verb.REVIEW, Verb.APPROVE, Verb.REFUSE}
    assert steps.possible(State.BEING_SENT, asked, "other", {Side.ANSWERER}) == {Verb.SEND}
    for verb in Verb:
        if verb not in (Verb.DRAW, Verb.SEE):
            with pytest.raises(Refused):
                steps.check(verb, State.REFUSED, asked, "other")


@given(st.lists(st.sampled_from([verb for verb in Verb if verb is not Verb.DRAW]), max_size=12))
def test_no_way_leads_out_of_an_end(taken: list[Verb]) -> None:
    """Only possible steps are taken; once refused, withdrawn or closed nothing changes it."""
    way = verbs(Verb.DRAW)
    ended: State | None = None
    for verb in taken:
        now = steps.stage(way)
        if ended is not None:
            assert now is ended
        try:
            steps.check(verb, now, way, "other")
        except Refused:
            continue
        way.append(Step(verb, "other"))
        now = steps.stage(way)
        if now in (State.REFUSED, State.WITHDRAWN, State.CLOSED):
            ended = now


# Shares
def need(place: int, per_month: int | None, on_hand: int, *, pack: int = 10, way: int = 0) -> Need:
    suggestion: Suggestion = suggest(
        used(per_month), TOWNSHIP, on_hand=on_hand, in_transit=way, asked=0, pieces_per_pack=pack
    )
    return Need(place, suggestion, TOWNSHIP.emergency_months)


def test_enough_for_all() -> None:
    shares = share_out([need(1, 100, 0), need(2, 50, 300), need(3, None, 0)], 1000, 10)
    assert [(one.place, one.pieces, one.why) for one in shares] == [
        (1, 300, Why.FULL),
        (2, 0, Why.ENOUGH),
        (3, 0, Why.UNKNOWN_USE),
    ]


def test_too_little_first_to_the_emergency_point_then_by_use() -> None:
    """1: 100 a month, none there, urgent 50. 2: 300 a month, 200 there, urgent 0. 130 to share: 50, then 80 as 1:3."""
    shares = share_out([need(1, 100, 0), need(2, 300, 200)], 130, 10)
    assert [(one.pieces, one.why) for one in shares] == [(70, Why.SHORT), (60, Why.SHORT)]


def test_not_even_enough_for_emergencies() -> None:
    shares = share_out([need(1, 100, 0), need(2, 300, 0)], 79, 10)
    assert [one.pieces for one in shares] == [20, 50]
    assert {one.why for one in shares} == {Why.EMERGENCY_ONLY}


NEEDS = st.lists(
    st.tuples(st.one_of(st.none(), st.integers(0, 900)), st.integers(0, 3000), st.integers(0, 500)), max_size=9
)


@given(NEEDS, st.integers(0, 20_000), st.integers(1, 120))
def test_shares_are_whole_packs_never_more_than_there_is_or_is_needed(
    wants: list[tuple[int | None, int, int]], available: int, pack: int
) -> None:
    needs = [need(place, use, there, pack=pack, way=way) for place, (use, there, way) in enumerate(wants)]
    shares = share_out(needs, available, pack)
    given_out = sum(one.pieces for one in shares)
    wanted = [ceil((one.needed or 0) / pack) * pack for one in shares]
    assert all(one.pieces % pack == 0 and one.pieces <= most for one, most in zip(shares, wanted, strict=True))
    assert given_out == min(sum(wanted), available // pack * pack)


@given(NEEDS, st.integers(0, 5_000))
def test_nobody_gets_beyond_the_emergency_point_while_another_is_below(
    wants: list[tuple[int | None, int, int]], available: int
) -> None:
    needs = [need(place, use, there, pack=1, way=way) for place, (use, there, way) in enumerate(wants)]
    shares = share_out(needs, available, 1)
    below = [one for one, share in zip(needs, shares, strict=True) if share.pieces < one.urgent_packs(1)]
    if below:
        assert all(share.pieces <= one.urgent_packs(1) for one, share in zip(needs, shares, strict=True))


@given(st.integers(0, 500), st.lists(st.tuples(st.integers(0, 50), st.integers(0, 90)), max_size=8))
def test_in_proportion_uses_all_it_may(total: int, rows: list[tuple[int, int]]) -> None:
    weights, most = [Fraction(weight) for weight, _ in rows], [top for _, top in rows]
    found = distributing.in_proportion(total, weights, most)
    allowed = sum(top for weight, top in rows if weight)
    assert sum(found) == min(total, allowed)
    assert all(0 <= one <= top for one, top in zip(found, most, strict=True))


# Rhythm
MONTHLY, QUARTERLY = Rhythm(1, 5, 2, "test", True), Rhythm(3, 20, 7, "test", True)


@pytest.mark.parametrize(
    ("rule", "today", "last", "due", "overdue"),
    [
        (MONTHLY, date(2026, 11, 3), None, date(2026, 11, 5), 0),
        (MONTHLY, date(2026, 11, 25), None, date(2026, 11, 5), 20),
        (MONTHLY, date(2026, 11, 25), date(2026, 11, 2), date(2026, 12, 5), 0),
        (MONTHLY, date(2026, 11, 25), date(2026, 10, 31), date(2026, 11, 5), 20),
        (MONTHLY, date(2026, 12, 31), date(2026, 12, 1), date(2027, 1, 5), 0),
        (QUARTERLY, date(2026, 11, 25), date(2026, 10, 1), date(2027, 1, 20), 0),
        (QUARTERLY, date(2026, 12, 31), None, date(2026, 10, 20), 72),
        (QUARTERLY, date(2027, 1, 1), date(2026, 12, 31), date(2027, 1, 20), 0),
    ],
)
def test_when_an_order_is_due(rule: Rhythm, today: date, last: date | None, due: date, overdue: int) -> None:
    found = next_due(rule, today=today, last_asked_on=last)
    assert (found.on, found.overdue_days, found.overdue) == (due, overdue, overdue > 0)


def test_a_new_place_owes_nothing_for_before() -> None:
    found = next_due(MONTHLY, today=date(2026, 11, 25), last_asked_on=None, since=date(2026, 11, 10))
    assert (found.on, found.overdue) == (date(2026, 12, 5), False)


def test_days_on_the_way() -> None:
    sent = date(2026, 11, 20)
    late = [rhythm.days_overdue(MONTHLY, sent_on=sent, today=sent + timedelta(days=days)) for days in (0, 2, 3, 9)]
    assert late == [0, 0, 1, 7]


def test_a_faulty_definition_is_refused_at_once() -> None:
    content = {
        "file": {"title_zh": "节律", "title_en": "Rhythm", "compiled_on": date(2026, 11, 25)},
        "rhythms": [{"level": "county", "every_months": 5, "due_day": 31, "source": "x", "verified": True}],
    }
    with pytest.raises(Refused) as refused:
        rhythm.read_rhythms(content, file="rhythm.toml")
    places = {reason.field for reason in refused.value.reasons}
    assert places == {"rhythms[1].every_months", "rhythms[1].due_day", "rhythms[1].days_on_the_way", "rhythms"}


# Differences
@pytest.mark.parametrize(
    ("said", "state"),
    [
        ((), CaseState.WAITS_FOR_SENDER),
        ((CaseVerb.ACCEPT,), CaseState.AGREED),
        ((CaseVerb.NOT_SENT,), CaseState.WAITS_FOR_RECEIVER),
        ((CaseVerb.NOT_SENT, CaseVerb.CONFIRM), CaseState.AGREED),
        ((CaseVerb.NOT_SENT, CaseVerb.INSIST), CaseState.WAITS_FOR_OFFICER),
        ((CaseVerb.DISPUTE,), CaseState.DISPUTED),
        ((CaseVerb.DISPUTE, CaseVerb.TURNED_UP), CaseState.AGREED),
        ((CaseVerb.DISPUTE, CaseVerb.INSIST, CaseVerb.DECIDE), CaseState.DECIDED),
        ((CaseVerb.DISPUTE, CaseVerb.INSIST, CaseVerb.ACCEPT), CaseState.AGREED),
        ((CaseVerb.TURNED_UP,), CaseState.AGREED),
    ],
)
def test_how_a_case_ends(said: tuple[CaseVerb, ...], state: CaseState) -> None:
    assert differences.case_state([CaseStep(verb, "x") for verb in said]) is state


def test_an_officer_can_decide_whatever_is_open_and_nothing_that_is_closed() -> None:
    for state in CaseState:
        assert ((state, CaseVerb.DECIDE) in differences.TRANSITIONS) is (state not in differences.CLOSED)
        assert (state in differences.CLOSED) is not any(before is state for before, _verb in differences.TRANSITIONS)


def test_who_counted_and_notes() -> None:
    with pytest.raises(Refused) as own:
        differences.check(CaseVerb.ACCEPT, [], by="x", counted_by="x", note="")
    assert own.value.code == "own_count"
    with pytest.raises(Refused) as silent:
        differences.check(CaseVerb.DISPUTE, [], by="y", counted_by="x", note=" ")
    assert silent.value.field == "note"
    differences.check(CaseVerb.ACCEPT, [], by="y", counted_by="x", note="")
