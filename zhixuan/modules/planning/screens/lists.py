"""Demand plans in sight, one plan line by line, and the sums of all."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q, QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from zhixuan.modules.planning import permissions
from zhixuan.modules.planning.queries import plans as queries
from zhixuan.modules.planning.queries.comments import with_open
from zhixuan.modules.planning.screens import comments, words
from zhixuan.modules.planning.screens.needs import MethodForm
from zhixuan.modules.planning.screens.verbs import CommandForm
from zhixuan.modules.stock.screens.words import unit_of
from zhixuan.rules.planning.steps import EDITABLE, STATE_LABELS, State
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.listing import Action, ChoiceFilter, Column, Empty, Listing, SearchFilter, ToggleFilter
from zhixuan.shared.ui.naming import choose, localized

DRAFT = Action(_lazy("Draw up a plan"), lambda: reverse("planning:draw"), "file-plus")

PLANS = Listing(
    name="demand-plans",
    title=_lazy("Yearly demand plans"),
    columns=(
        Column(
            "area",
            _lazy("Area"),
            value=lambda plan: localized(plan.area),
            href=lambda plan: reverse("planning:plan", args=[plan.pk]),
            sort="area__path",
        ),
        Column("year", _lazy("Year"), value=lambda plan: str(plan.year), sort="year"),
        Column("state", _lazy("State"), "badge", value=lambda plan: words.state_badge(plan.state), sort="state"),
        Column("lines_in_all", _lazy("Lines"), "number", sort="lines_in_all"),
        Column("changed", _lazy("Changed by hand"), "number", sort="changed"),
        Column("drawn_on", _lazy("Drawn up on"), "date", sort="drawn_on"),
        Column("drawn_by_name", _lazy("Drawn up by"), phone=False),
    ),
    filters=(
        ChoiceFilter(
            "state",
            _lazy("State"),
            [(state.value, _lazy(label)) for state, label in STATE_LABELS.items()],
            lambda rows, state: rows.filter(state=state),
        ),
    ),
    empty=Empty(
        _lazy("No demand plans yet"),
        _lazy("A plan is drafted from the use, stock and norms of every place; you look at each line and send it in."),
        DRAFT,
        icon="calendar-stats",
    ),
)


def _called(text: str, *sides: str) -> Q:
    found = Q()
    for side in sides:
        for field in ("code__iexact", "name_zh__icontains", "name_en__icontains"):
            found |= Q(**{f"{side}__{field}": text})
    return found


def _search(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    return rows.filter(_called(text, "facility", "product"))


def search_product(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Rows whose product is called so."""
    return rows.filter(_called(text, "product"))


def _comments_open(line: Any) -> str:
    count: int = line.open_comments
    return ngettext("{count} open comment", "{count} open comments", count).format(count=count) if count else ""


LINES = Listing(
    name="demand-lines",
    title=_lazy("Lines of the plan"),
    columns=(
        Column("facility", _lazy("Place"), value=lambda line: localized(line.facility), sort="facility__code"),
        Column(
            "product",
            _lazy("Product"),
            value=lambda line: localized(line.product),
            href=lambda line: reverse("planning:line", args=[line.plan_id, line.pk]),
            sort="product__name_{language}",
        ),
        Column("unit", _lazy("Unit"), value=lambda line: unit_of(line.product), phone=False),
        Column(
            "need",
            _lazy("Need of the year"),
            value=words.need,
            hint=_lazy("N: by the way that stands, usually twelve months of its own use"),
        ),
        Column(
            "turnover",
            _lazy("Turnover"),
            value=words.turnover,
            hint=_lazy("T: average use times the months of the norm"),
        ),
        Column(
            "stock", _lazy("Usable stock"), "number", sort="stock", hint=_lazy("S: less what expires before it is used")
        ),
        Column("on_the_way", _lazy("On the way"), "number", sort="on_the_way"),
        Column("proposed", _lazy("Proposed"), "number", sort="proposed"),
        Column("pieces", _lazy("Planned quantity"), "number", sort="pieces"),
        Column("remark", _lazy("Remark"), value=words.remark, secondary=_comments_open),
    ),
    filters=(
        SearchFilter("q", _lazy("Search"), _search, _lazy("Place or product")),
        ToggleFilter("changed", _lazy("Changed by hand"), lambda rows: rows.exclude(pieces=F("proposed"))),
        ToggleFilter("unknown", _lazy("Use not known"), lambda rows: rows.filter(use_known=False)),
        ToggleFilter("commented", _lazy("With open comments"), with_open),
    ),
    empty=Empty(_lazy("No lines"), _lazy("Nothing in the plan fits these filters."), icon="list"),
    enrich=comments.marked,
)

SUMS = Listing(
    name="demand-sums",
    title=_lazy("Sums of the plans"),
    columns=(
        Column("year", _lazy("Year"), value=lambda row: str(row["year"]), sort="year"),
        Column(
            "product",
            _lazy("Product"),
            value=lambda row: choose(row["product_zh"], row["product_en"]),
            sort="product_{language}",
        ),
        Column("unit", _lazy("Unit"), value=lambda row: choose(row["piece_zh"], row["piece_en"])),
        Column("proposed_in_all", _lazy("Proposed"), "number", sort="proposed_in_all"),
        Column("planned", _lazy("Planned quantity"), "number", sort="planned"),
        Column("approved", _lazy("Of it approved"), "number", sort="approved"),
    ),
    empty=Empty(_lazy("Nothing to add up yet"), _lazy("The sums of all plans in your area appear here."), icon="sum"),
)


def plans(request: ActorRequest) -> HttpResponse:
    """Plans of the areas in sight, latest year first."""
    context = {"tab": "plans", "may_plan": request.actor.has(permissions.PLAN)}
    return PLANS.response(request, queries.plans_for(request.actor), template="planning/list.html", context=context)


def sums(request: ActorRequest) -> HttpResponse:
    """The sum of the parts, by year and product."""
    context = {"tab": "sums", "may_plan": request.actor.has(permissions.PLAN)}
    return SUMS.response(request, queries.sums_for(request.actor), template="planning/list.html", context=context)


def plan(request: ActorRequest, plan_id: int) -> HttpResponse:
    """One plan with its lines, its steps, and what can be done with it."""
    found = queries.plan(request.actor, plan_id)
    mine = request.actor.may(permissions.PLAN, area_path=found.area.path)
    above = permissions.is_above(request.actor, found.area.path) and not queries.wrote_in(request.actor, found)
    context = {
        "plan": found,
        "state": words.state_badge(found.state),
        **comments.shown_with_plan(plan_id),
        "may_send_in": mine and found.state in EDITABLE,
        "may_decide": above and found.state == State.SUBMITTED,
        "steps": queries.steps_of(plan_id),
        "command": CommandForm(),
        "method_form": MethodForm(),
        "today": timezone.localdate(),
    }
    return LINES.response(request, queries.lines_of(plan_id), template="planning/plan.html", context=context)
