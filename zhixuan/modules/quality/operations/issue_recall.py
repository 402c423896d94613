"""Recall a lot, or stop it, in an area."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID, uuid5

from django.utils import timezone

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.directory import queries as directory
from zhixuan.modules.quality import permissions
from zhixuan.modules.quality.models import Notice, Recall
from zhixuan.modules.quality.operations import _papers
from zhixuan.modules.quality.queries import recalls as queries
from zhixuan.modules.stock.operations.block_lot import block_lot
from zhixuan.rules.quality import recalls as rules
from zhixuan.rules.quality.recalls import RecallClass, RecallKind
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared import audit
from zhixuan.shared.access import Actor, Forbidden
from zhixuan.shared.once import once_answering


@once_answering(lambda made_id: Recall.objects.get(pk=made_id))
def issue_recall(
    *,
    area_id: int,
    item_id: int,
    lot_number: str,
    expires_on: date | None,
    kind: RecallKind,
    recall_class: RecallClass,
    reason: str,
    action: str,
    answer_by: date,
    public_zh: str = "",
    public_en: str = "",
    actor: Actor,
    command_id: UUID,
    at: datetime,
) -> Recall:
    """Block the lot in the area and send a notice to every facility that has or had it. Safe to repeat.

    The lot need not be in the books: then it is kept from coming in.

    Raises:
        Refused: everything that is missing, at once.
        Unknown: the area is out of sight.
        Forbidden: the actor is not its station officer.
    """
    area = directory.area(actor, area_id)
    if not actor.may(permissions.ISSUE_RECALL, area_path=area.path):
        raise Forbidden
    today = timezone.localtime(at).date()
    _papers.hold(_papers.RECALL, area.pk, today.year)
    if item_id not in catalogue.items_by_id([item_id]):
        raise Refused(N_("Choose the item from the catalogue, or scan its code."), field="item")
    rules.check_recall(lot_number=lot_number, reason=reason, action=action, answer_by=answer_by, today=today)

    recall = Recall(
        command_id=command_id,
        public_id=uuid5(command_id, "public"),
        number=_papers.next_number(_papers.RECALL, area.pk, today.year, area.code),
        area_id=area.pk,
        area_path=area.path,
        kind=kind,
        recall_class=recall_class,
        item_id=item_id,
        lot_number=lot_number.strip(),
        expires_on=expires_on,
        reason=reason.strip(),
        action=action.strip(),
        answer_by=answer_by,
        public_zh=public_zh.strip(),
        public_en=public_en.strip(),
        issued_by=actor.user_id,
        issued_by_name=actor.name[:150],
        issued_at=at,
    )
    recall.block_id = block_lot(
        item_id=item_id,
        number=recall.lot_number,
        expires_on=expires_on,
        area_path=area.path,
        reference=recall.number,
        actor=actor,
        at=at,
    )
    recall.save()
    concerned = queries.facilities_concerned(queries.lot_ids_of(recall), area.path)
    send_notices(recall, [facility.pk for facility in concerned], at)
    details = {"lot": recall.lot_number, "facilities": len(concerned)}
    audit.record(actor, "issue_recall", "quality.recall", recall.pk, area.path, details, at)
    return recall


def send_notices(recall: Recall, facility_ids: Iterable[int], at: datetime) -> None:
    """A notice to each facility that has none yet."""
    Notice.objects.bulk_create(
        [Notice(recall=recall, facility_id=facility_id, sent_at=at) for facility_id in sorted(facility_ids)],
        ignore_conflicts=True,
    )
