"""What can be in a code: a pack with its lot, a logistic unit, a trace code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

TRACE_DIGITS = 20
TRACE_PACK_DIGITS = 7


class CodeKind(StrEnum):
    """`PACK`: a trade item, perhaps with lot and expiry. `UNIT`: a pallet or carton with a number of its own (SSCC)
    and nothing else. `TRACE`: a Chinese drug traceability code of 20 digits."""

    PACK = "pack"
    UNIT = "unit"
    TRACE = "trace"


class CountUnit(StrEnum):
    """What AI 30 (pieces) and AI 37 (trade items contained) count."""

    PIECES = "piece"
    PACKS = "pack"


@dataclass(frozen=True, slots=True)
class Scanned:
    """One code as read. Texts are empty and days None where the code does not say.

    Args:
        gtin: 14 digits, check digit proved.
        serial: AI 21; of a device this is part of its UDI.
        count: AI 30 or 37, in `count_unit`.
        trace_code: all 20 digits; the first 7 name the pack.
        others: further application identifiers with their values, as printed.
        doubtful: the scanner sent no separators, and the last part looks as if two parts ran together.
    """

    kind: CodeKind
    gtin: str = ""
    lot: str = ""
    expires_on: date | None = None
    made_on: date | None = None
    serial: str = ""
    count: int | None = None
    count_unit: CountUnit = CountUnit.PIECES
    sscc: str = ""
    trace_code: str = ""
    others: tuple[tuple[str, str], ...] = ()
    doubtful: bool = False

    @property
    def trace_pack(self) -> str:
        """The 7 digits that name the pack; empty for other kinds."""
        return self.trace_code[:TRACE_PACK_DIGITS]

    @property
    def item_code(self) -> str:
        """What names the item: its GTIN, or the first 7 digits of its trace codes; empty for logistic units."""
        return self.gtin or self.trace_pack

    @property
    def pack_code(self) -> str:
        """What makes this one pack different from every other of its kind; empty where nothing does.

        The trace code, or the GTIN with its serial number (the UDI without lot and days).
        """
        if self.trace_code:
            return self.trace_code
        return f"(01){self.gtin}(21){self.serial}" if self.gtin and self.serial else ""
