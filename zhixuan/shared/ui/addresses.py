"""Addresses of screens that a page links to many times: a list has two or three for each of its rows."""

from __future__ import annotations

from functools import lru_cache

from django.urls import get_script_prefix, reverse


def address(screen: str, *ids: int) -> str:
    """As Django's `reverse`, for screens named by whole numbers: `address("stock:lot", 12)`.

    The pattern is looked up once; `reverse` takes as long as drawing two cells of a table.
    """
    parts = _pattern(screen, len(ids), get_script_prefix())
    return parts[0] + "".join(f"{number:d}{part}" for number, part in zip(ids, parts[1:], strict=True))


@lru_cache(maxsize=500)
def _pattern(screen: str, count: int, prefix: str) -> tuple[str, ...]:
    """What stands round the numbers. The prefix is part of what `reverse` answers, so it is part of the key."""
    marks = [7_000_000_000_000_001 + place for place in range(count)]
    rest, parts = reverse(screen, args=marks), []
    for mark in marks:
        part, rest = rest.split(str(mark))
        parts.append(part)
    return (*parts, rest)
