"""A paper as the answer to a request."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse

from zhixuan.shared.printing.sheet import Paper, Sheet
from zhixuan.shared.printing.typesetting import pdf


def pdf_response(request: HttpRequest, sheets: Sequence[Sheet], *, name: str) -> HttpResponse:
    """The sheets as a PDF shown in the browser; `?paper=a5` chooses the paper.

    Args:
        name: of the file, without its ending; any characters.
    """
    asked = request.GET.get("paper", "").lower()
    content = pdf(sheets, paper=Paper.A5 if asked == Paper.A5 else Paper.A4)
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-") or "paper"
    disposition = f"inline; filename=\"{plain}.pdf\"; filename*=UTF-8''{quote(name)}.pdf"
    return HttpResponse(content, "application/pdf", headers={"Content-Disposition": disposition})
