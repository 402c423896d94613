"""Trade items as a table: take it away, correct and add rows in Excel, see what would change, apply it."""

from __future__ import annotations

import io
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhixuan.modules.catalogue import permissions, queries
from zhixuan.modules.catalogue.operations.apply_item_table import (
    NEEDED,
    PACKINGS,
    PURPOSE,
    STATES,
    TITLES,
    ChangedItem,
    apply_item_table,
)
from zhixuan.rules.refusal import Refused
from zhixuan.shared import uploads
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.spreadsheets.writing import ColumnKind, ColumnSpec, write_xlsx
from zhixuan.shared.ui.export import XLSX
from zhixuan.shared.ui.formats import number
from zhixuan.shared.ui.messages import done
from zhixuan.shared.ui.naming import in_chinese, localized
from zhixuan.shared.ui.upload import UploadForm, UploadPlan, kept_upload, mistakes_of

WIDTHS = {"holder": 30, "registration_number": 24}


def table(request: ActorRequest) -> HttpResponse:
    """Every item, one a row, as the import reads it."""
    permissions.require(request.actor, permissions.CHANGE_ITEMS)
    chosen = 0 if in_chinese() else 1
    columns = [
        ColumnSpec(
            names[chosen],
            ColumnKind.WHOLE if key in PACKINGS else ColumnKind.TEXT,
            WIDTHS.get(key, 18),
            required=key in NEEDED,
        )
        for key, names in TITLES.items()
    ]
    states = {value: word for word, value in list(STATES.items())[chosen::2]}
    rows = [
        [item.code, item.product.code, *(getattr(item, name) for name in list(TITLES)[2:-1]), states[item.status]]
        for item in queries.items()
    ]
    stream = io.BytesIO()
    write_xlsx(stream, sheet=_("Trade items"), columns=columns, rows=rows)
    return HttpResponse(stream.getvalue(), XLSX, headers={"Content-Disposition": 'attachment; filename="items.xlsx"'})


def upload(request: ActorRequest) -> HttpResponse:
    """Choose a table; nothing is changed before it was looked at."""
    permissions.require(request.actor, permissions.CHANGE_ITEMS)
    form = UploadForm(request.POST or None, request.FILES or None)
    if chosen := kept_upload(request, form, purpose=PURPOSE, at=timezone.now()):
        return HttpResponseRedirect(reverse("catalogue:item_table_plan", args=[chosen.pk]))
    return render(request, "catalogue/item_table.html", {"form": form}, status=422 if form.is_bound else 200)


def plan(request: ActorRequest, upload_id: UUID) -> HttpResponse:
    """What the table would change, and all its mistakes; applied with one click."""
    kept = uploads.upload_of(request.actor, upload_id, PURPOSE)
    permissions.require(request.actor, permissions.CHANGE_ITEMS)
    try:
        is_dry = request.method != "POST"
        changed = apply_item_table(upload_id=upload_id, dry=is_dry, actor=request.actor, at=timezone.now())
    except Refused as refused:
        return _shown(request, kept, UploadPlan(mistakes=mistakes_of(refused.reasons)))
    if is_dry:
        return _shown(request, kept, None if kept.applied_at else _plan(changed))
    words = ngettext("%(n)s trade item is saved.", "%(n)s trade items are saved.", len(changed))
    done(request, words % {"n": number(len(changed))})
    return HttpResponseRedirect(reverse("catalogue:products"))


def _plan(changed: list[ChangedItem]) -> UploadPlan:
    chosen = 0 if in_chinese() else 1
    return UploadPlan(
        headings=[_("Row"), _("Item"), _("Product"), _("What would change")],
        rows=[
            [
                number(one.row),
                one.code,
                localized(one.product),
                _("new") if one.is_new else ", ".join(TITLES[name][chosen] for name in one.differs),
            ]
            for one in changed
        ],
        nothing="" if changed else _("The table changes nothing."),
    )


def _shown(request: ActorRequest, kept: uploads.Upload, shown: UploadPlan | None) -> HttpResponse:
    back = reverse("catalogue:item_table_upload" if shown else "catalogue:products")
    context = {"upload": kept, "plan": shown, "back": back, "back_label": _("Trade items")}
    return render(request, "ui/upload_plan.html", context, status=422 if shown and shown.mistakes else 200)
