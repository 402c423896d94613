"""Builders of what tests need, small and by name: a network of two counties and its people.

`a_network()` makes areas and stores; the people are of county A unless said otherwise. `a_stranger()` holds the same
role in county B. Every name in county B carries CANARY: it must never be seen by people of county A.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from django.utils import timezone

from zhixuan.modules.accounts import queries
from zhixuan.modules.accounts.models import RoleGrant, User
from zhixuan.modules.catalogue.models import Item, Method, Product
from zhixuan.modules.directory.models import Area, Facility
from zhixuan.modules.stock.operations.open_places import open_places
from zhixuan.modules.stock.operations.receive_delivery import receive_delivery
from zhixuan.modules.stock.operations.send_transfer import send_transfer
from zhixuan.modules.stock.queries.slips import Receipt
from zhixuan.rules.stock.fefo import Wanted
from zhixuan.rules.stock.flow import Checked
from zhixuan.rules.stock.receiving import Delivered
from zhixuan.shared import command_ids
from zhixuan.shared.access import Actor, Grant, Role

CANARY = "CANARY-B7"
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TODAY = NOW.date()
PASSWORD = "quiet-river-lantern"
CHECKED = Checked("PAPER-1", "drawer", None, "checker", None)
"""A document that two people have seen: what stores need where two people are needed."""
_numbers = count(1)


def an_area(code: str, level: Area.Level, *, parent: Area | None = None, name_zh: str = "", name_en: str = "") -> Area:
    """An area below another one."""
    path = f"{parent.path if parent else '/'}{code}/"
    return Area.objects.create(
        code=code,
        level=level,
        parent=parent,
        path=path,
        name_zh=name_zh or f"区{code}",
        name_en=name_en or f"Area {code}",
    )


def a_province(code: str = "42") -> Area:
    return an_area(code, Area.Level.PROVINCE, name_zh="安平省", name_en="Anping Province")


def a_county(code: str = "420116", *, parent: Area | None = None, name: str = "County A") -> Area:
    return an_area(code, Area.Level.COUNTY, parent=parent, name_zh=f"县 {name}", name_en=name)


def a_facility(
    area: Area,
    code: str,
    *,
    kind: Facility.Kind = Facility.Kind.TOWNSHIP_STORE,
    level: Area.Level = Area.Level.TOWNSHIP,
    supplied_by: Facility | None = None,
    name: str = "",
) -> Facility:
    """A facility of an area."""
    return Facility.objects.create(
        code=code,
        name_zh=f"点 {name or code}",
        name_en=name or f"Store {code}",
        kind=kind,
        level=level,
        area=area,
        area_path=area.path,
        supplied_by=supplied_by,
    )


def a_township_store(area: Area, code: str = "S1", *, supplied_by: Facility | None = None) -> Facility:
    return a_facility(area, code, supplied_by=supplied_by)


@dataclass(frozen=True, slots=True)
class Network:
    """County A with a township and its store, and county B, its sibling, with the same."""

    province: Area
    county: Area
    township: Area
    warehouse: Facility
    store: Facility
    sibling: Area
    sibling_township: Area
    sibling_warehouse: Facility
    sibling_store: Facility


def a_network() -> Network:
    """Two counties of one province, each with a warehouse and one township store."""
    province = a_province()
    county = a_county("420116", parent=province)
    township = an_area("420116100", Area.Level.TOWNSHIP, parent=county, name_en="Township A")
    warehouse = a_facility(county, "WA", kind=Facility.Kind.WAREHOUSE, level=Area.Level.COUNTY, name="Warehouse A")
    sibling = a_county("420117", parent=province, name=f"County {CANARY}")
    far = an_area("420117100", Area.Level.TOWNSHIP, parent=sibling, name_zh=CANARY, name_en=f"Township {CANARY}")
    far_warehouse = a_facility(
        sibling, "WB", kind=Facility.Kind.WAREHOUSE, level=Area.Level.COUNTY, name=f"Warehouse {CANARY}"
    )
    return Network(
        province=province,
        county=county,
        township=township,
        warehouse=warehouse,
        store=a_facility(township, "SA", supplied_by=warehouse, name="Store A"),
        sibling=sibling,
        sibling_township=far,
        sibling_warehouse=far_warehouse,
        sibling_store=a_facility(far, "SB", supplied_by=far_warehouse, name=f"Store {CANARY}"),
    )


def a_person(
    role: Role | None = None,
    at: Area | Facility | None = None,
    *,
    username: str = "",
    name: str = "",
    password: str | None = None,
    **fields: Any,
) -> User:
    """Somebody who holds a role in an area or facility (None: the whole network), belonging there.

    Without `password` nobody can sign in with one: use `client.force_login`.
    """
    number = next(_numbers)
    area = at.area if isinstance(at, Facility) else at
    person = User(username=username or f"person{number}", name=name or f"Person {number}", area=area, created_at=NOW)
    for field, value in fields.items():
        setattr(person, field, value)
    if password:
        person.set_password(password)
    else:
        person.password = f"unknown${number}"
    person.save()
    if role is not None:
        a_grant(person, role, at)
    return person


def a_grant(person: User, role: Role, at: Area | Facility | None = None, **fields: Any) -> RoleGrant:
    """A role given."""
    place = {"facility": at} if isinstance(at, Facility) else {"area": at}
    return RoleGrant.objects.create(user=person, role=role, granted_at=NOW, **place, **fields)


def an_actor(person: User) -> Actor:
    """The person as operations know them."""
    return queries.actor_of(person, on=TODAY)


def a_storekeeper(store: Facility, **fields: Any) -> User:
    return a_person(Role.STOREKEEPER, store, **fields)


def a_dispenser(store: Facility, **fields: Any) -> User:
    return a_person(Role.DISPENSER, store, **fields)


def a_planner(area: Area, **fields: Any) -> User:
    """The station officer of a county."""
    return a_person(Role.STATION_OFFICER, area, **fields)


def an_administrator(area: Area | None = None, **fields: Any) -> User:
    return a_person(Role.ADMINISTRATOR, area, **fields)


def an_auditor(area: Area | None = None, **fields: Any) -> User:
    return a_person(Role.AUDITOR, area, **fields)


def a_stranger(network: Network, role: Role = Role.STATION_OFFICER, **fields: Any) -> User:
    """Same role, sibling county."""
    return a_person(role, network.sibling, **{"name": f"Stranger {CANARY}", **fields})


def kept_by_one(facility: Facility) -> None:
    """Make it a place where one person is enough: the one-step screens are for those."""
    Facility.objects.filter(pk=facility.pk).update(kind=Facility.Kind.COMMUNITY_STATION)


def a_product(code: str = "CONDOM") -> Product:
    """Male condoms, counted in pieces."""
    method, _ = Method.objects.get_or_create(
        code="condom", defaults={"name_zh": "避孕套", "name_en": "Condom", "method_class": "barrier"}
    )
    return Product.objects.create(
        code=code,
        name_zh="天然胶乳橡胶避孕套",
        name_en="Male latex condom",
        method=method,
        piece_zh="只",
        piece_en="piece",
        regulation=Product.Regulation.DEVICE,
    )


def an_item(code: str = "CONDOM-10", product: Product | None = None, *, pieces_per_pack: int = 10) -> Item:
    """A trade item."""
    return Item.objects.create(code=code, product=product or a_product(), pieces_per_pack=pieces_per_pack)


def a_delivery(
    facility: Facility,
    item: Item,
    *,
    pieces: int = 1000,
    lot: str = "L1",
    expires_on: date | None = date(2029, 12, 31),
    note: str = "",
    at: datetime | None = None,
) -> Receipt:
    """A supplier's delivery that has been received."""
    open_places([facility.pk])
    now = at or datetime.now(UTC)
    return receive_delivery(
        facility_id=facility.pk,
        lines=[Delivered(item_id=item.pk, lot_number=lot, expires_on=expires_on, pieces=pieces)],
        on=timezone.localtime(now).date(),
        note=note,
        checked=CHECKED,
        actor=a_machine(Role.STATION_OFFICER),
        command_id=command_ids.new(),
        at=now,
    )


def a_transfer(
    giver: Facility, receiver: Facility, item: Item, *, pieces: int = 100, note: str = "", at: datetime | None = None
) -> Receipt:
    """A transfer that is on its way."""
    open_places([giver.pk, receiver.pk])
    now = at or datetime.now(UTC)
    return send_transfer(
        from_facility_id=giver.pk,
        to_facility_id=receiver.pk,
        lines=[Wanted(product_id=item.product_id, pieces=pieces)],
        on=timezone.localtime(now).date(),
        note=note,
        checked=CHECKED,
        actor=a_machine(Role.STATION_OFFICER),
        command_id=command_ids.new(),
        at=now,
    )


def a_machine(role: Role) -> Actor:
    """An actor with one role over the whole network and no account."""
    return Actor(user_id=None, name="machine", grants=(Grant(role, "/"),))
