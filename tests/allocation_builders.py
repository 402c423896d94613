"""A county whose warehouse shares out between two township stores, and the verbs of allocation plans for tests."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from tests.builders import NOW, TODAY, a_person, an_actor
from tests.order_builders import OrderingCounty, an_ordering_county
from tests.stock_builders import days
from zhixuan.modules.accounts.models import User
from zhixuan.modules.catalogue.models import Product
from zhixuan.modules.directory.models import Area, Facility
from zhixuan.modules.documents.models import Document
from zhixuan.modules.documents.operations.check_document import check_document
from zhixuan.modules.documents.operations.send_document import send_document
from zhixuan.modules.planning.models import AllocationLine, AllocationPlan, ForecastLine, ForecastRun
from zhixuan.modules.planning.operations.approve_allocation import approve_allocation
from zhixuan.modules.planning.operations.change_allocation_line import change_allocation_line
from zhixuan.modules.planning.operations.draw_allocation import draw_allocation
from zhixuan.modules.planning.operations.revoke_allocation import revoke_allocation
from zhixuan.modules.planning.operations.rework_allocation import rework_allocation
from zhixuan.modules.planning.operations.take_allocation_step import take_allocation_step
from zhixuan.modules.planning.queries import allocation_changes
from zhixuan.rules.documents.checking import Check, Match
from zhixuan.rules.periods import Month
from zhixuan.rules.planning.allocation_steps import AllocationVerb
from zhixuan.rules.planning.place_facts import Settings
from zhixuan.shared.access import Actor, Role
from zhixuan.shared.command_ids import new
from zhixuan.shared.once import Done


@dataclass(frozen=True, slots=True)
class AllocatingCounty:
    """The store uses 300 condoms a month and has 100; the second uses 150 and has none. One officer draws plans."""

    orders: OrderingCounty
    planner: User
    approver: User
    actor: Actor

    @property
    def warehouse(self) -> Facility:
        return self.orders.stock.warehouse

    @property
    def store(self) -> Facility:
        return self.orders.stock.store

    @property
    def second(self) -> Facility:
        return self.orders.second_store

    @property
    def condom(self) -> Product:
        return self.orders.stock.condom

    def by(self, person: User | Actor) -> AllocatingCounty:
        return replace(self, actor=person if isinstance(person, Actor) else an_actor(person))

    def _said(self, more: dict[str, Any]) -> dict[str, Any]:
        return {"actor": self.actor, "command_id": new(), "at": NOW} | more

    def draw(self, settings: Settings | None = None, **more: Any) -> Done:
        given = {"giver_ids": [self.warehouse.pk], "settings": settings, "on": TODAY} | more
        return draw_allocation(**self._said(given))

    def rework(self, plan: int, settings: Settings | None = None, **more: Any) -> Done:
        return rework_allocation(**self._said({"plan_id": plan, "settings": settings, "on": TODAY} | more))

    def change(self, plan: int, place: Facility, pieces: int, reason: str = "a fair is coming") -> bool:
        line = AllocationLine.objects.get(plan=plan, facility=place, product=self.condom)
        said = {"plan_id": plan, "line_id": line.pk, "pieces": pieces, "reason": reason}
        return change_allocation_line(actor=self.actor, at=NOW, **said)

    def take(self, plan: int, verb: AllocationVerb, note: str = "", **more: Any) -> Done:
        return take_allocation_step(**self._said({"plan_id": plan, "verb": verb, "note": note} | more))

    def revoke(self, plan: int, note: str = "", **more: Any) -> Done:
        return revoke_allocation(**self._said({"plan_id": plan, "note": note} | more))

    def approved(self) -> int:
        """A plan drawn, sent in, and approved by the other officer."""
        plan = self.draw().id
        self.take(plan, AllocationVerb.SUBMIT)
        self.by(self.approver).approve(plan)
        return plan

    def document_to(self, place: Facility) -> int:
        """The issue document of the newest order of a place."""
        return Document.objects.filter(kind="issue", other_facility=place).latest("pk").pk

    def check(self, document: int) -> None:
        """One keeper of the warehouse has checked it."""
        answers = {
            "head": {check.value: "ok" for check in Check},
            "lines": {1: {match.value: "ok" for match in Match}},
            "actor": an_actor(self.orders.answerer),
        }
        check_document(document_id=document, **self._said(answers))

    def send(self, document: int) -> None:
        """The keeper of the warehouse sends what is checked."""
        send_document(document_id=document, **self._said({"actor": an_actor(self.orders.answerer)}))

    def approve(self, plan: int, **more: Any) -> Done:
        """Approve what there is to be seen now."""
        row = AllocationPlan.objects.select_related("area").get(pk=plan)
        seen = allocation_changes.since_worked_out(row, on=TODAY).mark
        return approve_allocation(
            **self._said({"plan_id": plan, "version": row.version, "changes_seen": seen, "on": TODAY} | more)
        )

    def pieces(self, plan: int, place: Facility) -> int:
        return AllocationLine.objects.get(plan=plan, facility=place, product=self.condom).pieces


def an_allocating_county(orders: OrderingCounty | None = None, *, left: int = 400) -> AllocatingCounty:
    """The warehouse has so many condoms left."""
    orders = orders or an_ordering_county()
    stock = orders.stock
    stock.stock(orders.second_store, "B", 450, on=days(-200))
    for back in (100, 70, 40):
        stock.dispense(orders.second_store, stock.want(150), on=days(-back))
    stock.adjust(stock.warehouse, "lost", note="a leak", W1=5000 - left)
    planner, approver = (a_person(Role.TOWNSHIP_OFFICER, stock.network.county) for _ in range(2))
    return AllocatingCounty(orders, planner, approver, an_actor(planner))


def a_forecast(area: Area, place: Facility, product: Product, figures: dict[str, list[float]], *, ago: int = 1) -> None:
    """The forecast that stands of a product at a place, made of records that ended so many months ago."""
    until = Month.of(TODAY).plus(-ago).first_day
    said = {"profile": "plain", "horizon": len(figures["mean"]), "state": "done"}
    run = ForecastRun.objects.create(area=area, data_until=until, job_id=new(), asked_at=NOW, **said)
    told = {"current": True, "method": "medians", "reported": 9, "next_median": 9, "year_mean": 0}
    ForecastLine.objects.create(run=run, facility=place, product=product, figures=figures, **told)
