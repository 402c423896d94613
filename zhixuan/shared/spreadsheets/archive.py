"""The zip around xlsx and ods, looked through before any parser sees it.

The directory is distrusted: sizes, counts and offsets in it are claims of the sender. Each part is unpacked here in
small pieces and counted, so that what the parser meets later is known to be small, whole and free of entities.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from itertools import pairwise
from typing import BinaryIO

from zhixuan.shared.spreadsheets.limits import MEBIBYTE, Limits
from zhixuan.shared.spreadsheets.unfit import Unfit

END_OF_DIRECTORY = struct.Struct("<4s4H2LH")
LOCAL_HEADER = struct.Struct("<4s5H3L2H")
DIRECTORY_ENTRY_MAX = 1024
PIECE = 256 * 1024
SMALL_PART = MEBIBYTE
DECLARATIONS = (b"<!DOCTYPE", b"<!ENTITY")
OVERLAP = 16


def checked_parts(file: BinaryIO, limits: Limits) -> frozenset[str]:
    """Names of the parts of a zip that is safe to parse.

    Raises:
        Unfit: encrypted, damaged, too large unpacked, overlapping, oddly named, or with XML entities inside.
    """
    entries = _directory(file, limits)
    _check_claims(file, entries, limits)
    spans = []
    for entry in entries:
        start = _data_start(file, entry)
        spans.append((entry.header_offset, start + entry.compress_size))
        _unpack(file, entry, start)
    _check_spans(spans)
    return frozenset(entry.filename for entry in entries)


def _directory(file: BinaryIO, limits: Limits) -> list[zipfile.ZipInfo]:
    """The entries, after a look at the end record: a directory of a million entries is never loaded."""
    size = file.seek(0, 2)
    file.seek(max(0, size - END_OF_DIRECTORY.size - 65_535))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < END_OF_DIRECTORY.size:
        raise Unfit("damaged")
    _, disk, _, here, total, directory_bytes, offset, _ = END_OF_DIRECTORY.unpack_from(tail, at)
    if total > limits.entries or directory_bytes > limits.entries * DIRECTORY_ENTRY_MAX:
        raise Unfit("entries", limit=limits.entries)
    if disk or here != total or offset + directory_bytes > size:
        raise Unfit("damaged")
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, UnicodeError, OSError) as error:
        raise Unfit("damaged") from error
    if len(entries) != total:
        raise Unfit("damaged")
    return entries


def _check_claims(file: BinaryIO, entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    """What the directory itself admits: names, methods, encryption, sizes, ratio."""
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Unfit("locked")
    names = [entry.filename for entry in entries]
    if len(set(names)) != len(names) or any(map(_odd_name, names)):
        raise Unfit("suspicious")
    if any(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries):
        raise Unfit("suspicious")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > limits.unpacked_bytes:
        raise Unfit("unpacked", limit=limits.unpacked_bytes // MEBIBYTE)
    packed = file.seek(0, 2)
    steep = any(e.file_size > max(SMALL_PART, limits.ratio * e.compress_size) for e in entries)
    if steep or unpacked > max(SMALL_PART, limits.ratio * packed):
        raise Unfit("ratio", limit=limits.ratio)


def _odd_name(name: str) -> bool:
    """Names that would leave a folder if anything unpacked them; spreadsheet programs never write such."""
    return name.startswith("/") or "\\" in name or ":" in name or "\x00" in name or ".." in name.split("/")


def _data_start(file: BinaryIO, entry: zipfile.ZipInfo) -> int:
    """Where the bytes of a part begin, by its own header, which must agree with the directory."""
    file.seek(entry.header_offset)
    head = file.read(LOCAL_HEADER.size)
    if len(head) < LOCAL_HEADER.size or not head.startswith(b"PK\x03\x04"):
        raise Unfit("damaged")
    fields = LOCAL_HEADER.unpack(head)
    flags, method, name_bytes, extra_bytes = (int(fields[at]) for at in (2, 3, 9, 10))
    name = file.read(name_bytes)
    encoding = "utf-8" if flags & 0x800 else "cp437"
    if method != entry.compress_type or name.decode(encoding, "replace") != entry.orig_filename:
        raise Unfit("suspicious")
    return entry.header_offset + LOCAL_HEADER.size + name_bytes + extra_bytes


def _unpack(file: BinaryIO, entry: zipfile.ZipInfo, start: int) -> None:
    """Unpack one part piece by piece, holding it to its claimed size and checksum, and look for entities."""
    size = checksum = 0
    tail = b""
    markup = entry.filename.lower().endswith((".xml", ".rels", ".vml"))
    for piece in _pieces(file, entry, start):
        size += len(piece)
        if size > entry.file_size:
            raise Unfit("suspicious")
        checksum = zlib.crc32(piece, checksum)
        if markup and _declares_entities(tail + piece, first=size == len(piece)):
            raise Unfit("suspicious")
        tail = piece[-OVERLAP:]
    if size != entry.file_size or checksum != entry.CRC:
        raise Unfit("damaged")


def _declares_entities(text: bytes, *, first: bool) -> bool:
    """A document type never belongs in a spreadsheet; nor does UTF-16, in which one could hide."""
    return any(word in text for word in DECLARATIONS) or (first and b"\x00" in text[:4])


def _pieces(file: BinaryIO, entry: zipfile.ZipInfo, start: int) -> Iterator[bytes]:
    """The unpacked bytes of one part, at most PIECE at a time, whatever the packed bytes blow up to."""
    file.seek(start)
    left = entry.compress_size
    inflate = zlib.decompressobj(-15) if entry.compress_type == zipfile.ZIP_DEFLATED else None
    while left > 0:
        packed = file.read(min(PIECE, left))
        if not packed:
            raise Unfit("damaged")
        left -= len(packed)
        yield from _inflated(inflate, packed) if inflate else [packed]
    if inflate and not inflate.eof:
        raise Unfit("damaged")


def _inflated(inflate: zlib._Decompress, packed: bytes) -> Iterator[bytes]:
    try:
        while packed and not inflate.eof:
            piece = inflate.decompress(packed, PIECE)
            packed = inflate.unconsumed_tail
            if piece:
                yield piece
    except zlib.error as error:
        raise Unfit("damaged") from error


def _check_spans(spans: list[tuple[int, int]]) -> None:
    """Two parts that share bytes are the trick of small zips that unpack to terabytes."""
    ordered = sorted(spans)
    if ordered and ordered[0][0] != 0:
        raise Unfit("suspicious")
    if any(end > begin for (_, end), (begin, _) in pairwise(ordered)):
        raise Unfit("suspicious")
