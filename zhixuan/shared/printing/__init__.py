"""Papers: one declaration (`Sheet`), set by Typst into a PDF with its own fonts, A4 or A5, Chinese or English."""

from zhixuan.shared.printing.answer import pdf_response
from zhixuan.shared.printing.sheet import Paper, PrintColumn, Sheet, under_headings
from zhixuan.shared.printing.typesetting import pdf

__all__ = ["Paper", "PrintColumn", "Sheet", "pdf", "pdf_response", "under_headings"]
