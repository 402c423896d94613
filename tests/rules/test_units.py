"""Pieces, packs, cartons, and what people type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhixuan.rules.refusal import Refused
from zhixuan.rules.units import LARGEST_QUANTITY_PIECES, Packing, Split, UnitWords, parse_quantity, to_half_width

CONDOMS = Packing(pieces_per_pack=10, packs_per_carton=40)
CONDOM_WORDS = UnitWords.of("只", "condom", "condoms")
sizes = st.none() | st.integers(1, 5000)
packings = st.builds(Packing, sizes, sizes)


@given(packings, st.integers(-(10**13), 10**13))
def test_splitting_and_joining_again_loses_nothing(packing: Packing, pieces: int) -> None:
    split = packing.split(pieces)
    assert packing.pieces(cartons=split.cartons, packs=split.packs, pieces=split.pieces) == pieces
    assert packing.split(-pieces) == Split(-split.cartons, -split.packs, -split.pieces)


@given(st.integers(2, 500), st.integers(2, 500), st.integers(0, 10**9))
def test_a_split_never_leaves_a_whole_pack_or_carton_loose(per_pack: int, per_carton: int, pieces: int) -> None:
    split = Packing(per_pack, per_carton).split(pieces)
    assert 0 <= split.pieces < per_pack
    assert 0 <= split.packs < per_carton


@given(st.integers(1, 500), st.integers(0, 10**9))
def test_packs_holding_is_the_least_that_is_enough(per_pack: int, pieces: int) -> None:
    packs = Packing(per_pack).packs_holding(pieces)
    assert packs * per_pack >= pieces > (packs - 1) * per_pack or pieces == packs == 0


@pytest.mark.parametrize(
    ("packing", "pieces", "split"),
    [
        (CONDOMS, 1225, Split(3, 2, 5)),
        (CONDOMS, 0, Split(0, 0, 0)),
        (CONDOMS, -1225, Split(-3, -2, -5)),
        (Packing(10), 1225, Split(0, 122, 5)),
        (Packing(1, 1), 7, Split(0, 0, 7)),
        (Packing(1, 12), 30, Split(2, 0, 6)),
        (Packing(None, 12), 30, Split(0, 0, 30)),
    ],
)
def test_split(packing: Packing, pieces: int, split: Split) -> None:
    assert packing.split(pieces) == split


def test_a_pack_holds_at_least_one() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Packing(0)


@pytest.mark.parametrize(
    ("typed", "pieces"),
    [
        ("3箱2盒5", 1225),
        ("３箱２盒５", 1225),
        ("3 箱 2 盒 5 只", 1225),
        ("3箱，2盒，5只", 1225),
        ("3盒零5", 35),
        ("3盒又5只", 35),
        ("5只3盒", 35),
        ("12 packs", 120),
        ("12 Boxes", 120),
        ("1 carton and 2 packs, 5 pieces", 425),
        ("1 carton + 2 packs", 420),
        ("1,200", 1200),
        ("１，２００", 1200),
        ("1,200盒", 12000),
        ("3盒,200只", 230),
        ("0", 0),
        ("007", 7),
        (" 5 ", 5),
        ("1000000000000", 10**12),
    ],
)
def test_what_people_type(typed: str, pieces: int) -> None:
    assert parse_quantity(typed, packing=CONDOMS, words=CONDOM_WORDS) == pieces


# fmt: off
UNCLEAR = [
    "", "  ", "1.5", "1.200", "2.5箱", ".5", "5.", "-3", "−3", "－3", "3箱2", "3盒2盒", "5 5", "5 3盒", "1,20",
    "1,2000", "1,", "12,345,6", "10²", "½", "①", "٣", "1e3", "0x10", "三盒", "件", "3件", "2打", "3瓶", "3-5", "5片",
    "盒3", "盒", "nan", "∞", "1000000000001", "9999999999箱", "3盒-5", "1_000", "=1+1", "1 200", "(5)", "3\x00",
]
# fmt: on


@pytest.mark.parametrize("typed", [*UNCLEAR, "1" * 61])
def test_refused_rather_than_guessed(typed: str) -> None:
    with pytest.raises(Refused) as refusal:
        parse_quantity(typed, packing=CONDOMS, words=CONDOM_WORDS)
    assert refusal.value.text()


def test_a_bare_number_after_cartons_is_clear_when_a_pack_is_a_piece() -> None:
    assert parse_quantity("3箱2", packing=Packing(1, 100)) == 302


@pytest.mark.parametrize("typed", ["3盒", "3箱"])
def test_a_size_that_is_not_known_is_not_one(typed: str) -> None:
    with pytest.raises(Refused, match="not known"):
        parse_quantity(typed, packing=Packing(None, 40))


def test_the_products_own_word_wins() -> None:
    assert parse_quantity("3盒", packing=Packing(None), words=UnitWords.of("盒")) == 3


@given(st.integers(0, 10**6), st.integers(0, 10**4), st.integers(0, 10**4))
def test_what_is_said_comes_back(cartons: int, packs: int, pieces: int) -> None:
    expected = CONDOMS.pieces(cartons=cartons, packs=packs, pieces=pieces)
    for text in (f"{cartons}箱{packs}盒{pieces}只", f"{cartons:,} cartons {packs:,} packs {pieces:,}"):
        assert parse_quantity(text, packing=CONDOMS, words=CONDOM_WORDS) == expected


@given(st.text(max_size=80))
def test_any_text_is_a_number_or_a_refusal(text: str) -> None:
    try:
        pieces = parse_quantity(text, packing=CONDOMS)
    except Refused:
        return
    assert 0 <= pieces <= LARGEST_QUANTITY_PIECES


def test_only_width_is_folded() -> None:
    assert to_half_width("\u3000１０²Ａ") == "10²a"
