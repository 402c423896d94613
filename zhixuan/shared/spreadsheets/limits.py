"""How much a spreadsheet may cost before it is refused."""

from __future__ import annotations

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds for one file. Bytes, counts and seconds as the names say.

    `cells` and `characters` exist because 200,000 rows of 200 columns would each be fine and together would not:
    they keep parent and child below 512 MB.
    """

    file_bytes: int = 20 * MEBIBYTE
    unpacked_bytes: int = 200 * MEBIBYTE
    entries: int = 1_000
    ratio: int = 100
    rows: int = 200_000
    columns: int = 200
    cells: int = 4_000_000
    characters: int = 60_000_000
    cell_characters: int = 32_767
    spool_bytes: int = 400 * MEBIBYTE
    address_bytes: int = 460 * MEBIBYTE
    cpu_seconds: int = 30
    wall_seconds: int = 60


DEFAULT = Limits()
