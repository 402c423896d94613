"""The lines of an order as a grid: changing what is asked, or reviewing it. Each line saves itself by a small request;
without script a page of lines is saved by a button."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.orders.operations.change_lines import change_lines
from zhixuan.modules.orders.operations.review_lines import ReviewedLine, review_lines
from zhixuan.modules.orders.queries import orders
from zhixuan.modules.orders.queries.orders import Order, OrderLine
from zhixuan.modules.orders.screens import words
from zhixuan.modules.orders.screens.telling import CommandForm
from zhixuan.rules.orders import suggesting
from zhixuan.rules.orders.steps import SIDE_OF, State, Verb
from zhixuan.rules.orders.suggesting import AskedLine
from zhixuan.rules.refusal import Refused, raise_all
from zhixuan.shared.access import Forbidden, the_one
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.forms import sentence
from zhixuan.shared.ui.naming import localized

PAGE_LINES = 100
REASON_LENGTH = 300

Typed = list[tuple[OrderLine, str, str]]
"""Line, quantity as typed, reason as typed."""


@dataclass(frozen=True, slots=True)
class Grid:
    """How changing and reviewing differ."""

    verb: Verb
    url_name: str
    line_url_name: str
    template: str
    quantity: Callable[[OrderLine], int]
    reason: Callable[[OrderLine], str]
    label: Promise
    reason_label: Promise
    needs_reason: Callable[[OrderLine, int], bool]


def _much(line: OrderLine, pieces: int) -> bool:
    pack = line.terms.get("pieces_per_pack", 1)
    return pieces > 0 and suggesting.differs_much(line.suggested, pieces, pieces_per_pack=pack)


def _agreed(line: OrderLine) -> int:
    return line.asked if line.approved is None else line.approved


CHANGE = Grid(
    verb=Verb.CHANGE,
    url_name="orders:change",
    line_url_name="orders:change_line",
    template="orders/change.html",
    quantity=lambda line: line.asked,
    reason=lambda line: line.reason,
    label=_lazy("Ask for"),
    reason_label=_lazy("Why other than suggested"),
    needs_reason=_much,
)
REVIEW = Grid(
    verb=Verb.REVIEW,
    url_name="orders:review",
    line_url_name="orders:review_line",
    template="orders/review.html",
    quantity=_agreed,
    reason=lambda line: line.review_reason,
    label=_lazy("Agree to"),
    reason_label=_lazy("Why other than asked"),
    needs_reason=lambda line, pieces: pieces != line.asked,
)


def change(request: ActorRequest, order_id: int) -> HttpResponse:
    """The grid of a draft; posted without script: the lines of this page."""
    return _screen(request, order_id, CHANGE)


@require_POST
def change_line(request: ActorRequest, order_id: int, product_id: int) -> HttpResponse:
    """One line of a draft: saved by its own request."""
    return _line_screen(request, order_id, product_id, CHANGE)


def review(request: ActorRequest, order_id: int) -> HttpResponse:
    """The grid of an order that waits for its answer."""
    return _screen(request, order_id, REVIEW)


@require_POST
def review_line(request: ActorRequest, order_id: int, product_id: int) -> HttpResponse:
    """One line of an order under review."""
    return _line_screen(request, order_id, product_id, REVIEW)


def _order(request: ActorRequest, order_id: int, grid: Grid) -> Order:
    """The order, if the person acts for the side this grid belongs to.

    Raises:
        Unknown, Forbidden: see permissions.
    """
    order = orders.order(request.actor, order_id)
    if SIDE_OF[grid.verb] not in orders.sides(request.actor, order):
        raise Forbidden
    return order


def _screen(request: ActorRequest, order_id: int, grid: Grid) -> HttpResponse:
    order = _order(request, order_id, grid)
    open_in = {State.DRAWN} if grid.verb is Verb.CHANGE else {State.SUBMITTED, State.REVIEWED}
    if State(order.stage) not in open_in:
        return HttpResponseRedirect(reverse("orders:order", args=[order_id]))
    errors: dict[int, str] = {}
    if request.method == "POST":
        errors = _save_page(request, order, grid)
        if not errors:
            address = reverse(grid.url_name, args=[order_id])
            return HttpResponseRedirect(f"{address}?{request.GET.urlencode()}")
    return render(request, grid.template, _context(request, order, grid, errors), status=422 if errors else 200)


def _line_screen(request: ActorRequest, order_id: int, product_id: int, grid: Grid) -> HttpResponse:
    order = _order(request, order_id, grid)
    line = the_one(orders.lines_of(order_id).filter(product_id=product_id))
    packs = catalogue.usual_packs([product_id])
    error = ""
    try:
        _save(request, order, grid, _typed(request, [line]), packs)
        line.refresh_from_db()
    except Refused as refused:
        error = sentence(refused)
    return render(request, "orders/_line_state.html", {"line": _shown(line, grid, packs, error), "saved": not error})


def _save_page(request: ActorRequest, order: Order, grid: Grid) -> dict[int, str]:
    """Save the lines that were posted; answers what is wrong, by product."""
    named = [int(name[9:]) for name in request.POST if name.startswith("quantity-") and name[9:].isdigit()]
    lines = list(orders.lines_of(order.pk).filter(product_id__in=named[:PAGE_LINES]))
    try:
        _save(request, order, grid, _typed(request, lines), catalogue.usual_packs(named))
    except Refused as refused:
        return {int(one.field.rpartition("-")[2] or 0): sentence(one) for one in refused.reasons}
    return {}


def _typed(request: ActorRequest, lines: list[OrderLine]) -> Typed:
    return [
        (
            line,
            request.POST.get(f"quantity-{line.product_id}", "")[:60],
            request.POST.get(f"reason-{line.product_id}", "")[:REASON_LENGTH],
        )
        for line in lines
    ]


def _save(request: ActorRequest, order: Order, grid: Grid, typed: Typed, packs: Mapping[int, tuple[int, int]]) -> None:
    """All lines or none.

    Raises:
        Refused: every quantity that cannot be understood.
    """
    read: list[tuple[int, int, str]] = []
    problems = []
    for line, quantity, reason in typed:
        try:
            pieces = words.pieces_typed(quantity, line.product, packs.get(line.product_id, (1, 1)))
            read.append((line.product_id, pieces, reason))
        except Refused as refused:
            refused.field = f"product-{line.product_id}"
            problems.append(refused)
    raise_all(problems)
    said: dict[str, Any] = {"order_id": order.pk, "actor": request.actor, "at": timezone.now()}
    if grid.verb is Verb.CHANGE:
        change_lines(lines=[AskedLine(*one) for one in read], on=timezone.localdate(), **said)
    else:
        review_lines(lines=[ReviewedLine(*one) for one in read], **said)


def _context(request: ActorRequest, order: Order, grid: Grid, errors: Mapping[int, str]) -> dict[str, Any]:
    rows = orders.lines_of(order.pk)
    search = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    if search:
        names = Q(product__name_zh__icontains=search) | Q(product__name_en__icontains=search)
        rows = rows.filter(names | Q(product__code__icontains=search))
    page = Paginator(rows, PAGE_LINES).get_page(request.GET.get("page") or 1)
    lines = list(page)
    packs = catalogue.usual_packs([line.product_id for line in lines])
    return {
        "order": order,
        "number": orders.number_of(order),
        "kind": words.kind_of(order),
        "grid": grid,
        "lines": [_shown(line, grid, packs, errors.get(line.product_id, "")) for line in lines],
        "page": page,
        "command": CommandForm(),
        "search": search,
        "errors": errors,
    }


def _shown(line: OrderLine, grid: Grid, packs: Mapping[int, tuple[int, int]], error: str) -> dict[str, Any]:
    pieces = grid.quantity(line)
    pack = packs.get(line.product_id, (1, 1))[0]
    return {
        "product_id": line.product_id,
        "product": localized(line.product),
        "unit": words.unit_of(line.product),
        "pieces": pieces,
        "packs": words.in_packs(pieces, pack),
        "pack": pack if pack > 1 else None,
        "reason": grid.reason(line),
        "asked": line.asked,
        "asked_reason": line.reason,
        "suggested": line.suggested,
        **words.terms_words(line.terms),
        "needs_reason": grid.needs_reason(line, pieces) and not grid.reason(line).strip(),
        "error": error,
        "href": reverse(grid.line_url_name, args=[line.order_id, line.product_id]),
    }
