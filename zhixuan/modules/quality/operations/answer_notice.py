"""Answer a recall notice: what was found, and into quarantine with it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhixuan.modules.quality.models import Notice
from zhixuan.modules.quality.operations import _notices, _recalled
from zhixuan.rules.quality import recalls as rules
from zhixuan.rules.quality.recalls import NoticeState
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared import audit
from zhixuan.shared.access import Actor


@transaction.atomic
def answer_notice(*, notice_id: int, found_pieces: int, note: str = "", actor: Actor, at: datetime) -> Notice:
    """Confirm that the lot was taken off the shelf: what the books have in the store goes into quarantine.

    A difference to the books is explained in the note and mended by a count, not here. Repeating the same answer
    changes nothing.

    Raises:
        Refused: answered already with something else, a difference without a note, a closed month.
        Unknown, Forbidden: see permissions.
    """
    notice, places = _notices.locked(notice_id, actor)
    if notice.state == NoticeState.DONE:
        if notice.found_pieces == found_pieces:
            return notice
        raise Refused(N_("This notice has been answered already."), code="answered")
    if notice.recall.closed_at is not None:
        raise Refused(N_("The recall is closed."), code="closed")
    book = _recalled.pieces_there(notice.recall, notice.facility_id)
    rules.check_answer(found_pieces=found_pieces, book_pieces=book, note=note)

    held = _recalled.hold(notice.recall, notice.facility_id, actor=actor, at=at)
    notice.state, notice.done_at, notice.done_by_name = NoticeState.DONE, at, actor.name[:150]
    if notice.read_at is None:
        notice.read_at, notice.read_by_name = at, actor.name[:150]
    notice.book_pieces, notice.found_pieces, notice.note = book, found_pieces, note.strip()
    notice.save()
    details = {"found": found_pieces, "book": book, "held": held}
    audit.record(actor, "answer_notice", "quality.notice", notice.pk, places.area_path, details, at)
    return notice
