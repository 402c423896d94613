"""Codes to practise scanning with: made of lots of invented items, on a page to print or to scan from the screen."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from zhixuan.modules.stock.queries import scans
from zhixuan.modules.stock.screens.offers import item_label
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.naming import localized
from zhixuan.shared.ui.scanning import takes_scans

NEW_LOT, NEW_LOT_DAYS = "PRACTICE1", 730


@takes_scans
def practice(request: ActorRequest) -> HttpResponse:
    """A lot of each invented item on the shelves in sight, and a lot that is not in the books."""
    found = scans.practice_lots(request.actor)
    cards = [
        {
            "title": item_label(row.lot.item),
            "where": _("Lot %(lot)s, in %(place)s") % {"lot": row.lot.number, "place": localized(row.place.facility)},
            "code": _code(row.lot.item.gtin, row.lot.number, row.lot.expires_on),
        }
        for row in found
        if row.place.facility
    ]
    if found:
        item, expires = found[0].lot.item, timezone.localdate() + timedelta(days=NEW_LOT_DAYS)
        cards.append(
            {
                "title": item_label(item),
                "where": _("A lot that is not in the books yet: receive it"),
                "code": _code(item.gtin, NEW_LOT, expires),
            }
        )
    return render(request, "stock/practice.html", {"cards": cards})


def _code(gtin: str | None, lot: str, expires: date) -> str:
    """GS1 element strings as they are printed below a code."""
    return f"(01){gtin}(17){expires:%y%m%d}(10){lot}"
