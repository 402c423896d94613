"""One way to make an operation safe to repeat: a command is carried out once, and answered as often as it comes.

The ledger has its own, with more in one journey to the database: `stock/operations/_commands.py` says why.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Protocol, TypeVar
from uuid import UUID

from django.db import transaction

from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared import crypto, sql
from zhixuan.shared.access import Actor
from zhixuan.shared.models import Command

CLAIM = (
    "INSERT INTO shared_command (module, id, payload_hash, actor_id, received_at) VALUES (%s, %s, %s, %s, %s) "
    "ON CONFLICT (module, id) DO NOTHING"
)


class Answer(Protocol):
    """What an operation answers: at least the id of the object that came of it."""

    @property
    def id(self) -> int: ...


A = TypeVar("A", bound=Answer)


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a command: the id of the object. `repeated`: it had been carried out before."""

    id: int
    repeated: bool


def once(operation: Callable[..., int]) -> Callable[..., Done]:
    """Make an operation that answers an id safe to repeat; it takes `command_id`, `actor`, `at` and its own arguments.

    Raises:
        Refused: `command_conflict`, the command id came before with another content.
    """

    @functools.wraps(operation)
    def first(**arguments: Any) -> Done:
        return Done(operation(**arguments), repeated=False)

    return once_answering(lambda object_id: Done(object_id, repeated=True))(first)


def once_answering(again: Callable[[int], A]) -> Callable[[Callable[..., A]], Callable[..., A]]:
    """The same for operations with a fuller answer: `again` makes it anew from the id of the object.

    The first transaction to insert the command acts; who comes second waits for it to end, and is told its answer.
    """

    def safe_to_repeat(operation: Callable[..., A]) -> Callable[..., A]:
        module = operation.__module__.removeprefix("zhixuan.modules.").partition(".")[0]

        @functools.wraps(operation)
        def carried_out(*, command_id: UUID, actor: Actor, at: datetime, **arguments: Any) -> A:
            fingerprint = crypto.fingerprint(content(operation.__name__, actor, arguments))
            with transaction.atomic():
                row = (module, sql.uuid_value(command_id), fingerprint, actor.user_id, sql.moment_value(at))
                if not sql.write(CLAIM, [row]):
                    return again(_first_answer(module, command_id, fingerprint))
                answer = operation(command_id=command_id, actor=actor, at=at, **arguments)
                Command.objects.filter(module=module, id=command_id).update(answer=answer.id)
                return answer

        return carried_out

    return safe_to_repeat


def content(verb: str, actor: Actor, arguments: dict[str, Any]) -> str:
    """What was asked for, by whom, as one text: the same text is the same command."""
    return _TEXT.encode([verb, actor.user_id, arguments])


def _first_answer(module: str, command_id: UUID, fingerprint: str) -> int:
    known = Command.objects.get(module=module, id=command_id)
    if known.payload_hash != fingerprint or known.answer is None:
        raise conflict()
    return known.answer


def conflict() -> Refused:
    """The answer to a command id that came before with another content."""
    return Refused(
        N_("This form was already sent with other contents. Look at what came of it, then start a new form."),
        code="command_conflict",
    )


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return {name: getattr(value, name) for name in _field_names(type(value))}
    if isinstance(value, date | UUID | Decimal | Fraction):
        return str(value)
    raise TypeError(f"{type(value).__name__} in a command")


@functools.cache
def _field_names(kind: type) -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind))


_TEXT = json.JSONEncoder(sort_keys=True, default=_plain, ensure_ascii=False)
