"""One person, one file or one machine at a time changes what is noted of a machine."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar
from uuid import UUID

from zhixuan.modules.machines.models import Batch, Machine, Visit
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared.access import Unknown

Row = TypeVar("Row", Batch, Visit)


def lock(machine_ids: Iterable[int]) -> dict[int, Machine]:
    """The machines by id, held until the end of the transaction, always in the same order; before any place is.

    Raises:
        Unknown: one of them is not there.
    """
    wanted = sorted(set(machine_ids))
    rows = Machine.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk")
    found = {row.pk: row for row in rows.select_related("facility")}
    if len(found) != len(wanted):
        raise Unknown
    return found


def answered_batch(command_id: UUID, fingerprint: str) -> Batch | None:
    """The batch of that id when it was recorded before.

    Raises:
        Refused: with another content.
    """
    return _same(Batch.objects.filter(pk=command_id).first(), fingerprint)


def answered_visit(command_id: UUID, fingerprint: str) -> Visit | None:
    """The visit of that id when it was noted before.

    Raises:
        Refused: with another content.
    """
    return _same(Visit.objects.select_related("machine__facility").filter(pk=command_id).first(), fingerprint)


def _same(found: Row | None, fingerprint: str) -> Row | None:
    if found is not None and found.fingerprint != fingerprint:
        raise Refused(
            N_("This form was already sent with other contents. Look at what was posted, then start a new form."),
            code="command_conflict",
        )
    return found
