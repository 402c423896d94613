"""Private: definition files as rows of the catalogue."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from zhixuan.rules.catalogue import Product, read_products
from zhixuan.rules.methods import Method, Methods, read_methods
from zhixuan.shared import definitions

FOLDER = "products"
METHODS = f"{FOLDER}/methods.toml"
_NUMBER = re.compile(r"\bS\d{1,3}[a-z]?\b")
_GENERAL = re.compile(r"^K\b(?:: general knowledge)?")


def lists() -> list[str]:
    """Names of the product lists there are: "china_free_list"."""
    return [_name(file) for file in definitions.names(FOLDER) if file != METHODS]


def methods() -> Methods:
    return read_methods(definitions.read(METHODS), file=METHODS)


def products(name: str, known: Methods) -> tuple[Product, ...]:
    file = f"{FOLDER}/{name}.toml"
    return read_products(definitions.read(file), file=file, methods=known)


def compiled_on(name: str) -> date | None:
    """The day a product list was compiled."""
    day = definitions.read(f"{FOLDER}/{name}.toml").get("file", {}).get("compiled_on")
    return day if isinstance(day, date) else None


def method_values(method: Method, known: Methods, position: int) -> dict[str, Any]:
    """Columns of a method."""
    kind = known.classes[method.method_class]
    return {
        "name_zh": method.name_zh,
        "name_en": method.name_en,
        "method_class": kind.code,
        "class_zh": kind.name_zh,
        "class_en": kind.name_en,
        "historical": method.historical,
        "position": position,
    }


def product_values(product: Product, method: Method, name: str) -> dict[str, Any]:
    """Columns of a product, its method left out."""
    standard = method.standard_quantity
    return {
        **{field: getattr(product, field) for field in _SAME},
        "piece_zh": product.piece_unit_zh,
        "piece_en": product.piece_unit_en,
        "regulation": product.regulatory_category.value,
        "status": product.status.value,
        "shelf_life_months_low": product.shelf_life.months_low if product.shelf_life else None,
        "shelf_life_months_high": product.shelf_life.months_high if product.shelf_life else None,
        "storage_zh": product.storage.text_zh,
        "storage_en": product.storage.text_en,
        "quantity_per_user_year": None if standard is None else _hundredths(standard.per_user_year),
        "quantity_source": "" if standard is None else spelled_out(standard.source, _sources(METHODS)),
        "quantity_verified": standard is not None and standard.verified,
        "source": spelled_out(product.source, _sources(f"{FOLDER}/{name}.toml")),
        "unverified_fields": list(product.unverified_fields),
        "definition": name,
        "defined_on": compiled_on(name),
    }


_SAME = (
    "name_zh",
    "name_en",
    "form_zh",
    "form_en",
    "spec_zh",
    "spec_en",
    "original_name",
    "effective_from",
    "withdrawn_on",
    "note_zh",
    "note_en",
    "verified",
)


def method_source(source: str) -> str:
    """A source of the methods file in full."""
    return spelled_out(source, _sources(METHODS))


def spelled_out(source: str, sources: Mapping[str, str]) -> str:
    """A source in full: numbers and the K of general knowledge replaced, so that a reader needs no second table."""
    full = _NUMBER.sub(lambda found: sources.get(found[0], found[0]), sources.get(source, source))
    return _GENERAL.sub("General knowledge", full)[:500]


def _sources(file: str) -> Mapping[str, str]:
    content: Mapping[str, str] = definitions.read(file).get("sources", {})
    return content


def _hundredths(amount: Fraction) -> Decimal:
    return (Decimal(amount.numerator) / Decimal(amount.denominator)).quantize(Decimal("0.01"))


def _name(file: str) -> str:
    return file.removeprefix(f"{FOLDER}/").removesuffix(".toml")
