"""What the catalogue's screens share: words for fractions, marks and states."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy

from zhixuan.modules.catalogue.models import CoupleYearFactor, Item, Product
from zhixuan.shared.access import Actor
from zhixuan.shared.ui.columns import Badge
from zhixuan.shared.ui.formats import number
from zhixuan.shared.ui.naming import choose


def actor_of(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def state(row: Product | Item) -> Badge:
    """Active or withdrawn."""
    if row.status == Product.Status.WITHDRAWN:
        return Badge(Product.Status.WITHDRAWN.label, "secondary")
    return Badge(Product.Status.ACTIVE.label, "green")


def mark(verified: bool) -> Badge:
    """Whether a value was read in a source, or is general knowledge that a person should check."""
    if verified:
        return Badge(pgettext_lazy("source", "From a source"), "green")
    return Badge(pgettext_lazy("source", "To be checked"), "yellow")


def piece(product: Product) -> str:
    return choose(product.piece_zh, product.piece_en)


def factor(numerator: int | None, denominator: int | None) -> str:
    """A couple-year factor as it is usually said: pieces for one couple-year, or couple-years for one piece."""
    if not numerator or not denominator:
        return ""
    if numerator < denominator:
        pieces = denominator / numerator
        return _("%(pieces)s pieces = 1 couple-year") % {"pieces": number(pieces)}
    return _("1 piece = %(years)s couple-years") % {"years": number(numerator / denominator)}


def short_factor(numerator: int | None, denominator: int | None) -> str:
    """Couple-years that one piece gives: 1/120 or 4.6."""
    if not numerator or not denominator:
        return ""
    return f"{numerator}/{denominator}" if numerator < denominator else number(numerator / denominator)


def standard_quantity(product: Product) -> str:
    """Pieces a user-year with their unit."""
    if product.quantity_per_user_year is None:
        return ""
    return f"{number(product.quantity_per_user_year)} {piece(product)}"


def factor_row(row: CoupleYearFactor) -> dict[str, Any]:
    """One version of a factor, for the product's page."""
    return {
        "version": row.version,
        "effective_from": row.effective_from,
        "words": factor(row.numerator, row.denominator),
        "source": row.source,
        "mark": mark(row.verified),
    }


def shelf_life(product: Product) -> str:
    """The hint in months, or nothing."""
    low, high = product.shelf_life_months_low, product.shelf_life_months_high
    if low is None or high is None:
        return ""
    span = str(low) if low == high else f"{low}–{high}"
    return _("%(months)s months") % {"months": span}


def packing(item: Item) -> str:
    """Pieces a pack and packs a carton, in words."""
    return _("%(pieces)s a pack, %(packs)s packs a carton") % {
        "pieces": number(item.pieces_per_pack),
        "packs": number(item.packs_per_carton),
    }


FIELD_LABELS = {
    "name_zh": _lazy("Name (Chinese)"),
    "name_en": _lazy("Name (English)"),
    "method": _lazy("Method"),
    "form_zh": pgettext_lazy("product", "Form"),
    "form_en": pgettext_lazy("product", "Form"),
    "piece_unit_zh": _lazy("Piece unit"),
    "piece_unit_en": _lazy("Piece unit"),
    "regulatory_category": _lazy("Regulation"),
    "spec_zh": _lazy("Specification"),
    "spec_en": _lazy("Specification"),
    "pieces_per_pack": _lazy("Pieces a pack"),
    "packs_per_carton": _lazy("Packs a carton"),
    "shelf_life_months_low": _lazy("Shelf life"),
    "shelf_life_months_high": _lazy("Shelf life"),
    "storage_zh": _lazy("Storage"),
    "storage_en": _lazy("Storage"),
    "status": _lazy("State"),
}


def unverified(product: Product) -> str:
    """The fields that are general knowledge only, by comma."""
    labels = [str(FIELD_LABELS.get(name, name)) for name in product.unverified_fields]
    return choose("、", ", ").join(dict.fromkeys(labels))
