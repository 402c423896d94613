"""Forms of allocation plans."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.rules.planning.allocation_lines import ASSUMED_PERCENT_MAX, MONTHS_MAX, PERCENT_MAX
from zhixuan.rules.planning.place_facts import Settings
from zhixuan.rules.stock.ledger import PIECES_MAX
from zhixuan.shared.ui.forms import PostingForm
from zhixuan.shared.ui.widgets import PickList

REASON_LENGTH = 300


def _months(label: Any, help_text: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        help_text=help_text,
        required=False,
        min_value=0,
        max_value=MONTHS_MAX,
        max_digits=5,
        decimal_places=2,
    )


class SettingsForm(forms.Form):
    """What a planner moves."""

    horizon_months = _months(
        _lazy("Months to be covered"), _lazy("Left empty: until each place's next delivery, by the rhythm of orders.")
    )
    floor_months = _months(
        _lazy("Floor of every place, in months"),
        _lazy("Every place is raised to it first. Left empty: its emergency point, or 0.6 of the time to be covered."),
    )
    area_floor_months = _months(
        _lazy("Floor of every area, in months"), _lazy("No area as a whole stays below it while another has more.")
    )
    supply_percent = forms.IntegerField(
        label=_lazy("Share of the stock to give out, percent"), min_value=0, max_value=PERCENT_MAX, initial=100
    )

    @property
    def settings(self) -> Settings:
        """As the rules take them; after validation."""
        given = self.cleaned_data
        return Settings(
            horizon_months=_exact(given["horizon_months"]),
            floor_months=_exact(given["floor_months"]),
            area_floor_months=_exact(given["area_floor_months"]) or Fraction(0),
            supply_percent=given["supply_percent"],
        )


def _exact(months: Decimal | None) -> Fraction | None:
    return None if months is None else Fraction(months)


def written(settings: Settings) -> dict[str, Any]:
    """Settings as a form shows them."""
    months = {
        name: None if value is None else round(Decimal(value.numerator) / value.denominator, 2)
        for name, value in (
            ("horizon_months", settings.horizon_months),
            ("floor_months", settings.floor_months),
            ("area_floor_months", settings.area_floor_months or None),
        )
    }
    return months | {"supply_percent": settings.supply_percent}


class DrawForm(SettingsForm, PostingForm):
    """Which stores give, which products, and the settings."""

    givers = forms.TypedMultipleChoiceField(label=_lazy("Stores that give"), coerce=int, widget=PickList)
    products = forms.TypedMultipleChoiceField(
        label=_lazy("Products"),
        coerce=int,
        required=False,
        widget=PickList,
        help_text=_lazy("None chosen: all that the stores have."),
    )
    note = forms.CharField(label=_lazy("Note"), max_length=300, required=False)
    field_order = ("givers", "products")


class ReworkForm(SettingsForm, PostingForm):
    """The settings, to work the plan out again."""


class WhatIfForm(SettingsForm):
    """Settings that are only tried, and a supply that is only supposed."""

    supply_percent = forms.IntegerField(
        label=_lazy("Share of the stock to give out, percent"), min_value=0, max_value=ASSUMED_PERCENT_MAX, initial=100
    )
    product = forms.TypedChoiceField(
        label=_lazy("Suppose of this product"), coerce=int, required=False, empty_value=None
    )
    assumed = forms.IntegerField(
        label=_lazy("so many pieces in the store"), min_value=0, max_value=PIECES_MAX, required=False
    )


class StepForm(PostingForm):
    """A button, with a word about the step where one is asked for."""

    note = forms.CharField(max_length=500, required=False)


class ApprovalForm(StepForm):
    """What the approver has seen goes along."""

    version = forms.IntegerField(min_value=0)
    changes_seen = forms.CharField(max_length=64, required=False)


class BoundsForm(forms.Form):
    """What a place gets at least and at most."""

    least = forms.IntegerField(label=_lazy("At least, in pieces"), min_value=0, max_value=PIECES_MAX, required=False)
    most = forms.IntegerField(label=_lazy("At most, in pieces"), min_value=0, max_value=PIECES_MAX, required=False)
