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

from zhixuan.modules.directory import queries as directory
from zhixuan.modules.overview.screens import tasks
from zhixuan.modules.stock import permissions as stock_permissions
from zhixuan.modules.stock.queries import attention as stock
from zhixuan.rules.stock.levels import STATUS_LABELS, StockStatus
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.naming import localized
from zhixuan.shared.ui.status_chart import CHART_STATES, status_bars

AREAS_SHOWN = 30


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
        "tasks": tasks.waiting(request, found),
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
