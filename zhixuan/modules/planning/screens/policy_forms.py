"""Forms of trials of policies: what to try, and the choice of a service level."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.planning.operations.choose_service import NOTE_MAX
from zhixuan.modules.planning.queries.policies import TriedLine
from zhixuan.modules.planning.screens import policy_words as words
from zhixuan.modules.planning.screens.forecast_runs import month_of
from zhixuan.rules.periods import Month
from zhixuan.rules.planning import trial
from zhixuan.shared.ui.forms import PostingForm
from zhixuan.shared.ui.widgets import MonthInput


class TrialForm(PostingForm):
    """Which months of which area are played again, and under what terms."""

    area = forms.TypedChoiceField(label=_lazy("Area"), coerce=int)
    since = forms.CharField(label=_lazy("First month played"), widget=MonthInput())
    until = forms.CharField(label=_lazy("Last month played"), widget=MonthInput())
    lead = forms.IntegerField(
        label=_lazy("Lead time, months"),
        min_value=0,
        max_value=trial.LEAD_MAX,
        initial=1,
        help_text=_lazy("From the order until the goods are there."),
    )
    review = forms.IntegerField(
        label=_lazy("Between orders, months"), min_value=1, max_value=trial.REVIEW_MAX, initial=1
    )
    shelf_life = forms.IntegerField(
        label=_lazy("Shelf life, months"), min_value=trial.SHELF_LIFE_LEAST, max_value=trial.SHELF_LIFE_MOST, initial=24
    )
    product_ids = forms.TypedMultipleChoiceField(
        label=_lazy("Products"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_lazy("None chosen: all of them."),
    )

    def clean_since(self) -> Month:
        return month_of(self.cleaned_data["since"])

    def clean_until(self) -> Month:
        return month_of(self.cleaned_data["until"])


class ChoiceForm(PostingForm):
    """Which service level, and why."""

    service = forms.TypedChoiceField(label=_lazy("Service level"), coerce=Decimal, widget=forms.RadioSelect)
    note = forms.CharField(label=_lazy("Why this level"), max_length=NOTE_MAX, widget=forms.Textarea(attrs={"rows": 2}))


def choice_form(ours: list[TriedLine], today: TriedLine, given: Any = None) -> ChoiceForm:
    """With a sentence for each level that was tried."""
    form = ChoiceForm(given, initial={"service": _exact(today)})
    labels = [(_exact(it), _label(it, today)) for it in ours]
    form.fields["service"].choices = labels  # type: ignore[attr-defined]  # a ChoiceField
    return form


def _exact(one: TriedLine) -> str:
    return f"{one.setting:.2f}"


def _label(one: TriedLine, today: TriedLine) -> str:
    row = words.cost_row(one, today)
    return _("{setting}: {said}").format(setting=row["setting"], said=row["said"])
