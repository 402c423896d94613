"""An order on paper."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.orders.queries import orders, progress
from zhixuan.modules.orders.screens import words
from zhixuan.rules.orders.steps import State
from zhixuan.shared.printing.answer import pdf_response
from zhixuan.shared.printing.sheet import PrintColumn, Sheet
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.formats import day, number
from zhixuan.shared.ui.naming import localized


def paper(request: ActorRequest, order_id: int) -> HttpResponse:
    """The order as PDF, with places to sign."""
    order = orders.order(request.actor, order_id)
    state = progress.states_of([order])[order.pk]
    lines = list(orders.lines_of(order_id))
    packs = catalogue.usual_packs([line.product_id for line in lines])
    name = orders.number_of(order)
    facts = [
        (_("For"), f"{localized(order.asker)} ({order.asker.code})"),
        (pgettext("order", "Supplier"), f"{localized(order.supplier)} ({order.supplier.code})"),
        (_("Day"), day(order.submitted_on or order.drawn_on)),
        (_("Kind"), words.kind_of(order)),
        (_("State"), str(words.state_badge(state))),
    ]
    sheet = Sheet(
        title=_("Order for goods"),
        issuer=localized(order.asker),
        number=name,
        facts=facts,
        columns=[
            PrintColumn(_("Product"), "3fr"),
            PrintColumn(_("Unit"), "auto"),
            PrintColumn(_("Asked"), "auto", "right"),
            PrintColumn(_("Packs"), "auto", "right"),
            PrintColumn(_("Agreed"), "auto", "right"),
            PrintColumn(_("Remark"), "2fr"),
        ],
        rows=[_row(line, packs.get(line.product_id, (1, 1))[0]) for line in lines],
        remarks=[text for text in (order.reason, order.note) if text],
        signatures=[_("Asked by"), _("Agreed by"), _("Handed out by"), _("Received by")],
        link=request.build_absolute_uri(reverse("orders:order", args=[order_id])),
        mark=_("DRAFT") if order.stage == State.DRAWN else "",
    )
    return pdf_response(request, [sheet], name=name)


def _row(line: Any, pack: int) -> list[str]:
    return [
        localized(line.product),
        words.unit_of(line.product),
        number(line.asked),
        words.in_packs(line.asked, pack),
        "" if line.approved is None else number(line.approved),
        line.review_reason or line.reason,
    ]
