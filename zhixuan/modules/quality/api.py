"""The API of quality: recalls, their notices, answers; lots that are due for inspection."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from ninja import Router, Schema

from zhixuan.modules.quality.operations.answer_notice import answer_notice
from zhixuan.modules.quality.queries import inspections, recalls
from zhixuan.modules.quality.queries.inspections import DueLot
from zhixuan.rules.stock.ledger import UNKNOWN_EXPIRY
from zhixuan.shared.api import REFUSALS, Count, PageQuery, Sentence, part
from zhixuan.shared.requests import ActorRequest

router = Router()


class RecallOut(Schema):
    id: int
    number: str
    product: str
    gtin: str | None
    lot_number: str
    expires_on: date | None
    kind: str
    recall_class: str
    reason: str
    action: str
    answer_by: date
    issued_at: datetime
    closed_at: datetime | None


class RecallPageOut(Schema):
    total: int
    rows: list[RecallOut]


class NoticeOut(Schema):
    id: int
    recall: str
    facility: str
    state: str
    read_at: datetime | None
    done_at: datetime | None
    book_pieces: int | None
    found_pieces: int | None
    note: str


class NoticePageOut(Schema):
    total: int
    rows: list[NoticeOut]


class AnswerIn(Schema):
    found_pieces: Count
    note: Sentence = ""


class DueOut(Schema):
    facility: str
    lot_id: int
    lot_number: str
    expires_on: date | None
    pieces_in_store: int
    pieces_held: int
    reasons: list[str]
    required: bool
    since: date
    recalled: bool


@router.get("/recalls", response={200: RecallPageOut, **REFUSALS})
def all_recalls(request: ActorRequest, page: PageQuery) -> Any:
    """Recalls that concern the facilities in sight, latest first."""
    found = part(recalls.recalls_for(request.actor), page)
    return {"total": found["total"], "rows": [_recall(row) for row in found["rows"]]}


def _recall(row: Any) -> dict[str, Any]:
    own = {name: getattr(row, name) for name in RecallOut.model_fields if name not in ("product", "gtin")}
    return {**own, "product": row.item.product.code, "gtin": row.item.gtin}


@router.get("/recalls/{recall_id}/notices", response={200: NoticePageOut, **REFUSALS})
def notices(request: ActorRequest, recall_id: int, page: PageQuery) -> Any:
    """What the facilities in sight answered to a recall."""
    found = part(recalls.notices_of(request.actor, recalls.recall(request.actor, recall_id).pk), page)
    return {"total": found["total"], "rows": [_notice(row) for row in found["rows"]]}


def _notice(row: Any) -> dict[str, Any]:
    own = {name: getattr(row, name) for name in NoticeOut.model_fields if name not in ("recall", "facility")}
    return {**own, "recall": row.recall.number, "facility": row.facility.code}


@router.post("/notices/{notice_id}/answer", response={200: NoticeOut, **REFUSALS})
def answer(request: ActorRequest, notice_id: int, body: AnswerIn) -> Any:
    """Answer a notice: what was found; the books put the lot into quarantine. The same answer twice is one."""
    done = answer_notice(
        notice_id=notice_id, found_pieces=body.found_pieces, note=body.note, actor=request.actor, at=timezone.now()
    )
    return _notice(recalls.notice(request.actor, done.pk))


@router.get("/due", response={200: list[DueOut], **REFUSALS})
def due_inspections(request: ActorRequest) -> Any:
    """Lots that are due for inspection at the facilities in sight, the required ones first."""
    return [_due(one) for one in inspections.due_lots(request.actor, today=timezone.localdate())]


def _due(one: DueLot) -> dict[str, Any]:
    return {
        "facility": one.facility.code,
        "lot_id": one.lot.lot_id,
        "lot_number": one.lot.number,
        "expires_on": None if one.lot.expires_on == UNKNOWN_EXPIRY else one.lot.expires_on,
        "pieces_in_store": one.lot.in_store,
        "pieces_held": one.lot.held,
        "reasons": [reason.rule.code for reason in one.reasons],
        "required": one.required,
        "since": one.since,
        "recalled": one.recalled,
    }
