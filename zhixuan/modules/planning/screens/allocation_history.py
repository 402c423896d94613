"""What each working out of an allocation plan changed, line by line."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.planning.queries import allocation_plans, allocation_reworks
from zhixuan.modules.planning.screens.allocation_lists import head
from zhixuan.modules.planning.screens.fulfilment import search
from zhixuan.modules.stock.screens.words import unit_of
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.listing import Column, Empty, Listing, SearchFilter, ToggleFilter
from zhixuan.shared.ui.naming import localized

CHANGED = Listing(
    name="allocation-changes",
    title=_lazy("What changed"),
    columns=(
        Column("facility", _lazy("Place"), value=lambda one: localized(one.facility), sort="facility__code"),
        Column("product", _lazy("Product"), value=lambda one: localized(one.product), sort="product__name_{language}"),
        Column("unit", _lazy("Unit"), value=lambda one: unit_of(one.product), phone=False),
        Column("before", _lazy("Before"), "number", sort="before"),
        Column("after", _lazy("After"), "number", sort="after"),
        Column("change", _lazy("Difference"), "number", sort="change"),
    ),
    filters=(
        SearchFilter("q", _lazy("Search"), search, _lazy("Place or product")),
        ToggleFilter("less", _lazy("Only who gets less"), lambda rows: [one for one in rows if one.change < 0]),
    ),
    empty=Empty(_lazy("No lines"), _lazy("Nothing in the plan fits these filters."), icon="list"),
)


def changes(request: ActorRequest, plan_id: int) -> HttpResponse:
    """Of the working out that the address names; else of the latest."""
    plan = allocation_plans.plan(request.actor, plan_id)
    reworks = allocation_reworks.reworks_of(plan_id)
    asked = request.GET.get("step", "")
    chosen = next((one for one in reworks if str(one.number) == asked), reworks[0] if reworks else None)
    lines = allocation_reworks.changed_lines(chosen) if chosen is not None else []
    context = {**head(plan), "reworks": reworks, "chosen": chosen, "changed": len(lines)}
    return CHANGED.response(request, lines, template="planning/allocation_changes.html", context=context)
