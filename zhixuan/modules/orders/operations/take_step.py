"""Steps of an order that only need a word: withdraw it, refuse it, close what is left of it, note that it was seen."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from zhixuan.modules.orders.operations import _steps
from zhixuan.modules.orders.queries import progress
from zhixuan.rules.orders.steps import Verb
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared.access import Actor
from zhixuan.shared.once import once

PLAIN = frozenset({Verb.WITHDRAW, Verb.REFUSE, Verb.CLOSE, Verb.SEE})
NEED_A_REASON = frozenset({Verb.REFUSE, Verb.CLOSE})


@once
def take_step(*, order_id: int, verb: Verb, note: str = "", actor: Actor, command_id: UUID, at: datetime) -> int:
    """Withdraw (by who asked), refuse or close the remainder (by who was asked), see (by the officer above).

    Safe to repeat.

    Raises:
        Refused: a reason is missing, or the order is past that.
        Unknown, Forbidden: see permissions.
        ValueError: a verb with an operation of its own.
    """
    if verb not in PLAIN:
        raise ValueError(f"{verb} has an operation of its own")
    order = _steps.locked(actor, order_id, verb)
    lines = progress.progress_of([order.pk]).get(order.pk, {})
    _steps.check(order, verb, actor, lines.values())
    if verb in NEED_A_REASON and not note.strip():
        raise Refused(N_("Say why, so that the other side knows."), field="note", code="reason_needed")

    details = {"not_sent": sum(line.to_send for line in lines.values())} if verb is Verb.CLOSE else {}
    _steps.take(order, verb, actor=actor, at=at, note=note, details=details)
    return order.pk
