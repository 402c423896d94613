"""Send stock back to where it came from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from zhixuan.modules.stock import permissions
from zhixuan.modules.stock.operations import _flow, _issuing, _loading, _traces
from zhixuan.modules.stock.operations._commands import once
from zhixuan.modules.stock.queries import picking, reach
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.modules.stock.queries.slips import Receipt
from zhixuan.rules.refusal import N_, Refused
from zhixuan.rules.scanning.traces import Direction, PackCode, check_codes
from zhixuan.rules.stock.fefo import Wanted
from zhixuan.rules.stock.flow import Checked, Deed
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
    codes: Sequence[PackCode] = (),
    from_quarantine: bool = False,
    checked: Checked | None = None,
    actor: Actor,
    command_id: UUID,
    at: datetime,
) -> Receipt:
    """Send stock back up the supply line; expired and recalled lots may go back too. Safe to repeat.

    Args:
        from_quarantine: send what is held, not what is in the store.

    Args:
        checked: the document it was drawn on; needed where the facility's flow asks for two people.

    Raises:
        Refused: no note, no checked document where one is needed, or what cannot be sent and why, all lines at once.
        Unknown, Forbidden: see permissions.
    """
    giver, receiver = places_of(from_facility_id), places_of(to_facility_id)
    permissions.require(actor, permissions.RETURN, giver)
    if not note.strip():
        raise Refused(N_("Say in the note why the stock goes back."), field="note", code="note_needed")
    if giver.facility_id == receiver.facility_id:
        raise Refused(N_("Choose another facility to send to."), field="to_facility")
    reach.check_reachable(actor, giver, receiver)
    # A recall has its own two people: who called back, and who sends back what is held.
    seen = {} if from_quarantine else _flow.check(giver, Deed.RETURN, checked, at)
    _loading.check_wanted(lines)
    check_codes(codes, lines=len(lines))
    product_ids = [line.product_id for line in lines]
    locked = (receiver.transit_id, giver.quarantine_id) if from_quarantine else (receiver.transit_id,)
    opened = _loading.open_slip(giver, product_ids, on, at, *locked, from_quarantine=from_quarantine)

    needs = picking.needs_of_return(on)
    outcome = _issuing.Issue(
        EventKind.RETURN, giver, receiver.transit_id, on, reference, note, from_quarantine=from_quarantine, seen=seen
    )
    receipt = _issuing.issue(outcome, lines, opened, needs, actor=actor, command_id=command_id, at=at)
    _traces.keep(receipt.event_id, codes, Direction.OUT, products=product_ids)
    return receipt
