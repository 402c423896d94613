"""Documents on paper."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhixuan.modules.documents.queries import documents as queries
from zhixuan.modules.documents.screens import words
from zhixuan.modules.documents.screens.shown import ShownLine, ShownLot, head_facts, shown_line
from zhixuan.modules.stock.queries import slips
from zhixuan.modules.stock.screens import receipt_back
from zhixuan.rules.documents.checking import Answer, Check, Match
from zhixuan.rules.documents.states import DocumentKind, DocumentState
from zhixuan.shared.printing import PrintColumn, Sheet, pdf_response
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.formats import day, moment, number
from zhixuan.shared.ui.naming import localized


def document_print(request: ActorRequest, document_id: int) -> HttpResponse:
    """The paper as a PDF: provisional until it is posted."""
    document = queries.document(request.actor, document_id)
    lines = [shown_line(row) for row in queries.lines_of(document_id)]
    address = request.build_absolute_uri(reverse("documents:document", args=[document_id]))
    return pdf_response(request, [_sheet(document, lines, address)], name=queries.number_of(document))


Columns = Sequence[tuple[Callable[[], str], str, str]]


def _sheet(document: Any, lines: list[ShownLine], address: str) -> Sheet:
    is_receipt = document.kind == DocumentKind.RECEIPT
    rows = [_receipt_row(line) for line in lines] if is_receipt else _slip_rows(document, lines)
    columns = RECEIPT_COLUMNS if is_receipt else SLIP_COLUMNS
    signatures = [_("Keeper"), _("Accepted by"), _("Supervisor")] if is_receipt else [
        _("Drawn by"), _("Checked by"), _("Carrier"), _("Received by"),
    ]  # fmt: skip
    return Sheet(
        title=str(words.KIND_LABELS[document.kind]),
        issuer=localized(document.facility),
        number=queries.number_of(document),
        subtitle=str(words.STATE_LABELS[document.state]),
        facts=[(_("Day"), day(document.on)), *head_facts(document)],
        columns=[PrintColumn(str(title()), width, align) for title, width, align in columns],
        rows=rows,
        totals=_totals(lines, len(columns), is_receipt),
        remarks=_remarks(document, lines),
        signatures=signatures,
        link=address,
        mark=_mark(document),
        landscape=True,
    )


RECEIPT_COLUMNS: Columns = (
    (lambda: _("No."), "auto", "right"),
    (lambda: _("Product, form, specification"), "3fr", "left"),
    (lambda: _("Approval no., holder"), "2.2fr", "left"),
    (lambda: _("Lot"), "1.2fr", "left"),
    (lambda: _("Made on, expires on"), "auto", "left"),
    (lambda: _("Quantity"), "1.6fr", "right"),
    (lambda: _("Price, amount"), "auto", "right"),
    (lambda: _("Acceptance"), "2fr", "left"),
)

SLIP_COLUMNS: Columns = (
    (lambda: _("No."), "auto", "right"),
    (lambda: _("Product, form, specification"), "3fr", "left"),
    (lambda: _("Lot"), "1.3fr", "left"),
    (lambda: _("Expires on"), "auto", "left"),
    (lambda: _("Asked for"), "auto", "right"),
    (lambda: _("Issued"), "1.6fr", "right"),
    (lambda: _("Received, differences"), "1.1fr", "right"),
    (lambda: _("Price, amount"), "auto", "right"),
    (lambda: _("Two checks, seven matches"), "1.6fr", "left"),
)
RECEIVED = 6
"""Index of the column in which the receiver writes, or what the receiver wrote stands."""


def _name(line: ShownLine) -> str:
    return "\n".join(part for part in (line.product, " · ".join(filter(None, [line.form, line.specification]))) if part)


def _price(line: ShownLine) -> str:
    if line.unit_price is None:
        return ""
    return f"{line.unit_price.normalize():f}\n{line.amount}"


def _receipt_row(line: ShownLine) -> list[str]:
    lot = line.lots[0] if line.lots else None
    looked = [
        line.appearance,
        line.packaging,
        line.temperature,
        _("%(n)s sampled") % {"n": number(line.sampled_pieces)} if line.sampled_pieces is not None else "",
        line.conclusion,
    ]
    differences = [
        _("%(n)s damaged") % {"n": number(line.damaged)} if line.damaged else "",
        _("%(n)s missing") % {"n": number(line.missing)} if line.missing else "",
    ]
    dates = [day(line.made_on) if line.made_on else "—", day(lot.expires_on) if lot and lot.expires_on else "—"]
    quantity = f"{number(line.pieces)} {line.piece}"
    return [
        str(line.row),
        _name(line),
        "\n".join(filter(None, [line.registration, line.holder, line.brand])),
        lot.number if lot else "",
        "\n".join(dates),
        "\n".join(filter(None, [quantity, line.packs])),
        _price(line),
        " · ".join(filter(None, [*looked, *differences])),
    ]


def _slip_rows(document: Any, lines: list[ShownLine]) -> list[list[str]]:
    """One row for each lot, with what the other side wrote back of it."""
    rows = [row for line in lines for row in _lot_rows(line)]
    sent = [(lot.id or 0, lot.pieces) if lot else (0, 0) for line in lines for lot in line.lots or (None,)]
    back = receipt_back.columns_of(document.event_id, sent)
    return [[*row[:RECEIVED], cell, *row[RECEIVED:]] for row, cell in zip(rows, back, strict=True)]


def _lot_rows(line: ShownLine) -> list[list[str]]:
    """One row for each lot: the first says what the line is."""
    rows = []
    for index, lot in enumerate(line.lots or (None,)):
        first = index == 0
        asked = number(line.asked_pieces if line.asked_pieces is not None else line.pieces)
        rows.append(
            [
                str(line.row) if first else "",
                _name(line) if first else "",
                lot.number if lot else "",
                day(lot.expires_on) if lot and lot.expires_on else "—",
                asked if first else "",
                "\n".join(filter(None, [_pieces(line, lot), line.packs if first else ""])),
                _price(line) if first else "",
                _matches(line) if first else "",
            ]
        )
    return rows


def _pieces(line: ShownLine, lot: ShownLot | None) -> str:
    return f"{number(lot.pieces if lot else line.pieces)} {line.piece}"


def _matches(line: ShownLine) -> str:
    answers = [answer for _name, _label, answer, _proved in line.answers]
    wrong = [label for _name, label, answer, _proved in line.answers if answer == Answer.NOT_OK]
    if wrong:
        return _("not right: %(names)s") % {"names": ", ".join(wrong)}
    return f"✓ {len(answers)}/{len(Match)}" if all(answers) else ""


def _totals(lines: list[ShownLine], columns: int, is_receipt: bool) -> list[str]:
    amounts = [line.amount for line in lines if line.amount is not None]
    pieces = {line.piece for line in lines}
    row = [""] * columns
    row[1] = ngettext("Total, %(n)s line", "Total, %(n)s lines", len(lines)) % {"n": len(lines)}
    if len(pieces) == 1:
        row[5] = f"{number(sum(line.pieces for line in lines))} {pieces.pop()}"
    if amounts:
        row[6 if is_receipt else 7] = str(sum(amounts))
    return row


def _remarks(document: Any, lines: list[ShownLine]) -> list[str]:
    """Who did what when, why other lots, and what the checker said."""
    told = [_("Drawn by %(name)s, %(at)s.") % {"name": document.drawn_by_name, "at": moment(document.drawn_at)}]
    if document.checked_by_name:
        told.append(
            _("Two checks, seven matches by %(name)s, %(at)s: %(checks)s.")
            % {
                "name": document.checked_by_name,
                "at": moment(document.checked_at),
                "checks": ", ".join(
                    f"{words.CHECK_LABELS[one]} {_ok(document.head_answers.get(one.value))}" for one in Check
                ),
            }
        )
    if document.posted_at:
        told.append(
            _("Posted by %(name)s, %(at)s.") % {"name": document.posted_by_name, "at": moment(document.posted_at)}
        )
    if document.event_id is not None and (receipt := slips.receipt_of(document.event_id)) is not None:
        told.append(receipt_back.told(receipt))
    if document.state in {DocumentState.CANCELLED, DocumentState.RETURNED}:
        told.append(_("Reason: %(reason)s") % {"reason": document.reason})
    told += [
        _("Line %(row)s, lots chosen by hand: %(why)s") % {"row": line.row, "why": line.override_reason}
        for line in lines
        if line.override_reason
    ]
    return told


def _ok(answer: str | None) -> str:
    return "✓" if answer == Answer.OK else "✗" if answer else "—"


def _mark(document: Any) -> str:
    if document.state == DocumentState.CANCELLED:
        return _("CANCELLED")
    return "" if document.event_id is not None else _("DRAFT")
