"""What can be chosen on a line of a posting form: words for people, facts for the script, packings for the sums."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.catalogue.queries import Item, Product
from zhixuan.modules.stock.queries.places import FacilityPlaces
from zhixuan.modules.stock.queries.shelf import Shelved, lots_in, shelf
from zhixuan.modules.stock.screens import words
from zhixuan.rules.stock.fefo import Needs
from zhixuan.rules.units import Packing, UnitWords
from zhixuan.shared.ui.formats import day, number
from zhixuan.shared.ui.naming import choose, localized


@dataclass(frozen=True, slots=True)
class Measure:
    """How quantities of one choice are said."""

    packing: Packing
    words: UnitWords


@dataclass(slots=True)
class Offer:
    """Choices of a select, in order."""

    choices: list[tuple[str, str]] = field(default_factory=lambda: [("", "")])
    facts: dict[str, dict[str, object]] = field(default_factory=dict)
    measures: dict[str, Measure] = field(default_factory=dict)

    def add(
        self, value: str, label: str, product: Product, packing: Packing, *, keywords: Iterable[str], **facts: object
    ) -> None:
        self.choices.append((value, label))
        self.measures[value] = measure_of(product, packing)
        told = [product.code, product.name_zh, product.name_en, *keywords]
        self.facts[value] = {
            "keywords": " ".join(filter(None, told)),
            "pieces_per_pack": packing.pieces_per_pack,
            "pieces_per_carton": packing.pieces_per_carton,
            "piece_unit": words.unit_of(product),
            **facts,
        }


def form_of(product: Product) -> str:
    return choose(product.form_zh, product.form_en)


def brand_of(item: Item) -> str:
    return choose(item.brand_zh, item.brand_en)


def packing_of(item: Item) -> Packing:
    return Packing(item.pieces_per_pack, item.packs_per_carton)


def measure_of(product: Product, packing: Packing) -> Measure:
    """How quantities of a product in such packs are said."""
    return Measure(packing, UnitWords.of(product.piece_zh, product.piece_en))


def packing_words(item: Item) -> str:
    """How an item is packed: 10 只 a pack, 100 packs a carton."""
    facts = {
        "pieces": item.pieces_per_pack,
        "unit": words.unit_of(item.product, item.pieces_per_pack),
        "packs": item.packs_per_carton,
    }
    if item.packs_per_carton > 1:
        return _("%(pieces)s %(unit)s a pack, %(packs)s packs a carton") % facts
    return _("%(pieces)s %(unit)s a pack") % facts


def item_label(item: Item) -> str:
    return " · ".join(filter(None, [localized(item.product), brand_of(item) or item.code]))


def items(permitted: Collection[int] | None) -> Offer:
    """Trade items that may be taken in; `permitted` are product ids, empty or None: all."""
    offer = Offer()
    for item in catalogue.items().filter(status="active", product__status="active"):
        if permitted and item.product_id not in permitted:
            continue
        offer.add(
            str(item.pk),
            item_label(item),
            item.product,
            packing_of(item),
            keywords=[item.code, item.gtin or "", item.brand_zh, item.brand_en],
            detail=" · ".join(filter(None, [packing_words(item), item.gtin])),
        )
    return offer


def products(places: FacilityPlaces, needs: Needs) -> Offer:
    """Products of a store with what may go out; where there are several packs of one, each of them too."""
    shelved = shelf(places, needs)
    by_product: dict[int, list[Item]] = {}
    for item in catalogue.items().filter(product__in=[one.product.pk for one in shelved], status="active"):
        by_product.setdefault(item.product_id, []).append(item)
    offer = Offer()
    for one in shelved:
        found = by_product.get(one.product.pk, [])
        _add_product(offer, one, found)
        for item in found if len(found) > 1 else ():
            _add_item_of(offer, item)
    return offer


def _add_product(offer: Offer, one: Shelved, found: list[Item]) -> None:
    sizes = {packing_of(item) for item in found}
    packing = sizes.pop() if len(sizes) == 1 else Packing()
    label = localized(one.product)
    if len(found) > 1:
        label = _("%(product)s, any pack") % {"product": label}
    offer.add(
        str(one.product.pk),
        label,
        one.product,
        packing,
        keywords=[word for item in found for word in (item.code, item.gtin or "")] if len(found) == 1 else [],
        detail=_("%(pieces)s %(unit)s at hand")
        % {"pieces": number(one.pieces), "unit": words.unit_of(one.product, one.pieces)},
        at_hand=one.pieces,
    )


def _add_item_of(offer: Offer, item: Item) -> None:
    offer.add(
        f"{item.product_id}:{item.pk}",
        _("%(product)s, only this pack") % {"product": item_label(item)},
        item.product,
        packing_of(item),
        keywords=[item.code, item.gtin or ""],
        detail=packing_words(item),
    )


def lots(
    place_id: int, *, also: Collection[int] = (), emptied: bool = False, product_first: int | None = None
) -> Offer:
    """Lots of a place, with what the books say lies there; those of one product may come first."""
    offer = Offer()
    rows = lots_in(place_id, also=also, emptied=emptied)
    for balance in sorted(rows, key=lambda row: row.product_id != product_first):
        lot, product = balance.lot, balance.product
        expires = words.expiry(lot.expires_on)
        parts = [localized(product), words.lot_label(lot.number), day(expires) if expires else ""]
        offer.add(
            str(lot.pk),
            " · ".join(filter(None, parts)),
            product,
            packing_of(lot.item),
            keywords=[lot.number, lot.item.code, lot.item.gtin or ""],
            detail=_("%(pieces)s %(unit)s in the books")
            % {"pieces": number(balance.pieces), "unit": words.unit_of(product)},
            at_hand=balance.pieces,
        )
    return offer
