"""The stock card on paper, oldest line first, as a card reads."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.directory import queries as directory
from zhixuan.modules.stock import permissions
from zhixuan.modules.stock.queries.card import CardLines
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.modules.stock.screens import words
from zhixuan.modules.stock.screens.card import day_asked
from zhixuan.rules.stock.ledger import EventKind
from zhixuan.shared.printing import PrintColumn, Sheet, pdf_response
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.formats import day, number
from zhixuan.shared.ui.naming import localized

LINES_MAX = 2000


def card_print(request: ActorRequest, facility_id: int, product_id: int) -> HttpResponse:
    """Every movement in the days chosen, with the balance after it; at most the latest two thousand."""
    facility = directory.facility(request.actor, facility_id)
    product = catalogue.product(product_id)
    places = places_of(facility_id)
    permissions.require(request.actor, permissions.VIEW, places)
    since, until = day_asked(request, "since"), day_asked(request, "until")
    lines = CardLines(places.store_id, product_id, since=since, until=until)
    days = " – ".join(day(one) if one else "…" for one in (since, until)) if since or until else ""
    address = reverse("stock:card", args=[facility_id, product_id])
    rest = len(lines) - LINES_MAX
    sheet = Sheet(
        title=_("Stock card"),
        issuer=localized(facility),
        number=product.code,
        subtitle=days,
        facts=[(_("Product"), localized(product)), (_("Unit"), words.unit_of(product))],
        columns=[
            PrintColumn(_("Day")),
            PrintColumn(_("Slip")),
            PrintColumn(_("What"), "1fr"),
            PrintColumn(_("From or to"), "1.6fr"),
            PrintColumn(_("Lot"), "1fr"),
            PrintColumn(_("In"), align="right"),
            PrintColumn(_("Out"), align="right"),
            PrintColumn(_("Balance"), align="right"),
        ],
        rows=[
            [
                day(line.on),
                line.slip,
                str(words.KIND_LABELS[EventKind(line.kind)]),
                words.side_label(line.other),
                words.lot_label(line.lot_number),
                number(line.pieces_in) if line.pieces_in else "",
                number(line.pieces_out) if line.pieces_out else "",
                number(line.balance),
            ]
            for line in reversed(lines[:LINES_MAX])
        ],
        remarks=[_("%(n)s earlier lines are not printed.") % {"n": number(rest)}] if rest > 0 else [],
        signatures=[_("Keeper"), _("Checked by")],
        link=request.build_absolute_uri(address),
    )
    return pdf_response(request, [sheet], name=f"{_('Stock card')} {facility.code} {product.code}")
