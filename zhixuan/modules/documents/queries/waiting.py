"""What waits for a person: to be checked, to be posted, to be corrected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from zhixuan.modules.documents.models import Document, DocumentStep
from zhixuan.modules.documents.permissions import CHECK
from zhixuan.modules.documents.queries.documents import documents_for
from zhixuan.modules.stock.queries import flow
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.rules.documents.states import DocumentKind, DocumentState, Step
from zhixuan.rules.stock.flow import People
from zhixuan.shared.access import Actor


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many documents wait for this person, by what is to be done."""

    to_check: int
    to_post: int
    to_correct: int


def to_check(actor: Actor) -> QuerySet[Document]:
    """Drawn by somebody else, where two people are needed."""
    mine = DocumentStep.objects.filter(
        document=OuterRef("pk"), actor_id=actor.user_id, step__in=[Step.DRAW, Step.CHANGE]
    )
    return _mine_to_do(actor).filter(~Exists(mine), _flow(by_two=True), state=DocumentState.DRAWN)


def to_post(actor: Actor) -> QuerySet[Document]:
    """Checked; or drawn, where one person is enough."""
    ready = Q(state=DocumentState.CHECKED) | Q(_flow(by_two=False), state=DocumentState.DRAWN)
    return _mine_to_do(actor).filter(ready)


def to_correct(actor: Actor) -> QuerySet[Document]:
    """Returned to whoever drew it."""
    return _mine_to_do(actor).filter(state=DocumentState.RETURNED, drawn_by_id=actor.user_id)


def waiting(actor: Actor) -> Waiting:
    """Three counts for the start page."""
    if actor.user_id is None or not actor.has(CHECK):
        return Waiting(0, 0, 0)
    return Waiting(to_check(actor).count(), to_post(actor).count(), to_correct(actor).count())


def _mine_to_do(actor: Actor) -> QuerySet[Document]:
    scope = actor.scope(CHECK)
    where = Q(facility_id__in=list(scope.facility_ids))
    for path in scope.area_paths:
        where |= Q(facility__area_path__startswith=path)
    return documents_for(actor).filter(where)


def _flow(*, by_two: bool) -> Q:
    """Documents of kinds and facilities that need two people, or one. A store that needs two only where two keep it
    is counted with both: whoever opens the document sees which holds."""
    wanted = Q(pk__in=[])
    others = Q()
    for (kind, deed), people in flow.flow().people.items():
        this = Q(facility__kind=kind, kind=deed)
        if people in ({People.TWO, People.TWO_IF_TWO_KEEPERS} if by_two else {People.ONE, People.TWO_IF_TWO_KEEPERS}):
            wanted |= this
        others &= ~this
    return wanted if by_two else wanted | others


def two_needed(document: Document, *, on: date) -> bool:
    """Whether this document must be checked by somebody else before it is posted."""
    return flow.two_needed(places_of(document.facility_id), DocumentKind(document.kind), on=on)
