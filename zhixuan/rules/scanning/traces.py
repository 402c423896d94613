"""Codes that make one pack different from every other: kept where goods come in and go out, never where a client is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from zhixuan.rules.refusal import N_, Refused, raise_all
from zhixuan.rules.scanning.refusing import shortened
from zhixuan.rules.scanning.scanned import TRACE_DIGITS

LONGEST: Final = 60
MOST: Final = 5000


class CodeType(StrEnum):
    """`TRACE`: the Chinese drug code of 20 digits. `UDI`: GTIN and serial number."""

    TRACE = "trace"
    UDI = "udi"


class Direction(StrEnum):
    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class PackCode:
    """The code of one pack on a line of a slip.

    Args:
        line: which line of the order, from 0.
        lot_id: the lot it was recognised as; None where the code did not say.
    """

    line: int
    code: str
    lot_id: int | None = None


def type_of(code: str) -> CodeType | None:
    """Which kind of code it is; None when it is no code of one pack."""
    if len(code) == TRACE_DIGITS and code.isascii() and code.isdigit():
        return CodeType.TRACE
    if code.startswith("(01)") and code[4:18].isdigit() and code[18:22] == "(21)" and 22 < len(code) <= LONGEST:
        return CodeType.UDI if code.isascii() and code.isprintable() else None
    return None


def check_codes(codes: Iterable[PackCode], *, lines: int) -> None:
    """Every code is one of a single pack and stands on a line that exists.

    Raises:
        Refused: all faulty codes at once, or too many.
    """
    listed = list(codes)
    if len(listed) > MOST:
        raise Refused(N_("At most {most} pack codes fit on one slip. Make two slips."), code="too_many", most=MOST)
    raise_all(
        Refused(
            N_("Line {row}: “{typed}” is not the code of one pack."),
            field=f"lines-{one.line}-codes",
            code="not_a_pack_code",
            row=one.line + 1,
            typed=shortened(one.code),
        )
        for one in listed
        if type_of(one.code) is None or not 0 <= one.line < lines
    )


def read_codes(text: str, *, line: int) -> list[PackCode]:
    """Codes as a form carries them: one a line, the lot's id after a blank where it is known."""
    codes = []
    for row in text.splitlines():
        code, _blank, lot = row.strip().partition(" ")
        if code:
            codes.append(PackCode(line, code, int(lot) if lot.isascii() and lot.isdigit() and len(lot) < 19 else None))
    return codes
