from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from zhixuan.modules.catalogue import permissions
from zhixuan.modules.catalogue.models import CoupleYearFactor, Item, Method, Product
from zhixuan.modules.catalogue.operations import _definitions
from zhixuan.rules import catalogue as rules
from zhixuan.rules.methods import Methods
from zhixuan.shared import audit
from zhixuan.shared.access import Actor


@dataclass(slots=True)
class Loaded:
    """How much of the catalogue became different."""

    added: int = 0
    changed: int = 0
    withdrawn: int = 0


@transaction.atomic
def load_definitions(*, lists: Collection[str] | None = None, actor: Actor, at: datetime) -> Loaded:
    """Bring methods, factors and products in line with the definition files. Safe to repeat: nothing changes then.

    A product that a list no longer names is withdrawn, never deleted. Each product gets one trade item of its own
    code, so that stock can be booked before anybody has entered brands.

    Args:
        lists: names of product lists ("china_free_list"); all when None.

    Raises:
        Refused: a definition file is wrong; names file, product and field.
        Forbidden: the actor is no administrator.
    """
    permissions.require(actor, permissions.LOAD_DEFINITIONS)
    known = _definitions.methods()
    chosen = {name: _definitions.products(name, known) for name in lists or _definitions.lists()}

    loaded = Loaded()
    methods = _write_methods(known, loaded)
    for name, products in chosen.items():
        _write_products(name, products, known, methods, loaded)
        _withdraw_missing(name, [product.code for product in products], loaded)
    if loaded != Loaded():
        details = {"lists": sorted(chosen), "added": loaded.added, "changed": loaded.changed}
        details["withdrawn"] = loaded.withdrawn
        audit.record(actor, "load_definitions", "catalogue.definitions", "", "", details, at)
    return loaded


def _write_methods(known: Methods, loaded: Loaded) -> dict[str, Method]:
    present = Method.objects.in_bulk(field_name="code")
    for position, method in enumerate(known.methods.values(), 1):
        values = _definitions.method_values(method, known, position)
        present[method.code] = _written(Method, method.code, values, present, loaded)
    _write_factors(known, present)
    return present


def _write_factors(known: Methods, methods: dict[str, Method]) -> None:
    began = {version.version: version.effective_from for version in known.cyp_versions}
    for factor in known.cyp_factors:
        CoupleYearFactor.objects.update_or_create(
            method=methods[factor.method],
            version=factor.version,
            defaults={
                "effective_from": began[factor.version],
                "numerator": factor.couple_years_per_unit.numerator,
                "denominator": factor.couple_years_per_unit.denominator,
                "source": _definitions.method_source(factor.source),
                "verified": factor.verified,
            },
        )


def _write_products(
    name: str, products: tuple[rules.Product, ...], known: Methods, methods: dict[str, Method], loaded: Loaded
) -> None:
    present = Product.objects.in_bulk([product.code for product in products], field_name="code")
    with_item = set(Item.objects.values_list("code", flat=True))
    for product in products:
        values = _definitions.product_values(product, known.methods[product.method], name)
        values["method_id"] = methods[product.method].pk
        row = _written(Product, product.code, values, present, loaded)
        if product.code not in with_item:
            Item.objects.create(
                code=product.code,
                product=row,
                gtin=product.gtin or None,
                registration_number=product.registration_number,
                pieces_per_pack=product.packing.pieces_per_pack or 1,
                packs_per_carton=product.packing.packs_per_carton or 1,
            )


def _withdraw_missing(name: str, codes: list[str], loaded: Loaded) -> None:
    gone = Product.objects.filter(definition=name).exclude(code__in=codes).exclude(status=Product.Status.WITHDRAWN)
    loaded.withdrawn += gone.update(status=Product.Status.WITHDRAWN)


def _written(model: type[Any], code: str, values: dict[str, Any], present: dict[str, Any], loaded: Loaded) -> Any:
    """The row with these values: inserted, updated where it differs, or left as it is."""
    row = present.get(code)
    if row is None:
        loaded.added += 1
        return model.objects.create(code=code, **values)
    differing = [name for name, value in values.items() if getattr(row, name) != value]
    if differing:
        loaded.changed += 1
        for name in differing:
            setattr(row, name, values[name])
        row.save(update_fields=differing)
    return row
