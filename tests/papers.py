"""A paper as it comes from the printer, read back."""

from __future__ import annotations

import io
from typing import Any

from pypdf import PdfReader


def text_of(content: bytes) -> str:
    """All words of a PDF, page after page."""
    return "\n".join(page.extract_text().replace("\u200b", "") for page in PdfReader(io.BytesIO(content)).pages)


def printed(client: Any, address: str, **more: str) -> str:
    """The words of a paper that opens for this person."""
    answer = client.get(address, more)
    assert answer.status_code == 200, (address, answer.status_code)
    assert answer.content.startswith(b"%PDF")
    return text_of(answer.content)
