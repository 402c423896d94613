"""A paper as it comes from the printer, read back; no word of it may stand in the margin or beyond the page."""

from __future__ import annotations

import io
from typing import Any

from pypdf import PageObject, PdfReader

MARGIN = 15.0
"""Points (1/72 inch): a little less than the narrowest margin of a paper."""


def text_of(content: bytes) -> str:
    """All words of a PDF, page after page, each of them inside its page."""
    return "\n".join(pages_of(content))


def pages_of(content: bytes) -> list[str]:
    """The same, each page by itself."""
    return [_words(page) for page in PdfReader(io.BytesIO(content)).pages]


def printed(client: Any, address: str, **more: str) -> str:
    """The words of a paper that opens for this person."""
    answer = client.get(address, more)
    assert answer.status_code == 200, (address, answer.status_code)
    assert answer.content.startswith(b"%PDF")
    return text_of(answer.content)


def _words(page: PageObject) -> str:
    width, height = float(page.mediabox.width), float(page.mediabox.height)
    places: list[tuple[str, float, float]] = []

    def keep(text: str, cm: Any, tm: Any, _font: Any, _size: float) -> None:
        if text.strip():
            x, y = tm[4], tm[5]
            places.append((text, cm[0] * x + cm[2] * y + cm[4], cm[1] * x + cm[3] * y + cm[5]))

    said = page.extract_text(visitor_text=keep)
    outside = [(text, round(x), round(y)) for text, x, y in places if not _inside(x, width) or not _inside(y, height)]
    assert places
    assert not outside, (outside, width, height)
    return said.replace("\u200b", "")


def _inside(where: float, size: float) -> bool:
    return MARGIN < where < size - MARGIN
