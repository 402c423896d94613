"""How far the chain of seals has come, noted outside the database.

A chain alone cannot show that its end was cut off: what is left is whole. The note beside it can. Copy it elsewhere
each day (print it, mail it) and even whoever owns this machine cannot shorten the ledger unseen.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection

from zhixuan.modules.stock.models import Seal
from zhixuan.modules.stock.operations import _digests


def file() -> Path:
    """Beside the SQLite file; for PostgreSQL in the data folder of the machine that seals."""
    return Path(settings.DATA) / f"{connection.settings_dict['NAME']}.head"


def move_to(seal: Seal) -> None:
    """Note the latest seal, unless the one noted before is gone: that note is the proof."""
    if any(lost_end()):
        return
    note = {"seal": seal.id, "digest": seal.digest, "proof": _digests.of_head(seal.id, seal.digest)}
    draft = file().with_name(f"{file().name}.{os.getpid()}")
    with draft.open("w") as stream:
        json.dump(note, stream)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(file())


def lost_end() -> Iterator[tuple[str, str]]:
    """The seal noted last is still there."""
    if not file().exists():
        return
    try:
        note = json.loads(file().read_text())
        seal_id, digest, proof = note["seal"], note["digest"], note["proof"]
    except (ValueError, KeyError, TypeError):
        seal_id, digest, proof = 0, "", ""
    if proof != _digests.of_head(seal_id, digest):
        yield str(file()), "the note of the latest seal was changed or is damaged"
    elif not Seal.objects.filter(id=seal_id, digest=digest).exists():
        yield (
            f"stock_seal {seal_id}",
            "this seal was made here and is gone: the end of the ledger was cut off, or an older backup was put back "
            f"(if so, delete {file().name})",
        )
