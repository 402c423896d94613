"""A slip of the ledger on paper, as the document that it is: receipt, issue slip, return, dispensing, correction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.stock.queries import slips as queries
from zhixuan.modules.stock.queries import traces
from zhixuan.modules.stock.screens import how_given, receipt_back, words
from zhixuan.modules.stock.screens.offers import brand_of, form_of
from zhixuan.modules.stock.screens.slips import number_of, other_side
from zhixuan.rules.stock.ledger import EventKind, PlaceKind
from zhixuan.shared.printing import PrintColumn, Sheet, pdf_response
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.formats import day, moment, number
from zhixuan.shared.ui.naming import choose, localized

TITLES: dict[str, Promise] = {
    EventKind.RECEIPT: _lazy("Goods-receipt note"),
    EventKind.TRANSFER_OUT: _lazy("Issue slip"),
    EventKind.TRANSFER_IN: _lazy("Goods-receipt note of a transfer"),
    EventKind.RETURN: _lazy("Return slip"),
    EventKind.DISPENSING: _lazy("Dispensing slip"),
    EventKind.ADJUSTMENT: _lazy("Adjustment slip"),
    EventKind.REVERSAL: _lazy("Reversal slip"),
    EventKind.CARD: _lazy("Imported stock card"),
}

SIGNATURES: dict[str, tuple[Promise, ...]] = {
    EventKind.RECEIPT: (_lazy("Keeper"), _lazy("Accepted by"), _lazy("Supervisor")),
    EventKind.TRANSFER_IN: (_lazy("Keeper"), _lazy("Accepted by"), _lazy("Carrier")),
    EventKind.DISPENSING: (_lazy("Given out by"),),
    EventKind.ADJUSTMENT: (_lazy("Keeper"), _lazy("Checked by"), _lazy("Supervisor")),
}
USUAL_SIGNATURES = (_lazy("Handed over by"), _lazy("Checked by"), _lazy("Received by"))
OUTGOING = frozenset({EventKind.TRANSFER_OUT, EventKind.RETURN, EventKind.DISPENSING})


def slip_print(request: ActorRequest, event_id: int) -> HttpResponse:
    """The slip as a PDF, with everything that is known of its lots."""
    event: Any = queries.event(request.actor, event_id)
    lines = list(queries.movements_of(event_id))
    related, codes = queries.related(event), traces.codes_of(event_id)
    rows = [_row(index, line, codes.get(line.line, [])) for index, line in enumerate(lines, 1)]
    travels = event.kind in OUTGOING and event.other_place.kind == PlaceKind.TRANSIT
    if travels:
        back = receipt_back.columns_of(event_id, [(line.lot_id, line.pieces) for line in lines])
        rows = [[*row[:-1], cell, row[-1]] for row, cell in zip(rows, back, strict=True)]
    sheet = Sheet(
        title=str(TITLES[EventKind(event.kind)]),
        issuer=localized(event.place.facility),
        number=number_of(event),
        facts=_facts(event, related),
        columns=[
            PrintColumn(_("No."), align="right"),
            PrintColumn(_("Product, form, specification"), "3fr"),
            PrintColumn(_("Approval no., holder"), "2fr"),
            PrintColumn(_("Lot"), "1.2fr"),
            PrintColumn(_("Made on, expires on")),
            PrintColumn(_("Quantity"), align="right"),
            PrintColumn(_("In packs"), "1.5fr"),
            *([PrintColumn(_("Received, differences"), "1.2fr", "right")] if travels else []),
            PrintColumn(_("Remark"), "1.5fr"),
        ],
        rows=rows,
        totals=_totals(lines, 9 if travels else 8),
        remarks=_remarks(event, related),
        signatures=[str(one) for one in SIGNATURES.get(event.kind, USUAL_SIGNATURES)],
        link=request.build_absolute_uri(reverse("stock:slip", args=[event_id])),
        mark=_("REVERSED") if related["reversed_by"] else "",
        landscape=True,
    )
    return pdf_response(request, [sheet], name=number_of(event))


def _facts(event: Any, related: dict[str, Any]) -> list[tuple[str, str]]:
    checked = event.details.get("checked") or {}
    answers, reverses = related["answers"], related["reverses"]
    facts = [
        (_("Day"), day(event.on)),
        (_("To") if event.kind in OUTGOING else _("From"), other_side(event)),
        (_("Reference"), event.reference),
        (_("Document"), str(checked.get("document", ""))),
        (_("Answers the slip"), number_of(answers) if answers else ""),
        (_("Reverses the slip"), number_of(reverses) if reverses else ""),
        (_("Reason"), words.reason_label(event.details.get("reason", ""))),
        *(how_given.told(event) if event.kind == EventKind.DISPENSING else []),
        (_("Note"), event.note),
    ]
    return [(label, value) for label, value in facts if value]


def _row(index: int, line: Any, codes: Sequence[str]) -> list[str]:
    product, item = line.product, line.lot.item
    described = " · ".join(filter(None, [form_of(product), choose(product.spec_zh, product.spec_en)]))
    expires = words.expiry(line.lot.expires_on)
    dates = [day(line.lot.made_on) if line.lot.made_on else "—", day(expires) if expires else "—"]
    return [
        str(index),
        "\n".join(filter(None, [localized(product), described])),
        "\n".join(filter(None, [item.registration_number, item.holder, brand_of(item)])),
        words.lot_label(line.lot.number),
        "\n".join(dates),
        words.with_unit(line.pieces, product),
        words.packs(line.pieces, item),
        "\n".join(filter(None, [words.reason_label(line.reason), *codes])),
    ]


def _totals(lines: list[Any], columns: int) -> list[str]:
    if len({line.product_id for line in lines}) != 1 or len(lines) < 2:
        return []
    row = [""] * columns
    row[1], row[5] = _("Total"), number(sum(line.pieces for line in lines))
    return row


def _remarks(event: Any, related: dict[str, Any]) -> list[str]:
    told = [_("Entered by %(name)s, %(at)s.") % {"name": event.actor_name, "at": moment(event.recorded_at)}]
    checked = event.details.get("checked") or {}
    if checked.get("checked_by"):
        told.append(_("Drawn by %(drawn)s, checked by %(checked)s.") % {
            "drawn": checked["drawn_by"], "checked": checked["checked_by"],
        })  # fmt: skip
    if (receipt := related["answered_by"]) is not None:
        told.append(receipt_back.told(receipt))
    if reversed_by := related["reversed_by"]:
        said = {"slip": number_of(reversed_by), "day": day(reversed_by.on)}
        told.append(_("Reversed on %(day)s by slip %(slip)s: it no longer counts.") % said)
    return told
