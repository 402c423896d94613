"""Lines of a draft from a table: take the table away, fill it in, see what it would change, apply it."""

from __future__ import annotations

import io
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from zhixuan.modules.orders.operations.apply_table import PURPOSE, apply_table
from zhixuan.modules.orders.queries import orders
from zhixuan.modules.orders.queries.orders import Order
from zhixuan.modules.orders.queries.tables import lines_in
from zhixuan.rules.orders.steps import Side, State
from zhixuan.rules.refusal import Refused
from zhixuan.shared import uploads
from zhixuan.shared.access import Forbidden
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.spreadsheets.writing import ColumnKind, ColumnSpec, write_xlsx
from zhixuan.shared.ui.export import XLSX
from zhixuan.shared.ui.formats import number
from zhixuan.shared.ui.messages import done
from zhixuan.shared.ui.naming import localized
from zhixuan.shared.ui.upload import UploadForm, UploadPlan, kept_upload, mistakes_of


def _order(request: ActorRequest, order_id: int) -> Order:
    """The draft, if the person may change it.

    Raises:
        Unknown, Forbidden: see permissions.
    """
    order = orders.order(request.actor, order_id)
    if Side.ASKER not in orders.sides(request.actor, order):
        raise Forbidden
    return order


def template(request: ActorRequest, order_id: int) -> HttpResponse:
    """The order's lines as a table: change the quantities and bring it back."""
    order = _order(request, order_id)
    columns = [
        ColumnSpec(_("Product code"), ColumnKind.TEXT, 16),
        ColumnSpec(_("Product"), ColumnKind.TEXT, 40),
        ColumnSpec(_("Suggested"), ColumnKind.WHOLE, 12),
        ColumnSpec(_("Ask for (pieces)"), ColumnKind.WHOLE, 18),
        ColumnSpec(_("Reason"), ColumnKind.TEXT, 40),
    ]
    rows = [
        [line.product.code, localized(line.product), line.suggested, line.asked, line.reason]
        for line in orders.lines_of(order.pk)
    ]
    stream = io.BytesIO()
    write_xlsx(stream, sheet=orders.number_of(order), columns=columns, rows=rows)
    disposition = f'attachment; filename="order-{order.pk}.xlsx"'
    return HttpResponse(stream.getvalue(), XLSX, headers={"Content-Disposition": disposition})


def upload(request: ActorRequest, order_id: int) -> HttpResponse:
    """Choose a table; nothing is changed before it was looked at."""
    order = _order(request, order_id)
    if order.stage != State.DRAWN:
        return HttpResponseRedirect(reverse("orders:order", args=[order_id]))
    form = UploadForm(request.POST or None, request.FILES or None)
    if chosen := kept_upload(request, form, purpose=PURPOSE, subject=order_id, at=timezone.now()):
        return HttpResponseRedirect(reverse("orders:upload_plan", args=[chosen.id]))
    context = {"form": form, "order": order, "number": orders.number_of(order)}
    return render(request, "orders/upload.html", context, status=422 if form.errors else 200)


def plan(request: ActorRequest, upload_id: UUID) -> HttpResponse:
    """What the table would change, and applying it."""
    kept = uploads.upload_of(request.actor, upload_id, PURPOSE)
    order = _order(request, int(kept.subject))
    back = reverse("orders:change", args=[order.pk])
    shown = None
    if kept.applied_at is None:
        shown = UploadPlan(headings=[_("Product"), _("Now"), _("Becomes"), _("Reason")])
        try:
            lines = lines_in(kept)
            shown.rows = [
                [localized(line.product), number(line.before), number(line.asked), line.reason] for line in lines
            ]
            shown.nothing = "" if lines else _("The table changes nothing.")
        except Refused as refused:
            shown.mistakes = mistakes_of(refused.reasons)
    if request.method == "POST":
        try:
            apply_table(upload_id=upload_id, on=timezone.localdate(), actor=request.actor, at=timezone.now())
            done(request, _("The table is in the order. Look at it, then send it in."))
            return HttpResponseRedirect(back)
        except Refused as refused:
            shown = shown or UploadPlan()
            shown.mistakes = mistakes_of(refused.reasons)
    context = {"upload": kept, "plan": shown, "back": back, "back_label": orders.number_of(order)}
    status = 422 if shown and shown.mistakes and request.method == "POST" else 200
    return render(request, "ui/upload_plan.html", context, status=status)
