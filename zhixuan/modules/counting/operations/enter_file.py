"""Enter a sheet that was filled in with Excel."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from zhixuan.modules.counting.models import Tally
from zhixuan.modules.counting.operations import _loading
from zhixuan.modules.counting.operations.add_found_lot import add_found_lot
from zhixuan.modules.counting.operations.enter_numbers import Counted, enter_numbers
from zhixuan.modules.counting.queries import sheet_file
from zhixuan.rules.refusal import Refused
from zhixuan.rules.stock.receiving import Delivered
from zhixuan.shared import uploads
from zhixuan.shared.access import Actor

PURPOSE = "counting.enter"


@transaction.atomic
def enter_file(
    *, count_id: int, upload_id: UUID, counted_at: datetime, actor: Actor, at: datetime
) -> Mapping[str, Any]:
    """Take every number of the file, or none. Safe to repeat.

    Args:
        counted_at: when was counted; one moment for the whole sheet, as on paper.

    Raises:
        Refused: everything that is wrong with the file, at once.
        Unknown, Forbidden: see permissions; the upload is somebody else's.
    """
    count, _places = _loading.hold(actor, count_id)
    upload = uploads.lock(actor, upload_id, PURPOSE)
    if upload.applied_at is not None:
        return dict(upload.outcome)
    _loading.check_moment(count, counted_at, at)
    filled = sheet_file.read(count, uploads.tables_of(upload, titles=sheet_file.tables.ALL_TITLES))

    if filled.mistakes:
        raise Refused.many(filled.mistakes)

    numbers = [
        Counted(line.id, pieces, line.tallies, counted_at, uuid5(upload_id, str(line.id)))
        for line, pieces in filled.numbers
    ]
    if numbers:
        enter_numbers(count_id=count_id, numbers=numbers, source=Tally.Source.FILE, actor=actor, at=at)
    for lot in filled.found:
        add_found_lot(
            count_id=count_id,
            lot=Delivered(lot.item.pk, lot.lot, lot.expires_on, lot.pieces or 0),
            counted_at=counted_at,
            source=Tally.Source.FILE,
            actor=actor,
            command_id=uuid5(upload_id, f"row {lot.number}"),
            at=at,
        )
    outcome = {"numbers": len(numbers), "found": len(filled.found)}
    uploads.finish(upload, outcome, at)
    _loading.note(actor, "enter_file", count, {**outcome, "file": upload.file_name}, at)
    return outcome
