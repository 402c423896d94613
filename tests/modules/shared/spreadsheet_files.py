"""Builders of spreadsheets, sound and hostile, made part by part so that every lie in them is deliberate."""

from __future__ import annotations

import base64
import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
XML = '<?xml version="1.0" encoding="UTF-8"?>'
TYPES = (
    f'{XML}<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)
BOOK = (
    f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
    '<sheet name="库存" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
ROOT = (
    f'{XML}<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
LINKS = (
    f'{XML}<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
)
ODS_SPACES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in ("office", "table", "text")
)


OLD_XLS = zlib.decompress(
    base64.b85decode(
        r"""c-rk)O=uHA6#izj`6W#^H4U_43<ayL?IC#alCBlBUM$s%MMZ5*C{ml2;K6!nwdN=&Jt<xa_28xI#UE7AiwFu4JqUu3=+Tp);Gxa>"""
        r"""=Iw4xszL)=sLmJW&CGlA&AiN;pWS^`jF#r^w3e{~J@BAn1>vjG2}(h?Vu0+HC5vtzpkyhmD+B`+NS_xE8(#Wl3}w8_&~RISN)q@$"""
        r"""=_n@9Kc34b*ATnehan+-NRt$}PMQc>*sCU%Cs}S_d5c><V!4YomsqB$ZAlzP(d_Ts>8#>Gt&MFF$bRoJ=N)TOXvTB7il;6MyR8?!"""
        r"""`BOuu*O?)qhcOQdXkRv$&C7ZtZXg6q61vC6x-*#)VifFoe6^Cm7k5`bNh<x?>IF#utyb^<jXpp@T&bVcbYL3R3Em_Hgkk8?qKVmK"""
        r"""gGUz8L2Ck>$R3{(XDOS=7O!|9f+PE~n@4Ef_ohgsQz3c2^Lb#@oCgiOPr@WKXykH~cZ)#|E#Cb6djIf%d7L%Vd<WP!#TMxpES#4N"""
        r"""B1hQbS(cs5*v|3-_qvhGtt?~YGUe?9%}!zO47a(+)^-|a2jh*owW_?0%7sq{?k5T#%?>Ir^p(%W7T%h3Xrr4eLwxz0L6_(f*RD!D"""
        r"""Fx^}@r^<VlEkB(w0nKoHx18&+5leDU5uz;Znw%Z6T+^Jnl5Ft{wqUlLkH<8=V0N5OxMwdkVoILI{nYX_=II=vO-@YgxwV{zek24E"""
        r"""Wbe_Ma96gcgYgGKP*6}%P*6}%Q1}la_}S8aBG;W41s^{>+TV4SC{@&Fl7AKlF;2fT^isJ8Im+{xtZV(m;T3LQVwD{Cd!fW38a<Cu"""
        r"""46`4jb+2D~XA{-`XVpaG&uyW4$FJ1m=U*QGJ8DhUg#"""
    )
)
"""A workbook of Excel 97: 库存 with 编码, 数量, 有效期 and two rows, A1 5 2025-06-01 and =1 as text."""


def sheet_xml(rows: str, before: str = "", declared: str = "") -> str:
    """A worksheet part; `before` goes before the rows, `declared` between XML declaration and root."""
    return f'{XML}{declared}<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData></worksheet>'


def row_xml(number: int, *cells: str) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>'


def number_xml(reference: str, value: object) -> str:
    return f'<c r="{reference}"><v>{value}</v></c>'


def strings_xml(*texts: str) -> str:
    return f'{XML}<sst xmlns="{MAIN}">{"".join(f"<si><t>{text}</t></si>" for text in texts)}</sst>'


PLAIN = sheet_xml(row_xml(1, '<c r="A1" t="s"><v>0</v></c>') + row_xml(2, number_xml("A2", 5)))


def xlsx(sheet: str = PLAIN, more: Mapping[str, str | bytes] | None = None, text: str = "数量") -> bytes:
    """A workbook of one sheet from its XML, with more parts if wanted."""
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": ROOT,
        "xl/workbook.xml": BOOK,
        "xl/_rels/workbook.xml.rels": LINKS,
        "xl/worksheets/sheet1.xml": sheet,
        "xl/sharedStrings.xml": strings_xml(text),
        **(more or {}),
    }
    return zipped(parts)


def zipped(parts: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def ods(rows: str) -> bytes:
    """An OpenDocument spreadsheet of one table from its rows as XML."""
    content = (
        f"{XML}<office:document-content {ODS_SPACES}><office:body><office:spreadsheet>"
        f'<table:table table:name="表">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = f'{XML}<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    return zipped({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest})


def ods_cell(value: int, attributes: str = "") -> str:
    return f'<table:table-cell office:value-type="float" office:value="{value}" {attributes}/>'


def claiming(archive: bytes, part: str, size: int) -> bytes:
    """The archive with its directory claiming another unpacked size for one part."""
    at = archive.rindex(part.encode())  # the last mention is the directory's
    entry = archive.rindex(b"PK\x01\x02", 0, at)
    return archive[: entry + 24] + struct.pack("<L", size) + archive[entry + 28 :]


def overlapping() -> bytes:
    """A zip whose first part holds the whole second part: the step by which small zips unpack to terabytes."""
    inner = _local("b", b"<x/>") + b"<x/>"
    local = _local("a", inner) + inner
    directory = _listed("a", inner, 0) + _listed("b", b"<x/>", local.index(inner))
    return local + directory + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 2, 2, len(directory), len(local), 0)


def _local(name: str, body: bytes) -> bytes:
    size = len(body)
    head = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 0, 0, 0, zlib.crc32(body), size, size, len(name), 0)
    return head + name.encode()


def _listed(name: str, body: bytes, offset: int) -> bytes:
    size, crc = len(body), zlib.crc32(body)
    numbers = (20, 20, 0, 0, 0, 0, crc, size, size, len(name), 0, 0, 0, 0, 0, offset)
    return struct.pack("<4s6H3L5H2L", b"PK\x01\x02", *numbers) + name.encode()


def saved(folder: Path, content: bytes, name: str = "来自乡镇.xlsx") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path
