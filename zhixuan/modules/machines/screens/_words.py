"""Words and colours of machines, and finding the machine a page is about."""

from __future__ import annotations

from fractions import Fraction

from django.utils.translation import gettext as _

from zhixuan.modules.machines import permissions
from zhixuan.modules.machines.models import Fault, Machine, Record, Slot, Visit
from zhixuan.modules.machines.queries import machines as queries
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.modules.stock.screens import offers
from zhixuan.rules.machines.faults import FAULTS
from zhixuan.rules.machines.records import CLOCK_LABELS, KIND_LABELS, Clock, Kind
from zhixuan.rules.machines.service import TROUBLE_LABELS, Trouble
from zhixuan.rules.machines.slots import FILL_LABELS, Fill
from zhixuan.shared.access import Role
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.columns import Badge, Colour
from zhixuan.shared.ui.naming import choose, localized

TROUBLE_COLOURS: dict[Trouble, Colour] = {
    Trouble.JAM: "red",
    Trouble.FAULT: "red",
    Trouble.EMPTY: "red",
    Trouble.EXPIRED: "orange",
    Trouble.SILENT: "orange",
    Trouble.LOW: "yellow",
    Trouble.UNKNOWN_SLOT: "purple",
    Trouble.DIFFERENCE: "azure",
    Trouble.COUNT_AGAIN: "azure",
}
FILL_COLOURS: dict[Fill, Colour] = {
    Fill.EMPTY: "red",
    Fill.LOW: "yellow",
    Fill.AVAILABLE: "green",
    Fill.OFF: "secondary",
}
KIND_COLOURS: dict[Kind, Colour] = {
    Kind.VEND: "green",
    Kind.FAILED_VEND: "orange",
    Kind.JAM: "red",
    Kind.EMPTY: "yellow",
}


def machine_in(request: ActorRequest, facility_id: int, roles: frozenset[Role] = permissions.VIEW) -> Machine:
    """The machine of the address, when the person may do this there.

    Raises:
        Unknown: out of sight.
        Forbidden: in sight, but not the person's.
    """
    found = queries.machine(request.actor, facility_id)
    permissions.require(request.actor, roles, places_of(facility_id))
    return found


def may(request: ActorRequest, machine: Machine, roles: frozenset[Role]) -> bool:
    facility = machine.facility
    return request.actor.may(roles, area_path=facility.area_path, facility_id=facility.pk)


def name(machine: Machine) -> str:
    return localized(machine.facility)


def where(machine: Machine) -> str:
    return choose(machine.place_zh, machine.place_en)


def hint(machine: Machine) -> str:
    return choose(machine.hint_zh, machine.hint_en)


def item(slot: Slot) -> str:
    return offers.item_label(slot.item)


def trouble_badge(trouble: Trouble) -> Badge:
    return Badge(_(TROUBLE_LABELS[trouble]), TROUBLE_COLOURS[trouble])


def fill_badge(fill: Fill) -> Badge:
    return Badge(_(FILL_LABELS[fill]), FILL_COLOURS[fill])


def kind_badge(kind: str) -> Badge:
    return Badge(_(KIND_LABELS[Kind(kind)]), KIND_COLOURS.get(Kind(kind), "secondary"))


def clock(row: Record) -> str:
    return "" if row.clock == Clock.GOOD else _(CLOCK_LABELS[Clock(row.clock)])


def fault(row: Fault) -> str:
    return _(FAULTS[row.what])


def visit_kind(row: Visit) -> Badge:
    if row.kind == Visit.Kind.RETURN:
        return Badge(_("Packs taken back"), "purple")
    return Badge(_("Refill"), "green") if row.kind == Visit.Kind.REFILL else Badge(_("Count"), "azure")


def percent(share: Fraction | None) -> str:
    """To one place; nothing where it is not known."""
    return "" if share is None else f"{float(share * 100):.1f}%"
