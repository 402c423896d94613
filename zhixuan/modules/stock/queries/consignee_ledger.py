"""The consignee ledger (分户账): what a store sent to each place below it, and what became of every piece."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Q, QuerySet, Sum

from zhixuan.modules.directory import queries as directory
from zhixuan.modules.directory.queries import Facility
from zhixuan.modules.stock.models import Event, Movement
from zhixuan.modules.stock.queries.category_ledger import by_product
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.rules.stock.books import Consigned, arrivals
from zhixuan.rules.stock.ledger import EventKind, PlaceKind, slip_number
from zhixuan.shared.access import Actor, Role

Account = tuple[int, int]
"""(consignee's facility id, product id)"""


@dataclass(frozen=True, slots=True)
class ConsignedSlip:
    """One product of one slip to a consignee.

    Args:
        receipt_id, receipt: the slip by which it was taken in or taken back; None while it is on its way.
    """

    event_id: int
    slip: str
    on: date
    product_id: int
    pieces: Consigned
    receipt_id: int | None = None
    receipt: str = ""
    received_on: date | None = None


def accounts(giver_store_id: int, since: date, until: date) -> dict[Account, Consigned]:
    """By consignee and product: all that was sent from `since` to `until`, and where it stood at the end of `until`."""
    sent = _slips(giver_store_id, since, until)
    whole: dict[Account, Consigned] = {}
    for (facility_id, _event_id), lines in _followed(sent, until).items():
        for line in lines:
            key = (facility_id, line.product_id)
            whole[key] = _plus(whole.get(key, Consigned(0)), line.pieces)
    return whole


def slips_to(giver_store_id: int, consignee_id: int, since: date, until: date) -> list[ConsignedSlip]:
    """Every slip to one consignee, latest first, a line for each product."""
    sent = _slips(giver_store_id, since, until).filter(other_place__facility_id=consignee_id)
    lines = [line for found in _followed(sent, until).values() for line in found]
    return sorted(lines, key=lambda line: (line.on, line.event_id, line.product_id), reverse=True)


def consignees(giver: Facility, ids: Iterable[int]) -> dict[int, Facility]:
    """Facilities by id, whoever may see them: a store knows the names of those it has sent to, or feeds."""
    wanted = Q(pk__in=list(ids))
    return {one.pk: one for one in directory.all_facilities().filter(wanted | Q(supplied_by_id=giver.pk))}


def closings(actor: Actor, facilities: Iterable[Facility], roles: frozenset[Role], until: date) -> dict[Account, int]:
    """What stood in the stores of those facilities whose stock the actor may see, at the end of `until`."""
    closing = {}
    for facility in facilities:
        places = places_of(facility.pk)
        if places.lets(actor, roles):
            for product_id, line in by_product(places.store_id, until, until).items():
                closing[facility.pk, product_id] = line.closing
    return closing


def _slips(giver_store_id: int, since: date, until: date) -> QuerySet[Event]:
    return Event.objects.filter(
        place_id=giver_store_id,
        kind=EventKind.TRANSFER_OUT,
        other_place__kind=PlaceKind.TRANSIT,
        on__gte=since,
        on__lte=until,
    )


def _followed(sent: QuerySet[Event], until: date) -> dict[tuple[int, int], list[ConsignedSlip]]:
    """Lines of these slips by (consignee, event), with what had become of them by the end of `until`."""
    heads = {event.id: event for event in sent.select_related("place__facility", "other_place").order_by("id")}
    pieces = _pieces(Movement.objects.filter(event__in=sent))
    answers = _answers(sent, until)
    moved = _pieces(Movement.objects.filter(event_id__in=[event.id for event in answers.values()]))
    found: dict[tuple[int, int], list[ConsignedSlip]] = defaultdict(list)
    for event_id, products in pieces.items():
        head = heads[event_id]
        facility_id = head.other_place.facility_id if head.other_place else None
        if facility_id is None:
            continue
        answer = answers.get(event_id)
        for product_id, places in products.items():
            line = ConsignedSlip(event_id, _number(head), head.on, product_id, Consigned(sum(places.values())))
            if answer is not None:
                line = _answered(line, answer, moved[answer.id].get(product_id, {}))
            found[facility_id, event_id].append(line)
    return found


def _answers(sent: QuerySet[Event], until: date) -> dict[int, Event]:
    """The slip that took each of them in, or took it back, by the id of the slip sent; undone ones are left out."""
    rows = (
        Event.objects.filter(Q(answers__in=sent) | Q(reverses__in=sent), on__lte=until)
        .exclude(reversed_by__on__lte=until)
        .select_related("place__facility")
    )
    return {event.answers_id or event.reverses_id or 0: event for event in rows}


def _answered(line: ConsignedSlip, answer: Event, places: dict[PlaceKind, int]) -> ConsignedSlip:
    if answer.kind == EventKind.REVERSAL:
        pieces = replace(line.pieces, taken_back=line.pieces.sent)
    else:
        accepted, damaged, missing = arrivals(places)
        pieces = replace(line.pieces, accepted=accepted, damaged=damaged, missing=missing)
    return replace(line, pieces=pieces, receipt_id=answer.id, receipt=_number(answer), received_on=answer.on)


def _pieces(movements: QuerySet[Movement]) -> dict[int, dict[int, dict[PlaceKind, int]]]:
    """Pieces by event, product and the kind of place they went to."""
    rows = movements.values_list("event_id", "product_id", "to_place__kind").annotate(total=Sum("pieces")).order_by()
    found: dict[int, dict[int, dict[PlaceKind, int]]] = defaultdict(lambda: defaultdict(dict))
    for event_id, product_id, kind, pieces in rows:
        found[event_id][product_id][PlaceKind(kind)] = int(pieces)
    return found


def _number(event: Event) -> str:
    return slip_number(event.place.facility.code if event.place.facility else "", event.year, event.number)


def _plus(one: Consigned, other: Consigned) -> Consigned:
    return Consigned(
        one.sent + other.sent,
        one.accepted + other.accepted,
        one.damaged + other.damaged,
        one.missing + other.missing,
        one.taken_back + other.taken_back,
    )
