"""What was said about a demand plan and its lines, in threads."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Exists, OuterRef, Prefetch, QuerySet

from zhixuan.modules.planning.models import DemandComment, DemandLine
from zhixuan.shared.access import the_one

__all__ = ["DemandComment"]


def threads(plan_id: int) -> QuerySet[DemandComment]:
    """Threads of a plan with all that was said in each, open ones first, then the newest."""
    answers = Prefetch("answers", DemandComment.objects.order_by("pk"))
    found = DemandComment.objects.filter(plan_id=plan_id, thread=None)
    named = found.select_related("line__facility", "line__product__method").prefetch_related(answers)
    return named.order_by("-is_open", "-pk")


def thread(plan_id: int, thread_id: int) -> DemandComment:
    """One of them.

    Raises:
        Unknown: the plan has no such thread.
    """
    return the_one(threads(plan_id).filter(pk=thread_id))


def open_count(plan_id: int) -> int:
    """How many threads of a plan are open."""
    return DemandComment.objects.filter(plan_id=plan_id, is_open=True).count()


def open_by_line(line_ids: Iterable[int]) -> dict[int, int]:
    """How many threads about these lines are open; lines without any are left out."""
    found = DemandComment.objects.filter(line__in=list(line_ids), is_open=True).order_by()
    return dict(found.values_list("line").annotate(open_threads=Count("pk")))


def with_open(lines: QuerySet[DemandLine]) -> QuerySet[DemandLine]:
    """Only lines that an open thread is about."""
    return lines.filter(Exists(DemandComment.objects.filter(line=OuterRef("pk"), is_open=True)))
