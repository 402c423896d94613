"""The name of a thing in the language of the page."""

from __future__ import annotations

from typing import Protocol

from django.utils.translation import get_language


class Named(Protocol):
    """Anything with a Chinese name and, perhaps, an English one."""

    name_zh: str
    name_en: str


def in_chinese() -> bool:
    return (get_language() or "zh").startswith("zh")


def localized(thing: Named) -> str:
    """The name in the page's language; the other one where it is missing."""
    return choose(thing.name_zh, thing.name_en)


def choose(zh: str, en: str) -> str:
    return (zh or en) if in_chinese() else (en or zh)


class LocalizedName:
    """A pair of names that shows itself in the language of whoever reads it: for sentences made elsewhere."""

    __slots__ = ("en", "zh")

    def __init__(self, zh: str, en: str) -> None:
        self.zh = zh
        self.en = en

    def __str__(self) -> str:
        return choose(self.zh, self.en)

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)
