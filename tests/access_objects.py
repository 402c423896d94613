"""Objects for the URLs of the access matrix: of each kind one in a place, as the arguments of its URL.

Add a builder for each new kind: it gets the world and a place and returns the URL's arguments. Everything it makes in
county B should carry CANARY in its text fields.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.utils import timezone

from tests.builders import CANARY, Network, a_delivery, a_person, a_transfer, an_item
from zhixuan.modules.accounts.models import ApiToken, RoleGrant, User
from zhixuan.modules.catalogue.models import Item
from zhixuan.modules.directory.models import Area, Facility, ImportDraft
from zhixuan.modules.exchange.models import Finding, ImportedRow, ImportRun
from zhixuan.modules.stock.models import Movement
from zhixuan.modules.stock.operations.open_places import open_places
from zhixuan.shared import command_ids
from zhixuan.shared.access import Role


@dataclass(frozen=True, slots=True)
class Spot:
    """Where an object lies: an area with the facility in it and the facility that feeds or is fed."""

    area: Area
    facility: Facility
    other: Facility
    words: str


class World:
    """The network, and what builders share."""

    def __init__(self, network: Network) -> None:
        self.network = network
        stores = (network.warehouse, network.store, network.sibling_warehouse, network.sibling_store)
        open_places(store.pk for store in stores)
        self.spots = {
            "own": Spot(network.county, network.warehouse, network.store, "own"),
            "child": Spot(network.township, network.store, network.warehouse, "child"),
            "sibling": Spot(network.sibling, network.sibling_warehouse, network.sibling_store, CANARY),
        }

        self.item: Item = an_item()


def a_dweller(world: World, spot: Spot) -> User:
    """A storekeeper of the spot."""
    return a_person(Role.STOREKEEPER, spot.facility, name=f"Keeper {spot.words}")


def person(world: World, spot: Spot) -> dict[str, Any]:
    return {"person_id": a_dweller(world, spot).pk}


def grant(world: World, spot: Spot) -> dict[str, Any]:
    return {"grant_id": RoleGrant.objects.get(user=a_dweller(world, spot)).pk}


def _token(world: World, spot: Spot) -> ApiToken:
    now = timezone.now()
    return ApiToken.objects.create(
        command_id=command_ids.new(),
        owner=a_dweller(world, spot),
        name=f"Token {spot.words}",
        digest=command_ids.new().hex,
        role=Role.STOREKEEPER,
        facility=spot.facility,
        created_at=now,
        expires_at=now + timedelta(days=9),
    )


def token(world: World, spot: Spot) -> dict[str, Any]:
    return {"token_id": _token(world, spot).pk}


def persons_token(world: World, spot: Spot) -> dict[str, Any]:
    made = _token(world, spot)
    return {"person_id": made.owner_id, "token_id": made.pk}


def key(world: World, spot: Spot) -> dict[str, Any]:
    owner = a_dweller(world, spot)
    data = {"name": f"Key {spot.words}", "credential": {}}
    return {"pk": Authenticator.objects.create(user=owner, type=Authenticator.Type.WEBAUTHN, data=data).pk}


def facility(world: World, spot: Spot) -> dict[str, Any]:
    return {"facility_id": spot.facility.pk}


def area(world: World, spot: Spot) -> dict[str, Any]:
    return {"area_id": spot.area.pk}


def directory_draft(world: World, spot: Spot) -> dict[str, Any]:
    owner = a_dweller(world, spot)
    draft = ImportDraft.objects.create(
        id=command_ids.new(),
        file_name=f"{spot.words}.csv",
        content=b"",
        uploaded_by=owner.pk,
        uploaded_at=timezone.now(),
    )
    return {"draft_id": draft.pk}


def product(world: World, spot: Spot) -> dict[str, Any]:
    return {"product_id": world.item.product_id}


def item(world: World, spot: Spot) -> dict[str, Any]:
    return {"item_id": world.item.pk}


def facility_month(world: World, spot: Spot) -> dict[str, Any]:
    return {"facility_id": spot.facility.pk, "month": "2026-10"}


def facility_product(world: World, spot: Spot) -> dict[str, Any]:
    a_delivery(spot.facility, world.item, lot=f"L-{spot.words}")
    return {"facility_id": spot.facility.pk, "product_id": world.item.product_id}


def facility_code(world: World, spot: Spot) -> dict[str, Any]:
    return {"code": spot.facility.code}


def facility_code_in_facility(world: World, spot: Spot) -> dict[str, Any]:
    return {"facility": spot.facility.code}


def facility_code_month(world: World, spot: Spot) -> dict[str, Any]:
    return {"facility": spot.facility.code, "month": "2026-10"}


def facility_code_product_code(world: World, spot: Spot) -> dict[str, Any]:
    a_delivery(spot.facility, world.item, lot=f"L-{spot.words}")
    return {"facility": spot.facility.code, "product": world.item.product.code}


def delivery(world: World, spot: Spot) -> dict[str, Any]:
    return {"event_id": a_delivery(spot.facility, world.item, lot=f"L-{spot.words}", note=spot.words).event_id}


def lot(world: World, spot: Spot) -> dict[str, Any]:
    event_id = a_delivery(spot.facility, world.item, lot=f"L-{spot.words}").event_id
    return {"lot_id": Movement.objects.filter(event_id=event_id).values_list("lot_id", flat=True)[0]}


def transfer(world: World, spot: Spot) -> dict[str, Any]:
    """On its way to the spot."""
    a_delivery(spot.other, world.item, lot=f"L-{spot.words}")
    return {"event_id": a_transfer(spot.other, spot.facility, world.item, note=spot.words).event_id}


def consignee(world: World, spot: Spot) -> dict[str, Any]:
    """The spot's account of what it sent to the other facility."""
    a_delivery(spot.facility, world.item, lot=f"L-{spot.words}")
    a_transfer(spot.facility, spot.other, world.item, note=spot.words)
    return {"facility_id": spot.facility.pk, "consignee_id": spot.other.pk}


def _import_run(spot: Spot) -> ImportRun:
    return ImportRun.objects.create(
        id=command_ids.new(),
        kind="lmis",
        mapping="civ_lmis",
        files=[{"name": f"{spot.words}.csv", "bytes": 1}],
        state=ImportRun.State.CHECKED,
        area_path=spot.area.path,
        started_by_name=f"Importer {spot.words}",
        started_at=timezone.now(),
    )


def import_run(world: World, spot: Spot) -> dict[str, Any]:
    return {"run_id": _import_run(spot).pk}


def finding(world: World, spot: Spot) -> dict[str, Any]:
    found = Finding.objects.create(
        run=_import_run(spot),
        kind="gap",
        severity="warning",
        rank=2,
        facility=spot.facility,
        product=world.item.product,
        month="2026-10-01",
        message=f"Months without a report at {spot.words}.",
    )
    return {"finding_id": found.pk}


def facility_with_cards(world: World, spot: Spot) -> dict[str, Any]:
    quantities: dict[str, Any] = dict.fromkeys(("opening", "received", "issued", "adjusted", "closing"), 0)
    others = {"run": _import_run(spot), "line": 2, "fingerprint": "-", "command_id": command_ids.new()}
    ImportedRow.objects.get_or_create(
        facility=spot.facility, product=world.item.product, month="2026-10-01", defaults={**quantities, **others}
    )
    return {"facility_id": spot.facility.pk}


OF_NO_AREA = frozenset({"product", "item"})
"""Kinds of objects that are the same for everybody: there is no sibling area's."""
Builder = Callable[[World, Spot], dict[str, Any]]
BUILDERS: dict[str, Builder] = {
    builder.__name__: builder
    for builder in (
        person,
        grant,
        token,
        persons_token,
        key,
        facility,
        area,
        directory_draft,
        product,
        item,
        facility_month,
        facility_product,
        facility_code,
        facility_code_in_facility,
        facility_code_month,
        facility_code_product_code,
        delivery,
        lot,
        transfer,
        consignee,
        import_run,
        finding,
        facility_with_cards,
    )
}
