"""How an operation is carried out: once for each command id, in one transaction, again after a deadlock.

The same idea as `shared/once.py`, whose text of a command it uses, and its own on purpose: here the claim goes in one
journey with what the operation asks first, a deadlock is tried again, the answer is the slip itself and not a number in
the command's row, and a conflict is kept for a person (decisions/005). One of both for all would put a layer and a
second write on the hottest path of the system, which stands little above its bar.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, OperationalError, connection, transaction

from zhixuan.modules.stock.models import Command, CommandConflict
from zhixuan.modules.stock.operations._posting import too_little
from zhixuan.modules.stock.queries.slips import Receipt, receipts_of
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared import crypto, sql
from zhixuan.shared.access import Actor
from zhixuan.shared.journeys import Statement, carry_out
from zhixuan.shared.once import content
from zhixuan.shared.sql import Question

Operation = Callable[..., Receipt]
Asked = Callable[..., Sequence[Question[Any]]]

ATTEMPTS = 3
SERIALIZATION_FAILURES = frozenset({"40001", "40P01"})
CLAIM = (
    "INSERT INTO stock_command (id, payload_hash, actor_id, received_at) VALUES (%s, %s, %s, %s) "
    "ON CONFLICT (id) DO NOTHING"
)


class SameIdOtherContent(Exception):
    """A command id came again with another content."""


def once(operation: Operation) -> Operation:
    """Make an operation safe to repeat.

    The operation must take `command_id`, `actor` and `at` besides its own keyword arguments. The first transaction to
    insert the command acts; the same id with the same content gets the first answer; with another content it is
    refused and kept for a person (decisions/005).
    """
    return _safe_to_repeat(operation, None)


def once_knowing(asked: Asked) -> Callable[[Operation], Operation]:
    """The same for an operation that always asks the same first: that goes in the journey of its command.

    Args:
        asked: the questions, made of the operation's own arguments; it is handed the answers as `known`.
    """
    return lambda operation: _safe_to_repeat(operation, asked)


def _safe_to_repeat(operation: Operation, asked: Asked | None) -> Operation:
    @functools.wraps(operation)
    def carried_out(*, command_id: UUID, actor: Actor, at: datetime, **arguments: Any) -> Receipt:
        payload = content(operation.__name__, actor, arguments)

        def act() -> Receipt:
            with transaction.atomic():
                questions = asked(**arguments) if asked else ()
                known = claim(command_id, crypto.fingerprint(payload), actor, at, questions)
                if known is None:
                    return receipts_of([command_id])[command_id]
                more = {"known": known} if asked else {}
                return operation(command_id=command_id, actor=actor, at=at, **more, **arguments)

        try:
            return _attempt(act)
        except SameIdOtherContent:
            _keep_conflict(command_id, payload, actor, at)
            raise Refused(
                N_("This form was already sent with other contents. Look at what was posted, then start a new form."),
                code="command_conflict",
            ) from None

    return carried_out


def claim(
    command_id: UUID, payload_hash: str, actor: Actor, at: datetime, questions: Sequence[Question[Any]] = ()
) -> list[Any] | None:
    """Insert the command, and put questions behind it in the same journey; answers them, or None when the command was
    carried out before.

    Raises:
        SameIdOtherContent: it was carried out with another content.
    """
    values = (sql.uuid_value(command_id), payload_hash, actor.user_id, sql.moment_value(at))
    claimed, *answers = carry_out([Statement(CLAIM, values), *map(sql.as_statement, questions)])
    if claimed.touched:
        return [question.read(answer.rows) for question, answer in zip(questions, answers, strict=True)]
    if Command.objects.values_list("payload_hash", flat=True).get(id=command_id) != payload_hash:
        raise SameIdOtherContent
    return None


def _attempt(act: Callable[[], Receipt]) -> Receipt:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return act()
        except OperationalError as error:
            if attempt == ATTEMPTS or _sqlstate(error) not in SERIALIZATION_FAILURES or connection.in_atomic_block:
                raise
        except IntegrityError as error:
            if "balance_not_negative" in str(error):
                raise too_little() from error
            raise
    raise AssertionError("unreachable")


def _sqlstate(error: Exception) -> str:
    return str(getattr(error.__cause__, "sqlstate", ""))


def _keep_conflict(command_id: UUID, payload: str, actor: Actor, at: datetime) -> None:
    CommandConflict.objects.create(
        command_id=command_id,
        payload=json.loads(payload),
        actor_id=actor.user_id,
        actor_name=actor.name,
        received_at=at,
    )
