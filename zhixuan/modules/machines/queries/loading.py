"""What to load on the next visit, with every figure it comes from."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Min, Q, Sum
from django.utils import timezone

from zhixuan.modules.machines.models import Machine, Record, Slot, VisitLine
from zhixuan.modules.machines.queries.machines import slots_of
from zhixuan.modules.stock.queries import picking
from zhixuan.modules.stock.queries.places import FacilityPlaces, places_of
from zhixuan.rules.machines import refill, service
from zhixuan.rules.machines.records import Kind
from zhixuan.rules.machines.refill import Load, SlotUse
from zhixuan.rules.stock import fefo
from zhixuan.rules.stock.fefo import LotOnHand

WINDOW_DAYS = 28
GIVEN = Q(kind=Kind.VEND, event__isnull=False, undone_at=None)
"""Vends that stand in the ledger."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A slot, how it was used, what to load, and the lots that would go, first expiry first."""

    slot: Slot
    use: SlotUse
    load: Load
    lots: tuple[tuple[LotOnHand, int], ...]


@dataclass(frozen=True, slots=True)
class Usage:
    """What a slot gave in a window, and on how many days it had something."""

    given: int
    days_with_stock: int
    days_empty: int


def usage(slots: Sequence[Slot], *, today: date, days: int = WINDOW_DAYS) -> dict[int, Usage]:
    """Use of each slot in the days up to today, by slot id, from vends, refills and counts."""
    first = today - timedelta(days=days - 1)
    changes: dict[int, Counter[date]] = defaultdict(Counter)
    given: Counter[int] = Counter()
    ids = [slot.pk for slot in slots]
    begin = timezone.make_aware(datetime.combine(first, datetime.min.time()))
    machines = {slot.machine_id for slot in slots}
    vends = Record.objects.filter(GIVEN, machine__in=machines, slot__in=ids, moment__gte=begin)
    for slot_id, moment, pieces in vends.values_list("slot", "moment", "pieces"):
        changes[slot_id][timezone.localtime(moment).date()] -= pieces
        given[slot_id] += pieces
    for slot_id, on, change in _visits(ids, first):
        changes[slot_id][on] += change
    found, noted = {}, _first_noted(ids, machines)
    for slot in slots:
        begun = max(first, noted.get(slot.pk, today + timedelta(days=1)))
        empty = service.days_empty(slot.pieces, changes[slot.pk], first=begun, last=today)
        found[slot.pk] = Usage(given[slot.pk], max((today - begun).days + 1 - empty, 0), empty)
    return found


def _visits(ids: Sequence[int], first: date) -> Iterator[tuple[int, date, int]]:
    """What visits changed in slots: loads and packs taken out that stand, and differences counted."""
    lines = VisitLine.objects.filter(slot__in=ids, visit__on__gte=first).select_related("visit")
    for line in lines.only(
        "slot_id", "visit__on", "loaded", "taken_out", "expected", "counted", "loaded_undone", "taken_out_undone"
    ):
        change = 0 if line.loaded_undone else line.loaded
        change -= 0 if line.taken_out_undone else line.taken_out
        if line.counted is not None:
            change += line.counted - (line.expected or 0)
        yield line.slot_id, line.visit.on, change


def _first_noted(ids: Sequence[int], machines: Set[int]) -> dict[int, date]:
    """The day from which on it is known what a slot held: its first refill, count or vend."""
    found = dict(VisitLine.objects.filter(slot__in=ids).values_list("slot").annotate(day=Min("visit__on")).order_by())
    vends = Record.objects.filter(GIVEN, machine__in=machines, slot__in=ids).values_list("slot")
    for slot_id, moment in vends.annotate(first=Min("moment")).order_by():
        found[slot_id] = min(found.get(slot_id, date.max), timezone.localtime(moment).date())
    return found


def propose(machine: Machine, giver: FacilityPlaces | None, *, today: date) -> list[Proposal]:
    """A proposal for each slot of a machine, in the order of the slots.

    Args:
        giver: the store it is loaded from; None: nothing can be proposed but what should be loaded.
    """
    slots = list(slots_of([machine.pk]))
    uses = usage(slots, today=today)
    told = [_use(slot, uses[slot.pk]) for slot in slots]
    lots = _sendable(giver, machine, slots, today) if giver else {}
    loads = refill.propose(
        told,
        next_visit_days=machine.visit_every_days,
        at_giver={item_id: sum(_whole(lot) for lot in listed) for item_id, listed in lots.items()},
    )
    return _with_lots(slots, told, loads, lots)


def _use(slot: Slot, used: Usage) -> SlotUse:
    return SlotUse(
        slot_id=slot.pk,
        item_id=slot.item_id,
        capacity=slot.capacity,
        pieces=slot.pieces,
        given_pieces=used.given,
        days_with_stock=used.days_with_stock,
        pieces_per_pack=slot.item.pieces_per_pack,
        active=slot.active,
    )


def _sendable(
    giver: FacilityPlaces, machine: Machine, slots: Sequence[Slot], today: date
) -> dict[int, list[LotOnHand]]:
    """Lots the store may send to the machine, by item, first expiry first."""
    needs = picking.needs_of_transfer(today, places_of(machine.pk))
    found: dict[int, list[LotOnHand]] = defaultdict(list)
    for listed in picking.lots_on_hand(giver, {slot.item.product_id for slot in slots}).values():
        for lot in sorted(listed, key=fefo.order):
            if fefo.unfit(lot, needs) is None:
                found[lot.item_id].append(lot)
    return found


def _whole(lot: LotOnHand) -> int:
    return lot.pieces - lot.pieces % lot.pieces_per_pack


def _with_lots(
    slots: Sequence[Slot], told: Sequence[SlotUse], loads: Sequence[Load], lots: Mapping[int, list[LotOnHand]]
) -> list[Proposal]:
    left = {lot.lot_id: _whole(lot) for listed in lots.values() for lot in listed}
    proposals = []
    for slot, use, load in zip(slots, told, loads, strict=True):
        taken = []
        missing = load.load
        for lot in lots.get(slot.item_id, ()):
            pieces = min(left[lot.lot_id], missing)
            if pieces:
                left[lot.lot_id] -= pieces
                missing -= pieces
                taken.append((lot, pieces))
        proposals.append(Proposal(slot, use, load, tuple(taken)))
    return proposals


def to_bring(proposals: Sequence[Proposal]) -> list[tuple[Slot, LotOnHand, int]]:
    """What to take from the store for these proposals: a slot of the item, the lot, pieces."""
    sums: Counter[int] = Counter()
    first: dict[int, tuple[Slot, LotOnHand]] = {}
    for proposal in proposals:
        for lot, pieces in proposal.lots:
            sums[lot.lot_id] += pieces
            first.setdefault(lot.lot_id, (proposal.slot, lot))
    return [(*first[lot_id], pieces) for lot_id, pieces in sums.items()]


def given_in_all(machine_id: int) -> int:
    """Pieces a machine has given out by its records."""
    rows = Record.objects.filter(GIVEN, machine_id=machine_id)
    return rows.aggregate(total=Sum("pieces"))["total"] or 0
