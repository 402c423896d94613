"""Lines of the posting forms: a choice, a quantity in pieces, packs or cartons, and rows left blank left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, cast

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.stock.screens.offers import Measure, Offer
from zhixuan.rules.refusal import Refused
from zhixuan.rules.scanning.traces import PackCode, read_codes
from zhixuan.rules.units import parse_quantity, to_half_width
from zhixuan.shared.ui.forms import sentence
from zhixuan.shared.ui.widgets import UNITS, QuantityInput, SearchSelect, UnitSelect

ROWS_MAX = 500
BLANK_ROWS = 5
CODES_MAX = 200_000


class Line(forms.Form):
    """One line. Cleaned, `pieces` is a number of pieces, whatever unit was typed."""

    counted: ClassVar[str] = ""
    """Name of the field that says what is counted."""

    pieces = forms.CharField(label=_lazy("Quantity"), max_length=60, widget=QuantityInput())
    unit = forms.ChoiceField(label=_lazy("Unit"), choices=UNITS, initial="piece", widget=UnitSelect())
    codes = forms.CharField(required=False, max_length=CODES_MAX, widget=forms.HiddenInput({"data-codes": ""}))

    def __init__(self, *args: Any, offer: Offer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.measures = offer.measures
        what = self.fields[self.counted]
        what.widget.facts = offer.facts
        what.choices = offer.choices  # type: ignore[attr-defined]  # a ChoiceField, named by the subclass

    def has_changed(self) -> bool:
        """A unit alone is no line."""
        return bool(set(self.changed_data) - {"unit", "codes"})

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        measure = self.measures.get(given.get(self.counted, ""))
        if measure is not None and "pieces" in given and "unit" in given:
            try:
                given["pieces"] = in_pieces(given["pieces"], given["unit"], measure)
            except Refused as refused:
                self.add_error("pieces", forms.ValidationError(sentence(refused), code=refused.code))
        return given


def in_pieces(typed: str, unit: str, measure: Measure) -> int:
    """Pieces meant by a number with a chosen unit, or by words such as “3 cartons 2 packs”.

    Raises:
        Refused: it cannot be understood, or the pack is not known.
    """
    plain = to_half_width(typed).replace(",", "")
    if unit == "piece" or not (plain.isascii() and plain.isdigit()):
        return parse_quantity(typed, packing=measure.packing, words=measure.words)
    amount = {"pack": "packs", "carton": "cartons"}[unit]
    return measure.packing.pieces(**{amount: int(plain)})


def choice_field(label: Any, mark: str, placeholder: Any) -> forms.ChoiceField:
    """The field that says what is counted; `mark` tells the script."""
    return forms.ChoiceField(label=label, widget=SearchSelect(marks=("product", mark), placeholder=placeholder))


class Lines(forms.BaseFormSet):  # type: ignore[type-arg]
    """The lines of a document."""

    def initial_form_count(self) -> int:
        """What was proposed may be emptied again: once sent, no row must be filled in."""
        return 0 if self.is_bound else int(super().initial_form_count())

    def filled(self) -> list[tuple[int, dict[str, Any]]]:
        """Row and values of the lines that were filled in and make sense."""
        return [
            (row, form.cleaned_data) for row, form in enumerate(self.forms) if form.has_changed() and form.is_valid()
        ]


def pack_codes(filled: Sequence[tuple[int, dict[str, Any]]]) -> list[PackCode]:
    """Codes of single packs that were scanned into the lines, by the order of the lines given to the operation."""
    return [
        code for index, (_row, values) in enumerate(filled) for code in read_codes(values.get("codes", ""), line=index)
    ]


def lines_of(form: type[Line], *, blank: int = BLANK_ROWS) -> type[Lines]:
    """A formset of such lines. A few blank rows serve browsers without script."""
    made = forms.formset_factory(
        form, formset=Lines, extra=blank, max_num=ROWS_MAX, absolute_max=ROWS_MAX, validate_max=True
    )
    return cast("type[Lines]", made)


def offered(
    request: HttpRequest, lines: type[Lines], offer: Offer, *, prefix: str = "lines", preset: str = ""
) -> Lines:
    """The lines of this request; on a fresh form `?{preset}=` fills the first one."""
    wanted = request.GET.get(preset, "") if preset else ""
    posted = request.POST or None
    initial = [{preset: wanted}] if wanted in offer.measures and posted is None else None
    return lines(posted, prefix=prefix, form_kwargs={"offer": offer}, initial=initial)
