"""Take the lines of an uploaded table into a draft."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from zhixuan.modules.orders.operations.change_lines import change_lines
from zhixuan.modules.orders.queries.tables import lines_in
from zhixuan.rules.orders.suggesting import AskedLine
from zhixuan.shared import uploads
from zhixuan.shared.access import Actor

PURPOSE = "orders.lines"


@transaction.atomic
def apply_table(*, upload_id: UUID, on: date, actor: Actor, at: datetime) -> int:
    """Quantities and reasons as the table says; products that are not on the order are added. Applied once.

    Returns:
        The id of the order.

    Raises:
        Refused: what is wrong with file, lines or order, all at once.
        Unknown, Forbidden: see permissions.
    """
    upload = uploads.lock(actor, upload_id, PURPOSE)
    order_id = int(upload.subject)
    if upload.applied_at is not None:
        return order_id
    lines = [AskedLine(line.product.pk, line.asked, line.reason) for line in lines_in(upload)]

    changed = change_lines(order_id=order_id, lines=lines, on=on, actor=actor, at=at)
    uploads.finish(upload, {"changed": changed}, at)
    return order_id
