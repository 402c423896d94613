"""Counting what was taken under a limit: a token nobody can turn back, and a number (decisions/010).

The key of the quarter lies in a file beside the other keys, is in no backup, and is destroyed with its quarter.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from zhixuan.modules.machines.models import Limit, Machine, PickUpCount
from zhixuan.modules.machines.operations._rows import NewRecord
from zhixuan.rules.machines import limits as rules
from zhixuan.rules.machines.records import Kind
from zhixuan.shared import sql
from zhixuan.shared.crypto import key_from_file

ADD = "ON CONFLICT (token) DO UPDATE SET packs = machines_pickupcount.packs + excluded.packs"
PREFIX, ENDING = "limits-", ".secret"
"""Not `.key`: what ends so is copied with a backup."""


def key_file(day: date) -> Path:
    return Path(settings.LEDGER_KEY_FILE).parent / f"{PREFIX}{rules.quarter_of(day)}{ENDING}"


def token_of(limit: Limit, blinded: str, day: date) -> str:
    """HMAC-SHA-256 with the key of the quarter; the key is read each time, so that no process remembers it."""
    text = rules.token_text(limit.pk, rules.window_of(day, limit.days), blinded)
    return hmac.new(key_from_file(key_file(day)), text.encode(), hashlib.sha256).hexdigest()


def taken(limit: Limit, blinded: str, day: date) -> int:
    """Packs taken with that token in the window of the day."""
    found = PickUpCount.objects.filter(token=token_of(limit, blinded, day)).values_list("packs", flat=True).first()
    return found or 0


def count(machines: Mapping[int, Machine], shown: Sequence[tuple[NewRecord, str]], *, at: datetime) -> None:
    """Add the vends of this window to their tokens; the order of the rows is the order of the tokens, not of time."""
    today = timezone.localtime(at).date()
    limited = {machine.pk: machine.limit for machine in machines.values() if machine.limit_id}
    added: Counter[tuple[str, date]] = Counter()
    for row, blinded in shown:
        limit = limited.get(row.machine_id)
        if limit is None or limit.ended_at is not None or row.kind != Kind.VEND:
            continue
        first, last = rules.window_of(today, limit.days)
        if first <= timezone.localtime(row.moment).date() <= last:
            added[token_of(limit, blinded, today), last] += 1
    rows = [(token, packs, sql.date_value(until)) for (token, until), packs in sorted(added.items())]
    sql.tell(sql.insertion("INSERT INTO machines_pickupcount (token, packs, until)", rows, ADD))


def destroy_keys_before(day: date) -> list[str]:
    """Overwrite and remove the keys of earlier quarters; what they made can never be made again."""
    gone = []
    for path in sorted(key_file(day).parent.glob(f"{PREFIX}*{ENDING}")):
        if path.name >= key_file(day).name:
            continue
        with path.open("r+b") as stream:
            stream.write(bytes(path.stat().st_size))
            stream.flush()
            os.fsync(stream.fileno())
        path.unlink()
        gone.append(path.name)
    return gone
