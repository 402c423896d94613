"""Lists of orders: mine, those to answer, those between places; and what is due."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy

from zhixuan.modules.orders import permissions
from zhixuan.modules.orders.queries import differences, orders, progress, rhythm
from zhixuan.modules.orders.screens import words
from zhixuan.rules.orders.steps import STATE_LABELS, WAITING, State
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.listing import Action, ChoiceFilter, Column, Empty, Listing, SearchFilter, ToggleFilter
from zhixuan.shared.ui.naming import localized

FILTERED_STAGES = (
    State.DRAWN,
    State.SUBMITTED,
    State.REVIEWED,
    State.APPROVED,
    State.CLOSED,
    State.REFUSED,
    State.WITHDRAWN,
)
DUE_SHOWN = 12


def _search(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """By order number as printed, or by a place's code or name."""
    head, _rq, tail = text.rpartition("-RQ")
    year, _dash, number = tail.partition("-")
    if head and year.isdigit() and number.isdigit() and len(number) < 10:
        return rows.filter(asker__code__iexact=head, year=int(year) % 32768, number=int(number))
    found = Q()
    for side in ("asker", "supplier"):
        for field in ("code__iexact", "name_zh__icontains", "name_en__icontains"):
            found |= Q(**{f"{side}__{field}": text})
    return rows.filter(found)


def with_states(rows: list[Any]) -> list[Any]:
    """The shown orders with their state, goods included."""
    found = progress.states_of(rows)
    for row in rows:
        row.state = found[row.pk]
    return rows


MINE = Listing(
    name="orders",
    title=_lazy("My orders"),
    columns=(
        Column(
            "number",
            _lazy("Order"),
            value=orders.number_of,
            href=lambda order: reverse("orders:order", args=[order.pk]),
            sort=("asker__code", "year", "number"),
        ),
        Column("drawn_on", _lazy("Day"), "date", sort=("drawn_on", "pk")),
        Column("state", _lazy("State"), "badge", value=lambda order: words.state_badge(order.state)),
        Column("kind", _lazy("Kind"), value=words.kind_of),
        Column("asker", _lazy("For"), value=lambda order: localized(order.asker), sort="asker__name_{language}"),
        Column(
            "supplier", pgettext_lazy("order", "Supplier"), value=lambda order: localized(order.supplier), phone=False
        ),
    ),
    filters=(
        SearchFilter("q", _lazy("Search"), _search, _lazy("Order number or place")),
        ChoiceFilter(
            "stage",
            _lazy("State"),
            lambda _request: [(stage.value, _lazy(STATE_LABELS[stage])) for stage in FILTERED_STAGES],
            lambda rows, stage: rows.filter(stage=stage),
        ),
        ToggleFilter("emergency", _lazy("Emergency orders"), lambda rows: rows.filter(emergency=True)),
    ),
    default_sort="-drawn_on",
    empty=Empty(
        _lazy("No orders yet"),
        _lazy("Ask for what you need: how much is suggested from what you use and what you have."),
        Action(_lazy("Ask for goods"), lambda: reverse("orders:ask"), "shopping-cart"),
        icon="shopping-cart",
    ),
    enrich=with_states,
)

TO_ANSWER = replace(
    MINE,
    name="orders-to-answer",
    title=_lazy("Orders to answer"),
    filters=(
        *MINE.filters,
        ToggleFilter("waiting", _lazy("Waiting for an answer"), lambda rows: rows.filter(stage__in=WAITING)),
    ),
    empty=Empty(
        _lazy("Nobody has asked yet"),
        _lazy("Orders of the places that you supply appear here as soon as they are sent in."),
        icon="inbox",
    ),
)

BETWEEN = replace(
    MINE,
    name="orders-between",
    title=_lazy("Between places of one level"),
    empty=Empty(
        _lazy("No transfers between places"),
        _lazy("A place may ask another one that the same store feeds; the officer above sees it here."),
        icon="arrows-exchange",
    ),
)


def tabs(request: ActorRequest, tab: str) -> dict[str, Any]:
    """What `orders/_tabs.html` shows: counts only where something waits."""
    actor = request.actor
    return {
        "tab": tab,
        "may_ask": actor.has(permissions.ASK),
        "may_answer": actor.has(permissions.ANSWER),
        "may_distribute": actor.has(permissions.DISTRIBUTE),
        "waiting": orders.waiting_for_answer(actor).count() if actor.has(permissions.ANSWER) else 0,
        "differing": differences.open_count(actor),
    }


def mine(request: ActorRequest) -> HttpResponse:
    """Orders of one's own places, and which are due."""
    due = rhythm.due_orders(request.actor, today=timezone.localdate())
    context = {**tabs(request, "mine"), "due": due[:DUE_SHOWN], "more_due": max(0, len(due) - DUE_SHOWN)}
    return MINE.response(request, orders.my_orders(request.actor), template="orders/list.html", context=context)


def to_answer(request: ActorRequest) -> HttpResponse:
    """What the places one supplies have asked for."""
    rows = orders.orders_to_answer(request.actor)
    return TO_ANSWER.response(request, rows, template="orders/list.html", context=tabs(request, "answer"))


def between(request: ActorRequest) -> HttpResponse:
    """Transfers that places of one level have asked each other for."""
    rows = orders.between_places(request.actor)
    return BETWEEN.response(request, rows, template="orders/list.html", context=tabs(request, "between"))
