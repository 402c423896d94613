"""The quality desk: what needs this person today."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from zhixuan.modules.quality import permissions
from zhixuan.modules.quality.queries import inspections, losses, recalls
from zhixuan.modules.quality.queries import storage as storage_log
from zhixuan.modules.quality.screens import words
from zhixuan.modules.stock.screens.words import lot_label
from zhixuan.shared.access import Role
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.naming import localized
from zhixuan.shared.ui.tasks import Task

SHOWN = 6


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits: what, where, since when or by when, and where it is dealt with."""

    text: str
    detail: str
    href: str
    colour: str = "orange"


@dataclass(frozen=True, slots=True)
class Pile:
    """Things of one kind that wait."""

    title: str
    count: int
    first: list[Waiting]
    href: str
    icon: str
    colour: str = "orange"

    @property
    def task(self) -> Task:
        """The pile in one line, as home lists it."""
        return Task(self.count, self.title, self.href, self.icon, self.colour)


@dataclass(frozen=True, slots=True)
class Way:
    """A button into the work."""

    text: Promise
    url_name: str
    icon: str
    roles: frozenset[Role]

    @property
    def href(self) -> str:
        return reverse(self.url_name)


WAYS = (
    Way(_lazy("Inspect a lot"), "quality:inspect", "search", permissions.INSPECT),
    Way(_lazy("Write a reading"), "quality:storage_keep", "thermometer", permissions.LOG_STORAGE),
    Way(_lazy("Note damp, heat or a complaint"), "quality:concern", "alert-triangle", permissions.NOTE_CONCERN),
    Way(_lazy("Report a loss"), "quality:draw", "trash", permissions.REPORT_LOSS),
    Way(_lazy("Recall a lot"), "quality:issue", "ban", permissions.ISSUE_RECALL),
)


def desk(request: ActorRequest) -> HttpResponse:
    """Notices first, then losses, excursions and inspections."""
    context = {
        "piles": [pile for pile in piles(request) if pile.count],
        "ways": [way for way in WAYS if request.actor.has(way.roles)],
    }
    return render(request, "quality/desk.html", context)


def piles(request: ActorRequest) -> list[Pile]:
    """Everything that waits, also the empty ones."""
    return [pile(request) for pile, _roles in PILES]


def own_piles(request: ActorRequest) -> list[Pile]:
    """What this person may do something about; the rest is not even looked for."""
    return [pile(request) for pile, roles in PILES if request.actor.has(roles)]


def _notices(request: ActorRequest) -> Pile:
    found = list(recalls.open_notices(request.actor))
    by_recall: dict[int, list[recalls.Notice]] = {}
    for one in found:
        by_recall.setdefault(one.recall_id, []).append(one)
    first = [_recall(told) for told in list(by_recall.values())[:SHOWN]]
    said = ngettext("recall notice to answer", "recall notices to answer", len(found))
    return Pile(said, len(found), first, reverse("quality:recalls"), "ban", "red")


def _recall(told: list[recalls.Notice]) -> Waiting:
    """One notice to answer, or, for those who look after several facilities, the recall with how many are open."""
    recall, where = told[0].recall, localized(told[0].facility)
    href = reverse("quality:notice", args=[told[0].pk])
    if len(told) > 1:
        where = ngettext("%(n)s facility has not answered", "%(n)s facilities have not answered", len(told)) % {
            "n": len(told)
        }
        href = reverse("quality:recall", args=[recall.pk])
    late = recall.answer_by < timezone.localdate() or recall.reminded_at is not None
    return Waiting(
        f"{localized(recall.item.product)} · {lot_label(recall.lot_number)}",
        f"{where} · {recall.number} · {recall.answer_by}",
        href,
        "red" if late else "orange",
    )


def _reports(rows: list[losses.LossReport], said: str, state: str) -> Pile:
    first = [
        Waiting(
            f"{one.number} · {words.LOSS_REASONS[one.reason]}",
            f"{localized(one.facility)} · {one.on}",
            reverse("quality:loss", args=[one.pk]),
        )
        for one in rows[:SHOWN]
    ]
    return Pile(said, len(rows), first, f"{reverse('quality:losses')}?state={state}", "trash")


def _to_decide(request: ActorRequest) -> Pile:
    rows = losses.to_decide(request.actor) if request.actor.has(permissions.APPROVE_LOSS) else []
    return _reports(rows, ngettext("loss report to decide on", "loss reports to decide on", len(rows)), "submitted")


def _to_witness(request: ActorRequest) -> Pile:
    rows = list(losses.to_witness(request.actor)) if request.actor.has(permissions.WITNESS) else []
    said = ngettext("destruction to witness", "destructions to witness", len(rows))
    return _reports(rows, said, "approved")


def _excursions(request: ActorRequest) -> Pile:
    lasting = storage_log.excursions_for(request.actor).filter(ended_at=None)
    first = [
        Waiting(
            f"{words.MEASURES[one.measure]} {words.measured(one.measure, one.extreme)}",
            localized(one.facility),
            reverse("quality:excursion", args=[one.pk]),
            "red",
        )
        for one in lasting[:SHOWN]
    ]
    count = lasting.count()
    said = ngettext("store beyond its limits now", "stores beyond their limits now", count)
    return Pile(said, count, first, reverse("quality:storage"), "thermometer", "red")


def _due(request: ActorRequest) -> Pile:
    found = [one for one in inspections.due_lots(request.actor, today=timezone.localdate()) if one.required]
    first = [
        Waiting(
            f"{localized(one.facility)} · {lot_label(one.lot.number)}",
            f"{words.DUE[one.reasons[0].rule.code]} · {one.since}",
            f"{reverse('quality:inspect')}?facility={one.facility.pk}&lot={one.lot.lot_id}"
            f"&why={one.reasons[0].rule.code}",
        )
        for one in found[:SHOWN]
    ]
    said = ngettext("inspection is due", "inspections are due", len(found))
    return Pile(said, len(found), first, reverse("quality:due"), "clipboard-check")


PILES: tuple[tuple[Callable[[ActorRequest], Pile], frozenset[Role]], ...] = (
    (_notices, permissions.ANSWER_NOTICE),
    (_to_decide, permissions.APPROVE_LOSS),
    (_to_witness, permissions.WITNESS),
    (_excursions, permissions.LOG_STORAGE),
    (_due, permissions.INSPECT),
)
"""In the order of the desk, each with who may do something about it."""
