"""Inputs of the posting screens. Each works without script; the shell's script makes it quicker to fill in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy

from zhixuan.rules.expiry import parse_expiry
from zhixuan.rules.refusal import Refused
from zhixuan.shared.ui.columns import Text
from zhixuan.shared.ui.forms import sentence

Facts = Mapping[str, Mapping[str, object]]
UNITS = (
    ("piece", pgettext_lazy("unit", "pieces")),
    ("pack", pgettext_lazy("unit", "packs")),
    ("carton", pgettext_lazy("unit", "cartons")),
)


class DayInput(forms.DateInput):
    """A day, by the browser's own calendar, which wants ISO days whatever the language of the page."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class MonthInput(DayInput):
    """A month, as the browser shows it; the value is its first day."""

    input_type = "month"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.format = "%Y-%m"


class PickList(forms.CheckboxSelectMultiple):
    """Many boxes to tick, by groups where the choices have any; with script found by typing and ticked together."""


class SearchSelect(forms.Select):
    """A choice found by typing, or by scanning its code.

    Args:
        facts: for each value what the script may use: `keywords` (codes, by blanks), `detail` (a second line),
            `pieces_per_pack`, `pieces_per_carton`, `piece_unit`, `at_hand` (pieces).
        address: where choices are asked for as one types; empty: all choices are in the page.
        marks: further data-* attributes, such as `product` for the product of a line.
    """

    def __init__(
        self, *, facts: Facts | None = None, address: str = "", placeholder: Text = "", marks: tuple[str, ...] = ()
    ) -> None:
        told: dict[str, Any] = {"data-search-select": "", "data-nothing": _lazy("Nothing found")}
        told |= {"data-search-url": address} if address else {}
        told |= {"data-placeholder": placeholder or _lazy("Type to search")}
        super().__init__({**told, **{f"data-{mark}": "" for mark in marks}})
        self.facts = facts or {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        for fact, told in self.facts.get(str(value), {}).items():
            if told is not None:
                option["attrs"][f"data-{fact.replace('_', '-')}"] = told
        return option


class QuantityInput(forms.TextInput):
    """A whole number, with the pieces it makes shown beside it."""

    def __init__(self) -> None:
        super().__init__({"data-quantity": "", "inputmode": "numeric", "autocomplete": "off"})


class UnitSelect(forms.Select):
    """Pieces, packs or cartons: never a bare number."""

    def __init__(self, choices: tuple[tuple[str, Text], ...] = UNITS) -> None:
        super().__init__({"data-unit": ""}, choices)


class ExpiryField(forms.CharField):
    """The last day of use, as printed: 2027-06-30, or 2027-06 for the end of the month. Gives a date."""

    def __init__(self, **kwargs: Any) -> None:
        told = {"data-expiry": "", "placeholder": "2027-06-30", "autocomplete": "off", "maxlength": 20}
        super().__init__(widget=forms.TextInput(told), **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_expiry(text)
        except Refused as refused:
            raise ValidationError(sentence(refused), code=refused.code) from refused

    def prepare_value(self, value: Any) -> Any:
        return value.isoformat() if isinstance(value, date) else value
