"""Codes as scanners send them: a table of cases that the browser's tests share, round trips, and any text at all."""

from __future__ import annotations

import json
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from biip.checksums import gs1_standard_check_digit
from hypothesis import example, given, settings
from hypothesis import strategies as st

from zhixuan.rules.refusal import Refused
from zhixuan.rules.scanning.reading import read_code
from zhixuan.rules.scanning.scanned import CodeKind, Scanned

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "scans.json").read_text(encoding="utf-8"))
TODAY = date.fromisoformat(VECTORS["today"])
FNC1 = "\x1d"


def plain(value: Any) -> Any:
    """As the table writes it."""
    if isinstance(value, date):
        return value.isoformat()
    return [list(one) for one in value] if isinstance(value, tuple) else value


@pytest.mark.parametrize("case", VECTORS["read"], ids=lambda case: case["name"])
def test_read(case: dict[str, Any]) -> None:
    scanned = read_code(case["text"], today=TODAY)
    assert {name: plain(getattr(scanned, name)) for name in case["says"]} == case["says"]


@pytest.mark.parametrize("case", VECTORS["refused"], ids=lambda case: case["name"])
def test_refused(case: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        read_code(case["text"] * case.get("repeat", 1), today=TODAY)
    assert refused.value.code == case["code"]
    assert refused.value.text()


def test_separators_can_be_set() -> None:
    text = "010880638826961710A1~21059"
    with pytest.raises(Refused):
        read_code(text, today=TODAY)
    assert read_code(text, today=TODAY, separators=("~",)).lot == "A1"


gtins = st.integers(10**10, 10**13 - 1).map(lambda number: f"{number:013}").filter(lambda text: not shop(text)).map(
    lambda digits: digits + str(gs1_standard_check_digit(digits))
)  # fmt: skip
words = st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-/.", min_size=1, max_size=20)
dates = st.dates(TODAY - timedelta(days=365 * 40), TODAY + timedelta(days=365 * 40))


def shop(digits: str) -> bool:
    return digits[0] == "0" and (digits[1] == "2" or digits[1:3] == "02")


@given(gtin=gtins, lot=words, expires_on=dates, serial=words, bracketed=st.booleans(), lot_first=st.booleans())
@settings(max_examples=400)
def test_what_was_written_is_read(
    gtin: str, lot: str, expires_on: date, serial: str, bracketed: bool, lot_first: bool
) -> None:
    parts = [("01", gtin), ("17", f"{expires_on:%y%m%d}"), ("10", lot), ("21", serial)]
    if lot_first:
        parts = [parts[0], parts[2], parts[3], parts[1]]
    if bracketed:
        text = "".join(f"({name}){value}" for name, value in parts)
    else:
        text = "".join(name + value + (FNC1 if name in {"10", "21"} else "") for name, value in parts)
    expected = Scanned(CodeKind.PACK, gtin=gtin, lot=lot, expires_on=expires_on, serial=serial)
    assert read_code(text, today=TODAY) == expected


PARTS = ["01", "06901234567892", "(01)", "(17)", "17", "300600", "10", "]d2", "]C1", "https://x.cn/01/", "00"]
ODD = [
    "(8003)",
    "3103",
    "(391",
    "7003",
    "(8008)",
    "%zz",
    "[::1",
    "http://[",
    "٣",
    "²",
    "＋",
    "\x00",
    "|",
    "255",
    "8112",
    "(01",
    FNC1,
]
pieces_of_codes = st.sampled_from([*PARTS, *ODD])
anything = st.one_of(st.text(max_size=60), st.lists(pieces_of_codes | st.text(max_size=4), max_size=9).map("".join))


@given(text=anything)
@example(text="http://[")
@example(text="https://x.cn/01/06901234567892/10")
@settings(max_examples=2000)
def test_any_text_is_read_or_refused_with_a_sentence(text: str) -> None:
    assert_read_or_refused(text)


@pytest.mark.full
@given(text=anything)
@settings(max_examples=20_000)
def test_twenty_thousand_texts_are_read_or_refused_with_a_sentence(text: str) -> None:
    assert_read_or_refused(text)


def assert_read_or_refused(text: str) -> None:
    try:
        scanned = read_code(text, today=TODAY)
    except Refused as refused:
        told = refused.text()
        assert told
    else:
        assert scanned.gtin or scanned.sscc or scanned.trace_code
        assert len(scanned.gtin) in {0, 14}


@given(gtin=gtins, position=st.integers(0, 12), step=st.integers(1, 9))
@settings(max_examples=200)
def test_one_digit_misread_is_always_noticed(gtin: str, position: int, step: int) -> None:
    wrong = f"{gtin[:position]}{(int(gtin[position]) + step) % 10}{gtin[position + 1 :]}"
    with pytest.raises(Refused):
        read_code(f"01{wrong}", today=TODAY)


def test_reading_takes_less_than_a_millisecond() -> None:
    text = VECTORS["read"][0]["text"]
    read_code(text, today=TODAY)
    batches = []
    for _ in range(5):
        started = time.process_time()
        for _ in range(100):
            read_code(text, today=TODAY)
        batches.append((time.process_time() - started) / 100)
    assert min(batches) < 0.001
