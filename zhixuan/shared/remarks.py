"""What the modules above have to say about lots that are about to go out: told beside them, never in the way.

Who is asked stands in `config/wiring.py`, as for events.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from zhixuan.rules.refusal import Refused

Remarker = Callable[[int, Collection[int], date], Mapping[int, Refused]]
"""Given facility, lots and the day they go out: a sentence by lot, for those there is something to say about."""


@cache
def _remarkers() -> tuple[Remarker, ...]:
    found: tuple[Remarker, ...] = import_string(settings.LOT_REMARKERS)
    return found


def on_lots(facility_id: int, lot_ids: Collection[int], on: date) -> dict[int, list[Refused]]:
    """Everything that is to be said, by lot."""
    said: dict[int, list[Refused]] = {}
    for remarker in _remarkers() if lot_ids else ():
        for lot_id, sentence in remarker(facility_id, lot_ids, on).items():
            said.setdefault(lot_id, []).append(sentence)
    return said
