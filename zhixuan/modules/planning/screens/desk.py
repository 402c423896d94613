"""The planner's desk: what needs you, and how every place stands with every product."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.directory import queries as directory
from zhixuan.modules.planning import permissions
from zhixuan.modules.planning.queries import desk as queries
from zhixuan.modules.planning.queries.desk import Cells, Waiting
from zhixuan.modules.stock import permissions as stock_permissions
from zhixuan.modules.stock.screens.words import unit_of
from zhixuan.rules.stock.levels import STATUS_LABELS, StockStatus
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.addresses import address
from zhixuan.shared.ui.formats import number
from zhixuan.shared.ui.naming import choose, localized
from zhixuan.shared.ui.status_chart import CHART_STATES
from zhixuan.shared.ui.tasks import Task

PLACES_AT_ONCE = 25


@dataclass(frozen=True, slots=True)
class Cell:
    """A product at a place: months of stock in figures and words, never by colour alone; empty where it never was."""

    months: str = ""
    label: str = ""
    state: str = "none"
    href: str = ""
    title: str = ""


def desk(request: ActorRequest) -> HttpResponse:
    """What needs this planner today."""
    today = timezone.localdate()
    found = queries.waiting(request.actor, today=today)
    year = today.year + 1
    days = queries.calendar(year)
    context = {
        "tasks": [task for task in _tasks(found, year) if task.count],
        "year": year,
        "seasons": [
            (label, one, one.is_late(today), choose(one.source_zh, one.source_en))
            for label, one in ((_("Drawn up and sent in"), days["draw"]), (_("Decided on"), days["decide"]))
        ],
        "statuses": [
            (status.value, _(STATUS_LABELS[status]), found.statuses[status], CHART_STATES[status])
            for status in StockStatus
            if found.statuses[status]
        ],
        "may_plan": request.actor.has(permissions.PLAN),
    }
    return render(request, "planning/desk.html", context)


def _tasks(found: Waiting, year: int) -> list[Task]:
    return [*plan_tasks(found, year), *allocation_tasks(found), *_stock_tasks(found)]


def plan_tasks(found: Waiting, year: int) -> list[Task]:
    """What waits of demand plans."""
    listed = reverse("planning:plans")
    said_draw = ngettext("township has no plan for {year} yet", "townships have no plan for {year} yet", found.to_draw)
    said_decide = ngettext("plan waits for your decision", "plans wait for your decision", found.to_decide)
    said_returned = ngettext("plan came back to be mended", "plans came back to be mended", found.returned)
    said_send = ngettext("draft is not sent in", "drafts are not sent in", found.to_send_in)
    return [
        Task(found.to_decide, said_decide, f"{listed}?state=submitted", "checks", "orange"),
        Task(found.returned, said_returned, f"{listed}?state=returned", "edit", "red"),
        Task(found.to_draw, said_draw.format(year=year), reverse("planning:draw"), "file-plus", "yellow"),
        Task(found.to_send_in, said_send, f"{listed}?state=drawn", "send", "azure"),
    ]


def allocation_tasks(found: Waiting) -> list[Task]:
    """What waits of allocation plans."""
    decide, back, send = found.allocations_to_decide, found.allocations_returned, found.allocations_to_send_in
    said_decide = ngettext("allocation plan waits for your decision", "allocation plans wait for your decision", decide)
    said_back = ngettext("allocation plan came back to be mended", "allocation plans came back to be mended", back)
    said_send = ngettext("allocation draft is not sent in", "allocation drafts are not sent in", send)
    listed = reverse("planning:allocations")
    return [
        Task(decide, said_decide, f"{listed}?state=submitted", "checks", "orange"),
        Task(back, said_back, f"{listed}?state=returned", "edit", "red"),
        Task(send, said_send, f"{listed}?state=drawn", "send", "azure"),
    ]


def _stock_tasks(found: Waiting) -> list[Task]:
    out, urgent = found.statuses[StockStatus.STOCKED_OUT], found.statuses[StockStatus.URGENT]
    on_hand = reverse("stock:on_hand")
    said_out = ngettext("product is out of stock at a place", "products are out of stock at places", out)
    said_urgent = ngettext("product is soon out at a place", "products are soon out at places", urgent)
    said_expiring = ngettext(
        "lot will expire before it is used", "lots will expire before they are used", found.expiring
    )
    said_orders = ngettext("order is to be reviewed", "orders are to be reviewed", found.orders)
    said_wrong = ngettext("forecast went wrong", "forecasts went wrong", found.wrong_forecasts)
    wrong = f"{reverse('planning:forecasts')}?wrong=1&sort=-off"
    return [
        Task(out, said_out, f"{on_hand}?status=stocked_out", "alert-triangle", "red"),
        Task(urgent, said_urgent, f"{on_hand}?status=urgent", "alert-circle", "orange"),
        Task(found.expiring, said_expiring, reverse("stock:expiry"), "calendar-due", "yellow"),
        Task(found.orders, said_orders, f"{reverse('orders:to_answer')}?waiting=1", "inbox", "orange"),
        Task(found.wrong_forecasts, said_wrong, wrong, "trending-up", "purple"),
    ]


def matrix(request: ActorRequest) -> HttpResponse:
    """Places by products: months of stock, each cell opening its card."""
    today = timezone.localdate()
    places = directory.facilities_for(request.actor, stock_permissions.VIEW).filter(directory.open_on(today))
    search = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    if search:
        field = "name_zh__icontains" if any("\u4e00" <= one <= "\u9fff" for one in search) else "name_en__icontains"
        places = places.filter(**{field: search})
    page = Paginator(places.order_by("area_path", "code"), PLACES_AT_ONCE).get_page(request.GET.get("page") or 1)
    shown = list(page)
    cells = queries.cells([one.pk for one in shown], today=today)
    known = {product_id for _place, product_id in cells}
    products = [one for one in catalogue.active_products().select_related("method") if one.pk in known]
    context: dict[str, Any] = {
        "page": page,
        "search": search,
        "products": [(localized(one), unit_of(one)) for one in products],
        "rows": [(localized(place), [_cell(cells, place.pk, one.pk) for one in products]) for place in shown],
        "legend": [(_(label), CHART_STATES[status]) for status, label in STATUS_LABELS.items()],
    }
    return render(request, "planning/matrix.html", context)


def _cell(cells: Cells, facility_id: int, product_id: int) -> Cell:
    row = cells.get((facility_id, product_id))
    if row is None:
        return Cell()
    status = StockStatus(row["status"])
    months = "" if row["months"] is None else number(float(row["months"]), 1)
    return Cell(
        months=months,
        label=_(STATUS_LABELS[status]),
        state=CHART_STATES[status],
        href=address("stock:card", facility_id, product_id),
        title=_("{pieces} usable, {coming} on the way").format(
            pieces=number(row["usable"]), coming=number(row["coming"])
        ),
    )
