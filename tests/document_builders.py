"""Documents of the stocked county, in the short form that tests read well in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.builders import NOW, TODAY, a_person, an_actor
from tests.stock_builders import FAR, StockedCounty, a_stocked_county, days
from zhixuan.modules.directory.models import Facility
from zhixuan.modules.documents.models import Document, DrawnLine
from zhixuan.modules.documents.operations.check_document import check_document
from zhixuan.modules.documents.operations.draw_document import draw_document
from zhixuan.modules.documents.operations.post_document import post_document
from zhixuan.modules.documents.operations.send_document import send_document
from zhixuan.rules.documents.checking import Check, Match
from zhixuan.rules.documents.lines import DocumentLine
from zhixuan.rules.documents.states import DocumentKind
from zhixuan.shared.access import Actor, Role
from zhixuan.shared.command_ids import new

ISSUE, RECEIPT, RETURN = DocumentKind.ISSUE, DocumentKind.RECEIPT, DocumentKind.RETURN


@dataclass(frozen=True, slots=True)
class PaperCounty:
    """The warehouse has 100 of EARLY and 100 of LATE. `keeper` draws there, `checker` checks."""

    stock: StockedCounty
    keeper: Actor
    checker: Actor

    @property
    def warehouse(self) -> Facility:
        return self.stock.warehouse

    @property
    def store(self) -> Facility:
        return self.stock.store

    def line(self, pieces: int = 40, **more: Any) -> DocumentLine:
        return DocumentLine(more.pop("product", self.stock.condom).pk, more.pop("item_id", None), pieces, **more)

    def lot_line(self, number: str = "NEW", pieces: int = 50, **more: Any) -> DocumentLine:
        given = {"lot_number": number, "expires_on": FAR} | more
        return DocumentLine(self.stock.condom.pk, self.stock.box.pk, pieces, **given)

    def said(self, actor: Actor | None = None, **more: Any) -> dict[str, Any]:
        return {"actor": actor or self.keeper, "command_id": new(), "at": NOW} | more

    def draw(self, *lines: DocumentLine, kind: DocumentKind = ISSUE, **more: Any) -> Any:
        given = {
            "kind": kind,
            "facility_id": self.warehouse.pk,
            "other_facility_id": None if kind is RECEIPT else self.store.pk,
            "lines": lines or ((self.lot_line(),) if kind is RECEIPT else (self.line(),)),
            "on": TODAY,
            "note": "too much" if kind is RETURN else "",
        }
        return draw_document(**self.said(**(given | more)))

    def check(self, drawn: Any, actor: Actor | None = None, **more: Any) -> Any:
        """By the checker, everything ok unless said otherwise."""
        given = {"head": HEAD_OK, "lines": answered(drawn)} | more
        return check_document(document_id=drawn.id, **self.said(actor or self.checker, **given))

    def send(self, drawn: Any, actor: Actor | None = None, **more: Any) -> Any:
        return send_document(document_id=drawn.id, **self.said(actor, **more))

    def post(self, drawn: Any, actor: Actor | None = None, **more: Any) -> Any:
        return post_document(document_id=drawn.id, **self.said(actor, **more))


def a_paper_county() -> PaperCounty:
    stock = a_stocked_county()
    for number, expires in (("EARLY", days(200)), ("LATE", FAR)):
        stock.stock(stock.warehouse, number, 100, expires=expires, on=days(-20))
    keeper = an_actor(a_person(Role.STOREKEEPER, stock.warehouse, name="Keeper"))
    checker = an_actor(a_person(Role.STOREKEEPER, stock.warehouse, name="Checker"))
    return PaperCounty(stock, keeper, checker)


def document_of(drawn: Any) -> Document:
    return Document.objects.select_related("facility", "other_facility").get(pk=drawn.id)


def lines_of(drawn: Any) -> list[DrawnLine]:
    return list(DrawnLine.objects.filter(document_id=drawn.id).order_by("row"))


def papers() -> int:
    return Document.objects.count()


ALL_OK = {match.value: "ok" for match in Match}
HEAD_OK = {check.value: "ok" for check in Check}


def answered(drawn: Any, **wrong: str) -> dict[int, dict[str, str]]:
    """All matches of all lines ok, those of the first line as said."""
    rows = [line.row for line in lines_of(drawn)]
    return {row: ALL_OK | (wrong if row == rows[0] else {}) for row in rows}
