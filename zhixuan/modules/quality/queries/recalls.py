"""Recalls: where the lot is, where it went, and what the facilities have answered."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from zhixuan.modules.directory import queries as directory
from zhixuan.modules.quality.models import Notice, Recall
from zhixuan.modules.quality.permissions import ISSUE_RECALL, VIEW
from zhixuan.modules.stock.queries import blocks, tracing
from zhixuan.modules.stock.queries.scope import visible
from zhixuan.rules.quality import recalls as rules
from zhixuan.rules.quality.recalls import Answers, Balance, Flow, NoticeState
from zhixuan.rules.stock.ledger import PlaceKind
from zhixuan.shared.access import Actor, the_one


def recalls_for(actor: Actor) -> QuerySet[Recall]:
    """Recalls that reach facilities in sight, latest first."""
    told = Notice.objects.filter(visible(actor)).values("recall_id")
    own = Q(pk__in=told)
    for path in actor.scope(VIEW).area_paths:
        own |= Q(area_path__startswith=path)
    return Recall.objects.filter(own).select_related("item__product", "area").order_by("-issued_at", "-id")


def recall(actor: Actor, recall_id: int) -> Recall:
    """One recall.

    Raises:
        Unknown: not there, or it reaches no facility in sight.
    """
    return the_one(recalls_for(actor).filter(pk=recall_id))


def public_recall(public_id: UUID) -> Recall:
    """The recall behind a public notice, whoever asks; its public text is all that may be shown.

    Raises:
        Unknown: no such notice, or it has no public text.
    """
    return the_one(Recall.objects.select_related("item__product").filter(public_id=public_id).exclude(public_zh=""))


def notices_of(actor: Actor, recall_id: int) -> QuerySet[Notice]:
    """Notices in sight of a recall, in the order of areas."""
    found = Notice.objects.filter(visible(actor), recall_id=recall_id).select_related("facility", "recall")
    return found.order_by("facility__area_path", "facility__code")


def notice(actor: Actor, notice_id: int) -> Notice:
    """One notice.

    Raises:
        Unknown: not there, or of another facility.
    """
    found = Notice.objects.filter(visible(actor), pk=notice_id)
    return the_one(found.select_related("recall__item__product", "facility__supplied_by"))


def open_notices(actor: Actor) -> QuerySet[Notice]:
    """Notices in sight that nobody has answered yet, the most urgent first."""
    found = Notice.objects.filter(visible(actor), recall__closed_at=None).exclude(state=NoticeState.DONE)
    return found.select_related("recall__item__product", "facility").order_by("recall__answer_by", "pk")


def lot_ids_of(one: Recall) -> list[int]:
    """The lots in the books that a recall is about."""
    return list(blocks.lots_named(one.item_id, one.lot_number, one.expires_on).values_list("id", flat=True))


def facilities_concerned(lot_ids: Collection[int], area_path: str) -> list[directory.Facility]:
    """Facilities of the area that have or had the lot, in the order of areas, whoever asks."""
    had = tracing.facilities_that_had(lot_ids, area_path)
    return list(directory.all_facilities().filter(pk__in=had))


def balance_of(one: Recall) -> Balance:
    """Every piece of the lot in the area of the recall: from the movements, against what the balances say is there."""
    lot_ids = lot_ids_of(one)
    flows = [
        Flow(
            crossing.kind,
            crossing.from_kind,
            (crossing.from_path or "").startswith(one.area_path),
            crossing.to_kind,
            (crossing.to_path or "").startswith(one.area_path),
            crossing.pieces,
        )
        for crossing in tracing.crossings(lot_ids)
    ]
    now: dict[str, int] = {}
    for row in tracing.balances_of(lot_ids, one.area_path):
        now[row.place.kind] = now.get(row.place.kind, 0) + row.pieces
    return rules.balance(flows, now)


@dataclass(slots=True)
class Whereabouts:
    """One facility and the recalled lot: pieces by place, pieces dispensed by month, and its notice."""

    facility: directory.Facility
    store: int = 0
    quarantine: int = 0
    transit: int = 0
    suspense: int = 0
    dispensed: int = 0
    months: tuple[tuple[date, int], ...] = ()
    notice: Notice | None = None


def whereabouts(actor: Actor, one: Recall) -> list[Whereabouts]:
    """Where the lot is and where it went, facility by facility, as far as the person can see."""
    lot_ids = lot_ids_of(one)
    in_sight = set(directory.facilities_for(actor, VIEW).values_list("pk", flat=True))
    found = {
        facility.pk: Whereabouts(facility)
        for facility in facilities_concerned(lot_ids, one.area_path)
        if facility.pk in in_sight
    }
    kinds = {PlaceKind.STORE, PlaceKind.QUARANTINE, PlaceKind.TRANSIT, PlaceKind.SUSPENSE}
    for row in tracing.balances_of(lot_ids, one.area_path):
        here = found.get(row.place.facility_id or 0)
        if here is not None and row.place.kind in kinds:
            setattr(here, row.place.kind, getattr(here, row.place.kind) + row.pieces)
    for (facility_id, month), pieces in sorted(tracing.dispensed_by_month(lot_ids, one.area_path).items()):
        if facility_id in found:
            found[facility_id].dispensed += pieces
            found[facility_id].months += ((month, pieces),)
    for told in notices_of(actor, one.pk):
        if told.facility_id in found:
            found[told.facility_id].notice = told
    return list(found.values())


def answers_of(one: Recall, *, today: date) -> Answers:
    """How far the notices of a recall have come."""
    states = [NoticeState(state) for state in Notice.objects.filter(recall=one).values_list("state", flat=True)]
    return rules.answers(states, answer_by=one.answer_by, today=today)


def waiting_for(one: Recall) -> int:
    """How many facilities have not answered yet."""
    return Notice.objects.filter(recall=one).exclude(state=NoticeState.DONE).count()


def may_run(actor: Actor, one: Recall) -> bool:
    """The actor is a station officer of the recall's area."""
    return actor.may(ISSUE_RECALL, area_path=one.area_path)
