"""Lines and steps of demand plans, by hand and at random."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhixuan.rules.planning.lines import PlaceUse, check_change, is_unlike, terms_of
from zhixuan.rules.planning.steps import FROM, LEADS_TO, State, Verb, check
from zhixuan.rules.refusal import Refused

USE = st.fractions(0, 10_000, max_denominator=90)


@given(USE, USE)
def test_use_below_and_own_use_are_what_passed(passed: Fraction, below: Fraction) -> None:
    own = PlaceUse(passed, below).own
    assert own + min(below, passed) == passed


@pytest.mark.parametrize(
    ("pieces", "unlike"), [(4100, False), (4820, False), (4830, True), (3380, False), (3370, True), (0, True)]
)
def test_the_twenty_per_cent_rule(pieces: int, unlike: bool) -> None:
    use = PlaceUse(Fraction(300), Fraction(0))
    terms = terms_of(use, norm_months=Fraction(2), stock=100, on_the_way=0, pack=10)
    assert terms.requested == 4100
    assert is_unlike(pieces, terms, use.own) is unlike


def test_the_proposal_itself_is_never_unlike() -> None:
    use = PlaceUse(Fraction(10), Fraction(0))
    terms = terms_of(use, norm_months=Fraction(2), stock=9000, on_the_way=0, pack=10)
    assert terms.requested == 0
    assert not is_unlike(0, terms, use.own)


@given(st.integers(-50, 500), st.integers(0, 50), st.integers(1, 20), st.sampled_from(["", " ", "why"]))
def test_a_change_is_refused_for_what_is_wrong_with_it(pieces: int, packs: int, pack: int, reason: str) -> None:
    proposed = packs * pack
    wrong = {"pieces"} if pieces < 0 or pieces % pack else set()
    wrong |= {"reason"} if pieces != proposed and not reason.strip() else set()
    if not wrong:
        check_change(pieces, reason, proposed=proposed, pack=pack)
        return
    with pytest.raises(Refused) as refused:
        check_change(pieces, reason, proposed=proposed, pack=pack)
    assert {one.field for one in refused.value.reasons} == wrong


@pytest.mark.parametrize("verb", list(Verb))
@pytest.mark.parametrize("state", list(State))
def test_steps_only_from_their_states(verb: Verb, state: State) -> None:
    said = {"from_above": True, "wrote_in_it": False, "note": "mend it"}
    if state in FROM[verb]:
        check(verb, state, **said)  # type: ignore[arg-type]
        assert LEADS_TO[verb] is not state
    else:
        with pytest.raises(Refused):
            check(verb, state, **said)  # type: ignore[arg-type]
