"""What was looked at when goods came, and the price, as fields of a line."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.documents.screens import words
from zhixuan.rules.documents.lines import PRICE_MAX, Acceptance, Conclusion


class PriceField(forms.DecimalField):
    """The price of a piece; never in any sum of stock."""

    def __init__(self, **kwargs: Any) -> None:
        told = {"inputmode": "decimal", "autocomplete": "off", "placeholder": _lazy("optional")}
        super().__init__(
            label=_lazy("Price of a piece"),
            required=False,
            min_value=Decimal(0),
            max_value=PRICE_MAX,
            decimal_places=4,
            widget=forms.TextInput(told),
            **kwargs,
        )


class AcceptanceForm(forms.Form):
    """What was found; on a note that is being drawn it holds for all lines, each can be changed afterwards."""

    appearance = forms.CharField(label=_lazy("Appearance"), max_length=80, required=False)
    packaging = forms.CharField(label=_lazy("Packaging"), max_length=80, required=False)
    temperature = forms.CharField(label=_lazy("Temperature"), max_length=40, required=False)
    conclusion = forms.ChoiceField(
        label=_lazy("Conclusion"),
        required=False,
        choices=[
            ("", "—"),
            *((one.value, words.CONCLUSION_LABELS[one]) for one in (Conclusion.ACCEPTED, Conclusion.PARTLY)),
        ],
    )


def acceptance_of(given: dict[str, Any]) -> Acceptance:
    """The fields as the rules know them."""
    return Acceptance(
        given.get("appearance", ""),
        given.get("packaging", ""),
        given.get("temperature", ""),
        given.get("sampled_pieces"),
        given.get("conclusion", ""),
    )
