"""A line that names a lot by what is printed on it: item, number, expiry. For deliveries and for lots found."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.stock.screens.lines import Line, choice_field
from zhixuan.rules.periods import Month
from zhixuan.rules.refusal import Refused
from zhixuan.rules.stock.receiving import Delivered
from zhixuan.rules.units import to_half_width
from zhixuan.shared.ui.widgets import ExpiryField

CONFIRMED = "other_expiry"


class AskedExpiryInput(forms.TextInput):
    """An expiry, with a box to tick once it is in question: the number is known with another expiry."""

    template_name = "stock/expiry_input.html"
    asks = False
    confirmed = False

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        box = name.removesuffix("expires_on") + CONFIRMED
        return {**context, "asks": self.asks or self.confirmed, "confirmed": self.confirmed, "box": box}


class PrintedExpiryField(ExpiryField):
    """As `ExpiryField`, in an input that can ask back."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget = AskedExpiryInput(self.widget.attrs)


class MadeOnField(ExpiryField):
    """The day of making, as printed. A month alone means its first day: a lot is not younger than its label."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs = {"data-made": "", "autocomplete": "off", "maxlength": 20, "placeholder": _lazy("optional")}

    def clean(self, value: Any) -> Any:
        try:
            return Month.parse(to_half_width(value or "")).first_day
        except Refused:
            return super().clean(value)


class LotLine(Line):
    """Item, lot and quantity. `confirmed` says that this number with another expiry is a lot of its own."""

    counted = "item"
    field_order: Any = ("item", "lot_number", "expires_on", "made_on", "pieces", "unit")

    item = choice_field(_lazy("Item"), "item", _lazy("Name, code or scan"))
    lot_number = forms.CharField(
        label=_lazy("Lot number"), max_length=40, widget=forms.TextInput({"data-lot": "", "autocomplete": "off"})
    )
    expires_on = PrintedExpiryField(label=_lazy("Expires on"))
    made_on = MadeOnField(label=_lazy("Made on"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.confirmed = self.is_bound and bool(self.data.get(self.add_prefix(CONFIRMED)))
        self.fields["expires_on"].widget.confirmed = self.confirmed

    def clean(self) -> dict[str, Any]:
        return {**super().clean(), "confirmed": self.confirmed}

    def add_error(self, field: str | None, error: Any) -> None:
        """Ask back where an expiry is in question."""
        if field == "expires_on" and getattr(error, "code", "") == "expiry_differs":
            self.fields["expires_on"].widget.asks = True
        super().add_error(field, error)


def delivered(values: dict[str, Any]) -> Delivered:
    """The line as the rules know it."""
    return Delivered(
        item_id=int(values["item"]),
        lot_number=values["lot_number"],
        expires_on=values["expires_on"],
        pieces=values["pieces"],
        made_on=values["made_on"],
        other_expiry_confirmed=values["confirmed"],
    )
