"""Areas, facilities, supply lines and permitted products as tables: download, template, upload, dry run, apply."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from zhixuan.modules.directory import permissions
from zhixuan.modules.directory.operations.apply_import import apply_import
from zhixuan.modules.directory.operations.upload_tables import upload_tables
from zhixuan.modules.directory.queries.drafts import draft
from zhixuan.modules.directory.queries.planned import Plan, planned
from zhixuan.modules.directory.queries.tables import COLUMNS, TITLES, TableKind, column_specs, rows_of
from zhixuan.modules.directory.screens import _words as words
from zhixuan.rules.directory.changes import Change
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Unknown
from zhixuan.shared.spreadsheets import writing
from zhixuan.shared.spreadsheets.templates import write_template
from zhixuan.shared.ui.export import XLSX
from zhixuan.shared.ui.forms import PostingForm, add_refusal, sentence

FILE_BYTES_MAX = 5 * 1024 * 1024
SHOWN_MAX = 500


class UploadForm(PostingForm):
    file = forms.FileField(label=_lazy("File"), help_text=_lazy("Excel or CSV, up to 5 MB. Nothing is changed yet."))

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > FILE_BYTES_MAX:
            raise forms.ValidationError(_("The file is larger than 5 MB. Split it into smaller files."))
        return file


def tables(request: HttpRequest) -> HttpResponse:
    """The tables to download, and the place to upload one."""
    actor = words.actor_of(request)
    may_import = actor.has(permissions.IMPORT_TABLES)
    form = UploadForm(request.POST or None, request.FILES or None) if may_import else None
    if request.method == "POST":
        actor = words.actor_with(request, permissions.IMPORT_TABLES)
        if form is not None and form.is_valid():
            file = form.cleaned_data["file"]
            try:
                kept = upload_tables(
                    content=file.read(),
                    file_name=file.name,
                    actor=actor,
                    command_id=form.cleaned_data["command_id"],
                    at=timezone.now(),
                )
            except Refused as refused:
                add_refusal(form, refused)
            else:
                return HttpResponseRedirect(reverse("directory:import", args=[kept.pk]))
    kinds = [(kind.value, _(TITLES[kind]), [_(title) for title in COLUMNS[kind].values()]) for kind in TableKind]
    return render(request, "directory/tables.html", {"form": form, "kinds": kinds})


def download(request: HttpRequest) -> HttpResponse:
    """One table (?kind=facilities) as far as one can see it, in the form that an import takes (?as=csv)."""
    table = _kind(request)
    rows = rows_of(table, words.actor_of(request))
    if request.GET.get("as") == "csv":
        content = writing.csv_bytes(columns=column_specs(table), rows=rows)
        return _file(content, f"{table.value}.csv", "text/csv; charset=utf-8")
    stream = io.BytesIO()
    writing.write_xlsx(stream, sheet=_(TITLES[table]), columns=column_specs(table), rows=rows)
    return _file(stream.getvalue(), f"{table.value}.xlsx", XLSX)


def template(request: HttpRequest) -> HttpResponse:
    """An empty table to fill in, with notes."""
    table = _kind(request)
    stream = io.BytesIO()
    write_template(stream, sheet=_(TITLES[table]), columns=column_specs(table), translate=_)
    return _file(stream.getvalue(), f"{table.value}-template.xlsx", XLSX)


def dry_run(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """What an uploaded file would do; on POST it is done."""
    kept = draft(words.actor_of(request), draft_id)
    actor = words.actor_with(request, permissions.IMPORT_TABLES)
    if request.method == "POST":
        try:
            outcome = apply_import(draft_id=draft_id, actor=actor, at=timezone.now())
        except Refused as refused:
            messages.error(request, sentence(refused))
            return HttpResponseRedirect(reverse("directory:import", args=[draft_id]))
        count = sum(outcome.values())
        said = ngettext("Applied: %(count)s change.", "Applied: %(count)s changes.", count) % {"count": count}
        messages.success(request, said)
        return HttpResponseRedirect(reverse("directory:facilities"))
    plan = planned(bytes(kept.content), file_name=kept.file_name, actor=actor) if kept.applied_at is None else None
    context: dict[str, Any] = {"draft": kept, "plan": plan}
    if plan is not None:
        changes, mistakes = list(_changes(plan)), list(_mistakes(plan))
        context |= {
            "sums": _sums(plan),
            "changes": changes[:SHOWN_MAX],
            "more_changes": max(0, len(changes) - SHOWN_MAX),
            "mistakes": mistakes[:SHOWN_MAX],
            "more_mistakes": max(0, len(mistakes) - SHOWN_MAX),
        }
    return render(request, "directory/dry_run.html", context)


def _kind(request: HttpRequest) -> TableKind:
    text = request.GET.get("kind", TableKind.AREAS)
    if text not in set(TableKind):
        raise Unknown
    return TableKind(text)


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
    return HttpResponse(content, kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _sums(plan: Plan) -> list[dict[str, Any]]:
    """A line for each table in the file: rows, added, changed, as they are."""
    sums = []
    for kind, rows in plan.rows.items():
        added, changed = _counts(plan, kind)
        sums.append({"title": _(TITLES[kind]), "rows": rows, "added": added, "changed": changed})
    return sums


def _counts(plan: Plan, kind: TableKind) -> tuple[int, int]:
    if kind is TableKind.SUPPLY_LINES:
        return 0, len(plan.supply_lines)
    if kind is TableKind.PERMITTED_PRODUCTS:
        return 0, len(plan.permitted)
    changes: list[Any] = list(plan.areas if kind is TableKind.AREAS else plan.facilities)
    added = sum(change.before is None for change in changes)
    return added, len(changes) - added


def _changes(plan: Plan) -> Iterator[dict[str, Any]]:
    """Every change in words: where in the file, what, from what to what."""
    yield from (_change(change, TableKind.AREAS) for change in plan.areas)
    yield from (_change(change, TableKind.FACILITIES) for change in plan.facilities)
    for line in plan.supply_lines:
        detail = f"{line.before or _('nobody')} → {line.after or _('nobody')}"
        yield {"at": line.at, "new": False, "code": line.facility, "what": _("Supplied by"), "details": [detail]}
    for one in plan.permitted:
        details = [f"+ {code}" for code in one.added] + [f"− {code}" for code in one.removed]
        yield {"at": one.at, "new": False, "code": one.facility, "what": _("Permitted products"), "details": details}


def _change(change: Change[Any], kind: TableKind) -> dict[str, Any]:
    name = change.after.name_zh
    if change.before is None:
        return {"at": change.at, "new": True, "code": change.after.code, "what": name, "details": []}
    details = [
        f"{_(COLUMNS[kind][field])}: {_shown(getattr(change.before, field))} → {_shown(getattr(change.after, field))}"
        for field in change.fields
    ]
    return {"at": change.at, "new": False, "code": change.after.code, "what": name, "details": details}


def _shown(value: object) -> str:
    return "–" if value in (None, "") else str(value)


def _mistakes(plan: Plan) -> Iterator[dict[str, Any]]:
    for refused in plan.refused:
        fields = refused.fields
        place = {name: fields.get(name, "") for name in ("sheet", "row", "column")}
        yield {**place, "what": sentence(refused)}
    titles = {column: title for columns in COLUMNS.values() for column, title in columns.items()}
    for problem in plan.problems:
        title = titles.get(problem.refused.field, "")
        column = _(title) if title else ""
        yield {"sheet": problem.at.sheet, "row": problem.at.row, "column": column, "what": sentence(problem.refused)}
