"""What would go if a document were sent now, against what was proposed when it was drawn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from zhixuan.modules.documents.models import Document
from zhixuan.modules.documents.queries import documents as queries
from zhixuan.modules.documents.queries.drawing import Paper
from zhixuan.modules.stock.queries import picking
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.rules.documents import picks
from zhixuan.rules.documents.heads import Head
from zhixuan.rules.documents.states import DocumentKind
from zhixuan.shared.ui.naming import LocalizedName


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """A line whose lots are others now: (lot number, pieces) before and now."""

    row: int
    product: LocalizedName
    was: tuple[tuple[str, int], ...]
    now: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class ChangedLots:
    """All such lines; `seal` is what the sender confirms."""

    lines: tuple[ChangedLine, ...]
    seal: str


def changed_lots(document: Document, *, today: date) -> ChangedLots:
    """The difference as a sender sees it. The posting compares again under its lock."""
    rows = list(queries.lines_of(document.pk))
    other = places_of(document.other_facility_id)
    paper = Paper(DocumentKind(document.kind), places_of(document.facility_id), other, document.on, today, Head())
    wanted = [queries.drawn(row).wanted() for row in rows]
    dated = document.on if document.on < today else None
    lots = picking.lots_on_hand(paper.places, [line.product_id for line in wanted], dated=dated)
    now = [picking.explained(one.pick) for one in picking.propose(wanted, lots, paper.needs)]
    names = {
        one["lot"]: one["number"] or "—" for proposal in (*now, *(row.proposal for row in rows)) for one in proposal
    }
    found = [
        replace(one, row=rows[one.row - 1].row)
        for one in picks.changes(
            [picks.pieces_by_lot(row.proposal) for row in rows], [picks.pieces_by_lot(lots_now) for lots_now in now]
        )
    ]
    products = {row.row: LocalizedName(row.product.name_zh, row.product.name_en) for row in rows}
    lines = tuple(
        ChangedLine(one.row, products[one.row], _named(one.was, names), _named(one.now, names)) for one in found
    )
    return ChangedLots(lines, picks.seal_of(found))


def _named(lots: dict[int, int], names: dict[int, str]) -> tuple[tuple[str, int], ...]:
    return tuple((names.get(lot_id, "—"), pieces) for lot_id, pieces in lots.items())
