"""From GS1 element strings to what they say of a pack."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from typing import Final

from biip import ParseConfig
from biip.gs1_element_strings import GS1ElementString

from zhixuan.rules.gtin import clean_gtin
from zhixuan.rules.scanning import refusing
from zhixuan.rules.scanning.scanned import CodeKind, CountUnit, Scanned

FNC1: Final = "\x1d"
CONFIG: Final = ParseConfig(gs1_element_strings_verify_date=False, separator_chars=(FNC1,))
"""Days are worked out here: the library asks the clock for the century, and a rule may not."""

_READ = frozenset({"00", "01", "02", "10", "11", "15", "17", "21", "30", "37"})
_PLACES = ("410", "411", "412", "413", "414", "415", "416", "417", "254")
_THINGS = ("8003", "8004")
_RUN_TOGETHER = re.compile(r"(?:1[157]\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01]))|.{3,}(?:21|240|30|10).{2,}")


def scanned_from(elements: Sequence[GS1ElementString], *, today: date, separated: bool = True) -> Scanned:
    """What the elements say.

    Args:
        separated: whether separators were sent, so that the end of each part is sure.

    Raises:
        Refused: see `reading.read_code`.
    """
    said: dict[str, str] = {}
    for element in elements:
        name, value = element.ai.ai, element.value
        if said.setdefault(name, value) != value:
            raise refusing.said_twice(name)
    _check_what_it_is(said)
    if "01" not in said and "02" not in said:
        return _unit(said, elements)
    gtin = refusing.no_shelf_label(clean_gtin(said.get("01") or said["02"], field=""))
    expires_on = _day(said, "17", today) or _day(said, "15", today)
    made_on = _day(said, "11", today)
    if expires_on and made_on and made_on > expires_on:
        raise refusing.made_after_expiry(made_on, expires_on)
    return Scanned(
        CodeKind.PACK,
        gtin=gtin,
        lot=said.get("10", ""),
        expires_on=expires_on,
        made_on=made_on,
        serial=said.get("21", ""),
        count=_count(said),
        count_unit=CountUnit.PACKS if "37" in said else CountUnit.PIECES,
        sscc=said.get("00", ""),
        others=tuple((name, value) for name, value in said.items() if name not in _READ),
        doubtful=not separated and _looks_run_together(elements),
    )


def _check_what_it_is(said: dict[str, str]) -> None:
    """A place or a thing has a GS1 code too; and a lot alone names no product."""
    if "01" in said or "02" in said:
        return
    if any(name in said for name in _PLACES):
        raise refusing.a_place()
    if any(name in said for name in _THINGS):
        raise refusing.a_thing()
    if "00" not in said:
        raise refusing.without_product(said.get("10", ""))


def _unit(said: dict[str, str], elements: Sequence[GS1ElementString]) -> Scanned:
    if any(element.sscc_error for element in elements):
        raise refusing.wrong_check_digit(said["00"])
    return Scanned(CodeKind.UNIT, sscc=said["00"])


def _count(said: dict[str, str]) -> int | None:
    text = said.get("37") or said.get("30")
    return int(text) or None if text else None


def _day(said: dict[str, str], name: str, today: date) -> date | None:
    """YYMMDD. Day 00 is the last of the month; the year lies from 49 years back to 50 years ahead (GS1 General
    Specifications 7.12). 000000, which some makers print for "none", says nothing."""
    text = said.get(name, "")
    if not text or text == "000000":
        return None
    year, month, day = (int(text[at : at + 2]) for at in (0, 2, 4))
    full = today.year - today.year % 100 + year
    if full - today.year > 50:
        full -= 100
    elif today.year - full > 49:
        full += 100
    try:
        return date(full, month, day or monthrange(full, month)[1])
    except ValueError:
        raise refusing.no_such_day(text) from None


def _looks_run_together(elements: Sequence[GS1ElementString]) -> bool:
    last = elements[-1]
    return last.ai.separator_required and len(last.value) > 8 and bool(_RUN_TOGETHER.search(last.value))
