"""News for the modules above: what happened, told in the same transaction to those listed in `config/wiring.py`.

A listener may refuse: then nothing of the whole operation is written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from zhixuan.shared.access import Actor


@dataclass(frozen=True, slots=True)
class FacilityAdded:
    """A facility exists now."""

    facility_id: int


@dataclass(frozen=True, slots=True)
class FacilityCloses:
    """A facility is about to be closed for good; `on` is its last day."""

    facility_id: int
    on: date


@dataclass(frozen=True, slots=True)
class QuarantineLeft:
    """Pieces of these lots are about to go from quarantine back into the store of a facility."""

    facility_id: int
    lot_ids: tuple[int, ...]
    actor_id: int | None
    on: date


@dataclass(frozen=True, slots=True)
class SlipBeingReversed:
    """A slip of a facility is about to be reversed; nothing of the ledger is held yet."""

    event_id: int
    facility_id: int


@dataclass(frozen=True, slots=True)
class SlipReversed:
    """A slip of a facility has been reversed by another one of that day, for that reason."""

    event_id: int
    reversal_id: int
    facility_id: int
    on: date
    reason: str
    actor: Actor
    at: datetime


Event = FacilityAdded | FacilityCloses | QuarantineLeft | SlipBeingReversed | SlipReversed
Listeners = Mapping[type, tuple[Callable[[Event], None], ...]]


@cache
def _listeners() -> Listeners:
    found: Listeners = import_string(settings.EVENT_LISTENERS)
    return found


def tell(event: Event) -> None:
    """Call every listener of this kind of event, in their order, inside the transaction of the teller."""
    for listener in _listeners().get(type(event), ()):
        listener(event)
