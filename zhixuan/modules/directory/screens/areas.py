"""The tree of areas, one area with its past, adding and changing areas."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.directory import permissions, queries
from zhixuan.modules.directory.models import Area
from zhixuan.modules.directory.operations.add_area import add_area
from zhixuan.modules.directory.operations.change_area import change_area
from zhixuan.modules.directory.screens import _words as words
from zhixuan.modules.directory.screens.facilities import FACILITIES
from zhixuan.rules.directory.areas import LEVELS
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Actor
from zhixuan.shared.ui.addresses import address
from zhixuan.shared.ui.forms import PostingForm, add_refusal
from zhixuan.shared.ui.listing import ChoiceFilter, Column, Empty, Listing, SearchFilter
from zhixuan.shared.ui.naming import localized


def _matches(node: queries.AreaNode, text: str) -> bool:
    area = node.area
    return any(text.casefold() in one.casefold() for one in (area.code, area.name_zh, area.name_en))


AREAS = Listing(
    name="areas",
    title=_lazy("Areas"),
    columns=(
        Column(
            "name",
            _lazy("Name"),
            value=lambda node: words.INDENT * node.depth + localized(node.area),
            export=lambda node: localized(node.area),
            href=lambda node: address("directory:area", node.area.pk),
        ),
        Column("code", _lazy("Area code"), value=lambda node: node.area.code),
        Column("level", _lazy("Level of area"), value=lambda node: node.area.get_level_display()),
        Column("children", _lazy("Areas in it"), kind="number", phone=False),
        Column("facilities", _lazy("Facilities right in it"), kind="number"),
    ),
    filters=(
        SearchFilter(
            "q", _lazy("Search"), lambda rows, text: [row for row in rows if _matches(row, text)], _lazy("Code or name")
        ),
        ChoiceFilter(
            "level",
            _lazy("Level of area"),
            Area.Level.choices,
            lambda rows, level: [row for row in rows if row.area.level == level],
        ),
    ),
    page_size=100,
    empty=Empty(_lazy("No areas found"), _lazy("Add the topmost area, or import a table.")),
)


def areas(request: HttpRequest) -> HttpResponse:
    """The areas in sight, as a tree."""
    actor = words.actor_of(request)
    context = {
        "may_add": actor.has(permissions.CHANGE_AREAS),
        "may_import": actor.has(permissions.IMPORT_TABLES),
    }
    return AREAS.response(request, queries.area_tree(actor), template="directory/areas.html", context=context)


def area(request: HttpRequest, area_id: int) -> HttpResponse:
    """One area: where it lies, what it was called before, its facilities."""
    actor = words.actor_of(request)
    found = queries.area(actor, area_id)
    rows = queries.facilities_for(actor).filter(area_path__startswith=found.path).select_related("supplied_by")
    context = {
        "area": found,
        "above": queries.ancestors_of(found)[:-1],
        "seen": actor.may(permissions.VIEW, area_path=found.parent.path) if found.parent else False,
        "children": queries.areas_for(actor).filter(parent=found),
        "history": queries.history_of(found),
        "may_change": words.may_change_areas(actor, found),
    }
    return FACILITIES.response(request, rows, template="directory/area.html", context=context)


class AreaForm(PostingForm):
    code = forms.CharField(label=_lazy("Area code"), max_length=20, help_text=_lazy("Letters A-Z and digits."))
    name_zh = forms.CharField(label=_lazy("Name (Chinese)"), max_length=80, required=False)
    name_en = forms.CharField(label=_lazy("Name (English)"), max_length=120, required=False)
    parent_id = forms.TypedChoiceField(label=_lazy("Lies in"), coerce=int, empty_value=None, required=False)

    def offer_parents(
        self, actor: Actor, *, lower_than: str = "", keep: Area | None = None, root: bool = False
    ) -> None:
        """Offer areas of the actor; for a change also the present parent, even when it is another's."""
        rows = list(queries.areas_for(actor, permissions.CHANGE_AREAS).exclude(level=Area.Level.VILLAGE))
        if keep is not None and keep not in rows:
            rows.insert(0, keep)
        if lower_than:
            rows = [row for row in rows if LEVELS.index(row.level) < LEVELS.index(lower_than)]
        choices: list[tuple[Any, Any]] = list(words.area_choices(rows))
        if root:
            choices = words.optional(choices, _lazy("Nothing: it is the topmost"))
        self.fields["parent_id"].choices = choices  # type: ignore[attr-defined]


class AddAreaForm(AreaForm):
    level = forms.ChoiceField(label=_lazy("Level of area"), choices=[("", "—"), *Area.Level.choices])
    valid_from = words.day_field(label=_lazy("Since"), required=False)


class ChangeAreaForm(AreaForm):
    on = words.day_field(
        label=_lazy("Holds from"), help_text=_lazy("First day of the new name, code or place; the old ones are kept.")
    )


def add(request: HttpRequest) -> HttpResponse:
    """Add an area below one's own, or a new topmost one."""
    actor = words.actor_with(request, permissions.CHANGE_AREAS)
    form = AddAreaForm(request.POST or None, initial={"parent_id": request.GET.get("parent", "")})
    form.offer_parents(actor, root=permissions.may_add_root(actor))
    if request.method == "POST" and form.is_valid():
        try:
            facts = {name: value for name, value in form.cleaned_data.items() if name != "command_id"}
            added = add_area(**facts, actor=actor, at=timezone.now())
        except Refused as refused:
            add_refusal(form, _on_field(refused))
        else:
            return _saved(request, added)
    context = {"form": form, "title": _("Add an area"), "back": reverse("directory:areas")}
    return render(request, "directory/edit.html", context)


def change(request: HttpRequest, area_id: int) -> HttpResponse:
    """Rename, re-code or move an area."""
    actor = words.actor_of(request)
    found = queries.area(actor, area_id)
    permissions.require(actor, permissions.CHANGE_AREAS, area_path=found.path)
    initial = {name: getattr(found, name) for name in AreaForm.base_fields if name != "command_id"}
    form = ChangeAreaForm(request.POST or None, initial={**initial, "on": timezone.localdate()})
    form.offer_parents(actor, lower_than=found.level, keep=found.parent, root=found.parent is None)
    if request.method == "POST" and form.is_valid():
        try:
            facts = {name: value for name, value in form.cleaned_data.items() if name != "command_id"}
            changed = change_area(area_id=found.pk, **facts, actor=actor, at=timezone.now())
        except Refused as refused:
            add_refusal(form, _on_field(refused))
        else:
            return _saved(request, changed)
    back = reverse("directory:area", args=[found.pk])
    return render(request, "directory/edit.html", {"form": form, "title": localized(found), "back": back})


def _on_field(refused: Refused) -> Refused:
    """The rules say `parent`, the form's field is `parent_id`."""
    for reason in refused.reasons:
        reason.field = "parent_id" if reason.field == "parent" else reason.field
    return refused


def _saved(request: HttpRequest, area: Area) -> HttpResponse:
    messages.success(request, words.saved(localized(area)))
    return HttpResponseRedirect(reverse("directory:area", args=[area.pk]))
