"""Private: areas, facilities and trade items of the demo county."""

from __future__ import annotations

from datetime import date, datetime

from zhixuan.demo import county
from zhixuan.demo.products import ITEMS, PERMITTED
from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.catalogue.operations.add_item import add_item
from zhixuan.modules.catalogue.operations.load_definitions import load_definitions
from zhixuan.modules.directory.operations.add_area import add_area
from zhixuan.modules.directory.operations.add_facility import add_facility
from zhixuan.modules.directory.operations.set_permitted_products import set_permitted_products
from zhixuan.modules.directory.queries import Facility
from zhixuan.modules.stock.operations.open_places import open_places
from zhixuan.shared.access import Actor

LISTS = ("china_free_list",)


def add_network(*, since: date, actor: Actor, at: datetime) -> dict[str, Facility]:
    """Lay out the county; its facilities by code."""
    area_ids: dict[str, int] = {}
    for area in county.areas():
        added = add_area(
            code=area.code,
            name_zh=area.name_zh,
            name_en=area.name_en,
            level=area.level,
            parent_id=area_ids.get(area.parent),
            actor=actor,
            at=at,
        )
        area_ids[area.code] = added.pk
    facilities: dict[str, Facility] = {}
    for one in county.facilities():
        supplier = facilities.get(one.supplied_by)
        facilities[one.code] = add_facility(
            code=one.code,
            name_zh=one.name_zh,
            name_en=one.name_en,
            kind=one.kind,
            level=one.level,
            area_id=area_ids[one.area],
            longitude=one.longitude,
            latitude=one.latitude,
            address=one.address,
            opening_hours=one.opening_hours,
            phone=one.phone,
            valid_from=since,
            supplied_by_id=supplier.pk if supplier else None,
            actor=actor,
            at=at,
        )
        if one.kind in PERMITTED:
            ids = {"facility_id": facilities[one.code].pk}
            set_permitted_products(**ids, product_codes=PERMITTED[one.kind], actor=actor, at=at)
    open_places(facility.pk for facility in facilities.values())
    return facilities


def add_items(*, actor: Actor, at: datetime) -> dict[str, int]:
    """Load the free list and add the made-up trade items; item ids by code."""
    load_definitions(lists=LISTS, actor=actor, at=at)
    products = catalogue.products_by_code({item.product for item in ITEMS})
    return {
        item.code: add_item(
            product_id=products[item.product].pk,
            code=item.code,
            gtin=item.gtin,
            brand_zh=item.brand_zh,
            brand_en=item.brand_en,
            holder="虚构药具厂 Fictional Works",
            pieces_per_pack=item.pieces_per_pack,
            packs_per_carton=item.packs_per_carton,
            actor=actor,
            at=at,
        ).pk
        for item in ITEMS
    }


def product_codes() -> frozenset[str]:
    """Codes of the products the demo county handles."""
    return frozenset(item.product for item in ITEMS)
