"""The head of a document as a form, for drawing it and for changing it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.documents.screens import words
from zhixuan.modules.stock.queries.partners import Partners
from zhixuan.rules.documents.heads import Head
from zhixuan.rules.documents.lines import Origin
from zhixuan.shared.ui.forms import PostingForm
from zhixuan.shared.ui.naming import localized
from zhixuan.shared.ui.widgets import DayInput, SearchSelect

ORIGINS = (Origin.PURCHASE, Origin.SURPLUS)
"""Drawn by hand; what another facility sent is drawn from the list of deliveries."""


class HeadForm(PostingForm):
    """What every paper has."""

    on = forms.DateField(label=_lazy("Day"), widget=DayInput())
    reference = forms.CharField(label=_lazy("Reference"), max_length=120, required=False)
    note = forms.CharField(label=_lazy("Note"), max_length=500, required=False)
    keeper = forms.CharField(label=_lazy("Keeper"), max_length=80, required=False)

    def head(self) -> Head:
        """The rest of the head, of the fields that this form has."""
        given = self.cleaned_data
        named = {name: given.get(name, "") for name in ("origin", "supplier", "transport", "keeper", "acceptor")}
        return Head(**named, supervisor=given.get("supervisor", ""))


class ReceiptHeadForm(HeadForm):
    """A goods-receipt note."""

    field_order = ("origin", "supplier", "reference", "on", "keeper", "acceptor", "supervisor", "note")

    origin = forms.ChoiceField(
        label=_lazy("Goods come from"), choices=[(one.value, words.ORIGIN_LABELS[one]) for one in ORIGINS]
    )
    supplier = forms.CharField(label=_lazy("Supplier"), max_length=160, required=False)
    acceptor = forms.CharField(label=_lazy("Accepted by"), max_length=80, required=False)
    supervisor = forms.CharField(label=_lazy("Supervisor"), max_length=80, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reference"].label = _lazy("Contract or delivery note")


class ArrivalHeadForm(HeadForm):
    """A goods-receipt note of what another facility sent: from whom it comes is fixed."""

    field_order = ("on", "reference", "transport", "keeper", "acceptor", "supervisor", "note")

    transport = forms.CharField(label=_lazy("Transport"), max_length=120, required=False)
    acceptor = forms.CharField(label=_lazy("Accepted by"), max_length=80, required=False)
    supervisor = forms.CharField(label=_lazy("Supervisor"), max_length=80, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].label = _lazy("Arrived on")
        self.fields["note"].help_text = _lazy("Needed when something is damaged or missing: what, and who saw it.")
        self.fields["note"].widget = forms.Textarea(attrs={"rows": 2})


class SlipHeadForm(HeadForm):
    """An issue or return slip."""

    field_order = ("other_facility", "on", "reference", "transport", "keeper", "note")

    transport = forms.CharField(label=_lazy("Transport"), max_length=120, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reference"].label = _lazy("Request number")


class IssueForm(SlipHeadForm):
    """An issue or return slip that is being drawn: to whom it goes is chosen once."""

    other_facility = forms.TypedChoiceField(
        label=_lazy("To"), coerce=int, error_messages={"required": _lazy("Choose to whom it goes.")}
    )

    def __init__(self, *args: Any, partners: Partners, is_return: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        other = self.fields["other_facility"]
        other.widget = SearchSelect(placeholder=_lazy("Name or code"))
        near = _lazy("Where it came from") if is_return else _lazy("Supplied from here")
        groups = ((near, partners.line), (_lazy("Others in your area"), partners.others))
        choices: list[Any] = [("", "")]
        for label, found in groups:
            if found:
                choices.append((label, [(one.pk, f"{localized(one)} ({one.code})") for one in found]))
        other.choices = choices  # type: ignore[attr-defined]
        if is_return:
            self.fields["note"].required, self.fields["note"].label = True, _lazy("Why it goes back")


def changing_form(kind: str, data: Any, document: Any) -> HeadForm:
    """The head of a document that is there."""
    form_class: type[HeadForm] = ReceiptHeadForm if kind == "receipt" else SlipHeadForm
    if document.transfer_id:
        form_class = ArrivalHeadForm
    names = [name for name in form_class.base_fields if name != "command_id"]
    form = form_class(data, initial={name: getattr(document, name) for name in names})
    if "origin" in form.fields:
        labels = words.ORIGIN_LABELS
        form.fields["origin"].choices = [(document.origin, labels[document.origin])]  # type: ignore[attr-defined]
    return form
