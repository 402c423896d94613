"""Keyed digests of ledger rows: whoever changes a row without the key is found by `zhixuan check`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime

from django.conf import settings

from zhixuan.modules.stock.models import Event, Lot, Seal
from zhixuan.modules.stock.operations._rows import EventRow
from zhixuan.rules.stock.ledger import Move
from zhixuan.shared import crypto


def of_event(event: Event | EventRow, moves: Iterable[Move], details: str | None = None) -> str:
    """Digest of everything an event and its movements say, ids included.

    Args:
        details: the event's details as `text` writes them, where they are at hand already.
    """
    head = [
        event.id,
        event.command_id.hex,
        event.kind,
        event.place_id,
        event.year,
        event.number,
        event.on.isoformat(),
        _instant(event.recorded_at),
        event.actor_id,
        event.actor_name,
        event.other_place_id,
        event.reverses_id,
        event.answers_id,
        event.reference,
        event.note,
    ]
    lines = [[m.lot_id, m.product_id, m.from_place_id, m.to_place_id, m.pieces, m.reason] for m in moves]
    return _seal(f"{text(head)[:-1]},{details or text(event.details)},{text(lines)}]")


def of_lot(lot: Lot) -> str:
    """Digest of a lot, its id included: two lots that change places are found."""
    made_on = lot.made_on.isoformat() if lot.made_on else None
    return _seal(text([lot.id, lot.item_id, lot.product_id, lot.number, lot.expires_on.isoformat(), made_on]))


def of_seal(seal: Seal, previous: str, links: Iterable[tuple[int, str]]) -> str:
    """Digest of a seal: the seal before it, its own number and time, then id and digest of each event in order."""
    return _seal(text([previous, seal.id, _instant(seal.sealed_at), list(links)]))


def of_head(seal_id: int, digest: str) -> str:
    """Digest of the note that the chain has reached this seal."""
    return _seal(text(["head", seal_id, digest]))


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _seal(content: str) -> str:
    return crypto.seal(settings.LEDGER_KEY_FILE, content)


text = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
"""How content is written before it is sealed: of equal values there is one text only."""
