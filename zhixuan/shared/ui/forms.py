"""Forms that post: the command id that makes a repeat harmless, and refusals shown where the person can mend them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext

from zhixuan.rules.refusal import Refused
from zhixuan.shared import command_ids


class PostingForm(forms.Form):
    """A form that changes something. Sent twice, it carries the same command id twice."""

    command_id = forms.UUIDField(widget=forms.HiddenInput, initial=command_ids.new)


def sentence(reason: Refused) -> str:
    """The reason in the language of the page."""
    return reason.text(lambda text: gettext(text) if text else "")


def add_refusal(form: forms.BaseForm, refused: Refused, formsets: Iterable[forms.BaseFormSet[Any]] = ()) -> None:
    """Put every reason beside the field it names, in the form or in a row of a formset, else above the form.

    Call after the form, and the formsets, have been validated.
    """
    for reason in refused.reasons:
        owner, name = _owner(form, reason.field, formsets)
        owner.add_error(name, forms.ValidationError(sentence(reason), code=reason.code))


def _owner(
    form: forms.BaseForm, field: str, formsets: Iterable[forms.BaseFormSet[Any]]
) -> tuple[forms.BaseForm, str | None]:
    """The form that holds the field; `lines-3-pieces` is the field `pieces` of row 3 of the formset `lines`."""
    if field in form.fields:
        return form, field
    for formset in formsets:
        index, _, name = field.removeprefix(f"{formset.prefix}-").partition("-")
        if field.startswith(f"{formset.prefix}-") and index.isdigit() and int(index) < len(formset.forms):
            row = formset.forms[int(index)]
            return row, name if name in row.fields else None
    return form, None
