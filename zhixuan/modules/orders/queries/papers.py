"""Issue documents that were drawn for orders."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

SOURCE = "orders.order"


@dataclass(frozen=True, slots=True)
class Paper:
    """An issue document. `open`: drawn and neither posted nor cancelled; `event_id`: its slip, once posted."""

    id: int
    number: str
    state: str
    open: bool
    event_id: int | None
    pieces: Mapping[int, int]


def papers_of(order_ids: Collection[int]) -> dict[int, list[Paper]]:
    """Documents by order, earliest first."""
    return {}
