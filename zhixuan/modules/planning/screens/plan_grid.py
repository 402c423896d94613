"""A plan as a spreadsheet: all its lines at once, changed where they stand, saved some lines at a time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.directory import queries as directory
from zhixuan.modules.planning import permissions
from zhixuan.modules.planning.operations.change_demand_lines import LineChange, change_demand_lines
from zhixuan.modules.planning.operations.enter_users import enter_users
from zhixuan.modules.planning.queries import grid, plans
from zhixuan.modules.planning.screens import words
from zhixuan.modules.stock.screens.words import unit_of
from zhixuan.rules.planning.needs import METHOD_LABELS
from zhixuan.rules.planning.steps import EDITABLE
from zhixuan.rules.refusal import N_, Refused
from zhixuan.rules.units import to_half_width
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.forms import sentence
from zhixuan.shared.ui.naming import localized

LINES_MAX = 1000
TEXT_MAX = 300
NUMBER_MAX = 10**12
START_DIGITS = 9


@dataclass(slots=True)
class _Batch:
    """What came of one request: lines as they are now, and what is wrong, by line and cell."""

    ids: list[int] = field(default_factory=list)
    errors: dict[int, dict[str, str]] = field(default_factory=dict)
    message: str = ""

    def note(self, refused: Refused) -> None:
        for reason in refused.reasons:
            if reason.field.startswith("line-"):
                _line, pk, name = reason.field.split("-", 2)
                self.errors.setdefault(int(pk), {})[name] = sentence(reason)
            else:
                self.message = sentence(reason)


def page(request: ActorRequest, plan_id: int) -> HttpResponse:
    """The spreadsheet; without script the list of lines serves."""
    plan = plans.plan(request.actor, plan_id)
    mine = request.actor.may(permissions.PLAN, area_path=plan.area.path)
    context = {
        "plan": plan,
        "state": words.state_badge(plan.state),
        "editable": mine and plan.state in EDITABLE,
        "words": _words(),
    }
    return render(request, "planning/grid.html", context)


def lines(request: ActorRequest, plan_id: int) -> JsonResponse:
    """Lines as rows, some thousands from where it is asked to begin; the browser asks until it has all."""
    plans.plan(request.actor, plan_id)
    asked = request.GET.get("start", "0")
    start = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < START_DIGITS else 0
    return JsonResponse({"total": grid.line_count(plan_id), "rows": _rows(grid.rows_of(plan_id, start=start))})


@require_POST
def save(request: ActorRequest, plan_id: int) -> JsonResponse:
    """Keep what was changed: lines that are right are kept, for the others each cell says what is wrong."""
    plan = plans.plan(request.actor, plan_id)
    permissions.require_plan(request.actor, plan.area.path)
    said = _said(request.body)
    if said is None:
        return JsonResponse({"rows": [], "errors": {}, "message": _("This cannot be understood; nothing was changed.")})
    batch = _Batch()
    _save_users(request, plan_id, said, batch)
    _save_quantities(request, plan_id, said, batch)
    kept = [pk for pk in batch.ids if pk not in batch.errors]
    rows = _rows(grid.rows_of(plan_id, set(kept))) if kept and not batch.message else []
    return JsonResponse({"rows": rows, "errors": batch.errors, "message": batch.message})


def _said(body: bytes) -> dict[str, Any] | None:
    """What the browser sent, or nothing where it is not what a spreadsheet sends."""
    try:
        said = json.loads(body)
        changes = said["changes"]
        if len(changes) > LINES_MAX or not all(isinstance(one["line"], int) for one in changes):
            return None
        said["changes"] = [
            {name: str(value)[:TEXT_MAX] if name != "line" else value for name, value in one.items()} for one in changes
        ]
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return dict(said)


def _save_users(request: ActorRequest, plan_id: int, said: Mapping[str, Any], batch: _Batch) -> None:
    typed = {one["line"]: one["users"] for one in said["changes"] if "users" in one}
    numbers = _numbers(typed, "users", batch)
    empty = {pk: None for pk, text in typed.items() if not text.strip()}
    _carry_out(
        batch,
        {**numbers, **empty},
        lambda some: enter_users(
            plan_id=plan_id,
            numbers=some,
            source=str(said.get("source", ""))[:TEXT_MAX],
            actor=request.actor,
            at=timezone.now(),
        ),
    )


def _save_quantities(request: ActorRequest, plan_id: int, said: Mapping[str, Any], batch: _Batch) -> None:
    named = {one["line"]: one for one in said["changes"] if "pieces" in one}
    pieces = _numbers({pk: one["pieces"] for pk, one in named.items()}, "pieces", batch, needed=True)
    usual = str(said.get("reason", ""))[:TEXT_MAX]
    changes = {
        pk: LineChange(pk, number, named[pk].get("reason", "").strip() or usual) for pk, number in pieces.items()
    }
    _carry_out(
        batch,
        changes,
        lambda some: change_demand_lines(
            plan_id=plan_id, changes=list(some.values()), actor=request.actor, at=timezone.now()
        ),
    )


def _carry_out(batch: _Batch, some: dict[int, Any], act: Any) -> None:
    """All together; where some lines are refused, the others by themselves."""
    for _try in range(2):
        if not some or batch.message:
            return
        try:
            act(some)
        except Refused as refused:
            batch.note(refused)
            some = {pk: one for pk, one in some.items() if pk not in batch.errors}
        else:
            batch.ids += some
            return


def _numbers(typed: Mapping[int, str], name: str, batch: _Batch, *, needed: bool = False) -> dict[int, int]:
    """Whole numbers as typed: 1,200 and １２００ too; what is none is noted beside its cell."""
    read = {}
    for pk, text in typed.items():
        plain = to_half_width(text).replace(",", "").replace(" ", "")
        if not plain and not needed:
            continue
        if plain.isascii() and plain.isdigit() and int(plain) <= NUMBER_MAX:
            read[pk] = int(plain)
        else:
            batch.note(Refused(N_("“{typed}” is not a whole number."), field=f"line-{pk}-{name}", typed=text))
    return read


def _rows(found: list[dict[str, Any]]) -> list[list[Any]]:
    """Rows in the order that `plan_grid.js` names."""
    facilities = directory.all_facilities().in_bulk({one["facility_id"] for one in found})
    places = {pk: localized(one) for pk, one in facilities.items()}
    known = catalogue.products_by_id({one["product_id"] for one in found})
    products = {pk: (localized(one), unit_of(one)) for pk, one in known.items()}
    labels = {method: _(label) for method, label in METHOD_LABELS.items()}
    return [
        [
            one["id"],
            places[one["facility_id"]],
            *products[one["product_id"]],
            one["need_consumption"],
            one["users"],
            one["need_users"],
            one["need_forecast"],
            labels[one["method"]],
            one["stock"],
            one["on_the_way"],
            one["proposed"],
            one["pieces"],
            one["reason"],
        ]
        for one in found
    ]


def _words() -> dict[str, str]:
    """Headings and sentences of the spreadsheet."""
    return {
        "place": _("Place"),
        "product": _("Product"),
        "unit": _("Unit"),
        "use": _("Need by use"),
        "users": _("Users expected"),
        "by_users": _("Need by users"),
        "forecast": _("Need by forecast"),
        "stands": _("What stands"),
        "stock": _("Usable stock"),
        "coming": _("On the way"),
        "proposed": _("Proposed"),
        "pieces": _("Planned quantity"),
        "reason": _("Reason"),
        "grid": _("Lines of the plan"),
        "empty": _("empty"),
        "nothing": _("No lines"),
        "ready": _("{count} lines. What you change is saved by itself."),
        "pasted": _("{count} cells pasted."),
        "saving": _("Saving ..."),
        "saved": _("{count} lines saved."),
        "wrong": _("{count} lines are not saved:"),
        "offline": _("The server does not answer. What you typed stays here and is sent again."),
    }
