"""First expiry, first out: properties that hold for every shelf."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from zhixuan.rules.refusal import Refused
from zhixuan.rules.stock.fefo import (
    LotOnHand,
    Needs,
    Why,
    follow_choice,
    left_after,
    order,
    pick,
    shortage,
    told,
    unfit,
)

DAY = date(2026, 11, 23)
expiries = st.integers(-40, 400).map(lambda after: DAY + timedelta(days=after)) | st.just(date(9999, 12, 31))


@st.composite
def shelves(draw: st.DrawFn) -> list[LotOnHand]:
    rows = draw(
        st.lists(
            st.tuples(
                expiries,
                st.integers(0, 60),
                st.sampled_from([0, 0, 0, 7]),
                st.sampled_from([0, 0, 0, 9]),
                st.sampled_from([1, 10, 12]),
                st.sampled_from("AB"),
            ),
            max_size=8,
        )
    )
    return [
        LotOnHand(i, 1 + i % 2, 1, number, expires, pieces, held, pack, later)
        for i, (expires, pieces, held, later, pack, number) in enumerate(rows)
    ]


needs = st.builds(
    Needs,
    on=st.just(DAY),
    good_until=st.none() | expiries,
    item_id=st.sampled_from([None, None, 1]),
    whole_packs=st.booleans(),
    expired_allowed=st.booleans(),
)
wanted = st.integers(1, 200)


@given(shelves(), wanted, needs)
def test_taken_and_missing_make_up_what_was_wanted(shelf: list[LotOnHand], pieces: int, need: Needs) -> None:
    picked = pick(shelf, pieces, need)
    assert sum(take for _lot, take in picked.lines) + picked.missing == pieces
    assert picked.missing >= 0
    assert all(0 < take <= lot.pieces for lot, take in picked.lines)


@given(shelves(), wanted, needs)
def test_no_later_lot_is_opened_while_an_earlier_one_that_fits_has_pieces(
    shelf: list[LotOnHand], pieces: int, need: Needs
) -> None:
    picked = pick(shelf, pieces, need)
    taken = {lot.lot_id: take for lot, take in picked.lines}
    opened = [lot for lot in shelf if lot.lot_id in taken]
    for earlier in shelf:
        for later in opened:
            if order(earlier) < order(later) and unfit(earlier, need) is None:
                left = earlier.pieces - taken.get(earlier.lot_id, 0)
                still_needed = taken[later.lot_id]
                pack = earlier.pieces_per_pack if need.whole_packs else 1
                assert min(left, still_needed) < pack, "it could have given more"


@given(shelves(), wanted, needs)
def test_nothing_unfit_goes_out_and_every_lot_is_accounted_for(
    shelf: list[LotOnHand], pieces: int, need: Needs
) -> None:
    picked = pick(shelf, pieces, need)
    for lot, take in picked.lines:
        assert lot.expires_on >= need.on or need.expired_allowed
        assert need.good_until is None or lot.expires_on >= need.good_until
        assert need.item_id in (None, lot.item_id)
        assert not need.whole_packs or take % lot.pieces_per_pack == 0
    assert {verdict.lot_id for verdict in picked.verdicts} == {lot.lot_id for lot in shelf}
    said = {verdict.lot_id: verdict for verdict in picked.verdicts}
    for lot, take in picked.lines:
        assert (said[lot.lot_id].why, said[lot.lot_id].pieces) == (Why.TAKEN, take)
    assert sum(verdict.why == Why.TAKEN for verdict in picked.verdicts) == len(picked.lines)


@given(shelves(), wanted, needs, st.randoms())
def test_the_order_of_the_shelf_does_not_matter(shelf: list[LotOnHand], pieces: int, need: Needs, random) -> None:
    shuffled = shelf[:]
    random.shuffle(shuffled)
    assert pick(shuffled, pieces, need) == pick(shelf, pieces, need)


@given(shelves(), wanted, needs)
def test_missing_only_when_all_that_fits_is_used_up(shelf: list[LotOnHand], pieces: int, need: Needs) -> None:
    picked = pick(shelf, pieces, replace(need, whole_packs=False))
    fitting = sum(lot.pieces for lot in shelf if unfit(lot, replace(need, whole_packs=False)) is None)
    assert picked.missing == max(pieces - fitting, 0)


@given(shelves(), wanted, wanted, needs)
def test_two_lines_never_take_the_same_pieces(shelf: list[LotOnHand], first: int, second: int, need: Needs) -> None:
    one = pick(shelf, first, need)
    two = pick(left_after(one, shelf), second, need)
    for lot in shelf:
        taken = sum(take for taken_lot, take in (*one.lines, *two.lines) if taken_lot.lot_id == lot.lot_id)
        assert taken <= lot.pieces


@given(shelves(), wanted, needs)
def test_what_fefo_would_take_may_be_chosen_without_a_reason(shelf: list[LotOnHand], pieces: int, need: Needs) -> None:
    picked = pick(shelf, pieces, need)
    assume(picked.lines)
    chosen = {lot.lot_id: take for lot, take in picked.lines}
    again = follow_choice(shelf, chosen, need, override_reason="")
    assert {lot.lot_id: take for lot, take in again.lines} == chosen
    assert again.missing == 0


@given(shelves(), wanted, needs)
def test_a_slip_keeps_what_was_taken_and_passed_over_not_what_comes_later(
    shelf: list[LotOnHand], pieces: int, need: Needs
) -> None:
    picked = pick(shelf, pieces, need)
    kept = told(picked.verdicts)
    left_out = [one for one in picked.verdicts if one not in kept]
    assert {one.lot_id for one in kept} >= {lot.lot_id for lot, _take in picked.lines}
    assert all(one.why is Why.NOT_NEEDED for one in left_out)
    opened = [order(lot) for lot, _take in picked.lines]
    later = {lot.lot_id: order(lot) for lot in shelf}
    assert all(later[one.lot_id] > max(opened) for one in left_out if opened)


@given(shelves(), st.dictionaries(st.integers(0, 7), st.integers(1, 60), min_size=1, max_size=3), needs, st.booleans())
def test_another_choice_needs_a_reason_and_never_opens_what_may_not_be(
    shelf: list[LotOnHand], chosen: dict[int, int], need: Needs, with_reason: bool
) -> None:
    by_id = {lot.lot_id: lot for lot in shelf}
    proposal = {lot.lot_id: take for lot, take in pick(shelf, sum(chosen.values()), need).lines}
    try:
        picked = follow_choice(shelf, chosen, need, override_reason="asked for" if with_reason else " ")
    except Refused as refused:
        impossible = any(
            lot_id not in by_id
            or by_id[lot_id].pieces < pieces
            or (by_id[lot_id].expires_on < need.on and not need.expired_allowed)
            for lot_id, pieces in chosen.items()
        )
        code = refused.code
        assert impossible or (not with_reason and proposal != chosen)
        assert code in {"fefo_reason_needed", "too_little", "lot_not_here", "expired", "quarantined"}
    else:
        assert {lot.lot_id: take for lot, take in picked.lines} == chosen
        assert with_reason or proposal == chosen
        assert all(need.expired_allowed or lot.expires_on >= need.on for lot, _take in picked.lines)


@given(shelves(), wanted, needs)
def test_a_shortage_says_how_much_can_be_had(shelf: list[LotOnHand], pieces: int, need: Needs) -> None:
    picked = pick(shelf, pieces, need)
    assume(picked.missing)
    refused = shortage(picked, product="pill", wanted=pieces)
    assert refused.fields["available"] == pieces - picked.missing
    assert refused.fields["wanted"] == pieces
    assert "pill" in refused.text()


@pytest.mark.parametrize(
    ("lot", "why"),
    [
        ({"pieces": 0, "pieces_held": 5}, Why.QUARANTINED),
        ({"pieces": 0, "pieces_later": 5}, Why.NOT_THERE_THEN),
        ({"expires_on": DAY - timedelta(days=1)}, Why.EXPIRED),
        ({"expires_on": DAY}, None),
        ({"item_id": 2}, Why.WRONG_PACK),
    ],
)
def test_why_a_lot_is_passed_over(lot: dict, why: Why | None) -> None:
    known = {"lot_id": 1, "item_id": 1, "product_id": 1, "number": "A", "expires_on": DAY + timedelta(9), "pieces": 5}
    assert unfit(LotOnHand(**(known | lot)), Needs(on=DAY, item_id=1)) == why
