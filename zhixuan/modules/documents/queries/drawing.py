"""What speaks against a document's lines, and which lots would go: asked when it is drawn and at every change."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.directory import queries as directory
from zhixuan.modules.documents.models import Document
from zhixuan.modules.stock.queries import acceptance, deliveries, norms, picking, slips
from zhixuan.modules.stock.queries.norms import Norms
from zhixuan.modules.stock.queries.places import FacilityPlaces, places_of
from zhixuan.rules.documents.heads import Head
from zhixuan.rules.documents.lines import DocumentLine, Origin, difference_problems, line_problems
from zhixuan.rules.documents.states import DocumentKind
from zhixuan.rules.refusal import N_, Refused, raise_all
from zhixuan.rules.stock import receiving
from zhixuan.rules.stock.fefo import LotOnHand, Needs, Wanted
from zhixuan.rules.stock.wanting import wanted_problems
from zhixuan.shared import sql

Proposal = list[dict[str, Any]]
"""The lots of one line with the reasons; nothing for what comes in."""


@dataclass(frozen=True, slots=True)
class Paper:
    """What kind of paper, between whom, of which day. `today` decides whether it is dated back."""

    kind: DocumentKind
    places: FacilityPlaces
    other: FacilityPlaces | None
    on: date
    today: date
    head: Head
    note: str = ""

    @property
    def from_transfer(self) -> bool:
        return self.kind is DocumentKind.RECEIPT and self.head.origin in {Origin.TRANSFER, Origin.RETURN}

    @property
    def needs(self) -> Needs:
        return self.needs_by(None)

    def needs_by(self, in_force: Norms | None) -> Needs:
        """What a lot must be to go out by it; the norms are asked for when they are not at hand."""
        if self.kind is DocumentKind.RETURN or self.other is None:
            return picking.needs_of_return(self.on)
        return picking.needs_of_transfer(self.on, self.other, in_force)


def paper_of(document: Document, places: FacilityPlaces, today: date) -> Paper:
    """A document as the questions about its lines need it."""
    other = places_of(document.other_facility_id) if document.other_facility_id is not None else None
    return Paper(DocumentKind(document.kind), places, other, document.on, today, head_of(document), document.note)


def head_of(document: Document) -> Head:
    return Head(
        document.origin,
        document.supplier,
        document.transport,
        document.keeper,
        document.acceptor,
        document.supervisor,
        document.transfer_id,
    )


def proposals(paper: Paper, lines: Sequence[DocumentLine]) -> list[Proposal]:
    """Check the lines; for what goes out, the lots of each with the reasons, by first expiry first out.

    Raises:
        Refused: everything that is wrong, all lines at once.
    """
    raise_all(line_problems(lines))
    if paper.from_transfer:
        _check_arrived(paper, lines)
        return [[] for _line in lines]
    if paper.kind is DocumentKind.RECEIPT:
        raise_all(deliveries.objections(paper.places.facility_id, [line.delivered() for line in lines], paper.on))
        return [[] for _line in lines]
    wanted = _wanted(lines)
    return _picked(paper, wanted, _shelf([paper], [wanted]))


def proposals_of_issues(papers: Sequence[Paper], lines: Sequence[Sequence[DocumentLine]]) -> list[list[Proposal]]:
    """The same of many issue slips of one store and day, in their order; what they share is asked once.

    Raises:
        Refused: everything that is wrong with the first of them that is.
    """
    wanted = []
    for listed in lines:
        raise_all(line_problems(listed))
        wanted.append(_wanted(listed))
    shelf = _shelf(papers, wanted)
    return [_picked(paper, listed, shelf) for paper, listed in zip(papers, wanted, strict=True)]


@dataclass(frozen=True, slots=True)
class _Shelf:
    """What is asked about the lines of slips of one store: products of the catalogue, lots by product, lists of what
    the receivers may hold, and the norms where a slip goes by them."""

    known: Collection[int]
    lots: Mapping[int, Sequence[LotOnHand]]
    lists: Mapping[int, frozenset[int]]
    in_force: Norms | None


def _wanted(lines: Sequence[DocumentLine]) -> list[Wanted]:
    wanted = [line.wanted() for line in lines]
    raise_all(wanted_problems(wanted))
    return wanted


def _shelf(papers: Sequence[Paper], wanted: Sequence[Sequence[Wanted]]) -> _Shelf:
    like = papers[0]
    product_ids = {line.product_id for listed in wanted for line in listed}
    (known,) = sql.ask_all([catalogue.names_and_statuses(product_ids)])
    issued = like.kind is DocumentKind.ISSUE
    receivers = [paper.other.facility_id for paper in papers if paper.other is not None] if issued else []
    return _Shelf(
        known,
        picking.lots_on_hand(like.places, product_ids, dated=like.on if like.on < like.today else None),
        directory.permitted_lists(receivers) if receivers else {},
        norms.in_force() if receivers else None,
    )


def _picked(paper: Paper, wanted: Sequence[Wanted], shelf: _Shelf) -> list[Proposal]:
    product_ids = [line.product_id for line in wanted]
    raise_all(_unknown_products(product_ids, shelf.known))
    if paper.other is not None and paper.kind is DocumentKind.ISSUE:
        acceptance.check_may_hold(paper.other, product_ids, shelf.lists)
    found = picking.propose(wanted, shelf.lots, paper.needs_by(shelf.in_force))
    raise_all(one.refusal for one in found if one.refusal is not None)
    return [picking.explained(one.pick) for one in found]


def _unknown_products(product_ids: Sequence[int], known: Collection[int]) -> Iterable[Refused]:
    return [
        Refused(N_("Line {row}: choose a product from the catalogue."), field=f"lines-{index}-product", row=index + 1)
        for index, product_id in enumerate(product_ids)
        if product_id not in known
    ]


def _check_arrived(paper: Paper, lines: Sequence[DocumentLine]) -> None:
    """Every piece that was sent is accounted for, on a day when it was on its way, and differences are told.

    Raises:
        Refused: lots that are not, all at once; or day and note.
    """
    transfer_id = paper.head.transfer_id or 0
    check_arrival_day(transfer_id, paper.on)
    if not lines:
        raise Refused(N_("Enter at least one line."), code="no_lines")
    sent: dict[int, int] = {}
    names: dict[int, str] = {}
    products: dict[int, int] = {}
    for movement in slips.movements_of(transfer_id):
        sent[movement.lot_id] = sent.get(movement.lot_id, 0) + movement.pieces
        names[movement.lot_id], products[movement.lot_id] = movement.lot.number, movement.product_id
    receiving.settle(sent, [line.arrived() for line in lines], lot_names=names)
    raise_all(
        Refused(N_("Lot {lot} is of another product."), field=f"lot-{line.lot_id}", lot=names[line.lot_id or 0] or "—")
        for line in lines
        if products[line.lot_id or 0] != line.product_id
    )
    raise_all(difference_problems(lines, paper.note))


def check_arrival_day(transfer_id: int, on: date) -> None:
    """Nothing arrives before it was sent.

    Raises:
        Refused: it does.
    """
    sent_on = slips.sent_on(transfer_id)
    if sent_on is not None and on < sent_on:
        raise Refused(N_("It was sent on {day}; it cannot arrive earlier."), field="on", day=sent_on)
