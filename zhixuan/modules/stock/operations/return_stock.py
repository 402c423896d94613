"""Send stock back to where it came from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from zhixuan.modules.stock import permissions
from zhixuan.modules.stock.operations import _issuing, _loading, _reach
from zhixuan.modules.stock.operations._commands import once
from zhixuan.modules.stock.queries import picking
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.modules.stock.queries.slips import Receipt
from zhixuan.rules.refusal import N_, Refused
from zhixuan.rules.stock.fefo import Wanted
from zhixuan.rules.stock.ledger import EventKind
from zhixuan.shared.access import Actor


@once
def return_stock(
    *,
    from_facility_id: int,
    to_facility_id: int,
    lines: Sequence[Wanted],
    on: date,
    note: str,
    reference: str = "",
    actor: Actor,
    command_id: UUID,
    at: datetime,
) -> Receipt:
    """Send stock back up the supply line; expired lots may go back too. Safe to repeat.

    Raises:
        Refused: no note, or what cannot be sent and why, all lines at once.
        Unknown, Forbidden: see permissions.
    """
    giver, receiver = places_of(from_facility_id), places_of(to_facility_id)
    permissions.require(actor, permissions.RETURN, giver)
    if not note.strip():
        raise Refused(N_("Say in the note why the stock goes back."), field="note", code="note_needed")
    if giver.facility_id == receiver.facility_id:
        raise Refused(N_("Choose another facility to send to."), field="to_facility")
    _reach.check_reachable(actor, giver, receiver)
    _loading.check_wanted(lines)
    product_ids = [line.product_id for line in lines]
    lots = _loading.lots_under_lock(giver, product_ids, on, at, receiver.transit_id)

    needs = picking.needs_of_return(on)
    outcome = _issuing.Issue(EventKind.RETURN, giver, receiver.transit_id, on, reference, note)
    return _issuing.issue(outcome, lines, lots, needs, actor=actor, command_id=command_id, at=at)
