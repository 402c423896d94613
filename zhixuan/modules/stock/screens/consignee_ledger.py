"""The consignee ledger (分户账) of a store: what each place below it was sent, acknowledged, and still awaits."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.directory import queries as directory
from zhixuan.modules.directory.queries import Facility
from zhixuan.modules.stock import permissions
from zhixuan.modules.stock.queries import consignee_ledger as queries
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.modules.stock.screens import words
from zhixuan.modules.stock.screens._months_chosen import MonthsChosen, months_chosen, short_ways
from zhixuan.rules.stock.books import Consigned
from zhixuan.shared.access import Unknown
from zhixuan.shared.printing import PrintColumn, Sheet, pdf_response
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui import formats
from zhixuan.shared.ui.listing import Column, Empty, Listing, SearchFilter
from zhixuan.shared.ui.naming import localized

PIECES = (
    Column("sent", _lazy("Sent"), "number", value=lambda row: row["pieces"].sent),
    Column("accepted", _lazy("Acknowledged"), "number", value=lambda row: row["pieces"].accepted or None),
    Column("damaged", _lazy("Damaged"), "number", value=lambda row: row["pieces"].damaged or None),
    Column("missing", _lazy("Missing"), "number", value=lambda row: row["pieces"].missing or None),
    Column(
        "taken_back", _lazy("Taken back"), "number", value=lambda row: row["pieces"].taken_back or None, phone=False
    ),
    Column("on_the_way", _lazy("On the way"), "number", value=lambda row: row["pieces"].on_the_way or None),
)
PRODUCT = Column("product", _lazy("Product"), value=lambda row: row["product"], secondary=lambda row: row["unit"])
ACCOUNTS = Listing(
    name="consignee-ledger",
    title=_lazy("Consignee ledger"),
    columns=(
        Column("consignee", _lazy("Consignee"), value=lambda row: row["consignee"], href=lambda row: row["address"]),
        PRODUCT,
        *PIECES,
        Column(
            "closing",
            _lazy("Their stock"),
            "number",
            value=lambda row: row["closing"],
            hint=_lazy("At the end of the months chosen, by their own books; empty where you may not see it"),
        ),
    ),
    filters=(
        SearchFilter(
            "q", _lazy("Search"), lambda rows, text: [row for row in rows if text.casefold() in row["words"].casefold()]
        ),
    ),
    empty=Empty(
        _lazy("Nothing was sent from here"), _lazy("Choose other months, or another store."), icon="truck-delivery"
    ),
)
SLIPS = Listing(
    name="consignee-slips",
    title=_lazy("Slips to this consignee"),
    columns=(
        Column("on", _lazy("Day"), "date", value=lambda row: row["on"]),
        Column("slip", _lazy("Slip"), value=lambda row: row["slip"], href=lambda row: row["address"]),
        PRODUCT,
        *PIECES,
        Column("receipt", _lazy("Receipt"), value=lambda row: row["receipt"], href=lambda row: row["receipt_address"]),
        Column("received_on", _lazy("Received on"), "date", value=lambda row: row["received_on"]),
    ),
    empty=Empty(_lazy("Nothing was sent there"), _lazy("Choose other months."), icon="truck-delivery"),
)


def consignee_ledger(request: ActorRequest, facility_id: int) -> HttpResponse:
    """One line for each place below and product."""
    facility, chosen = _asked(request, facility_id)
    context = {"facility": facility, "chosen": chosen, "ways": short_ways(), "tab": "consignee"}
    rows = _rows(request, facility, chosen)
    return ACCOUNTS.response(request, rows, template="stock/consignee_ledger.html", context=context)


def consignee_ledger_print(request: ActorRequest, facility_id: int) -> HttpResponse:
    """One sheet for each consignee, to be signed by both sides."""
    facility, chosen = _asked(request, facility_id)
    by_consignee: dict[str, list[dict[str, Any]]] = {}
    for row in _rows(request, facility, chosen):
        by_consignee.setdefault(row["consignee"], []).append(row)
    sheets = [
        _sheet(facility, chosen, name, rows, link=request.build_absolute_uri(rows[0]["address"]))
        for name, rows in by_consignee.items()
    ]
    if not sheets:
        ledger = request.build_absolute_uri(f"{reverse('stock:consignee_ledger', args=[facility_id])}?{chosen.query}")
        empty = _("Nothing was sent from here")
        sheets = [
            Sheet(_("Consignee ledger"), localized(facility), facility.code, str(chosen), remarks=[empty], link=ledger)
        ]
    return pdf_response(request, sheets, name=f"{_('Consignee ledger')} {facility.code} {chosen}")


def consignee_slips(request: ActorRequest, facility_id: int, consignee_id: int) -> HttpResponse:
    """Every slip to one consignee, with its receipt."""
    facility, chosen = _asked(request, facility_id)
    lines = queries.slips_to(places_of(facility_id).store_id, consignee_id, chosen.since, chosen.until)
    consignee = queries.consignees(facility, [consignee_id] if lines else []).get(consignee_id)
    if consignee is None:
        raise Unknown
    products = catalogue.products_by_id({line.product_id for line in lines})
    rows = [
        {
            "on": line.on,
            "slip": line.slip,
            "address": reverse("stock:slip", args=[line.event_id]),
            "product": localized(products[line.product_id]),
            "unit": words.unit_of(products[line.product_id]),
            "pieces": line.pieces,
            "receipt": line.receipt,
            "receipt_address": reverse("stock:slip", args=[line.receipt_id]) if line.receipt_id else "",
            "received_on": line.received_on,
        }
        for line in lines
    ]
    context = {"facility": facility, "consignee": consignee, "chosen": chosen, "ways": short_ways(), "tab": "slips"}
    return SLIPS.response(request, rows, template="stock/consignee_ledger.html", context=context)


def _asked(request: ActorRequest, facility_id: int) -> tuple[Facility, MonthsChosen]:
    facility = directory.facility(request.actor, facility_id)
    permissions.require(request.actor, permissions.VIEW, places_of(facility_id))
    return facility, months_chosen(request)


def _rows(request: ActorRequest, facility: Facility, chosen: MonthsChosen) -> list[dict[str, Any]]:
    found = queries.accounts(places_of(facility.pk).store_id, chosen.since, chosen.until)
    consignees = queries.consignees(facility, {consignee_id for consignee_id, _product in found})
    products = catalogue.products_by_id({product_id for _consignee, product_id in found})
    closings = queries.closings(request.actor, consignees.values(), permissions.VIEW, chosen.until)
    rows = []
    for (consignee_id, product_id), pieces in found.items():
        consignee, product = consignees[consignee_id], products[product_id]
        address = reverse("stock:consignee_slips", args=[facility.pk, consignee_id])
        rows.append(
            {
                "consignee": f"{localized(consignee)} ({consignee.code})",
                "address": f"{address}?{chosen.query}",
                "product": localized(product),
                "unit": words.unit_of(product),
                "pieces": pieces,
                "closing": closings.get((consignee_id, product_id)),
                "order": (consignee.area_path, consignee.code, product.code),
                "words": " ".join(
                    (consignee.code, consignee.name_zh, consignee.name_en, product.name_zh, product.name_en)
                ),
            }
        )
    return sorted(rows, key=lambda row: row["order"])


def _sheet(facility: Facility, chosen: MonthsChosen, consignee: str, rows: list[dict[str, Any]], *, link: str) -> Sheet:
    figures = (_("Sent"), _("Acknowledged"), _("Damaged"), _("Missing"), _("Taken back"), _("On the way"))
    return Sheet(
        title=_("Consignee ledger"),
        subtitle=str(chosen),
        issuer=localized(facility),
        number=facility.code,
        facts=[(_("Consignee"), consignee)],
        columns=[
            PrintColumn(_("Product"), "2fr"),
            PrintColumn(_("Unit")),
            *(PrintColumn(label, align="right") for label in figures),
            PrintColumn(_("Their stock"), align="right"),
        ],
        rows=[
            [row["product"], row["unit"], *map(_written, (*_figures(row["pieces"]), row["closing"]))] for row in rows
        ],
        remarks=[_("In pieces. Sent = acknowledged + damaged + missing + taken back + on the way.")],
        signatures=[_("Sender"), _("Consignee"), _("Day")],
        link=link,
    )


def _written(figure: int | None) -> str:
    return "" if figure is None else formats.number(figure)


def _figures(pieces: Consigned) -> tuple[int, ...]:
    return (
        pieces.sent,
        pieces.accepted,
        pieces.damaged,
        pieces.missing,
        pieces.taken_back,
        pieces.on_the_way,
    )
