"""The receipt-back (签收回执) on the sender's paper: a column beside the lines, and a sentence below."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from zhixuan.modules.stock.models import Event
from zhixuan.modules.stock.queries import slips
from zhixuan.modules.stock.screens.slips import number_of
from zhixuan.rules.stock.receipt_back import WrittenBack, written_back
from zhixuan.shared.ui.formats import day, moment, number


def columns_of(event_id: int | None, sent: Sequence[tuple[int, int]]) -> list[str]:
    """A cell for each line sent: what came, and what did not; empty, to be filled in by hand, until it is received.

    Args:
        sent: (lot id, pieces) of each line.
    """
    if event_id is None:
        return [""] * len(sent)
    outcome = slips.outcomes([event_id])[event_id]
    if outcome.received_by is None:
        return [""] * len(sent)
    received = [(moved.lot_id, moved.pieces, moved.reason) for moved in outcome.received]
    return [_cell(one) for one in written_back(sent, received)]


def _cell(one: WrittenBack) -> str:
    differences = [
        _("%(n)s damaged") % {"n": number(one.damaged)} if one.damaged else "",
        _("%(n)s missing") % {"n": number(one.missing)} if one.missing else "",
    ]
    return "\n".join([number(one.accepted), *filter(None, differences)])


def told(receipt: Event) -> str:
    """Who took the goods in, on which day, by which slip, and when that was entered."""
    return _("Receipt: taken in on %(day)s by %(name)s, slip %(slip)s, entered %(at)s.") % {
        "day": day(receipt.on),
        "name": receipt.actor_name,
        "slip": number_of(receipt),
        "at": moment(receipt.recorded_at),
    }
