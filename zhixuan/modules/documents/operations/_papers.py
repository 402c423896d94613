"""What the operations load and write: the head under a lock, lines, steps of the history."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from zhixuan.modules.documents import permissions
from zhixuan.modules.documents.models import Document, DocumentStep, DrawnLine
from zhixuan.modules.documents.queries import drawing
from zhixuan.modules.documents.queries.documents import documents_for, number_of
from zhixuan.modules.documents.queries.drawing import Paper
from zhixuan.modules.stock.queries.places import FacilityPlaces, places_of
from zhixuan.rules.documents.lines import DocumentLine
from zhixuan.rules.documents.states import DocumentState, Person, Step, next_state
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared import audit, writing
from zhixuan.shared.access import Actor, Role, Unknown


def locked(document_id: int, actor: Actor, roles: frozenset[Role]) -> tuple[Document, FacilityPlaces]:
    """A document that nobody else changes until this is over, and the places of its facility.

    Raises:
        Unknown, Forbidden: see permissions.
    """
    if not documents_for(actor).filter(pk=document_id).exists():
        raise Unknown
    document = (
        Document.objects.select_related("facility", "other_facility")
        .select_for_update(of=("self",))
        .get(pk=document_id)
    )
    places = places_of(document.facility_id)
    permissions.require(actor, roles, places)
    return document, places


def locked_of_sources(source: str, source_ids: Collection[str], actor: Actor, roles: frozenset[Role]) -> list[Document]:
    """All documents that something above asked for, locked in the order of their ids.

    Raises:
        Unknown, Forbidden: see permissions.
    """
    asked = Document.objects.filter(source=source, source_id__in=source_ids).select_related("facility")
    documents = list(asked.select_for_update(of=("self",)).order_by("pk"))
    for facility in {one.facility_id for one in documents}:
        permissions.require(actor, roles, places_of(facility))
    return documents


def person(actor: Actor) -> Person:
    return Person(actor.user_id, actor.name)


def paper_of(document: Document, places: FacilityPlaces, at: datetime) -> Paper:
    """The document as the questions about its lines need it."""
    return drawing.paper_of(document, places, day_of(at))


def day_of(at: datetime) -> date:
    return timezone.localtime(at).date()


def row_of(document_id: int, row: int, line: DocumentLine, proposal: Sequence[Mapping[str, Any]]) -> DrawnLine:
    """The line as it is kept, nothing of it checked yet."""
    return DrawnLine(document_id=document_id, row=row, **values_of(line, proposal))


def values_of(line: DocumentLine, proposal: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "product_id": line.product_id,
        "item_id": line.item_id,
        "pieces": line.pieces,
        "asked_pieces": line.asked_pieces,
        "whole_packs": line.whole_packs,
        "lot_number": line.lot_number.strip(),
        "expires_on": line.expires_on,
        "made_on": line.made_on,
        "other_expiry_confirmed": line.other_expiry_confirmed,
        "lot_id": line.lot_id,
        "damaged": line.damaged,
        "missing": line.missing,
        "chosen": [list(one) for one in line.chosen],
        "override_reason": line.override_reason.strip(),
        "proposal": list(proposal),
        "unit_price": line.unit_price,
        "appearance": line.acceptance.appearance.strip(),
        "packaging": line.acceptance.packaging.strip(),
        "temperature": line.acceptance.temperature.strip(),
        "sampled_pieces": line.acceptance.sampled_pieces,
        "conclusion": line.acceptance.conclusion,
    }


UNCHECKED: dict[str, Any] = {
    "answers": {}, "proved": [], "remark": "", "answered_by_id": None, "answered_by_name": "",
}  # fmt: skip


def forget_answers(document: Document) -> None:
    """What was checked is checked again, all of it. The history keeps what had been found."""
    DrawnLine.objects.filter(document_id=document.pk).exclude(answered_by_name="").update(**UNCHECKED)
    forget_head(document)
    document.checked_by_id, document.checked_by_name, document.checked_at = None, "", None


def forget_head(document: Document) -> None:
    """The two checks are answered again."""
    document.head_answers = {}


def move_on(document: Document, step: Step, reason: str = "-") -> None:
    """Let the document take a step.

    Raises:
        Refused: not in its state, or a reason is missing.
    """
    after = next_state(DocumentState(document.state), step, number=number_of(document), reason=reason)
    if document.state == DocumentState.RETURNED and step is Step.CHANGE:
        forget_answers(document)
    document.state = after.value


def note_step(
    document: Document, step: Step, *, actor: Actor, at: datetime, reason: str = "", details: Mapping[str, Any] = {}
) -> None:
    """Write the head and a line of history, and the trace that auditors read."""
    document.save()
    note_steps([(document, details)], step, actor=actor, at=at, reason=reason)


def note_steps(
    told: Sequence[tuple[Document, Mapping[str, Any]]], step: Step, *, actor: Actor, at: datetime, reason: str = ""
) -> None:
    """The history and the trace of the same step with many documents, each with its details; heads are written."""
    writing.insert(
        [
            DocumentStep(
                document=document,
                step=step.value,
                state=document.state,
                at=at,
                actor_id=actor.user_id,
                actor_name=actor.name,
                reason=reason.strip(),
                details=dict(details),
            )
            for document, details in told
        ]
    )
    audit.record_all(
        audit.entry(
            actor,
            f"{step.value}_document",
            "documents.document",
            document.pk,
            document.facility.area_path,
            {"number": number_of(document), "state": document.state},
            at,
        )
        for document, _details in told
    )


def check_revision(found: int, given: int | None) -> None:
    """Nobody's change is overwritten unseen.

    Raises:
        Refused: somebody else changed it since the form was opened.
    """
    if given is not None and given != found:
        raise Refused(
            N_("Somebody else has changed this meanwhile. Look at it as it stands now, then change it again."),
            code="changed_meanwhile",
        )
