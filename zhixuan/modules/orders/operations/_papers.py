"""Drawing the issue document of an order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from zhixuan.modules.orders.models import Order
from zhixuan.modules.orders.operations import _steps
from zhixuan.shared.access import Actor

Sent = tuple[int, int]
"""(product id, pieces)"""


def draw(order: Order, lines: Sequence[Sent], *, on: date, actor: Actor, command_id: UUID, at: datetime) -> int:
    """Draw it and note the step; the document's id."""
    raise NotImplementedError
