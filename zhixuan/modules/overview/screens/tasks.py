"""What waits for a person, gathered from every module that has something to wait for."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from zhixuan.modules.counting.queries import waiting as counting
from zhixuan.modules.documents.queries import waiting as documents
from zhixuan.modules.machines import permissions as machine_permissions
from zhixuan.modules.machines.queries import machines, states
from zhixuan.modules.orders.queries import differences, orders, rhythm
from zhixuan.modules.planning import permissions as planning_permissions
from zhixuan.modules.planning.queries import desk as planning
from zhixuan.modules.planning.screens.desk import allocation_tasks, plan_tasks
from zhixuan.modules.quality.screens.desk import own_piles
from zhixuan.modules.stock import permissions as stock_permissions
from zhixuan.modules.stock.queries import attention as stock
from zhixuan.rules.stock.levels import StockStatus
from zhixuan.shared.access import Role
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.tasks import Task, most_urgent_first


def waiting(request: ActorRequest, found: stock.Attention) -> list[Task]:
    """Everything that waits for this person, the most urgent first."""
    if not request.actor.has(stock_permissions.VIEW):
        return most_urgent_first(_conflicts(request))
    return most_urgent_first(
        [
            *(pile.task for pile in own_piles(request)),
            *_order_tasks(request),
            *_paper_tasks(request),
            *_stock_tasks(found),
            *_lot_tasks(found),
            *_counting_tasks(request),
            *_machine_tasks(request),
            *_planning_tasks(request),
            *_conflicts(request),
        ]
    )


def _conflicts(request: ActorRequest) -> list[Task]:
    if not request.actor.may(frozenset({Role.AUDITOR, Role.ADMINISTRATOR}), area_path="/"):
        return []
    count = stock.all_conflicts().count()
    said = ngettext("form was sent twice with other contents", "forms were sent twice with other contents", count)
    return [Task(count, said, reverse("stock:conflicts"), "arrows-exchange", "orange")]


def _counting_tasks(request: ActorRequest) -> list[Task]:
    """Counts that are owed, and sheets that wait for a decision or for their slip."""
    found = counting.waiting(request.actor, today=timezone.localdate())
    listed = reverse("counting:counts")
    said_overdue = ngettext("count is overdue", "counts are overdue", found.overdue)
    said_due = ngettext("count is due", "counts are due", found.due)
    said_approve = ngettext("count waits for your approval", "counts wait for your approval", found.to_approve)
    said_post = ngettext("approved count is to be posted", "approved counts are to be posted", found.to_post)
    return [
        Task(found.to_approve, said_approve, f"{listed}?state=counted", "checks", "orange"),
        Task(found.overdue, said_overdue, f"{listed}?due_standing=overdue", "clipboard-list", "orange"),
        Task(found.due, said_due, f"{listed}?due_standing=due", "clipboard-list", "yellow"),
        Task(found.to_post, said_post, f"{listed}?state=approved", "package-export", "azure"),
    ]


def _machine_tasks(request: ActorRequest) -> list[Task]:
    """Machines that are empty, jammed or silent, for those who look after them."""
    actor, today = request.actor, timezone.localdate()
    mine = machines.open_machines(actor, today).filter(pk__in=machines.machines_for(actor, machine_permissions.REFILL))
    count = len(states.needing_someone(states.states(mine, today=today)))
    said = ngettext("machine needs somebody", "machines need somebody", count)
    return [Task(count, said, reverse("machines:needing"), "building-store", "orange")]


def _planning_tasks(request: ActorRequest) -> list[Task]:
    """Plans, for those who draw them up or decide on them."""
    if not request.actor.has(planning_permissions.PLAN):
        return []
    today = timezone.localdate()
    found = planning.plans_waiting(request.actor, today=today)
    return [*plan_tasks(found, today.year + 1), *allocation_tasks(found)]


def _stock_tasks(found: stock.Attention) -> list[Task]:
    """Products that run out, shortfalls, and what is on its way."""
    on_hand = reverse("stock:on_hand")
    out, urgent = found.statuses[StockStatus.STOCKED_OUT], found.statuses[StockStatus.URGENT]
    said_out = ngettext("product is out of stock at a facility", "products are out of stock at facilities", out)
    said_urgent = ngettext("product is below the emergency point", "products are below the emergency point", urgent)
    said_owed = ngettext("shortfall waits to be settled", "shortfalls wait to be settled", found.owed)
    said_arriving = ngettext("delivery is on the way to you", "deliveries are on the way to you", found.arriving)
    late = "orange" if found.late else "azure"
    return [
        Task(out, said_out, f"{on_hand}?status=stocked_out", "alert-triangle", "red"),
        Task(found.owed, said_owed, reverse("stock:suspense"), "scale", "red"),
        Task(urgent, said_urgent, f"{on_hand}?status=urgent", "alert-circle", "orange"),
        Task(found.arriving, said_arriving, reverse("stock:transfers"), "truck-delivery", late),
    ]


def _order_tasks(request: ActorRequest) -> list[Task]:
    """Orders to answer, differences to settle, orders that are due."""
    actor = request.actor
    waiting = orders.waiting_for_answer(actor).count()
    differing = differences.open_count(actor)
    overdue = sum(one.due.overdue for one in rhythm.due_orders(actor, today=timezone.localdate()))
    said_waiting = ngettext("order waits for your answer", "orders wait for your answer", waiting)
    said_differing = ngettext("difference on arrival is open", "differences on arrival are open", differing)
    said_overdue = ngettext("usual order is overdue", "usual orders are overdue", overdue)
    return [
        Task(waiting, said_waiting, f"{reverse('orders:to_answer')}?waiting=1", "inbox", "orange"),
        Task(differing, said_differing, reverse("orders:differences"), "scale", "red"),
        Task(overdue, said_overdue, reverse("orders:mine"), "calendar-due", "yellow"),
    ]


def _paper_tasks(request: ActorRequest) -> list[Task]:
    """Documents that wait for this person."""
    waits, listed = documents.waiting(request.actor), reverse("documents:documents")
    said_check = ngettext("document waits for you to check it", "documents wait for you to check them", waits.to_check)
    said_post = ngettext(
        "document is ready to be sent or posted", "documents are ready to be sent or posted", waits.to_post
    )
    said_correct = ngettext("document came back to you", "documents came back to you", waits.to_correct)
    return [
        Task(waits.to_check, said_check, f"{listed}?waits=check", "checks", "orange"),
        Task(waits.to_correct, said_correct, f"{listed}?waits=correct", "edit", "orange"),
        Task(waits.to_post, said_post, f"{listed}?waits=post", "package-export", "azure"),
    ]


def _lot_tasks(found: stock.Attention) -> list[Task]:
    """Lots that have expired, soon will, or are held."""
    lots = reverse("stock:lots")
    expired, soon, held = found.expired_lots, found.expiring_lots, found.held_lots
    said_expired = ngettext("expired lot is still in store", "expired lots are still in store", expired)
    said_soon = ngettext("lot expires within 90 days", "lots expire within 90 days", soon)
    said_held = ngettext("lot is held in quarantine", "lots are held in quarantine", held)
    return [
        Task(expired, said_expired, f"{lots}?expires=expired", "calendar-off", "red"),
        Task(soon, said_soon, f"{lots}?expires=90", "calendar-due", "yellow"),
        Task(held, said_held, f"{lots}?place=quarantine", "lock", "purple"),
    ]
