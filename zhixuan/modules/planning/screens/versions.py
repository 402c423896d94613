"""Two versions of a plan side by side."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.planning.queries import plans
from zhixuan.modules.planning.queries import versions as queries
from zhixuan.modules.planning.queries.versions import Version
from zhixuan.modules.planning.screens import words
from zhixuan.modules.planning.screens.fulfilment import PLACE, UNIT, line_address, product_column, search
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.listing import Column, Empty, Listing, SearchFilter, ToggleFilter

PAIRS = Listing(
    name="demand-versions",
    title=_lazy("Versions compared"),
    columns=(
        PLACE,
        product_column(href=line_address),
        UNIT,
        Column("before", _lazy("Earlier version"), "number", sort="before"),
        Column("after", _lazy("Later version"), "number", sort="after"),
        Column("change", _lazy("Difference"), "number", sort="change"),
        Column(
            "reason",
            _lazy("Reason now"),
            value=lambda pair: words.remark(pair.line) if pair.line else "",
            hint=_lazy("As the line stands today"),
        ),
    ),
    filters=(
        SearchFilter("q", _lazy("Search"), search, _lazy("Place or product")),
        ToggleFilter(
            "differs", _lazy("Only what differs"), lambda pairs: [one for one in pairs if one.before != one.after]
        ),
    ),
    empty=Empty(_lazy("No lines"), _lazy("Nothing in the plan fits these filters."), icon="list"),
    enrich=queries.with_lines,
)


def versions(request: ActorRequest, plan_id: int) -> HttpResponse:
    """The two that the address names; else the last two."""
    plan = plans.plan(request.actor, plan_id)
    found = queries.versions_of(plan_id)
    before, after = _chosen(request, "before", found, -2), _chosen(request, "after", found, -1)
    pairs = queries.compared(plan_id, before, after) if before and after else []
    context = {
        "plan": plan,
        "state": words.state_badge(plan.state),
        "versions": found,
        "before": before,
        "after": after,
        "differing": sum(one.before != one.after for one in pairs),
    }
    return PAIRS.response(request, pairs, template="planning/versions.html", context=context)


def _chosen(request: ActorRequest, name: str, found: list[Version], usual: int) -> Version | None:
    asked = request.GET.get(name, "")
    named = [one for one in found if str(one.number) == asked]
    if named or not found:
        return named[0] if named else None
    return found[max(usual, -len(found))]
