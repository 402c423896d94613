"""Prices and budgets: what was entered, with its source, and the forms to enter more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.directory import queries as directory
from zhixuan.modules.planning import permissions
from zhixuan.modules.planning.operations.enter_budget import enter_budget
from zhixuan.modules.planning.operations.enter_price import enter_price
from zhixuan.modules.planning.queries import costs
from zhixuan.modules.planning.queries.proposing import PLANNING_LEVELS
from zhixuan.modules.planning.screens import words
from zhixuan.modules.planning.screens.lists import search_product
from zhixuan.modules.stock.screens.words import unit_of
from zhixuan.rules.planning.cost import CENTS_A_YUAN, PRICED_PIECES_MAX, SOURCE_MAX
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Forbidden
from zhixuan.shared.once import Done
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.forms import PostingForm, add_refusal
from zhixuan.shared.ui.listing import Column, Empty, Listing, SearchFilter
from zhixuan.shared.ui.messages import done
from zhixuan.shared.ui.naming import localized
from zhixuan.shared.ui.widgets import DayInput

SAID_BY = (
    Column("source", _lazy("Source")),
    Column("entered_by_name", _lazy("Entered by"), phone=False),
    Column("entered_at", _lazy("Entered at"), "datetime", sort="entered_at", phone=False),
)
AREA = Column("area", _lazy("Area"), value=lambda row: localized(row.area), sort="area__path")
PRICES = Listing(
    name="product-prices",
    title=_lazy("Prices"),
    columns=(
        Column("product", _lazy("Product"), value=lambda row: localized(row.product), sort="product__name_{language}"),
        AREA,
        Column("yuan", _lazy("Price, yuan"), "number", value=lambda row: words.yuan(row.cents), places=2),
        Column("pieces", _lazy("For so many pieces"), "number"),
        Column("unit", _lazy("Unit"), value=lambda row: unit_of(row.product)),
        Column("holds_from", _lazy("Holds from"), "date", sort="holds_from"),
        *SAID_BY,
    ),
    filters=(SearchFilter("q", _lazy("Search"), search_product, _lazy("Product")),),
    empty=Empty(
        _lazy("No prices yet"),
        _lazy("A station officer enters them here; without one a plan shows a dash."),
        icon="list",
    ),
)
BUDGETS = Listing(
    name="plan-budgets",
    title=_lazy("Budgets"),
    columns=(
        Column("year", _lazy("Year"), value=lambda row: str(row.year), sort="year"),
        AREA,
        Column(
            "cents", _lazy("Budget, yuan"), "number", value=lambda row: words.yuan(row.cents), sort="cents", places=2
        ),
        *SAID_BY,
    ),
    empty=Empty(
        _lazy("No budgets yet"), _lazy("A station officer enters them here; the newest of a year counts."), icon="list"
    ),
)


class AmountForm(PostingForm):
    """For which area, how much, and who says so."""

    area = forms.TypedChoiceField(label=_lazy("Area"), coerce=int, help_text=_lazy("It holds there and below."))
    yuan = forms.DecimalField(label=_lazy("Amount in yuan"), max_digits=14, decimal_places=2, min_value=Decimal("0.01"))
    source = forms.CharField(
        label=_lazy("Source"), max_length=SOURCE_MAX, help_text=_lazy("The document that says so, with its number.")
    )

    def __init__(self, request: ActorRequest, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        areas = directory.areas_for(request.actor, permissions.ENTER_PRICES).filter(level__in=PLANNING_LEVELS)
        self.fields["area"].choices = [(one.pk, localized(one)) for one in areas]  # type: ignore[attr-defined]

    @property
    def said(self) -> dict[str, Any]:
        """As the operations take it; after validation."""
        given = dict(self.cleaned_data)
        cents = int(given.pop("yuan") * CENTS_A_YUAN)
        return given | {"area_id": given.pop("area"), "cents": cents}


class PriceForm(AmountForm):
    """Of which product, and from when."""

    product = forms.TypedChoiceField(label=_lazy("Product"), coerce=int)
    pieces = forms.IntegerField(label=_lazy("For so many pieces"), min_value=1, max_value=PRICED_PIECES_MAX, initial=1)
    holds_from = forms.DateField(label=_lazy("Holds from"), widget=DayInput)
    field_order = ("product", "yuan", "pieces", "holds_from", "area", "source")

    def __init__(self, request: ActorRequest, *args: Any, **more: Any) -> None:
        super().__init__(request, *args, **more)
        known = catalogue.active_products()
        choices = [(one.pk, f"{localized(one)} ({unit_of(one)})") for one in known]
        self.fields["product"].choices = choices  # type: ignore[attr-defined]

    @property
    def said(self) -> dict[str, Any]:
        """As the operation takes it; after validation."""
        given = super().said
        return given | {"product_id": given.pop("product")}


class BudgetForm(AmountForm):
    """Of which year."""

    year = forms.IntegerField(label=_lazy("Year"), min_value=1900, max_value=2199)
    field_order = ("year", "yuan", "area", "source")


@dataclass(frozen=True, slots=True)
class Entering:
    """A list of amounts, and how more of them are entered."""

    tab: str
    listing: Listing
    form: type[AmountForm]
    verb: Callable[..., Done]
    said: Promise


ENTERING_PRICES = Entering(
    "prices",
    PRICES,
    PriceForm,
    enter_price,
    _lazy("The price is kept. Plans drawn up from that day on count with it."),
)
ENTERING_BUDGETS = Entering("budgets", BUDGETS, BudgetForm, enter_budget, _lazy("The budget is kept."))


def prices(request: ActorRequest) -> HttpResponse:
    """Prices, each with the day from which it holds; a station officer enters more.

    Raises:
        Forbidden: POST by somebody who is no station officer.
    """
    return _page(request, ENTERING_PRICES, costs.prices_for(request.actor))


def budgets(request: ActorRequest) -> HttpResponse:
    """Budgets by year and area; a station officer enters more.

    Raises:
        Forbidden: POST by somebody who is no station officer.
    """
    return _page(request, ENTERING_BUDGETS, costs.budgets_for(request.actor))


def _page(request: ActorRequest, entering: Entering, rows: QuerySet[Any]) -> HttpResponse:
    may_enter = request.actor.has(permissions.ENTER_PRICES)
    if request.method == "POST" and not may_enter:
        raise Forbidden
    form = entering.form(request, request.POST or None) if may_enter else None
    if form is not None and request.method == "POST" and form.is_valid() and _entered(request, form, entering):
        done(request, str(entering.said))
        return HttpResponseRedirect(reverse(f"planning:{entering.tab}"))
    context = {"tab": entering.tab, "form": form}
    answer = entering.listing.response(request, rows, template="planning/prices.html", context=context)
    if form is not None and form.errors:
        answer.status_code = 422
    return answer


def _entered(request: ActorRequest, form: AmountForm, entering: Entering) -> bool:
    try:
        entering.verb(**form.said, actor=request.actor, at=timezone.now())
    except Refused as refused:
        add_refusal(form, refused)
        return False
    return True
