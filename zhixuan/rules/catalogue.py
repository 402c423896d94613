"""Products as definition files name them: generic product, form, piece unit, usual packing, status.

A definition describes products, not packs on a shelf: registration numbers and GTINs belong to trade items and stay
empty here unless they were read from a real pack.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from zhixuan.rules.definition import DefinitionTable
from zhixuan.rules.gtin import is_gtin
from zhixuan.rules.methods import (
    Methods,
    named_by_code,
    read_head,
    read_methods,
    read_source,
    read_sources,
    refuse_repeats,
)
from zhixuan.rules.refusal import N_, Refused
from zhixuan.rules.rights_guard import breaches
from zhixuan.rules.units import Packing


class RegulatoryCategory(StrEnum):
    """Decides which law of adverse events applies."""

    DRUG = "drug"
    DEVICE = "device"


class ProductStatus(StrEnum):
    ACTIVE = "active"
    WITHDRAWN = "withdrawn"


# fmt: off
PRODUCT_FIELDS: Final = frozenset({
    "code", "original_name", "name_zh", "name_en", "method", "form_zh", "form_en", "spec_zh", "spec_en",
    "piece_unit_zh", "piece_unit_en", "pieces_per_pack", "packs_per_carton", "regulatory_category",
    "registration_number", "gtin", "shelf_life_months_low", "shelf_life_months_high", "storage_zh",
    "storage_en", "storage_celsius_min", "storage_celsius_max", "status", "effective_from", "withdrawn_on",
    "source", "verified", "unverified_fields", "note_zh", "note_en",
})
# fmt: on


@dataclass(frozen=True, slots=True)
class Storage:
    """Words for the shelf, and bounds in degrees Celsius where they are known."""

    text_zh: str
    text_en: str
    celsius_min: int | None
    celsius_max: int | None


@dataclass(frozen=True, slots=True)
class ShelfLife:
    """A hint in months; the label of the lot decides."""

    months_low: int
    months_high: int


@dataclass(frozen=True, slots=True)
class Product:
    """One product of a definition file; texts that are not known are empty, numbers None."""

    code: str
    original_name: str
    name_zh: str
    name_en: str
    method: str
    form_zh: str
    form_en: str
    spec_zh: str
    spec_en: str
    piece_unit_zh: str
    piece_unit_en: str
    packing: Packing
    regulatory_category: RegulatoryCategory
    registration_number: str
    gtin: str
    shelf_life: ShelfLife | None
    storage: Storage
    status: ProductStatus
    effective_from: date | None
    withdrawn_on: date | None
    source: str
    verified: bool
    unverified_fields: tuple[str, ...]
    note_zh: str
    note_en: str

    def may_be_issued(self, on: date) -> bool:
        """Withdrawn products keep their history but cannot be issued anew; nor products before their first day."""
        begun = self.effective_from is None or self.effective_from <= on
        gone = self.status is ProductStatus.WITHDRAWN and (self.withdrawn_on is None or self.withdrawn_on <= on)
        return begun and not gone


def refuse_unless_issuable(product: Product, *, on: date) -> None:
    """Raise when the product may not go out on that day.

    Raises:
        Refused: the product is withdrawn, or not yet in effect.
    """
    if not product.may_be_issued(on):
        message = N_("{product} is withdrawn or not in effect on {day}: it can be returned or written off, not issued.")
        raise Refused(message, product=product.name_zh, day=on)


def read_products(content: object, *, file: str, methods: Methods) -> tuple[Product, ...]:
    """Products from a parsed definition file, in its order.

    Raises:
        Refused: naming file, product, field and what is needed, all reasons at once.
    """
    root = DefinitionTable(content, file=file)
    root.reasons += breaches(content, file=file)
    read_head(root)
    sources = read_sources(root)
    products = tuple(_product(table, sources, methods.methods) for table in named_by_code(root, "products"))
    refuse_repeats(root, "products", [one.code for one in products])
    refuse_repeats(root, "products", [one.gtin for one in products])
    root.finish()
    return products


def _product(table: DefinitionTable, sources: frozenset[str], methods: Mapping[str, object]) -> Product:
    texts = {
        field: table.text(field, optional=True)
        for field in ("original_name", "form_zh", "form_en", "spec_zh", "spec_en", "note_zh", "note_en")
    }
    product = Product(
        code=table.code("code"),
        name_zh=table.text("name_zh"),
        name_en=table.text("name_en"),
        method=table.choice("method", methods),
        piece_unit_zh=table.text("piece_unit_zh"),
        piece_unit_en=table.text("piece_unit_en"),
        packing=_packing(table),
        regulatory_category=RegulatoryCategory(table.choice("regulatory_category", RegulatoryCategory) or "drug"),
        registration_number=table.text("registration_number", optional=True, may_be_empty=True),
        gtin=_gtin(table),
        shelf_life=_shelf_life(table),
        storage=_storage(table),
        status=ProductStatus(table.choice("status", ProductStatus) or "active"),
        effective_from=table.day("effective_from", optional=True),
        withdrawn_on=table.day("withdrawn_on", optional=True),
        source=read_source(table, sources),
        verified=table.flag("verified"),
        unverified_fields=table.texts("unverified_fields", optional=True),
        **texts,
    )
    _refuse_contradictions(table, product)
    table.close()
    return product


def _packing(table: DefinitionTable) -> Packing:
    per_pack = table.whole("pieces_per_pack", optional=True, least=1, most=100_000)
    per_carton = table.whole("packs_per_carton", optional=True, least=1, most=100_000)
    if per_carton is not None and per_pack is None:
        table.refuse("pieces_per_pack", N_("{file}, {place}: a carton of packs needs the size of the pack."))
    return Packing(per_pack, per_carton)


def _gtin(table: DefinitionTable) -> str:
    gtin = table.text("gtin", optional=True, may_be_empty=True)
    if gtin and not is_gtin(gtin):
        table.refuse("gtin", N_("{file}, {place}: not a GTIN with the right check digit; leave it empty if unknown."))
    return gtin


def _shelf_life(table: DefinitionTable) -> ShelfLife | None:
    low = table.whole("shelf_life_months_low", optional=True, least=1, most=240)
    high = table.whole("shelf_life_months_high", optional=True, least=1, most=240)
    if (low is None) != (high is None) or (low is not None and high is not None and low > high):
        table.refuse("shelf_life_months_low", N_("{file}, {place}: needs the low and the high bound, low first."))
    return None if low is None or high is None else ShelfLife(low, high)


def _storage(table: DefinitionTable) -> Storage:
    low = table.whole("storage_celsius_min", optional=True, least=-100, most=100)
    high = table.whole("storage_celsius_max", optional=True, least=-100, most=100)
    if low is not None and high is not None and low >= high:
        table.refuse("storage_celsius_min", N_("{file}, {place}: needs the low and the high bound, low first."))
    return Storage(table.text("storage_zh", optional=True), table.text("storage_en", optional=True), low, high)


def _refuse_contradictions(table: DefinitionTable, product: Product) -> None:
    if product.withdrawn_on is not None and product.status is not ProductStatus.WITHDRAWN:
        table.refuse("withdrawn_on", N_("{file}, {place}: only a withdrawn product has a day of withdrawal."))
    if product.withdrawn_on and product.effective_from and product.withdrawn_on < product.effective_from:
        table.refuse("withdrawn_on", N_("{file}, {place}: lies before the first day in effect."))
    if unknown := sorted(set(product.unverified_fields) - PRODUCT_FIELDS):
        message = N_("{file}, {place}: no such field: {fields}.")
        table.refuse("unverified_fields", message, fields=", ".join(unknown))
    for zh, en in (("form_zh", "form_en"), ("spec_zh", "spec_en"), ("note_zh", "note_en")):
        if bool(getattr(product, zh)) != bool(getattr(product, en)):
            table.refuse(zh, N_("{file}, {place}: needs both Chinese and English."))


__all__ = [
    "Methods",
    "Product",
    "ProductStatus",
    "RegulatoryCategory",
    "ShelfLife",
    "Storage",
    "read_methods",
    "read_products",
    "refuse_unless_issuable",
]
