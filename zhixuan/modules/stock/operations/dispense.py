"""Give stock to a client, without asking who it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from zhixuan.modules.stock import permissions
from zhixuan.modules.stock.operations import _issuing, _loading, _shortfall
from zhixuan.modules.stock.operations._commands import once
from zhixuan.modules.stock.queries import acceptance
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.modules.stock.queries.slips import Receipt
from zhixuan.rules.stock.fefo import Needs, Wanted
from zhixuan.rules.stock.ledger import OUTSIDE_PLACE_IDS, EventKind, PlaceKind
from zhixuan.shared.access import Actor


@once
def dispense(
    *,
    facility_id: int,
    lines: Sequence[Wanted],
    on: date,
    already_happened: bool = False,
    note: str = "",
    actor: Actor,
    command_id: UUID,
    at: datetime,
) -> Receipt:
    """Dispense anonymously: nothing about the client is asked or kept. Safe to repeat.

    Args:
        already_happened: the pieces have left the shelf (noted offline, or by a machine). Then nothing is refused for
            want of stock: a shortfall is taken from suspense, and waits there for a person to settle.

    Raises:
        Refused: what cannot be dispensed and why, all lines at once.
        Unknown, Forbidden: see permissions.
    """
    places = places_of(facility_id)
    permissions.require(actor, permissions.DISPENSE, places)
    _loading.check_wanted(lines)
    acceptance.check_not_withdrawn([line.product_id for line in lines])
    _loading.lock_for_posting(places, on, at)

    out = _issuing.Issue(EventKind.DISPENSING, places, OUTSIDE_PLACE_IDS[PlaceKind.CLIENTS], on, note=note)
    if already_happened:
        return _shortfall.issue_fact(out, lines, actor=actor, command_id=command_id, at=at)
    return _issuing.issue(out, lines, Needs(on=on), actor=actor, command_id=command_id, at=at)
