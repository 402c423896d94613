"""Pieces, packs and cartons: exact whole numbers, and what people type for them.

The ledger counts pieces (the smallest dispensing unit) only. Packs and cartons exist on screens and slips, so every
conversion here is between integers and nothing is ever rounded silently.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from zhixuan.rules.refusal import N_, Refused

LARGEST_QUANTITY_PIECES: Final = 10**12
_LONGEST_TEXT: Final = 60

# Only words that say nothing about form: 片 (tablet) typed for a product counted in 板 (strip) must not pass for it.
PIECE_WORDS: Final = frozenset({"piece", "pieces", "pc", "pcs", "unit", "units", "个"})
PACK_WORDS: Final = frozenset({"pack", "packs", "box", "boxes", "盒", "包", "小盒"})
CARTON_WORDS: Final = frozenset({"carton", "cartons", "ctn", "ctns", "case", "cases", "箱", "整箱", "大箱"})
# 件 is "a piece" to a shopkeeper and "a whole carton" (整件) to a warehouse: never guess.
AMBIGUOUS_WORDS: Final = frozenset({"件", "整件", "打", "罗", "dozen", "gross"})


@dataclass(frozen=True, slots=True)
class Split:
    """A quantity said in cartons, packs and loose pieces; all three have the same sign."""

    cartons: int
    packs: int
    pieces: int


@dataclass(frozen=True, slots=True)
class Packing:
    """How a trade item is packed. `None` means the size is not known, which is not the same as one.

    Raises:
        ValueError: a size below one.
    """

    pieces_per_pack: int | None = None
    packs_per_carton: int | None = None

    def __post_init__(self) -> None:
        for size in (self.pieces_per_pack, self.packs_per_carton):
            if size is not None and size < 1:
                raise ValueError("a pack or carton holds at least one")

    @property
    def pieces_per_carton(self) -> int | None:
        if self.pieces_per_pack is None or self.packs_per_carton is None:
            return None
        return self.pieces_per_pack * self.packs_per_carton

    def pieces(self, *, cartons: int = 0, packs: int = 0, pieces: int = 0) -> int:
        """Total in pieces.

        Raises:
            Refused: packs or cartons were given although their size is not known.
        """
        total = pieces
        if packs:
            total += packs * _known(self.pieces_per_pack, "pack")
        if cartons:
            total += cartons * _known(self.pieces_per_carton, "carton")
        return total

    def split(self, pieces: int) -> Split:
        """The largest whole cartons, then packs, then what is loose. A size of one or unknown is not a level."""
        sign, left = (-1, -pieces) if pieces < 0 else (1, pieces)
        cartons = packs = 0
        if self.pieces_per_carton is not None and (self.packs_per_carton or 0) > 1:
            cartons, left = divmod(left, self.pieces_per_carton)
        if self.pieces_per_pack is not None and self.pieces_per_pack > 1:
            packs, left = divmod(left, self.pieces_per_pack)
        return Split(sign * cartons, sign * packs, sign * left)

    def packs_holding(self, pieces: int) -> int:
        """Fewest whole packs that hold at least these pieces (ceiling).

        Raises:
            Refused: the pack size is not known.
        """
        return -(-pieces // _known(self.pieces_per_pack, "pack"))

    def cartons_holding(self, pieces: int) -> int:
        """Fewest whole cartons that hold at least these pieces (ceiling).

        Raises:
            Refused: the carton size is not known.
        """
        return -(-pieces // _known(self.pieces_per_carton, "carton"))


def _known(size: int | None, unit: str) -> int:
    if size is not None:
        return size
    if unit == "pack":
        raise Refused(N_("The pack size of this product is not known: give the quantity in pieces."))
    raise Refused(N_("The carton size of this product is not known: give the quantity in packs or pieces."))


@dataclass(frozen=True, slots=True)
class UnitWords:
    """Words for units: the product's own piece unit (板, cycle, ...) first, then the general words above."""

    own_piece_words: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def of(cls, *own_piece_words: str) -> UnitWords:
        return cls(frozenset(word.strip().lower() for word in own_piece_words if word.strip()))

    def unit(self, word: str) -> str:
        """`piece`, `pack` or `carton`.

        Raises:
            Refused: the word is unknown, or means different things to different people.
        """
        if word in self.own_piece_words:
            return "piece"
        if word in AMBIGUOUS_WORDS:
            raise Refused(N_("“{word}” can mean different amounts: say pieces, packs or cartons."), word=word)
        for unit, words in (("piece", PIECE_WORDS), ("pack", PACK_WORDS), ("carton", CARTON_WORDS)):
            if word in words:
                return unit
        raise Refused(N_("“{word}” is not a unit known here: say pieces, packs or cartons."), word=word)


_PART = re.compile(r"(?P<number>(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?![0-9]))\s*(?P<word>[^\W\d_]+)?")
_JOINTS: Final = ",、+&;"
_SPOKEN_JOINTS: Final = ("and", "零", "又", "加")
_NEGATIVE = re.compile(r"[-−–—﹣]\s*[0-9]")
_DECIMAL = re.compile(r"[0-9]\s*[.。·]\s*[0-9]|[.][0-9]|[0-9][.]")
_FULL_WIDTH: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


def to_half_width(text: str) -> str:
    """Full-width digits, letters and signs (１２，Ａ) as plain ones, lower case, trimmed; nothing else is changed.

    Not Unicode NFKC, which would also turn 10² into 102 and ① into 1.
    """
    return half_width(text).strip().lower()


def half_width(text: str) -> str:
    """As `to_half_width`, but keeping case and blanks: lot numbers tell A from a."""
    return text.translate(_FULL_WIDTH)


def parse_quantity(text: str, *, packing: Packing, words: UnitWords | None = None) -> int:
    """Pieces meant by what a person typed: "3箱2盒5", "12 packs", "１，２００".

    A number without a unit means pieces, and may only come last. "3箱2" is refused when packs exist, because the 2
    may be packs or pieces. Decimals are always refused: 1.200 is 1200 to some and 1.2 to others.

    Returns:
        Pieces, 0 to 10^12.

    Raises:
        Refused: with the reason and what to type instead.
    """
    plain = to_half_width(text)
    _refuse_unreadable(plain, text.strip())
    amounts = _amounts(plain, words or UnitWords(), packing, text.strip())
    total = packing.pieces(cartons=amounts["carton"], packs=amounts["pack"], pieces=amounts["piece"])
    if total > LARGEST_QUANTITY_PIECES:
        raise Refused(N_("This is more than {limit} pieces: check the number."), limit=LARGEST_QUANTITY_PIECES)
    return total


def _refuse_unreadable(plain: str, typed: str) -> None:
    if not plain:
        raise Refused(N_("Give a quantity, for example 1200 or 3 cartons 2 packs."))
    if len(plain) > _LONGEST_TEXT:
        raise Refused(N_("This is too long for a quantity: give one number, for example 1200."))
    if _NEGATIVE.match(plain):
        raise Refused(N_("“{typed}” is below zero: give a quantity of zero or more."), typed=typed)
    if _DECIMAL.search(plain):
        raise Refused(N_("“{typed}” is not a whole number: say it in whole cartons, packs and pieces."), typed=typed)


def _amounts(plain: str, words: UnitWords, packing: Packing, typed: str) -> dict[str, int]:
    found: dict[str, int] = {}
    smallest = ""
    at = 0
    while at < len(plain):
        part = _PART.match(plain, at)
        if part is None or smallest == "bare":
            raise _not_understood(typed)
        word, at = _word_and_end(part)
        if word:
            unit = smallest = words.unit(word)
        else:
            unit = _unit_of_bare_number(smallest, packing, typed)
            smallest = "bare"
        if unit in found:
            raise _not_understood(typed)
        found[unit] = int(part["number"].replace(",", ""))
        end, at = at, _after_joint(plain, at)
        if end != at == len(plain):
            raise _not_understood(typed)
    return {unit: found.get(unit, 0) for unit in ("carton", "pack", "piece")}


def _word_and_end(part: re.Match[str]) -> tuple[str, int]:
    word = part["word"] or ""
    for joint in _SPOKEN_JOINTS:
        # "3盒零5": the joint sticks to the unit because Chinese writes no spaces.
        if len(word) > len(joint) and not word.isascii() and word.endswith(joint):
            return word[: -len(joint)], part.end() - len(joint)
    return word, part.end()


def _after_joint(plain: str, at: int) -> int:
    for joint in ("", *_SPOKEN_JOINTS):
        if plain.startswith(joint, at):
            at += len(joint)
            while at < len(plain) and (plain[at].isspace() or plain[at] in _JOINTS):
                at += 1
    return at


def _unit_of_bare_number(smallest: str, packing: Packing, typed: str) -> str:
    if smallest == "carton" and packing.pieces_per_pack != 1:
        raise Refused(N_("“{typed}”: say whether the last number is packs or pieces."), typed=typed)
    return "piece"


def _not_understood(typed: str) -> Refused:
    return Refused(
        N_("“{typed}” is not understood as a quantity: type 1200, 1,200 or 3 cartons 2 packs 5 pieces."), typed=typed
    )
