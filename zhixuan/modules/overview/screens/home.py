"""Home: what needs this person today, and the ways to the day's work."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from zhixuan.modules.directory import queries as directory
from zhixuan.modules.documents.queries import waiting as documents
from zhixuan.modules.orders.queries import differences, orders, rhythm
from zhixuan.modules.stock import permissions as stock_permissions
from zhixuan.modules.stock.queries import attention as stock
from zhixuan.rules.stock.levels import STATUS_LABELS, StockStatus
from zhixuan.shared.access import Role
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.naming import localized
from zhixuan.shared.ui.status_chart import CHART_STATES, status_bars

AREAS_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that waits, how many, how urgent, and where it is dealt with."""

    count: int
    text: str
    href: str
    icon: str
    colour: str


@dataclass(frozen=True, slots=True)
class Way:
    """A large button into the day's work."""

    text: Promise
    url_name: str
    icon: str

    @property
    def href(self) -> str:
        return reverse(self.url_name)


WAYS = (
    Way(_lazy("Dispense"), "stock:dispense", "hand-grab"),
    Way(_lazy("Ask for goods"), "orders:ask", "shopping-cart"),
    Way(_lazy("Receive a delivery"), "stock:receive", "package-import"),
    Way(_lazy("Send a transfer"), "stock:send", "package-export"),
    Way(_lazy("Stock on hand"), "stock:on_hand", "packages"),
)


def home(request: ActorRequest) -> HttpResponse:
    """Tasks first; then the ways in for those who keep stock; then the state of the network in a picture."""
    actor = request.actor
    sees_stock = actor.has(stock_permissions.VIEW)
    found = stock.attention(actor, today=timezone.localdate()) if sees_stock else stock.Attention()
    context = {
        "name": actor.name,
        "tasks": _tasks(request, found),
        "sees_stock": sees_stock,
        "ways": WAYS if actor.has(stock_permissions.KEEP) else WAYS[-1:] if sees_stock else (),
        "statuses": [
            (status, _(STATUS_LABELS[status]), found.statuses[status], CHART_STATES[status])
            for status in StockStatus
            if found.statuses[status]
        ],
        "chart": _chart(request, found),
    }
    return render(request, "overview/home.html", context)


def _tasks(request: ActorRequest, found: stock.Attention) -> list[Task]:
    tasks = [*_order_tasks(request), *_paper_tasks(request), *_stock_tasks(found), *_lot_tasks(found)]
    if request.actor.may(frozenset({Role.AUDITOR, Role.ADMINISTRATOR}), area_path="/"):
        count = stock.all_conflicts().count()
        said = ngettext("form was sent twice with other contents", "forms were sent twice with other contents", count)
        tasks.append(Task(count, said, reverse("stock:conflicts"), "arrows-exchange", "orange"))
    return [task for task in tasks if task.count]


def _stock_tasks(found: stock.Attention) -> list[Task]:
    """Products that run out, shortfalls, and what is on its way."""
    on_hand = reverse("stock:on_hand")
    out, urgent = found.statuses[StockStatus.STOCKED_OUT], found.statuses[StockStatus.URGENT]
    said_out = ngettext("product is out of stock at a facility", "products are out of stock at facilities", out)
    said_urgent = ngettext("product is below the emergency point", "products are below the emergency point", urgent)
    said_owed = ngettext("shortfall waits to be settled", "shortfalls wait to be settled", found.owed)
    said_arriving = ngettext("delivery is on the way to you", "deliveries are on the way to you", found.arriving)
    late = "orange" if found.late else "azure"
    return [
        Task(out, said_out, f"{on_hand}?status=stocked_out", "alert-triangle", "red"),
        Task(found.owed, said_owed, reverse("stock:suspense"), "scale", "red"),
        Task(urgent, said_urgent, f"{on_hand}?status=urgent", "alert-circle", "orange"),
        Task(found.arriving, said_arriving, reverse("stock:transfers"), "truck-delivery", late),
    ]


def _order_tasks(request: ActorRequest) -> list[Task]:
    """Orders to answer, differences to settle, orders that are due."""
    actor = request.actor
    if not actor.has(stock_permissions.VIEW):
        return []
    waiting = orders.waiting_for_answer(actor).count()
    differing = differences.open_count(actor)
    overdue = sum(one.due.overdue for one in rhythm.due_orders(actor, today=timezone.localdate()))
    said_waiting = ngettext("order waits for your answer", "orders wait for your answer", waiting)
    said_differing = ngettext("difference on arrival is open", "differences on arrival are open", differing)
    said_overdue = ngettext("usual order is overdue", "usual orders are overdue", overdue)
    return [
        Task(waiting, said_waiting, f"{reverse('orders:to_answer')}?waiting=1", "inbox", "orange"),
        Task(differing, said_differing, reverse("orders:differences"), "scale", "red"),
        Task(overdue, said_overdue, reverse("orders:mine"), "calendar-due", "yellow"),
    ]


def _paper_tasks(request: ActorRequest) -> list[Task]:
    """Documents that wait for this person."""
    waits, listed = documents.waiting(request.actor), reverse("documents:documents")
    said_check = ngettext("document waits for you to check it", "documents wait for you to check them", waits.to_check)
    said_post = ngettext(
        "document is ready to be sent or posted", "documents are ready to be sent or posted", waits.to_post
    )
    said_correct = ngettext("document came back to you", "documents came back to you", waits.to_correct)
    return [
        Task(waits.to_check, said_check, f"{listed}?waits=check", "checks", "orange"),
        Task(waits.to_correct, said_correct, f"{listed}?waits=correct", "edit", "orange"),
        Task(waits.to_post, said_post, f"{listed}?waits=post", "package-export", "azure"),
    ]


def _lot_tasks(found: stock.Attention) -> list[Task]:
    """Lots that have expired, soon will, or are held."""
    lots = reverse("stock:lots")
    expired, soon, held = found.expired_lots, found.expiring_lots, found.held_lots
    said_expired = ngettext("expired lot is still in store", "expired lots are still in store", expired)
    said_soon = ngettext("lot expires within 90 days", "lots expire within 90 days", soon)
    said_held = ngettext("lot is held in quarantine", "lots are held in quarantine", held)
    return [
        Task(expired, said_expired, f"{lots}?expires=expired", "calendar-off", "red"),
        Task(soon, said_soon, f"{lots}?expires=90", "calendar-due", "yellow"),
        Task(held, said_held, f"{lots}?place=quarantine", "lock", "purple"),
    ]


def _chart(request: ActorRequest, found: stock.Attention) -> dict[str, Any] | None:
    """Facility-products by status in each area right below the person's own."""
    areas = _areas_below(request)
    if len(areas) < 2:
        return None
    counts: dict[str, Counter[str]] = {path: Counter() for path, _name in areas}
    for area_path, statuses in found.statuses_by_area.items():
        owner = next((path for path, _name in areas if area_path.startswith(path)), None)
        if owner is not None:
            counts[owner] += statuses
    shown = [(name, counts[path]) for path, name in areas if counts[path]][:AREAS_SHOWN]
    return status_bars(shown) if len(shown) > 1 else None


def _areas_below(request: ActorRequest) -> list[tuple[str, str]]:
    """The first level of areas, from the person's own down, that has more than one."""
    areas = list(directory.areas_for(request.actor, stock_permissions.VIEW).exclude(level="village"))
    for depth in sorted({area.path.count("/") for area in areas}):
        level = [area for area in areas if area.path.count("/") == depth]
        if len(level) > 1:
            return [(area.path, localized(area)) for area in level]
    return []
