"""What a file is, by what is in it. Its name is a claim of the sender."""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import BinaryIO

from zhixuan.shared.spreadsheets.archive import checked_parts
from zhixuan.shared.spreadsheets.limits import MEBIBYTE, Limits
from zhixuan.shared.spreadsheets.unfit import Unfit

HEAD_BYTES = 4096
COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
BOOK_STREAMS = tuple(name.encode("utf-16-le") + b"\x00\x00" for name in ("Workbook", "Book"))
MARKUP = re.compile(rb"<\s*(?:!doctype|\?xml|html|head|meta|table|style|script|body|!--)|MIME-Version:", re.IGNORECASE)
ANCIENT = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08\x10\x00", b"\x09\x08\x08\x00")
FOREIGN = (b"%PDF", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"SQLite")


class Kind(Enum):
    """The ways of reading."""

    OFFICE_XML = auto()
    OPEN_DOCUMENT = auto()
    COMPOUND = auto()
    DELIMITED = auto()


def kind_of(file: BinaryIO, limits: Limits) -> Kind:
    """How to read the file, after every check that can be made without parsing it.

    Raises:
        Unfit: too large, not a spreadsheet, locked, or a zip that is not safe.
    """
    size = file.seek(0, 2)
    file.seek(0)
    head = file.read(HEAD_BYTES)
    file.seek(0)
    if size > limits.file_bytes:
        raise Unfit("file-too-large", limit=limits.file_bytes // MEBIBYTE)
    if not head.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        raise Unfit("empty")
    if head.startswith(b"PK"):
        return _zip_kind(file, limits)
    if head.startswith(COMPOUND):
        return _compound_kind(file)
    _refuse_foreign(head)
    return Kind.DELIMITED


def _zip_kind(file: BinaryIO, limits: Limits) -> Kind:
    parts = checked_parts(file, limits)
    file.seek(0)
    if "xl/workbook.xml" in parts:
        return Kind.OFFICE_XML
    if "content.xml" in parts:
        return Kind.OPEN_DOCUMENT
    raise Unfit("kind-old" if "xl/workbook.bin" in parts else "kind-unknown")


def _compound_kind(file: BinaryIO) -> Kind:
    content = file.read()
    file.seek(0)
    if ENCRYPTED_STREAM in content:
        raise Unfit("locked")
    if not any(name in content for name in BOOK_STREAMS):
        raise Unfit("kind-unknown")
    return Kind.COMPOUND


def _refuse_foreign(head: bytes) -> None:
    text = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if MARKUP.match(text):
        raise Unfit("kind-web-page")
    if head.startswith(ANCIENT):
        raise Unfit("kind-old")
    if head.startswith(FOREIGN):
        raise Unfit("kind-unknown")
