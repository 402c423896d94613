"""From sheets to a PDF, by Typst: nothing is fetched, no font of the machine is used."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import manimgx_fonts_cjk
import segno
import typst
from django.utils.translation import get_language, gettext

from zhixuan.shared.printing.sheet import Paper, Sheet

LAYOUT = Path(__file__).with_name("sheet.typ")
FONTS = Path(manimgx_fonts_cjk.__file__).parent
LONG_WORD = re.compile(r"[!-~]{15,}")
BREAK_AFTER = 4
ZERO_WIDTH_SPACE = "\u200b"


def pdf(sheets: Sequence[Sheet], *, paper: Paper = Paper.A4) -> bytes:
    """One PDF of all sheets, each beginning a page and counting its own pages, in the active language."""
    language = "en" if (get_language() or "").startswith("en") else "zh"
    content = {
        "paper": paper.value,
        "language": language,
        "page": gettext("Page {page} of {pages}"),
        "sheets": [_content(sheet) for sheet in sheets],
    }
    made = typst.compile(
        LAYOUT.read_bytes(),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"content": json.dumps(content, ensure_ascii=False)},
    )
    if not isinstance(made, bytes):
        raise TypeError("one document was asked for")
    return made


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])


def _content(sheet: Sheet) -> dict[str, Any]:
    return {
        "title": sheet.title,
        "issuer": sheet.issuer,
        "number": sheet.number,
        "subtitle": sheet.subtitle,
        "facts": [[label, breakable(value)] for label, value in sheet.facts],
        "columns": [{"title": one.title, "width": one.width, "align": one.align} for one in sheet.columns],
        "rows": [[breakable(cell) for cell in row] for row in sheet.rows],
        "totals": list(sheet.totals),
        "remarks": list(sheet.remarks),
        "signatures": list(sheet.signatures),
        "qr": _qr(sheet.link) if sheet.link else "",
        "mark": sheet.mark,
        "landscape": sheet.landscape,
        "large": sheet.large,
    }


def breakable(text: str) -> str:
    """Long words without a blank (lots, codes, addresses) may be broken, so that they never leave their column."""
    return LONG_WORD.sub(
        lambda word: re.sub(rf"(.{{{BREAK_AFTER}}})(?=.)", rf"\1{ZERO_WIDTH_SPACE}", word[0]), str(text)
    )


def _qr(address: str) -> str:
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", border=0, xmldecl=False)
    return drawn.getvalue().decode()
