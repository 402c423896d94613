"""Papers: inspection record, storage log of a month, loss report with signatures, recall notice and poster."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from zhixuan.modules.directory import queries as directory
from zhixuan.modules.quality import permissions
from zhixuan.modules.quality.queries import inspections, losses, recalls
from zhixuan.modules.quality.queries import storage as storage_log
from zhixuan.modules.quality.screens import words
from zhixuan.modules.quality.screens.inspect import findings_of
from zhixuan.modules.quality.screens.losses import OWNER, earlier_rounds, lines_shown
from zhixuan.modules.quality.screens.storage import month_asked, outside
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.modules.stock.screens.words import expiry, lot_label, with_unit
from zhixuan.rules.quality.losses import LossState
from zhixuan.shared import attachments
from zhixuan.shared.printing.answer import pdf_response
from zhixuan.shared.printing.sheet import PrintColumn, Sheet
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.formats import day, moment, number
from zhixuan.shared.ui.naming import localized

NUMBER = "right"


def _link(request: ActorRequest, name: str, *args: object) -> str:
    return request.build_absolute_uri(reverse(name, args=args))


@require_GET
def inspection(request: ActorRequest, inspection_id: int) -> HttpResponse:
    """The record of one inspection."""
    one = inspections.inspection(request.actor, inspection_id)
    product = one.lot.product
    seen = [(what, found) for what, found, _flaw in findings_of(one)]
    measured = [
        (str(words.MEASURES[name]), words.measured(name, getattr(one, name)))
        for name in words.MEASURES
        if getattr(one, name) is not None
    ]
    sheet = Sheet(
        title=_("Inspection record"),
        issuer=localized(one.facility),
        number=one.number,
        facts=[
            (_("Day"), day(one.on)),
            (_("Why"), str(words.DUE.get(one.why) or _("Without being asked for"))),
            (_("Product"), localized(product)),
            (_("Lot"), lot_label(one.lot.number)),
            (_("Expires"), day(expiry(one.lot.expires_on))),
            (_("In stock"), with_unit(one.pieces_there, product)),
            (_("Pieces looked at"), with_unit(one.sampled_pieces, product)),
            (_("Result"), str(words.RESULTS[one.result][0])),
            (_("Moved"), with_unit(one.moved_pieces, product)),
            (_("Inspected by"), f"{one.by_name}, {moment(one.recorded_at)}"),
        ],
        columns=[PrintColumn(_("Looked at"), "1fr"), PrintColumn(_("Seen"), "1fr")],
        rows=[*seen, *measured],
        remarks=[one.note] if one.note else [],
        signatures=[_("Inspected by"), _("Storekeeper"), _("In charge")],
        link=_link(request, "quality:inspection", one.pk),
    )
    return pdf_response(request, [sheet], name=one.number)


@require_GET
def storage(request: ActorRequest, facility_id: int) -> HttpResponse:
    """The storage log of a month, as it hangs on the wall."""
    facility = directory.facility(request.actor, facility_id)
    permissions.require(request.actor, permissions.VIEW, places_of(facility_id))
    month = month_asked(request)
    limits = storage_log.limits_of(facility_id)
    rows = []
    for row in storage_log.month_of_readings(facility_id, month):
        beyond = outside(row, limits)
        rows.append(
            (
                moment(row.at),
                words.measured("temperature", row.temperature),
                words.measured("humidity", row.humidity),
                _("beyond the limits") if any(beyond.values()) else "",
                row.by_name,
            )
        )
    columns = [
        PrintColumn(_("Time"), "1.4fr"),
        PrintColumn(_("Temperature"), "1fr", NUMBER),
        PrintColumn(_("Humidity"), "1fr", NUMBER),
        PrintColumn(_("Judged"), "1fr"),
        PrintColumn(_("Read by"), "1fr"),
    ]
    sheet = Sheet(
        title=_("Storage log"),
        issuer=localized(facility),
        number=str(month),
        facts=words.limits(limits),
        columns=columns,
        rows=rows,
        remarks=[limits.source],
        signatures=[_("Storekeeper"), _("In charge")],
        link=_link(request, "quality:storage_log", facility_id),
    )
    return pdf_response(request, [sheet], name=f"{facility.code}-{month}")


@require_GET
def loss(request: ActorRequest, report_id: int) -> HttpResponse:
    """The loss report, with what was signed in the system and lines to sign on."""
    report = losses.report(request.actor, report_id)
    lines = lines_shown(report)
    columns = [
        PrintColumn(_("Product"), "2fr"),
        PrintColumn(_("Lot"), "1fr"),
        PrintColumn(_("Expires"), "auto"),
        PrintColumn(_("Pieces"), "auto", NUMBER),
        PrintColumn(_("Yuan a piece"), "auto", NUMBER),
        PrintColumn(_("Yuan"), "auto", NUMBER),
    ]
    rows = [
        (
            line["product"],
            line["lot"],
            day(line["expires_on"]),
            f"{number(line['pieces'])} {line['unit']}",
            _price(line["price"]),
            _yuan(line["amount"]),
        )
        for line in lines
    ]
    sheet = Sheet(
        title=_("Loss report"),
        issuer=localized(report.facility),
        number=report.number,
        facts=[
            (_("Day it was found"), day(report.on)),
            (_("Reason"), str(words.LOSS_REASONS[report.reason])),
            (_("State"), str(words.LOSS_STATES[report.state][0])),
            (_("Reported by"), report.drawn_by_name),
        ],
        columns=columns,
        rows=rows,
        totals=(_("Total"), "", "", number(sum(line["pieces"] for line in lines)), "", _yuan(report.amount)),
        remarks=_loss_remarks(report),
        signatures=[_("Reported by"), _("Approved by"), _("Witness"), _("Witness")],
        link=_link(request, "quality:loss", report.pk),
        mark="" if report.state in (LossState.DESTROYED, LossState.CLOSED) else str(words.LOSS_STATES[report.state][0]),
    )
    return pdf_response(request, [sheet], name=report.number)


def _loss_remarks(report: losses.LossReport) -> list[str]:
    """What happened, the finding, the decision, the destruction and who saw it."""
    told = [(_("What happened"), report.account), (_("Responsible"), report.responsibility)]
    for one in earlier_rounds(report):
        undone = f"{one['reversed_by']}, {moment(one['reversed_at'])} {one['reason']}"
        told.append((_("Written off on %(day)s and reversed") % {"day": day(one["destroyed_on"])}, undone))
    if report.decided_at:
        told.append((_("Decided"), f"{report.decided_by_name}, {moment(report.decided_at)} {report.decision}".strip()))
    if report.destroyed_on:
        how = f"{day(report.destroyed_on)} {words.METHODS[report.method]} {report.went_to}".strip()
        told.append((_("Destroyed"), how))
    seen = ", ".join(f"{one.name} ({moment(one.confirmed_at)})" for one in report.witnesses.all())
    told.append((_("Witnesses, each by their own sign-in"), seen))
    kept = attachments.attachments_of(OWNER, report.pk)
    told.append((_("Photos and files kept with the report"), ", ".join(file.name for file in kept) or _("none")))
    return [f"{label}: {text}" for label, text in told if text]


def _price(price: Decimal | None) -> str:
    return "" if price is None else f"{price.normalize():f}"


def _yuan(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:,.2f}"


@require_GET
def recall(request: ActorRequest, recall_id: int) -> HttpResponse:
    """The recall notice, as it goes to the facilities."""
    one = recalls.recall(request.actor, recall_id)
    where = recalls.whereabouts(request.actor, one)
    columns = [
        PrintColumn(_("Facility"), "2fr"),
        PrintColumn(_("On the shelf"), "auto", NUMBER),
        PrintColumn(_("Quarantine"), "auto", NUMBER),
        PrintColumn(_("On the way"), "auto", NUMBER),
        PrintColumn(_("Dispensed"), "auto", NUMBER),
        PrintColumn(_("Answer"), "1fr"),
        PrintColumn(_("Found"), "auto", NUMBER),
    ]
    rows = [
        (
            localized(row.facility),
            *(number(pieces) for pieces in (row.store, row.quarantine, row.transit, row.dispensed)),
            str(words.NOTICE_STATES[row.notice.state][0]) if row.notice else "",
            number(row.notice.found_pieces) if row.notice and row.notice.found_pieces is not None else "",
        )
        for row in where
    ]
    sheet = Sheet(
        title=_("Recall notice"),
        subtitle=str(words.RECALL_KINDS[one.kind][0]),
        issuer=localized(one.area),
        number=one.number,
        facts=[
            (_("Product"), localized(one.item.product)),
            ("GTIN", one.item.gtin or "—"),
            (_("Lot"), one.lot_number),
            (_("Expires"), day(one.expires_on) if one.expires_on else _("every expiry")),
            (_("Class"), str(words.RECALL_CLASSES[one.recall_class])),
            (_("Answer by"), day(one.answer_by)),
            (_("Issued"), moment(one.issued_at)),
            (_("Issued by"), one.issued_by_name),
        ],
        columns=columns,
        rows=rows,
        remarks=[
            f"{_('Reason')}: {one.reason}",
            f"{pgettext('recall', 'What to do')}: {one.action}",
            *(_answered(one) if recalls.may_run(request.actor, one) else []),
        ],
        signatures=[_("Received by"), _("Day")],
        link=_link(request, "quality:recall", one.pk),
    )
    return pdf_response(request, [sheet], name=one.number)


def _answered(one: recalls.Recall) -> list[str]:
    """The rate of answers (回执率) of the whole recall: only who runs it sees all facilities."""
    answers = recalls.answers_of(one, today=timezone.localdate())
    share = answers.share_done
    if share is None:
        return []
    said = {"share": number(float(share * 100), 1), "done": number(answers.done), "sent": number(answers.sent)}
    told = _("Answered: %(share)s %% (%(done)s of %(sent)s notices)") % said
    return [told if not answers.overdue else f"{told}; {_('late')}: {number(answers.overdue)}"]


@require_GET
def poster(request: ActorRequest, recall_id: int) -> HttpResponse:
    """The public notice for the wall: in both languages, with a QR code to the same words."""
    one = recalls.recall(request.actor, recall_id)
    product = one.item.product
    sheet = Sheet(
        title=_in_both(lambda: _("Please do not use this lot")),
        issuer=localized(one.area),
        number=one.number,
        facts=[
            (_in_both(lambda: _("Product")), f"{product.name_zh} {product.name_en}".strip()),
            (_in_both(lambda: _("Lot")), one.lot_number),
            (
                _in_both(lambda: _("Expires")),
                day(one.expires_on) if one.expires_on else _in_both(lambda: _("every expiry")),
            ),
        ],
        remarks=[text for text in (one.public_zh, one.public_en) if text]
        or [_in(language, _advice) for language in BOTH],
        large=True,
        link=_link(request, "quality:public_notice", one.public_id) if one.public_zh else "",
    )
    return pdf_response(request, [sheet], name=f"{one.number}-poster")


BOTH = ("zh-hans", "en")


def _advice() -> str:
    return _("If you have pieces of this lot, do not use them. Any outlet changes them, and nobody asks who you are.")


def _in(language: str, text: Callable[[], str]) -> str:
    with translation.override(language):
        return text()


def _in_both(text: Callable[[], str]) -> str:
    """On a wall nobody chooses a language."""
    return " ".join(_in(language, text) for language in BOTH)
