"""Documents and their lines in words, for the page, the papers and the check."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from zhixuan.modules.documents.queries.documents import drawn
from zhixuan.modules.documents.screens import words
from zhixuan.modules.stock.screens import words as stock_words
from zhixuan.modules.stock.screens.offers import brand_of, form_of, packing_words
from zhixuan.rules.documents.checking import Match
from zhixuan.rules.documents.states import DocumentKind
from zhixuan.rules.stock.ledger import UNKNOWN_EXPIRY, slip_number
from zhixuan.shared.ui.naming import choose, localized


@dataclass(frozen=True, slots=True)
class ShownLot:
    """One lot of a line: what is taken, or what comes."""

    id: int | None
    number: str
    expires_on: date | None
    pieces: int


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line as it is read: `answers` are (match, words, answer, proved by a code)."""

    id: int
    row: int
    revision: int
    product: str
    form: str
    specification: str
    brand: str
    packing: str
    registration: str
    holder: str
    gtin: str
    piece: str
    pieces: int
    asked_pieces: int | None
    packs: str
    lots: tuple[ShownLot, ...]
    passed_over: tuple[tuple[str, str], ...]
    made_on: date | None
    override_reason: str
    unit_price: Decimal | None
    amount: Decimal | None
    appearance: str
    packaging: str
    temperature: str
    sampled_pieces: int | None
    conclusion: str
    damaged: int
    missing: int
    answers: tuple[tuple[str, str, str, bool], ...]
    remark: str
    answered_by: str


def shown_line(row: Any) -> ShownLine:
    """The line with its product and item, read with it."""
    product, line = row.product, drawn(row)
    item = row.item or (row.lot.item if row.lot_id else None)
    return ShownLine(
        id=row.pk,
        row=row.row,
        revision=row.revision,
        product=localized(product),
        form=form_of(product),
        specification=choose(product.spec_zh, product.spec_en),
        brand=brand_of(item) if item else "",
        packing=packing_words(item) if item else "",
        registration=item.registration_number if item else "",
        holder=item.holder if item else "",
        gtin=(item.gtin or "") if item else "",
        piece=stock_words.unit_of(product, row.pieces),
        pieces=row.pieces,
        asked_pieces=row.asked_pieces,
        packs=stock_words.packs(row.pieces, item) if item else "",
        lots=_lots(row),
        passed_over=_passed_over(row.proposal),
        made_on=row.made_on,
        override_reason=row.override_reason,
        unit_price=row.unit_price,
        amount=line.amount,
        appearance=row.appearance,
        packaging=row.packaging,
        temperature=row.temperature,
        sampled_pieces=row.sampled_pieces,
        conclusion=str(words.CONCLUSION_LABELS.get(row.conclusion, "")),
        damaged=row.damaged,
        missing=row.missing,
        answers=tuple(
            (match.value, str(words.MATCH_LABELS[match]), row.answers.get(match.value, ""), match.value in row.proved)
            for match in Match
        ),
        remark=row.remark,
        answered_by=row.answered_by_name,
    )


def _lots(row: Any) -> tuple[ShownLot, ...]:
    if row.lot_id:
        return (_lot(row.lot_id, row.lot.number, row.lot.expires_on, row.pieces),)
    if row.lot_number or row.expires_on:
        return (_lot(None, row.lot_number, row.expires_on, row.pieces),)
    return tuple(
        _lot(one["lot"], one["number"], date.fromisoformat(one["expires"]), one["pieces"])
        for one in row.proposal
        if one["why"] == "taken"
    )


def _lot(lot_id: int | None, number: str, expires_on: date | None, pieces: int) -> ShownLot:
    known = None if expires_on in {None, UNKNOWN_EXPIRY} else expires_on
    return ShownLot(lot_id, stock_words.lot_label(number), known, pieces)


def _passed_over(proposal: Iterable[Mapping[str, Any]]) -> tuple[tuple[str, str], ...]:
    """Lots that were not taken, and why not."""
    return tuple(
        (stock_words.lot_label(one["number"]), str(stock_words.WHY_LABELS[one["why"]]))
        for one in proposal
        if one["why"] not in {"taken", "not_needed"}
    )


def shown_steps(steps: Iterable[Any]) -> list[dict[str, Any]]:
    """History in words: who, when, what changed."""
    return [
        {
            "label": words.STEP_LABELS[step.step],
            "who": step.actor_name,
            "at": step.at,
            "reason": step.reason,
            "told": _told(step.details),
        }
        for step in steps
    ]


def _told(details: Mapping[str, Any]) -> list[str]:
    told = []
    if "row" in details:
        what = _("added") if details.get("added") else _("removed") if details.get("removed") else ""
        told.append(_("line %(row)s %(what)s") % {"row": details["row"], "what": what})
    for name, (before, after) in details.get("changed", {}).items():
        label = words.FIELD_LABELS.get(name, name)
        told.append(
            f"{label}: {before if before not in (None, '') else '—'} → {after if after not in (None, '') else '—'}"
        )
    for row, names in details.get("not_ok", {}).items():
        listed = ", ".join(str(words.MATCH_LABELS[name]) for name in names)
        told.append(_("line %(row)s not right: %(names)s") % {"row": row, "names": listed})
    told += [_("not right: %(name)s") % {"name": words.CHECK_LABELS[name]} for name in details.get("head", ())]
    if details.get("table"):
        told.append(_("%(n)s lines of the table %(name)s") % {"n": details["lines"], "name": details["table"]})
    if details.get("slip"):
        told.append(_("slip %(slip)s") % {"slip": details["slip"]})
    if changed := details.get("lots_changed"):
        told.append(_("other lots than proposed on lines %(rows)s, confirmed") % {"rows": _rows(changed)})
    return told


def _rows(changed: Iterable[Mapping[str, Any]]) -> str:
    return ", ".join(str(one["row"]) for one in changed)


def _slip_taken_in(document: Any) -> str:
    """Number of the slip with which another facility sent the goods."""
    sent = document.transfer
    return slip_number(sent.place.facility.code, sent.year, sent.number) if sent is not None else ""


def head_facts(document: Any) -> list[tuple[str, str]]:
    """Label and value of what is written at the head; empty values are left out."""
    is_receipt = document.kind == DocumentKind.RECEIPT
    facts = [
        (_("Goods come from"), str(words.ORIGIN_LABELS.get(document.origin, ""))),
        (_("Supplier"), document.supplier),
        (_("From") if is_receipt else _("To"), localized(document.other_facility) if document.other_facility else ""),
        (_("Takes in slip"), _slip_taken_in(document)),
        (_("Contract or delivery note") if is_receipt else _("Request number"), document.reference),
        (_("Transport"), document.transport),
        (_("Keeper"), document.keeper),
        (_("Accepted by"), document.acceptor),
        (_("Supervisor"), document.supervisor),
        (_("Note"), document.note),
    ]
    return [(label, value) for label, value in facts if value]
