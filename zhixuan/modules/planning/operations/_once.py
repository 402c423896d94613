"""How an operation on plans is carried out: once for each command id, in one transaction."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from zhixuan.modules.planning.models import Command
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared import crypto, sql
from zhixuan.shared.access import Actor


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a command: the id of the plan. `repeated`: it had been carried out before."""

    id: int
    repeated: bool


def once(operation: Callable[..., int]) -> Callable[..., Done]:
    """Make an operation safe to repeat: the first to insert the command acts, the same again gets the same answer.

    The operation takes `command_id`, `actor` and `at` besides its own keyword arguments and answers an id.
    """

    @functools.wraps(operation)
    def carried_out(*, command_id: UUID, actor: Actor, at: datetime, **arguments: Any) -> Done:
        content = [operation.__name__, actor.user_id, arguments]
        fingerprint = crypto.fingerprint(json.dumps(content, sort_keys=True, default=_plain, ensure_ascii=False))
        with transaction.atomic():
            row = (sql.uuid_value(command_id), fingerprint, actor.user_id, sql.moment_value(at))
            if not sql.write(
                "INSERT INTO planning_command (id, payload_hash, actor_id, received_at) VALUES (%s, %s, %s, %s) "
                "ON CONFLICT (id) DO NOTHING",
                [row],
            ):
                return _answer_again(command_id, fingerprint)
            answer = operation(command_id=command_id, actor=actor, at=at, **arguments)
            Command.objects.filter(id=command_id).update(answer=answer)
            return Done(answer, repeated=False)

    return carried_out


def _answer_again(command_id: UUID, fingerprint: str) -> Done:
    known = Command.objects.get(id=command_id)
    if known.payload_hash != fingerprint or known.answer is None:
        raise Refused(
            N_("This form was already sent with other contents. Look at what came of it, then start a new form."),
            code="command_conflict",
        )
    return Done(known.answer, repeated=True)


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: getattr(value, one.name) for one in fields(value)}
    if isinstance(value, date | UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} in a command")
