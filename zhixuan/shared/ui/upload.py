"""The pages of an upload: choose a file, look at what it would do, mend what is listed or apply it."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.rules.refusal import Refused
from zhixuan.shared import uploads
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.spreadsheets.templates import write_template
from zhixuan.shared.spreadsheets.writing import ColumnSpec
from zhixuan.shared.ui.export import XLSX
from zhixuan.shared.ui.forms import PostingForm, add_refusal, sentence
from zhixuan.shared.uploads import BYTES_MAX, Upload

SHOWN_MAX = 500


class UploadForm(PostingForm):
    """Choose a table; its command id becomes the upload's."""

    file = forms.FileField(label=_lazy("File"), help_text=_lazy("Excel or CSV, up to 10 MB. Nothing is changed yet."))

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > BYTES_MAX:
            raise forms.ValidationError(_("The file is larger than 10 MB. Split it into smaller files."))
        return file


def kept_upload(
    request: ActorRequest, form: UploadForm, *, purpose: str, subject: object = "", at: datetime
) -> Upload | None:
    """The chosen file, kept until its dry run has been looked at; None when nothing was sent, or it was refused: the
    reasons are in the form. The caller has checked permission.

    Args:
        purpose, subject, at: as `uploads.keep`.
    """
    if request.method != "POST" or not form.is_valid():
        return None
    file = form.cleaned_data["file"]
    try:
        return uploads.keep(
            purpose=purpose,
            subject=subject,
            content=file.read(),
            file_name=file.name,
            actor=request.actor,
            command_id=form.cleaned_data["command_id"],
            at=at,
        )
    except Refused as refused:
        add_refusal(form, refused)
        return None


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with a row, and where it stands."""

    sheet: str
    row: str
    column: str
    what: str


@dataclass(slots=True)
class UploadPlan:
    """What `ui/upload_plan.html` shows.

    Args:
        headings: column titles of `rows`.
        rows: what would be done, one line each, as text.
        mistakes: all of them; with any, nothing can be applied.
        nothing: the sentence shown when the file would change nothing.
    """

    headings: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    mistakes: Sequence[Mistake] = field(default_factory=list)
    nothing: str = ""

    @property
    def shown_rows(self) -> list[list[tuple[str, str]]]:
        """Heading and text of each cell: on a phone the heading stands above the text."""
        return [list(zip(self.headings, row, strict=True)) for row in self.rows[:SHOWN_MAX]]

    @property
    def more_rows(self) -> int:
        return max(0, len(self.rows) - SHOWN_MAX)

    @property
    def shown_mistakes(self) -> Sequence[Mistake]:
        return self.mistakes[:SHOWN_MAX]

    @property
    def more_mistakes(self) -> int:
        return max(0, len(self.mistakes) - SHOWN_MAX)


def mistakes_of(reasons: Iterable[Refused]) -> list[Mistake]:
    """Refusals of reading and of the rules, as rows of the list of mistakes."""
    return [
        Mistake(
            sheet=str(reason.fields.get("sheet", "")),
            row=str(reason.fields.get("row", "")),
            column=str(reason.fields.get("column", "")),
            what=sentence(reason),
        )
        for reason in reasons
    ]


def template_response(*, sheet: str, columns: Sequence[ColumnSpec], name: str) -> HttpResponse:
    """An empty table to fill in, with notes on each column.

    Args:
        name: of the file, without its ending; ASCII.
    """
    stream = io.BytesIO()
    write_template(stream, sheet=sheet, columns=columns, translate=_)
    return HttpResponse(
        stream.getvalue(), XLSX, headers={"Content-Disposition": f'attachment; filename="{name}-template.xlsx"'}
    )
