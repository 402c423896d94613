"""What a scanned code says about a line: trade item, lot, expiry (GS1, or a bare number of the trade item)."""

from __future__ import annotations

import re
from typing import Final

from biip import ParseError
from biip.gs1_messages import GS1Message

from zhixuan.rules.documents.checking import Code

_NUMBER: Final = re.compile(r"\d{8}|\d{12,14}", re.ASCII)
_SYMBOLOGY: Final = re.compile(r"^\](C1|d2|Q3|e0)")


def gtin_key(text: str) -> str:
    """The number of a trade item in 14 digits, so that 13 and 14 are the same one; empty for none."""
    return text.zfill(14) if text else ""


def read_code(text: str) -> Code | None:
    """The code, or None when it names no trade item."""
    plain = _SYMBOLOGY.sub("", text.strip())
    if _NUMBER.fullmatch(plain):
        return Code(gtin_key(plain))
    try:
        message = GS1Message.parse_hri(plain) if plain.startswith("(") else GS1Message.parse(plain)
    except (ParseError, ValueError):
        return None
    said = {element.ai.ai: element for element in message.element_strings}
    if "01" not in said:
        return None
    lot = said["10"].value if "10" in said else ""
    return Code(gtin_key(said["01"].value), lot, said["17"].date if "17" in said else None)
