"""How machines stand now: slots, troubles, what the books say. A handful of questions for any number of machines."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, F, Max, OuterRef, Q, Subquery
from django.utils import timezone

from zhixuan.modules.machines.models import Fault, Machine, Record, Slot, Visit
from zhixuan.modules.machines.queries.machines import slots_of
from zhixuan.modules.stock.queries.on_hand import in_stores
from zhixuan.rules.machines import service, slots
from zhixuan.rules.machines.records import Kind
from zhixuan.rules.machines.service import State, Trouble
from zhixuan.rules.machines.slots import Fill


@dataclass(frozen=True, slots=True)
class SlotState:
    """A slot and how full it is."""

    slot: Slot
    fill: Fill

    @property
    def pieces(self) -> int:
        """For display: what is below zero is nothing to take."""
        return max(self.slot.pieces, 0)


@dataclass(slots=True)
class MachineState:
    """A machine with all that is known of it now.

    Args:
        in_books: pieces in the ledger's store, by product.
        differences: by how much the slots have more or less than the books, by product.
        expired: pieces in the books whose lot has expired.
    """

    machine: Machine
    slots: list[SlotState] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    in_books: Counter[int] = field(default_factory=Counter)
    differences: dict[int, int] = field(default_factory=dict)
    expired: int = 0
    open_faults: int = 0
    waiting: int = 0
    last_visit_on: date | None = None

    @property
    def pk(self) -> int:
        return int(self.machine.pk)

    @property
    def last_heard_on(self) -> date | None:
        heard = self.machine.last_heard_at
        return timezone.localtime(heard).date() if heard else None


def states(machines: Iterable[Machine], *, today: date) -> list[MachineState]:
    """The state of each machine, in their order."""
    found = {machine.pk: MachineState(machine) for machine in machines}
    for slot in slots_of(found):
        found[slot.machine_id].slots.append(SlotState(slot, fill_of(slot, found[slot.machine_id].machine)))
    for facility_id, product_id, pieces, expired in in_stores(found, today=today):
        found[facility_id].in_books[product_id] += pieces
        found[facility_id].expired += expired
    faults = Fault.objects.filter(machine__in=found, settled_at=None).values_list("machine").annotate(count=Count("pk"))
    waiting = Record.objects.filter(machine__in=found, kind=Kind.VEND, event=None)
    visits = Visit.objects.filter(machine__in=found).values_list("machine").annotate(last=Max("on"))
    for machine_id, count in faults.order_by():
        found[machine_id].open_faults = count
    for machine_id, count in waiting.values_list("machine").annotate(count=Count("pk")).order_by():
        found[machine_id].waiting = count
    for machine_id, last in visits.order_by():
        found[machine_id].last_visit_on = last
    jammed, undermined = _jammed(found), _undermined(found)
    for state in found.values():
        _judge(state, jammed=state.pk in jammed, undermined=state.pk in undermined, today=today)
    return list(found.values())


def fill_of(slot: Slot, machine: Machine) -> Fill:
    return slots.fill(
        slot.pieces,
        slot.capacity,
        percent=machine.refill_point_percent,
        pieces_per_vend=slot.pieces_per_vend,
        active=slot.active,
    )


def _judge(state: MachineState, *, jammed: bool, undermined: bool, today: date) -> None:
    in_slots: Counter[int] = Counter()
    for one in state.slots:
        in_slots[one.slot.item.product_id] += one.slot.pieces
    state.differences = slots.differences(in_slots, state.in_books)
    state.troubles = service.troubles(
        State(
            fills=tuple(one.fill for one in state.slots),
            jammed=jammed,
            open_faults=state.open_faults,
            expired_pieces=state.expired,
            last_heard_on=state.last_heard_on,
            silent_after_days=state.machine.silent_after_days,
            unknown_slots=state.waiting,
            differs=bool(state.differences),
            count_undermined=undermined,
        ),
        today=today,
    )


def _undermined(machine_ids: Iterable[int]) -> set[int]:
    """Machines whose latest count put right what vends had taken that have been reversed since: it counts twice."""
    counts = Visit.objects.filter(machine__in=list(machine_ids), kind=Visit.Kind.COUNT).order_by("machine", "-at")
    latest = Visit.objects.filter(pk=counts.filter(machine=OuterRef("machine")).values("pk")[:1]).values("at")
    undone = Record.objects.filter(machine__in=list(machine_ids), undone_at__isnull=False)
    between = undone.annotate(counted_at=Subquery(latest)).filter(
        received_at__lte=F("counted_at"), undone_at__gt=F("counted_at")
    )
    return set(between.order_by().values_list("machine", flat=True))


def _jammed(machine_ids: Iterable[int]) -> set[int]:
    """Machines whose latest jam came after the latest vend, restart and visit."""
    ids = list(machine_ids)
    well = Q(kind__in=[kind.value for kind in service.UP])
    moments = Record.objects.filter(machine__in=ids).values_list("machine")
    latest = moments.annotate(
        jam=Max("moment", filter=Q(kind=Kind.JAM)), well=Max("moment", filter=well)
    ).order_by()  # fmt: skip
    visited = dict(Visit.objects.filter(machine__in=ids).values_list("machine").annotate(at=Max("at")).order_by())
    return {
        machine_id
        for machine_id, jam, last in latest
        if jam and (last is None or jam > last) and (machine_id not in visited or jam > visited[machine_id])
    }


def needing_someone(found: Sequence[MachineState]) -> list[MachineState]:
    """Those with a trouble, the worst first."""
    order = list(Trouble)
    return sorted(
        (state for state in found if state.troubles),
        key=lambda state: (order.index(state.troubles[0]), -len(state.troubles), state.machine.facility.code),
    )


def offered(state: MachineState) -> list[tuple[Slot, Fill]]:
    """What a machine has, for everybody: one line a product, never how many."""
    by_product: dict[int, list[SlotState]] = defaultdict(list)
    for one in state.slots:
        by_product[one.slot.item.product_id].append(one)
    return [(listed[0].slot, slots.best(one.fill for one in listed)) for listed in by_product.values()]
