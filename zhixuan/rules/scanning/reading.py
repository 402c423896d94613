"""From the text a scanner sends to what it says. The table of GS1 application identifiers is that of `biip`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from biip import ParseError
from biip.gs1_digital_link_uris import GS1DigitalLinkURI
from biip.gs1_element_strings import GS1ElementString
from biip.gs1_messages import GS1Message
from biip.sscc import Sscc

from zhixuan.rules.gtin import clean_gtin
from zhixuan.rules.refusal import Refused
from zhixuan.rules.scanning import refusing
from zhixuan.rules.scanning.elements import CONFIG, FNC1, scanned_from
from zhixuan.rules.scanning.scanned import CodeKind, Scanned
from zhixuan.rules.units import half_width

LONGEST: Final = 400
SEPARATORS: Final = ("<GS>", "{GS}", "[GS]", "\u241d", "|")
"""What scanners send in place of FNC1 when they are not set to send the control character itself."""

_SYMBOLOGY = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_GS1_SYMBOLS = frozenset({"]d2", "]C1", "]e0", "]e1", "]e2", "]Q3", "]J1"})
_TRACE = re.compile(r"(?<!\d)\d{20}(?!\d)", re.ASCII)
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)


def read_code(text: str, *, today: date, separators: Sequence[str] = SEPARATORS) -> Scanned:
    """What a scanned or typed code says: GS1 (plain, with symbology prefix, in brackets, as Digital Link), a bare
    GTIN or SSCC, or a Chinese drug trace code of 20 digits (plain or in an address).

    Args:
        today: for the century of two-digit years.
        separators: texts that stand for FNC1, beside the control character 0x1D.

    Raises:
        Refused: it cannot be read, a check digit is wrong, or it is the code of something else; the sentence says
            what to do. Nothing else is ever raised.
    """
    if len(text) > LONGEST:
        raise refusing.too_long(LONGEST)
    plain = half_width(text).strip(" \t\r\n")
    symbology = _SYMBOLOGY.match(plain)
    if symbology:
        plain = plain[3:]
    if not plain.strip():
        raise refusing.empty()
    refusing.refuse_other_systems(plain)
    gs1 = symbology is not None and symbology[0] in _GS1_SYMBOLS
    if _ADDRESS.match(plain):
        return _from_address(plain, today)
    if plain.isascii() and plain.isdigit() and not gs1:
        return _from_digits(plain, today)
    return _from_gs1(plain, today, separators)


def _from_digits(digits: str, today: date) -> Scanned:
    """Bare digits: by their length a GTIN, an SSCC, a trace code, or GS1 without letters."""
    if len(digits) in {8, 12, 13, 14}:
        return Scanned(CodeKind.PACK, gtin=refusing.no_shelf_label(clean_gtin(digits, field="")))
    if len(digits) == 18:
        return _unit(digits)
    if len(digits) == 20 and digits.startswith("8"):
        return Scanned(CodeKind.TRACE, trace_code=digits)
    try:
        return _from_gs1(digits, today, ())
    except Refused:
        if len(digits) == 20 and not digits.startswith("0"):
            return Scanned(CodeKind.TRACE, trace_code=digits)
        raise


def _unit(digits: str) -> Scanned:
    try:
        return Scanned(CodeKind.UNIT, sscc=Sscc.parse(digits).value)
    except ParseError:
        raise refusing.wrong_check_digit(digits) from None


def _from_address(address: str, today: date) -> Scanned:
    """A GS1 Digital Link, the address of a trace code, or something that is no pack at all."""
    try:
        link = GS1DigitalLinkURI.parse(address, config=CONFIG)
    except (ParseError, ValueError):
        traced = _TRACE.search(address)
        if traced:
            return Scanned(CodeKind.TRACE, trace_code=traced[0])
        raise refusing.some_address(address) from None
    return scanned_from(link.element_strings, today=today)


def _from_gs1(text: str, today: date, separators: Sequence[str]) -> Scanned:
    for separator in separators:
        text = text.replace(separator, FNC1)
    text = text.strip(FNC1)
    if not text or not text.isascii():
        raise refusing.unreadable(text)
    if text.startswith("("):
        return scanned_from(_bracketed(text.replace(FNC1, "")), today=today)
    elements = _unbracketed(text)
    return scanned_from(elements, today=today, separated=FNC1 in text)


def _bracketed(text: str) -> Sequence[GS1ElementString]:
    try:
        return GS1Message.parse_hri(text, config=CONFIG).element_strings
    except (ParseError, ValueError):
        raise refusing.unreadable(text) from None


def _unbracketed(text: str) -> Sequence[GS1ElementString]:
    try:
        return GS1Message.parse(text, config=CONFIG).element_strings
    except (ParseError, ValueError):
        raise refusing.unreadable(text) from None
