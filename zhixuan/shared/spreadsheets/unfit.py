"""Every reason why a whole file cannot be read, by code: the child process sends the code, the parent the sentence."""

from __future__ import annotations

from typing import Any

from zhixuan.rules.refusal import N_, Refused

REASONS: dict[str, str] = {
    "empty": N_("{file} is empty. Choose a file that holds rows."),
    "no-rows": N_("{file} holds no rows. Fill in at least the heading row and one row below it."),
    "file-too-large": N_("{file} is larger than {limit} MB. Split it into smaller files."),
    "kind-unknown": N_("{file} is not a spreadsheet. Save it as Excel (.xlsx) or CSV and choose it again."),
    "kind-web-page": N_(
        "{file} is a web page or XML file with the name of a spreadsheet. "
        "Open it in Excel, choose Save As, Excel workbook (.xlsx), and choose the new file."
    ),
    "kind-old": N_("{file} is in a format that cannot be read here. Open it in Excel and save it as .xlsx."),
    "locked": N_("{file} is protected by a password. Remove the password in Excel and save it again."),
    "damaged": N_("{file} is damaged or incomplete. Open it in Excel, save it again as .xlsx, or fetch it anew."),
    "suspicious": N_(
        "{file} has parts that no spreadsheet program writes. Open it in Excel and save it as a new .xlsx."
    ),
    "entries": N_("{file} has more than {limit} inner parts. Copy the rows into a new workbook and save that."),
    "unpacked": N_("{file} unpacks to more than {limit} MB. Copy the rows into a new workbook, or split it."),
    "ratio": N_(
        "{file} unpacks to more than {limit} times its size, as harmful files do. "
        "Copy the rows into a new workbook and save that."
    ),
    "too-heavy": N_(
        "{file} needs more memory or time than is allowed. Copy the rows into a new workbook, or split it."
    ),
    "rows": N_(
        "{file}, sheet {sheet}: the last filled row is {row}, more than {limit} rows. "
        "Delete stray entries below the table, or split the file."
    ),
    "columns": N_(
        "{file}, sheet {sheet}, row {row}: more than {limit} columns are filled. "
        "Delete stray entries to the right of the table."
    ),
    "cells": N_("{file}, sheet {sheet}: more than {limit} cells by row {row}. Split the file."),
    "characters": N_("{file}, sheet {sheet}: more than {limit} characters of text by row {row}. Split the file."),
    "cell-too-long": N_(
        "{file}, row {row}: a cell holds more than {limit} characters. "
        "Look for a quotation mark that is opened and never closed."
    ),
    "quotes": N_(
        "{file}, row {row}: the quotation marks are not closed properly. Open it in Excel and save it as .xlsx."
    ),
    "nul": N_("{file}, row {row}: there are bytes that are not text. Open it in Excel and save it as .xlsx."),
    "encoding": N_(
        "{file}, row {row}: the text is neither UTF-8 nor GB18030 (GBK). "
        "Open it in Excel and save it as .xlsx or as CSV UTF-8."
    ),
    "encoding-mixed": N_(
        "{file} mixes two text encodings; they change at row {row}. Paste the rows together in Excel and save as .xlsx."
    ),
    "heading-missing": N_("{file} has no heading in row {row}. Name a row that holds the column titles."),
}


class Unfit(Exception):
    """The file as a whole cannot be read. Knows no file name: the parent adds it."""

    def __init__(self, code: str, /, **fields: int | str) -> None:
        super().__init__(code)
        self.code = code
        self.fields = fields

    def refusal(self, file: str) -> Refused:
        """The same as a sentence about the file called `file`."""
        fields: dict[str, Any] = {**self.fields, "file": file}
        return Refused(REASONS[self.code], code=f"file-{self.code}", **fields)
