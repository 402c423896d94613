"""Give stock to a client, without asking who it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.stock import permissions
from zhixuan.modules.stock.operations import _issuing, _loading, _shortfall
from zhixuan.modules.stock.operations._commands import once_knowing
from zhixuan.modules.stock.queries import acceptance
from zhixuan.modules.stock.queries.places import FacilityPlaces, asked_places
from zhixuan.modules.stock.queries.slips import Receipt
from zhixuan.rules.stock.fefo import Needs, Wanted
from zhixuan.rules.stock.given_out import NOTHING_SAID, HowGiven
from zhixuan.rules.stock.ledger import OUTSIDE_PLACE_IDS, EventKind, PlaceKind
from zhixuan.shared.access import Actor
from zhixuan.shared.sql import Question

Known = tuple[FacilityPlaces, dict[int, catalogue.NameAndStatus]]


def _asked_first(*, facility_id: int, lines: Sequence[Wanted], **_more: Any) -> Sequence[Question[Any]]:
    """Where it is, and what may be given out: `known` below."""
    return (asked_places(facility_id), catalogue.names_and_statuses([line.product_id for line in lines]))


@once_knowing(_asked_first)
def dispense(
    *,
    facility_id: int,
    lines: Sequence[Wanted],
    on: date,
    already_happened: bool = False,
    how: HowGiven = NOTHING_SAID,
    note: str = "",
    known: Known,
    actor: Actor,
    command_id: UUID,
    at: datetime,
) -> Receipt:
    """Dispense anonymously: nothing about the client is asked or kept. Safe to repeat.

    Args:
        already_happened: the pieces have left the shelf (noted offline, or by a machine). Then nothing is refused for
            want of stock, because the product was withdrawn, or because the month is closed: a shortfall is taken from
            suspense, and waits there for a person to settle; a slip of a closed month stands under today and names its
            own day.
        how: by which way, for the first time or not, counselled or not; each may be left open.
        known: not given by who calls, but asked for together with the command.

    Raises:
        Refused: what cannot be dispensed and why, all lines at once.
        Unknown, Forbidden: see permissions.
    """
    places, products = known
    permissions.require(actor, permissions.DISPENSE, places)
    _loading.check_wanted(lines)
    product_ids = [line.product_id for line in lines]
    acceptance.check_given_out(product_ids, products, withdrawn_too=already_happened)

    clients = OUTSIDE_PLACE_IDS[PlaceKind.CLIENTS]
    out = _issuing.Issue(EventKind.DISPENSING, places, clients, on, note=note, seen=how.as_details())
    if already_happened:
        booked = _loading.lock_for_fact(places, on, at)
        out = replace(out, on=booked, happened_on=on if booked != on else None)
        return _shortfall.issue_fact(out, lines, actor=actor, command_id=command_id, at=at)
    opened = _loading.open_slip(places, product_ids, on, at)
    return _issuing.issue(out, lines, opened, Needs(on=on), actor=actor, command_id=command_id, at=at)
