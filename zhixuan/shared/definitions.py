"""Reading what a decree may change: dated TOML files in `zhixuan/definitions`."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent.parent / "definitions"


@cache
def read(name: str) -> dict[str, Any]:
    """The content of one definition file, by its path below the folder ("products/methods.toml").

    Raises:
        FileNotFoundError: no such file in the package.
    """
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


def names(folder: str) -> list[str]:
    """Paths of the definition files in a folder, sorted."""
    return sorted(f"{folder}/{path.name}" for path in (FOLDER / folder).glob("*.toml"))
