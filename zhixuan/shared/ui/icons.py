"""Tabler icons, drawn in the text of a page."""

from __future__ import annotations

from functools import lru_cache

from django.utils.html import format_html
from django.utils.safestring import SafeString

from zhixuan.shared.ui import assets


@lru_cache(maxsize=500)
def drawn(name: str, css: str = "") -> SafeString:
    """The icon as SVG. It says nothing to screen readers; words must."""
    return format_html(
        '<svg class="icon {}" viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor" '
        'stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{}</svg>',
        css,
        assets.icon(name),
    )
