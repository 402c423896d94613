"""Imports: what was brought in, and the start of a new one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.exchange import permissions, words
from zhixuan.modules.exchange.operations.upload_import import upload_import
from zhixuan.modules.exchange.queries import mappings, runs
from zhixuan.modules.exchange.screens._words import actor_of
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Forbidden
from zhixuan.shared.ui.forms import PostingForm, add_refusal
from zhixuan.shared.ui.listing import Column, Empty, Listing
from zhixuan.shared.ui.naming import choose


def _files(run: Any) -> str:
    names = [str(one["name"]) for one in run.files]
    return ", ".join(names[:3]) + (" …" if len(names) > 3 else "")


def _equal(run: Any) -> int | None:
    equal: int | None = run.outcome.get("proof", {}).get("equal")
    return equal


IMPORTS = Listing(
    name="imports",
    title=_lazy("Imports"),
    columns=(
        Column(
            "started_at",
            _lazy("Started"),
            "datetime",
            sort="started_at",
            href=lambda run: reverse("exchange:run", args=[run.pk]),
        ),
        Column("files", _lazy("Files"), value=_files),
        Column("state", _lazy("State"), "badge", sort="state", value=words.state_badge),
        Column("rows", _lazy("Rows"), "number", value=lambda run: run.counts.get("rows")),
        Column("new", _lazy("New"), "number", value=lambda run: run.counts.get("new")),
        Column("changed", _lazy("Corrected"), "number", value=lambda run: run.counts.get("changed")),
        Column(
            "equal", _lazy("Month ends equal"), "number", value=lambda run: run.outcome.get("proof", {}).get("equal")
        ),
        Column("by", _lazy("By"), sort="started_by_name", value=lambda run: run.started_by_name, phone=False),
    ),
    default_sort="-started_at",
    empty=Empty(
        _lazy("Nothing was imported yet"),
        _lazy(
            "Bring in the monthly stock cards of another system: they are checked first, and kept as they are given."
        ),
        icon="table-import",
    ),
)


def imports(request: HttpRequest) -> HttpResponse:
    """All imports in sight."""
    actor = actor_of(request)
    context = {"may_import": actor.has(permissions.IMPORT)}
    return IMPORTS.response(request, runs.runs_for(actor), template="exchange/imports.html", context=context)


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One or several files."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        one = super().clean
        return [one(file, initial) for file in data] if isinstance(data, list | tuple) else [one(data, initial)]


class StartForm(PostingForm):
    mapping = forms.ChoiceField(label=_lazy("Layout of the files"))
    uploads = FilesField(
        label=_lazy("Files"),
        widget=SeveralFiles(attrs={"accept": ".zip,.csv,.xlsx,.xlsm,.xls,.ods"}),
        help_text=_lazy(
            "The cards, the sites and the products: three files, a zip of them, or one workbook with three sheets. "
            "Up to 20 MB each. Nothing is imported yet."
        ),
    )

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        shipped = [mappings.shipped(name) for name in mappings.names()]
        field = self.fields["mapping"]
        field.choices = [(one.name, choose(one.content.title_zh, one.content.title_en)) for one in shipped]  # type: ignore[attr-defined]


def start(request: HttpRequest) -> HttpResponse:
    """Upload the files of an import; they are checked first."""
    actor = actor_of(request)
    if not actor.has(permissions.IMPORT):
        raise Forbidden
    form = StartForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            run = upload_import(
                files=[(file.name, file.read()) for file in form.cleaned_data["uploads"]],
                mapping=form.cleaned_data["mapping"],
                actor=actor,
                command_id=form.cleaned_data["command_id"],
                at=timezone.now(),
            )
        except Refused as refused:
            add_refusal(form, refused)
        else:
            return HttpResponseRedirect(reverse("exchange:run", args=[run.pk]))
    return render(request, "exchange/start.html", {"form": form, "columns": _columns()})


def _columns() -> list[dict[str, Any]]:
    """What the files must hold, by layout."""
    shown = []
    for name in mappings.names():
        content = mappings.shipped(name).content
        tables = [(content.cards.table, list(content.cards.columns.values()))]
        if content.sites is not None:
            areas = [(level.column,) for level in content.sites.levels]
            tables.append((content.sites.table, [*content.sites.columns.values(), *areas]))
        if content.products.table:
            tables.append((content.products.table, list(content.products.columns.values())))
        title = choose(content.title_zh, content.title_en)
        listed = [{"name": table, "titles": [titles[0] for titles in columns]} for table, columns in tables]
        shown.append({"title": title, "source": content.source, "tables": listed})
    return shown
