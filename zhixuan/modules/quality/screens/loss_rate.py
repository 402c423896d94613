"""The loss rate of a year, with its parts, on screen and as a spreadsheet."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.quality.queries import losses as queries
from zhixuan.modules.quality.queries.definitions import loss_rules
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.columns import Badge
from zhixuan.shared.ui.listing import Column, Empty, Listing, ToggleFilter
from zhixuan.shared.ui.naming import localized

YEARS_BACK = 5
DENOMINATORS = {
    "opening_and_received": _lazy("opening stock and what was received"),
    "received": _lazy("what was received"),
    "opening": _lazy("opening stock"),
}


def _base(row: queries.LossRate) -> int:
    return row.figures.base(loss_rules().denominator)


def _judged(row: queries.LossRate) -> Badge:
    if row.rate is None:
        return Badge(_lazy("No base"), "secondary")
    return Badge(_lazy("Above the bound"), "red") if row.above else Badge(_lazy("Within"), "green")


RATES = Listing(
    name="loss-rate",
    title=_lazy("Loss rate"),
    columns=(
        Column("product", _lazy("Product"), value=lambda row: localized(row.product)),
        Column("facility", _lazy("Facility"), value=lambda row: localized(row.facility)),
        Column("opening", _lazy("Opening stock"), "number", value=lambda row: row.figures.opening),
        Column("received", _lazy("Received"), "number", value=lambda row: row.figures.received),
        Column("expired", _lazy("Expired"), "number", value=lambda row: row.figures.expired),
        Column("damaged", _lazy("Damaged"), "number", value=lambda row: row.figures.damaged),
        Column("lost", _lazy("Lost"), "number", value=lambda row: row.figures.lost),
        Column("all", _lazy("Lost in all"), "number", value=lambda row: row.figures.lost_in_all),
        Column("base", _lazy("Measured against"), "number", value=_base, phone=False),
        Column(
            "rate",
            _lazy("Per mille"),
            "number",
            value=lambda row: None if row.rate is None else round(float(row.rate * 1000), 2),
            places=2,
        ),
        Column("judged", _lazy("Judged"), "badge", value=_judged),
    ),
    filters=(ToggleFilter("above", _lazy("Above the bound only"), lambda rows: [row for row in rows if row.above]),),
    empty=Empty(_lazy("No stock in that year")),
)


def loss_rate(request: ActorRequest) -> HttpResponse:
    """The loss rate by facility and product of one year."""
    this_year = timezone.localdate().year
    years = list(range(this_year, this_year - YEARS_BACK, -1))
    asked = request.GET.get("year", "")
    year = int(asked) if asked in {str(one) for one in years} else this_year
    known = loss_rules()
    context: dict[str, Any] = {
        "years": years,
        "year": year,
        "most": known.rate_most_per_mille,
        "denominator": DENOMINATORS[known.denominator],
        "source": known.rate_source,
    }
    return RATES.response(
        request, queries.loss_rates(request.actor, year), template="quality/loss_rate.html", context=context
    )
