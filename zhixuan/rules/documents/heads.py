"""The head of a document, apart from who, when and where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from zhixuan.rules.documents.lines import Origin
from zhixuan.rules.documents.states import DocumentKind
from zhixuan.rules.refusal import N_, Refused


@dataclass(frozen=True, slots=True)
class Head:
    """What is written at the head and foot of the paper.

    Args:
        origin: where received goods come from; empty on issue and return slips.
        transfer_id: the ledger's slip that a goods-receipt note of a transfer or return takes in.
    """

    origin: str = ""
    supplier: str = ""
    transport: str = ""
    keeper: str = ""
    acceptor: str = ""
    supervisor: str = ""
    transfer_id: int | None = None


def head_problems(
    kind: DocumentKind, head: Head, *, facility_id: int, other_facility_id: int | None, note: str
) -> Iterator[Refused]:
    """What is wrong with the head of a document by itself."""
    if kind is DocumentKind.RECEIPT:
        if head.origin not in {one.value for one in Origin}:
            yield Refused(N_("Say where the goods come from."), field="origin", code="origin_needed")
        if head.origin in {Origin.TRANSFER, Origin.RETURN} and head.transfer_id is None:
            yield Refused(N_("Choose the transfer that arrived."), field="transfer", code="transfer_needed")
        if head.origin == Origin.SURPLUS and not note.strip():
            yield Refused(N_("Say in the note how the surplus was found."), field="note", code="note_needed")
        return
    if other_facility_id is None or other_facility_id == facility_id:
        yield Refused(N_("Choose another facility to send to."), field="other_facility", code="other_needed")
    if kind is DocumentKind.RETURN and not note.strip():
        yield Refused(N_("Say in the note why the stock goes back."), field="note", code="note_needed")
