"""The audit trail: who did what to which object, where and when. Written in the transaction of the deed itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from zhixuan.shared import sql
from zhixuan.shared.access import Actor, Scope
from zhixuan.shared.journeys import Statement
from zhixuan.shared.models import AuditEntry

HEAD = "INSERT INTO shared_auditentry (at, actor_id, actor_name, verb, object_type, object_id, area_path, details)"
ENTRY = f"{HEAD} VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"


def record(  # noqa: PLR0913  (every column of the row, always in this order)
    actor: Actor,
    verb: str,
    object_type: str,
    object_id: object,
    area_path: str,
    details: Mapping[str, Any],
    at: datetime,
) -> None:
    """Note one deed: one INSERT.

    Args:
        verb: the operation's name, `receive_delivery`.
        object_type: module and thing, `stock.event`.
        area_path: where it happened; empty for what concerns the whole system.
        details: what a later reader needs, as JSON values; never passwords, codes or health data.
    """
    sql.tell([entry(actor, verb, object_type, object_id, area_path, details, at)])


def entry(  # noqa: PLR0913  (as `record`)
    actor: Actor,
    verb: str,
    object_type: str,
    object_id: object,
    area_path: str,
    details: Mapping[str, Any],
    at: datetime,
) -> Statement:
    """The same as a statement, to be carried out together with the rows of the deed itself."""
    values = (
        sql.moment_value(at),
        actor.user_id,
        actor.name[:150],
        verb,
        object_type,
        str(object_id),
        area_path,
        sql.json_value(details),
    )
    return Statement(ENTRY, values)


def record_all(entries: Iterable[Statement]) -> None:
    """Note many deeds at once, each as `entry` makes it."""
    sql.tell(sql.insertion(HEAD, [one.values for one in entries]))


def entries_in(scope: Scope) -> QuerySet[AuditEntry]:
    """Entries of the areas in sight, latest first; what concerns the whole system only for those of the whole."""
    if "/" in scope.area_paths:
        return AuditEntry.objects.order_by("-at", "-id")
    in_sight = Q(pk__in=[])
    for path in scope.area_paths:
        in_sight |= Q(area_path__startswith=path)
    return AuditEntry.objects.filter(in_sight).order_by("-at", "-id")


def entries_of(object_type: str, object_id: object) -> QuerySet[AuditEntry]:
    """What was done to one object, latest first; the caller has checked that the object is in sight."""
    return AuditEntry.objects.filter(object_type=object_type, object_id=str(object_id)).order_by("-at", "-id")
