"""How an operation on documents is carried out: once for each command id, in one transaction."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, is_dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from zhixuan.modules.documents.models import Document, DocumentCommand
from zhixuan.modules.documents.queries.documents import number_of
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared import crypto, sql
from zhixuan.shared.access import Actor


@dataclass(frozen=True, slots=True)
class DrawnDocument:
    """The answer of every operation on a document.

    Args:
        number: as it stands on the paper.
        event_id: the ledger's slip that it became; None until it is posted.
        repeated: the command had been carried out before; nothing was done this time.
    """

    id: int
    number: str
    state: str = "drawn"
    event_id: int | None = None
    repeated: bool = False


def answer(document: Document) -> DrawnDocument:
    """The document as it stands."""
    return DrawnDocument(document.pk, number_of(document), document.state, document.event_id)


def once(operation: Callable[..., DrawnDocument]) -> Callable[..., DrawnDocument]:
    """Make an operation safe to repeat: the same command id with the same content answers the same document.

    Raises:
        Refused: the id came before with another content.
    """

    @functools.wraps(operation)
    def carried_out(*, command_id: UUID, actor: Actor, at: datetime, **arguments: Any) -> DrawnDocument:
        payload = json.dumps(
            [operation.__name__, actor.user_id, arguments], sort_keys=True, default=_plain, ensure_ascii=False
        )
        with transaction.atomic():
            if not _claim(command_id, crypto.fingerprint(payload)):
                return _answered_before(command_id, crypto.fingerprint(payload))
            done = operation(command_id=command_id, actor=actor, at=at, **arguments)
            DocumentCommand.objects.filter(pk=command_id).update(document_id=done.id)
            return done

    return carried_out


def _claim(command_id: UUID, payload_hash: str) -> bool:
    """The first to insert the id acts; who comes second waits for the first to end."""
    return bool(
        sql.write(
            "INSERT INTO documents_documentcommand (id, payload_hash) VALUES (%s, %s) ON CONFLICT (id) DO NOTHING",
            [(sql.uuid_value(command_id), payload_hash)],
        )
    )


def _answered_before(command_id: UUID, payload_hash: str) -> DrawnDocument:
    command = DocumentCommand.objects.select_related("document__facility").get(pk=command_id)
    if command.payload_hash != payload_hash or command.document is None:
        raise Refused(
            N_("This form was already sent with other contents. Look at the document, then open the form again."),
            code="command_conflict",
        )
    return replace(answer(command.document), repeated=True)


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, date | UUID | Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} in a command")
