"""Keyed digests of ledger rows: whoever changes a row without the key is found by `zhixuan check`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC

from django.conf import settings

from zhixuan.modules.stock.models import Event, Lot
from zhixuan.rules.stock.ledger import Move
from zhixuan.shared import crypto


def of_event(event: Event, moves: Iterable[Move]) -> str:
    """Digest of everything an event and its movements say, ids included."""
    content = [
        event.id,
        event.command_id.hex,
        event.kind,
        event.place_id,
        event.year,
        event.number,
        event.on.isoformat(),
        event.recorded_at.astimezone(UTC).isoformat(timespec="microseconds"),
        event.actor_id,
        event.actor_name,
        event.other_place_id,
        event.reverses_id,
        event.answers_id,
        event.reference,
        event.note,
        event.details,
        [[m.lot_id, m.product_id, m.from_place_id, m.to_place_id, m.pieces, m.reason] for m in moves],
    ]
    return _seal(content)


def of_lot(lot: Lot) -> str:
    made_on = lot.made_on.isoformat() if lot.made_on else None
    return _seal([lot.item_id, lot.product_id, lot.number, lot.expires_on.isoformat(), made_on])


def of_chain(previous: str, links: Iterable[tuple[int, str]]) -> str:
    """Digest of a seal: the seal before it, then id and digest of each event in order."""
    return _seal([previous, [[event_id, digest] for event_id, digest in links]])


def _seal(content: list[object]) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return crypto.seal(settings.LEDGER_KEY_FILE, text)
