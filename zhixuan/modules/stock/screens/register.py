"""The dispensing register 发放登记册 of an outlet for a month, on the screen and on paper."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext

from zhixuan.modules.directory import queries as directory
from zhixuan.modules.stock import permissions
from zhixuan.modules.stock.queries import register as queries
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.modules.stock.screens import how_given, words
from zhixuan.modules.stock.screens.slips import number_of
from zhixuan.rules.periods import Month
from zhixuan.rules.refusal import Refused
from zhixuan.shared.printing import PrintColumn, Sheet, pdf_response
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.formats import day, number
from zhixuan.shared.ui.listing import Column, Empty, Listing
from zhixuan.shared.ui.naming import localized


def _first_time(line: Any) -> str:
    return how_given.first_time(line.event)


def _anonymous(_line: Any) -> str:
    return pgettext("register", "anonymous")


REGISTER = Listing(
    name="register",
    title=_lazy("Dispensing register"),
    columns=(
        Column("on", _lazy("Day"), "date"),
        Column("product", _lazy("Product"), value=lambda line: localized(line.product)),
        Column("lot", _lazy("Lot"), value=lambda line: words.lot_label(line.lot.number)),
        Column("pieces", _lazy("Pieces"), "number"),
        Column("unit", _lazy("Unit"), value=lambda line: words.unit_of(line.product, line.pieces), phone=False),
        Column(
            "channel",
            _lazy("Channel"),
            value=lambda line: how_given.channel(line.event),
            secondary=lambda line: how_given.more(line.event),
        ),
        Column("first_time", _lazy("First time or continuing"), value=_first_time, screen=False),
        Column("counselled", _lazy("Counselled"), value=lambda line: how_given.counselled(line.event), screen=False),
        Column("who", _lazy("To whom"), value=_anonymous, phone=False),
        Column("by", _lazy("By"), value=lambda line: line.event.actor_name),
        Column(
            "slip",
            _lazy("Slip"),
            value=lambda line: number_of(line.event),
            href=lambda line: reverse("stock:slip", args=[line.event_id]),
        ),
    ),
    page_size=50,
    empty=Empty(_lazy("Nothing was given out"), _lazy("Choose another month."), icon="hand-grab"),
)


def _asked(request: ActorRequest, facility_id: int) -> tuple[Any, Month]:
    facility = directory.facility(request.actor, facility_id)
    permissions.require(request.actor, permissions.VIEW, places_of(facility_id))
    try:
        return facility, Month.parse(request.GET.get("month", ""))
    except Refused:
        return facility, Month.of(timezone.localdate())


def register(request: ActorRequest, facility_id: int) -> HttpResponse:
    """One line for each lot given out; a line never names anybody."""
    facility, month = _asked(request, facility_id)
    rows = queries.given_out(places_of(facility_id).store_id, month)
    context = {
        "facility": facility,
        "month": month,
        "month_text": str(month),
        "before": month.plus(-1),
        "after": month.next,
    }
    return REGISTER.response(request, rows, template="stock/register.html", context=context)


def register_print(request: ActorRequest, facility_id: int) -> HttpResponse:
    """The same on paper, with the sum of every product."""
    facility, month = _asked(request, facility_id)
    lines = list(queries.given_out(places_of(facility_id).store_id, month))
    sums: dict[str, int] = {}
    for line in lines:
        key = f"{localized(line.product)} ({words.unit_of(line.product)})"
        sums[key] = sums.get(key, 0) + line.pieces
    listed = "; ".join(f"{name}: {number(pieces)}" for name, pieces in sums.items())
    sheet = Sheet(
        title=_("Dispensing register"),
        issuer=localized(facility),
        number=facility.code,
        subtitle=str(month),
        columns=[
            PrintColumn(_("No."), align="right"),
            PrintColumn(_("Day")),
            PrintColumn(_("Product"), "2fr"),
            PrintColumn(_("Lot"), "1fr"),
            PrintColumn(_("Pieces"), align="right"),
            PrintColumn(_("Channel")),
            PrintColumn(_("First time or continuing")),
            PrintColumn(_("Counselled")),
            PrintColumn(_("To whom")),
            PrintColumn(_("By"), "1fr"),
        ],
        rows=[
            [
                str(index),
                day(line.on),
                localized(line.product),
                words.lot_label(line.lot.number),
                words.with_unit(line.pieces, line.product),
                how_given.channel(line.event),
                _first_time(line),
                how_given.counselled(line.event),
                _anonymous(line),
                line.event.actor_name,
            ]
            for index, line in enumerate(lines, 1)
        ],
        remarks=[
            *([_("In all: %(sums)s.") % {"sums": listed}] if sums else []),
            _("Nobody who received anything is named here."),
        ],
        signatures=[_("Kept by"), _("Checked by")],
        landscape=True,
        link=request.build_absolute_uri(f"{reverse('stock:register', args=[facility_id])}?month={month}"),
    )
    return pdf_response(request, [sheet], name=f"{_('Dispensing register')} {facility.code} {month}")
