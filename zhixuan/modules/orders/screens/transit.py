"""What is on its way: who sent what to whom, since when, and whether it is overdue; seen at both ends."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.orders import permissions
from zhixuan.modules.orders.queries import rhythm
from zhixuan.modules.orders.screens import lists, words
from zhixuan.modules.stock.queries import travels
from zhixuan.modules.stock.screens import arrivals
from zhixuan.modules.stock.screens.slips import number_of
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.listing import Badge, Column, Empty, Listing
from zhixuan.shared.ui.naming import localized

PRODUCTS_NAMED = 3


def _state(sent: Any) -> Badge:
    if sent.late:
        return Badge(_("%(days)s days overdue") % {"days": sent.late}, "red")
    return Badge(_("In time"), "green")


def _receive(sent: Any) -> str:
    return arrivals.take_in_address(sent) if sent.mine else ""


ON_THE_WAY = Listing(
    name="on-the-way",
    title=_lazy("On the way"),
    columns=(
        Column("number", _lazy("Slip"), value=number_of, href=lambda sent: reverse("stock:slip", args=[sent.pk])),
        Column("on", _lazy("Sent on"), "date", sort=("on", "id")),
        Column("late", _lazy("State"), "badge", value=_state),
        Column("days", _lazy("Days on the way"), "number"),
        Column("sender", _lazy("From"), value=lambda sent: localized(sent.place.facility)),
        Column("receiver", _lazy("To"), value=lambda sent: localized(sent.other_place.facility)),
        Column("what", _lazy("What")),
        Column("reference", _lazy("Reference"), phone=False),
        Column(
            "receive",
            _lazy("Take in"),
            value=lambda sent: arrivals.take_in_label(sent) if sent.mine else None,
            href=_receive,
        ),
    ),
    default_sort="on",
    empty=Empty(
        _lazy("Nothing is on the way"),
        _lazy("What was sent and not yet received stands here, for the sender and for the receiver."),
        icon="truck-delivery",
    ),
)


def on_the_way(request: ActorRequest) -> HttpResponse:
    """Everything on its way from or to the facilities in sight, the longest first."""
    rows: list[Any] = list(travels.on_the_way(request.actor))
    held = travels.products_of(sent.pk for sent in rows)
    products = catalogue.products_by_id({product for pieces in held.values() for product in pieces})
    today = timezone.localdate()
    for sent in rows:
        receiver = sent.other_place.facility
        sent.days = (today - sent.on).days
        sent.late = rhythm.days_late(receiver.level, sent.on, today)
        sent.mine = permissions.holds(request.actor, permissions.COUNT, (receiver.area_path, receiver.pk))
        sent.what = _words(held[sent.pk], products)
    return ON_THE_WAY.response(request, rows, template="orders/list.html", context=lists.tabs(request, "way"))


def _words(pieces: dict[int, int], products: dict[int, Any]) -> str:
    named = [f"{localized(products[pk])} {words.with_unit(count, products[pk])}" for pk, count in pieces.items()]
    more = len(named) - PRODUCTS_NAMED
    shown = "; ".join(named[:PRODUCTS_NAMED])
    return shown if more <= 0 else _("%(named)s and %(more)s more") % {"named": shown, "more": more}
