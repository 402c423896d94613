"""The areas, facilities and products that an import needs, entered through their own operations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.catalogue.operations.load_definitions import load_definitions
from zhixuan.modules.directory import permissions as directory_permissions
from zhixuan.modules.directory import queries as directory
from zhixuan.modules.directory.operations.add_area import add_area
from zhixuan.modules.directory.operations.add_facility import add_facility
from zhixuan.modules.exchange import permissions
from zhixuan.modules.exchange.operations._reading import CardFiles, Known
from zhixuan.modules.stock.operations.open_places import open_places
from zhixuan.modules.stock.queries.cards import book_places
from zhixuan.rules.imports import CardMapping
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared import definitions
from zhixuan.shared.access import Actor


@dataclass(slots=True)
class Network:
    """Ids by code of what an import speaks of, as far as it is there."""

    facilities: dict[str, int]
    products: dict[str, int]
    area_path: str
    added: dict[str, int]


def known_codes(mapping: CardMapping) -> Known:
    """Codes that rows may use without any table of sites.

    Raises:
        Refused: the mapping names a list of products that there is none of.
    """
    products = set(catalogue.products().values_list("code", flat=True))
    return Known(set(directory.all_facilities().values_list("code", flat=True)), products | _listed(mapping))


def _listed(mapping: CardMapping) -> set[str]:
    name = mapping.products.list_name
    if not name:
        return set()
    try:
        content = definitions.read(f"products/{name}.toml")
    except FileNotFoundError:
        sentence = N_("There is no list of products called {name} in definitions/products.")
        raise Refused(sentence, code="list_missing", name=name) from None
    return {str(one.get("code", "")) for one in content.get("products", [])}


def present(files: CardFiles) -> Network:
    """What of the import is there already; nothing is written."""
    facilities = directory.facilities_by_code(_facility_codes(files))
    products = catalogue.product_ids(files.products)
    paths = [one.area_path for one in facilities.values()]
    added = {
        "areas": len(files.areas.keys() - directory.areas_by_code(files.areas).keys()),
        "facilities": len(files.facilities.keys() - facilities.keys()),
        "products": len(files.products - products.keys()),
    }
    return Network({code: one.pk for code, one in facilities.items()}, products, _common(paths), added)


def obstacles(files: CardFiles, actor: Actor) -> list[Refused]:
    """Where the actor may not import: before anything is read into the books."""
    facilities = directory.facilities_by_code(_facility_codes(files))
    foreign = sorted(
        code for code, one in facilities.items() if not actor.may(permissions.IMPORT, area_path=one.area_path)
    )
    found = []
    if foreign:
        sentence = N_("You may not import for these facilities: {codes}. Ask your administrator, or take them out.")
        found.append(Refused(sentence, code="not_yours", codes=_some(foreign)))
    areas = directory.areas_by_code(files.areas)
    new = sorted(code for code, one in files.areas.items() if code not in areas and not _may_add(one.parent, actor))
    new = [code for code in new if files.areas[code].parent in areas or not files.areas[code].parent]
    if new:
        sentence = N_(
            "These areas are not in the directory, and you may not add them: {codes}. Ask your administrator."
        )
        found.append(Refused(sentence, code="areas_missing", codes=_some(new)))
    return found


def _may_add(parent: str, actor: Actor) -> bool:
    if not parent:
        return directory_permissions.may_add_root(actor)
    area = directory.area_by_code(parent)
    return area is None or actor.may(directory_permissions.CHANGE_AREAS, area_path=area.path)


@transaction.atomic
def ensure(files: CardFiles, mapping: CardMapping, actor: Actor, at: datetime) -> Network:
    """Enter what is missing; what is there stays as it is. All or nothing.

    Raises:
        Unknown, Forbidden: the actor may not add to that area or catalogue.
        Refused: a product list is faulty.
    """
    added = present(files).added
    areas = directory.areas_by_code(files.areas)
    for code, facts in files.areas.items():
        if code not in areas:
            parent = areas[facts.parent].pk if facts.parent else None
            areas[code] = add_area(
                code=code,
                name_zh=facts.name_zh,
                name_en=facts.name_en,
                level=facts.level,
                parent_id=parent,
                actor=actor,
                at=at,
            )
    known = directory.facilities_by_code(files.facilities)
    for code, facility in files.facilities.items():
        if code not in known:
            add_facility(
                code=code,
                name_zh=facility.name_zh,
                name_en=facility.name_en,
                kind=facility.kind,
                area_id=areas[facility.area].pk,
                level=facility.level,
                longitude=facility.longitude,
                latitude=facility.latitude,
                actor=actor,
                at=at,
            )
    if added["products"]:
        load_definitions(lists=[mapping.products.list_name], actor=actor, at=at)
    network = present(files)
    opened = {one.facility_id for one in book_places(network.facilities.values()).values()}
    open_places(set(network.facilities.values()) - opened)
    network.added = added
    return network


def _facility_codes(files: CardFiles) -> set[str]:
    return {row.card.site for row in files.rows} | files.facilities.keys()


def _common(paths: Iterable[str]) -> str:
    """The path of the smallest area that holds them all; "/" when they share none, "" when there are none."""
    split = [path.strip("/").split("/") for path in paths]
    shared = []
    for codes in zip(*split, strict=False):
        if len(set(codes)) > 1:
            break
        shared.append(codes[0])
    return "/" + "".join(f"{code}/" for code in shared) if split else ""


def _some(codes: list[str]) -> str:
    return ", ".join(codes[:10]) + (" …" if len(codes) > 10 else "")
