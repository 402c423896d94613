"""A scanned code against the lines of a document, and what a checker has still to look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zhixuan.modules.documents.models import Document, DrawnLine
from zhixuan.modules.stock.queries import lots as stock_lots
from zhixuan.modules.stock.queries import scans
from zhixuan.rules.documents.checking import Code, Expected, Match, contradicts, proved
from zhixuan.rules.refusal import N_, Refused
from zhixuan.rules.stock.ledger import UNKNOWN_EXPIRY
from zhixuan.shared.access import Actor


@dataclass(frozen=True, slots=True)
class Scanned:
    """The line that a code belongs to, and the matches it shows there."""

    line_id: int
    row: int
    proved: tuple[str, ...]


def line_of_code(document: Document, text: str, *, today: date) -> Scanned:
    """The line whose matches the code shows: the one that it shows most of.

    Raises:
        Refused: the code is not understood, names no trade item, or fits no line.
    """
    code = _named(text, today)
    best: Scanned | None = None
    clashing: list[int] = []
    for line_id, row, expected in _expected(document):
        shown = proved(code, expected)
        if contradicts(code, expected):
            clashing.append(row)
        elif shown and (best is None or len(shown) > len(best.proved)):
            best = Scanned(line_id, row, tuple(match.value for match in Match if match in shown))
    if best is not None:
        return best
    if clashing:
        raise Refused(
            N_("Lot {lot} is not the lot of line {rows}. Put it back, or answer that line with not ok."),
            code="other_lot",
            lot=code.lot_number,
            rows=", ".join(str(row) for row in clashing[:5]),
        )
    raise Refused(N_("No line of this document has this item."), code="no_line")


def _named(text: str, today: date) -> Code:
    """The code as it is read everywhere, with the item that the catalogue knows it by."""
    read = scans.read(text, today=today)
    if not read.item_code:
        raise Refused(N_("This code names no item. Look at the goods yourself."), code="not_a_code")
    (coded,) = scans.items_named([read], withdrawn=True)
    if coded is None:
        raise Refused(
            N_("{named} is not in the catalogue: look at the goods yourself, and ask for the code to be linked."),
            code="not_in_catalogue",
            named=read.item_code,
        )
    return Code(coded.item.pk, read.lot, read.expires_on)


def _expected(document: Document) -> list[tuple[int, int, list[Expected]]]:
    """By line the lots that should lie there."""
    rows = list(DrawnLine.objects.filter(document_id=document.pk).order_by("row"))
    taken = {row.pk: [one["lot"] for one in row.proposal if one["why"] == "taken"] for row in rows}
    wanted = {lot_id for lots in taken.values() for lot_id in lots} | {row.lot_id for row in rows if row.lot_id}
    known = stock_lots.labels(wanted)
    found = []
    for row in rows:
        lots = [*taken[row.pk], *([row.lot_id] if row.lot_id else [])]
        expected = [Expected(known[lot].item_id, known[lot].number, _known(known[lot].expires_on)) for lot in lots]
        if row.item_id is not None and (row.lot_number or row.expires_on) and not lots:
            expected = [Expected(row.item_id, row.lot_number, row.expires_on)]
        found.append((row.pk, row.row, expected))
    return found


def _known(day: date) -> date | None:
    return None if day == UNKNOWN_EXPIRY else day


def open_rows(document_id: int, actor: Actor) -> list[int]:
    """Rows that this checker has not answered in full."""
    matches = {match.value for match in Match}
    return [
        row
        for row, answers, by_id, by_name in DrawnLine.objects.filter(document_id=document_id)
        .order_by("row")
        .values_list("row", "answers", "answered_by_id", "answered_by_name")
        if (by_id, by_name) != (actor.user_id, actor.name) or not matches <= set(answers)
    ]
