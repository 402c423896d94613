"""The built styles, scripts and icons: names as written in templates, to names as built."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import cast

from django.conf import settings
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe

BUNDLE = Path(__file__).parent / "static" / "bundle"


def address(name: str) -> str:
    """The address of a built file, which changes with its content; so it may be kept by browsers for ever."""
    return static("bundle/" + _read("manifest.json").get(name, name))


def icon(name: str) -> SafeString:
    """The strokes of an icon of the list beside the build script; nothing when it is not there."""
    return mark_safe(_read("icons.json").get(name, ""))  # noqa: S308 (our own build wrote it)


def _read(name: str) -> dict[str, str]:
    return _parsed(name, (BUNDLE / name).stat().st_mtime_ns if settings.DEBUG and (BUNDLE / name).exists() else 0)


@lru_cache(maxsize=8)
def _parsed(name: str, changed: int) -> dict[str, str]:
    """An unbuilt tree gives no names: pages work, without looks."""
    try:
        return cast(dict[str, str], json.loads((BUNDLE / name).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return {}
