"""The category ledger (分类账) of a store: on screen, as a spreadsheet, on paper."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.directory import queries as directory
from zhixuan.modules.directory.queries import Facility
from zhixuan.modules.stock import permissions
from zhixuan.modules.stock.queries import category_ledger as queries
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.modules.stock.screens import doing, words
from zhixuan.modules.stock.screens._months_chosen import MonthsChosen, months_chosen, short_ways
from zhixuan.rules.stock.books import SIGNS, BookLine, Entry
from zhixuan.rules.stock.ledger import UNKNOWN_EXPIRY
from zhixuan.shared.printing import PrintColumn, Sheet, pdf_response
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui import formats
from zhixuan.shared.ui.listing import Column, Empty, Listing, SearchFilter
from zhixuan.shared.ui.naming import localized

ENTRY_LABELS: dict[Entry, Promise] = {
    Entry.BOUGHT: _lazy("Bought"),
    Entry.TRANSFERRED_IN: _lazy("Transferred in"),
    Entry.RETURNED_HERE: _lazy("Returned to here"),
    Entry.TRANSFERRED_OUT: _lazy("Transferred out"),
    Entry.DISPENSED: _lazy("Dispensed"),
    Entry.SENT_BACK: _lazy("Sent back"),
    Entry.LOSSES: _lazy("Losses"),
    Entry.COUNTED: _lazy("Count ±"),
}
"""The columns that every store knows; the rare ones share a last column."""
RARE: dict[Entry, Promise] = {
    Entry.HELD: _lazy("To quarantine"),
    Entry.SETTLED: _lazy("Suspense ±"),
    Entry.OPENED: _lazy("First entries"),
}
ENTRY_HINTS: dict[Entry, Promise] = {
    Entry.LOSSES: _lazy("Expired, damaged, lost"),
    Entry.COUNTED: _lazy("More (+) or less (−) on the shelf than in the books"),
}


def _figure(entry: Entry) -> Callable[[dict[str, Any]], int | None]:
    return lambda row: row["line"].entries[entry] or None


def _others(line: BookLine) -> int:
    """What the rare columns together add to the closing."""
    return sum(SIGNS[entry] * line.entries[entry] for entry in RARE)


def _named(line: BookLine) -> str:
    """The rare columns that are not empty, each by its name."""
    parts = (f"{label} {formats.number(line.entries[entry])}" for entry, label in RARE.items() if line.entries[entry])
    return " · ".join(parts)


FIGURES = (
    Column("opening", _lazy("Opening"), "number", value=lambda row: row["line"].opening),
    *(
        Column(entry.value, label, "number", value=_figure(entry), hint=ENTRY_HINTS.get(entry, ""))
        for entry, label in ENTRY_LABELS.items()
    ),
    Column(
        "others",
        _lazy("Other ±"),
        "number",
        value=lambda row: _others(row["line"]) or None,
        secondary=lambda row: _named(row["line"]),
        hint=_lazy(
            "Held for inspection (−) or released (+), given out before it was in the books (+), first entries (+)"
        ),
    ),
    Column("closing", _lazy("Closing"), "number", value=lambda row: row["line"].closing),
)
PRODUCT = Column(
    "product",
    _lazy("Product"),
    value=lambda row: row["product"],
    href=lambda row: row["card"],
    secondary=lambda row: row["unit"],
)
SEARCH = SearchFilter(
    "q", _lazy("Search"), lambda rows, text: [row for row in rows if text.casefold() in row["words"].casefold()]
)
EMPTY = Empty(_lazy("Nothing stood or moved here"), _lazy("Choose other months, or receive a delivery."), icon="notes")
BY_PRODUCT = Listing(
    name="category-ledger",
    title=_lazy("Category ledger"),
    columns=(PRODUCT, *FIGURES),
    filters=(SEARCH,),
    empty=EMPTY,
)
BY_LOT = Listing(
    name="category-ledger-lots",
    title=_lazy("Category ledger by lot"),
    columns=(
        PRODUCT,
        Column("lot", _lazy("Lot"), value=lambda row: row["lot"], href=lambda row: row["lot_address"]),
        Column("expires_on", _lazy("Expires"), "date", value=lambda row: row["expires_on"]),
        *FIGURES,
    ),
    filters=(SEARCH,),
    empty=EMPTY,
)


def books(request: ActorRequest) -> HttpResponse:
    """Whose books? Of the only store one sees, at once."""
    facility = doing.facility_in(request, permissions.VIEW)
    if facility is None:
        return doing.choose_facility(request, permissions.VIEW, _("Category ledger"))
    return category_ledger(request, facility.pk)


def category_ledger(request: ActorRequest, facility_id: int) -> HttpResponse:
    """What stood, came, went and stands in a store over some months, by product or by lot."""
    facility, chosen = _asked(request, facility_id)
    by_lot = request.GET.get("by") == "lot"
    listing = BY_LOT if by_lot else BY_PRODUCT
    context = {"facility": facility, "chosen": chosen, "ways": short_ways(), "by_lot": by_lot, "tab": "category"}
    return listing.response(
        request, _rows(facility_id, chosen, by_lot=by_lot), template="stock/category_ledger.html", context=context
    )


def category_ledger_print(request: ActorRequest, facility_id: int) -> HttpResponse:
    """The same on paper, for the binder: by product or by lot, signed by who keeps the store and who checks."""
    facility, chosen = _asked(request, facility_id)
    by_lot = request.GET.get("by") == "lot"
    query = f"{chosen.query}&by=lot" if by_lot else chosen.query
    sheet = Sheet(
        title=str(BY_LOT.title if by_lot else BY_PRODUCT.title),
        subtitle=str(chosen),
        issuer=localized(facility),
        number=facility.code,
        columns=[
            PrintColumn(_("Product"), "2fr"),
            PrintColumn(_("Lot, expires")) if by_lot else PrintColumn(_("Unit")),
            PrintColumn(_("Opening"), align="right"),
            *(PrintColumn(_narrow(label), align="right") for label in (*ENTRY_LABELS.values(), _("Other ±"))),
            PrintColumn(_("Closing"), align="right"),
        ],
        rows=[_printed(row, by_lot=by_lot) for row in _rows(facility_id, chosen, by_lot=by_lot)],
        remarks=[_("In pieces. Other: quarantine, suspense and first entries.")],
        signatures=[_("Keeper"), _("Checked by"), _("Day")],
        link=request.build_absolute_uri(f"{reverse('stock:category_ledger', args=[facility_id])}?{query}"),
        landscape=True,
    )
    return pdf_response(request, [sheet], name=f"{sheet.title} {facility.code} {chosen}")


def _narrow(label: object) -> str:
    """A heading with a line for each word: the column is then as wide as its numbers need."""
    return str(label).replace(" ", "\n")


def _asked(request: ActorRequest, facility_id: int) -> tuple[Facility, MonthsChosen]:
    facility = directory.facility(request.actor, facility_id)
    permissions.require(request.actor, permissions.VIEW, places_of(facility_id))
    return facility, months_chosen(request)


def _rows(facility_id: int, chosen: MonthsChosen, *, by_lot: bool) -> list[dict[str, Any]]:
    store_id = places_of(facility_id).store_id
    if by_lot:
        lines = queries.by_lot(store_id, chosen.since, chosen.until)
        lots = queries.lots(lines)
        products = catalogue.products_by_id({product_id for product_id, _lot in lines})
        rows = []
        for (product_id, lot_id), line in lines.items():
            row = _row(facility_id, products[product_id], line, chosen)
            facts = lots[lot_id]
            row |= {"lot": words.lot_label(facts.number), "lot_address": reverse("stock:lot", args=[lot_id])}
            row |= {"expires_on": words.expiry(facts.expires_on), "words": f"{row['words']} {facts.number}"}
            rows.append(row)
        return sorted(rows, key=lambda row: (row["code"], row["expires_on"] or UNKNOWN_EXPIRY, row["lot"]))
    found = queries.by_product(store_id, chosen.since, chosen.until)
    products = catalogue.products_by_id(found)
    rows = [_row(facility_id, products[product_id], line, chosen) for product_id, line in found.items()]
    return sorted(rows, key=lambda row: row["code"])


def _row(facility_id: int, product: Any, line: BookLine, chosen: MonthsChosen) -> dict[str, Any]:
    card = reverse("stock:card", args=[facility_id, product.pk])
    return {
        "product": localized(product),
        "code": product.code,
        "unit": words.unit_of(product),
        "words": f"{product.code} {product.name_zh} {product.name_en}",
        "card": f"{card}?since={chosen.since}&until={chosen.until}",
        "line": line,
    }


def _printed(row: dict[str, Any], *, by_lot: bool) -> list[str]:
    line: BookLine = row["line"]
    figures = [line.opening, *(line.entries[entry] for entry in ENTRY_LABELS), _others(line), line.closing]
    if by_lot:
        what = [f"{row['product']} ({row['unit']})", f"{row['lot']}\n{formats.day(row['expires_on'])}"]
    else:
        what = [row["product"], row["unit"]]
    return [*what, *map(formats.number, figures)]
