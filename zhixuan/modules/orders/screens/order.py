"""One order: its state, its lines, what was sent and received of it, what was said about differences, every step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.orders import permissions
from zhixuan.modules.orders.queries import differences, orders, progress, rhythm
from zhixuan.modules.orders.queries.orders import Order, OrderStep
from zhixuan.modules.orders.queries.progress import ByProduct, Shipment
from zhixuan.modules.orders.screens import words
from zhixuan.modules.orders.screens.telling import CommandForm
from zhixuan.rules.orders import steps as rules
from zhixuan.rules.orders.progress import LineProgress
from zhixuan.rules.orders.steps import Side, State, Verb
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.naming import localized

LINES_SHOWN = 200
STEPS_SHOWN = 40
WAY = {
    State.DRAWN: rules.VERB_LABELS[Verb.DRAW],
    State.SUBMITTED: rules.VERB_LABELS[Verb.SUBMIT],
    State.APPROVED: rules.STATE_LABELS[State.APPROVED],
    State.SENT: rules.STATE_LABELS[State.SENT],
    State.RECEIVED: rules.STATE_LABELS[State.RECEIVED],
}
"""The way of an order that goes well, and what its stations are called once they are passed."""
REACHED = {
    State.REVIEWED: State.SUBMITTED,
    State.BEING_SENT: State.APPROVED,
    State.SENT_PARTLY: State.APPROVED,
}


def order(request: ActorRequest, order_id: int) -> HttpResponse:
    """Everything about an order; a draft is opened where it can be changed."""
    found = orders.order(request.actor, order_id)
    sides = orders.sides(request.actor, found)
    if found.stage == State.DRAWN and Side.ASKER in sides:
        return HttpResponseRedirect(reverse("orders:change", args=[order_id]))
    return render(request, "orders/order.html", _context(request, found, sides))


def _context(request: ActorRequest, found: Order, sides: frozenset[Side]) -> dict[str, Any]:
    recorded = orders.steps_of(found.pk)
    shipments = progress.shipments_of([found.pk]).get(found.pk, [])
    known = progress.progress_of([found.pk], {found.pk: shipments}).get(found.pk, {})
    now = rules.state(State(found.stage), list(known.values()))
    may = rules.possible(now, orders.as_steps(recorded), orders.who(request.actor), sides)
    page = Paginator(orders.lines_of(found.pk), LINES_SHOWN).get_page(request.GET.get("page") or 1)
    return {
        "order": found,
        "number": orders.number_of(found),
        "state": words.state_badge(now),
        "kind": words.kind_of(found),
        "way": _way(now),
        "lines": _lines(list(page), known),
        "page": page,
        "agreed": found.stage in (State.APPROVED, State.CLOSED) or any(one.verb == Verb.REVIEW for one in recorded),
        "shipments": [_shipment(one, found) for one in shipments],
        "cases": _cases(shipments),
        "steps": _steps(recorded),
        "may": {verb.value: True for verb in may},
        "own": Side.ANSWERER in sides and not may and now in rules.WAITING,
        "may_receive": permissions.holds(request.actor, permissions.COUNT, orders.ends(found)["asker"]),
        "command": CommandForm(),
    }


def _way(now: State) -> list[dict[str, Any]]:
    """The stations of the way, and where the order is; an end that is not the usual one stands last."""
    reached = REACHED.get(now, now)
    if reached not in WAY:
        return [
            {"label": _(WAY[State.DRAWN]), "done": True},
            {"label": _(rules.STATE_LABELS[now]), "current": True},
        ]
    at = list(WAY).index(reached)
    return [
        {
            "label": _(rules.STATE_LABELS[now] if place == at else label),
            "done": place < at or now is State.RECEIVED,
            "current": place == at,
        }
        for place, label in enumerate(WAY.values())
    ]


def _lines(rows: Sequence[Any], known: ByProduct) -> list[dict[str, Any]]:
    packs = catalogue.usual_packs([line.product_id for line in rows])
    listed = []
    for line in rows:
        pack = packs.get(line.product_id, (1, 1))[0]
        agreed = line.asked if line.approved is None else line.approved
        travelled = known.get(line.product_id, LineProgress(agreed))
        listed.append(
            {
                "product": localized(line.product),
                "unit": words.unit_of(line.product),
                "suggested": line.suggested,
                "asked": line.asked,
                "asked_packs": words.in_packs(line.asked, pack),
                "reason": line.reason,
                "agreed": line.approved,
                "other": line.approved is not None and line.approved != line.asked,
                "review_reason": line.review_reason,
                "progress": travelled,
            }
        )
    return listed


def _shipment(one: Shipment, found: Order) -> dict[str, Any]:
    days = one.days_on_the_way(timezone.localdate())
    late = rhythm.days_late(found.asker.level, one.paper.on, timezone.localdate()) if days is not None else 0
    return {
        "paper": one.paper,
        "pieces": sum(one.drawn.values()),
        "sent_on": one.sent_on,
        "arrived_on": one.paper.received_on,
        "arrival_id": one.paper.received_event_id,
        "event_id": one.paper.event_id,
        "days": days,
        "late": late,
        "accepted": sum(one.accepted.values()),
        "damaged": sum(one.damaged.values()),
        "missing": sum(one.missing.values()),
    }


def _cases(shipments: Sequence[Shipment]) -> list[dict[str, Any]]:
    """Differences on arrival of this order's shipments."""
    differing = [
        one.paper.received_event_id for one in shipments if any(one.damaged.values()) or any(one.missing.values())
    ]
    states = differences.states_of([pk for pk in differing if pk is not None])
    return [{"id": pk, "state": words.case_badge(state)} for pk, state in states.items()]


def _steps(recorded: Sequence[OrderStep]) -> list[dict[str, Any]]:
    """Steps in words, latest first; long reviews are summed up."""
    shown = list(reversed(recorded))[:STEPS_SHOWN]
    changes = [change for one in shown for change in one.details.get("changes", [])]
    products = catalogue.products_by_id([change["product"] for change in changes])
    return [
        {
            "label": words.verb_label(one.verb),
            "at": one.at,
            "who": one.actor_name,
            "note": one.note,
            "document": one.details.get("number", ""),
            "changes": [_change(change, products) for change in one.details.get("changes", [])[:10]],
            "more": max(0, len(one.details.get("changes", [])) - 10),
        }
        for one in shown
    ]


def _change(change: dict[str, Any], products: dict[int, Any]) -> dict[str, Any]:
    product = products.get(change["product"])
    return {**change, "product": localized(product) if product else ""}
