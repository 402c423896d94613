"""Send stock to another facility."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from zhixuan.modules.stock import permissions
from zhixuan.modules.stock.operations import _flow, _issuing, _loading, _traces
from zhixuan.modules.stock.operations._commands import once
from zhixuan.modules.stock.queries import acceptance, picking, reach
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.modules.stock.queries.slips import Receipt
from zhixuan.rules.refusal import N_, Refused
from zhixuan.rules.scanning.traces import Direction, PackCode, check_codes
from zhixuan.rules.stock.fefo import Wanted
from zhixuan.rules.stock.flow import Checked, Deed
from zhixuan.rules.stock.ledger import EventKind
from zhixuan.shared.access import Actor


@once
def send_transfer(
    *,
    from_facility_id: int,
    to_facility_id: int,
    lines: Sequence[Wanted],
    on: date,
    reference: str = "",
    codes: Sequence[PackCode] = (),
    note: str = "",
    checked: Checked | None = None,
    actor: Actor,
    command_id: UUID,
    at: datetime,
) -> Receipt:
    """Take lots out of a store, first expiry first, and put them on the way to another facility. Safe to repeat.

    Lots that would expire before the receiver's turnover norm has passed are left, unless chosen with a reason.

    Args:
        checked: the document it was drawn on; needed where the facility's flow asks for two people.

    Raises:
        Refused: no checked document where one is needed, what cannot be sent and why, all lines at once; the
            receipt's details explain the lots taken.
        Unknown, Forbidden: see permissions.
    """
    giver, receiver = places_of(from_facility_id), places_of(to_facility_id)
    permissions.require(actor, permissions.SEND, giver)
    if giver.facility_id == receiver.facility_id:
        raise Refused(N_("Choose another facility to send to."), field="to_facility")
    reach.check_reachable(actor, giver, receiver)
    # A machine is filled by whoever stands before it: the visit is counted and written down there (flow.toml).
    seen = {} if receiver.kind == "vending_machine" else _flow.check(giver, Deed.ISSUE, checked, at)
    _loading.check_wanted(lines)
    check_codes(codes, lines=len(lines))
    product_ids = [line.product_id for line in lines]
    acceptance.check_may_hold(receiver, product_ids)
    opened = _loading.open_slip(giver, product_ids, on, at, receiver.transit_id)

    needs = picking.needs_of_transfer(on, receiver)
    outcome = _issuing.Issue(EventKind.TRANSFER_OUT, giver, receiver.transit_id, on, reference, note, seen=seen)
    receipt = _issuing.issue(outcome, lines, opened, needs, actor=actor, command_id=command_id, at=at)
    _traces.keep(receipt.event_id, codes, Direction.OUT, products=product_ids)
    return receipt
