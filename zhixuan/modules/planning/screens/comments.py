"""Comments on a demand plan and its lines: threads that whoever may see the plan answers and settles."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy

from zhixuan.modules.planning.operations.answer_demand_comment import answer_demand_comment
from zhixuan.modules.planning.operations.comment_on_demand import comment_on_demand
from zhixuan.modules.planning.queries import comments as queries
from zhixuan.modules.planning.queries import plans
from zhixuan.modules.planning.queries.comments import DemandComment
from zhixuan.modules.planning.queries.plans import DemandLine, DemandPlan
from zhixuan.modules.planning.screens import words
from zhixuan.rules.planning.comments import TEXT_MAX, Saying
from zhixuan.rules.refusal import Refused
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.forms import PostingForm, add_refusal
from zhixuan.shared.ui.messages import done

THREADS_AT_ONCE = 20
THREADS_ON_PLAN = 5
STATES = {
    "": _lazy("All comments"),
    "open": pgettext_lazy("comment", "Open"),
    "settled": pgettext_lazy("comment", "Settled"),
}


class CommentForm(PostingForm):
    """What somebody has to say."""

    text = forms.CharField(
        label=_lazy("Comment"),
        max_length=TEXT_MAX,
        widget=forms.Textarea({"rows": 2}),
        help_text=_lazy("About the plan and its quantities; never the name of a client."),
    )


class AnswerForm(CommentForm):
    """The same in a thread, or that it is settled, which needs no words."""

    text = forms.CharField(
        label=_lazy("Answer"), max_length=TEXT_MAX, widget=forms.Textarea({"rows": 2}), required=False
    )
    saying = forms.TypedChoiceField(choices=[(one.value, one.value) for one in Saying], coerce=Saying)


def comments(request: ActorRequest, plan_id: int) -> HttpResponse:
    """All threads of a plan; posted: a new one, of the line that the address names or of the plan as a whole."""
    plan = plans.plan(request.actor, plan_id)
    line = _line(request, plan_id)
    form = CommentForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            comment_on_demand(
                plan_id=plan_id, line_id=line.pk if line else None, actor=request.actor, at=timezone.now(), **given
            )
        except Refused as refused:
            add_refusal(form, refused)
        else:
            done(request, _("The comment stands with the plan until somebody settles it."))
            return HttpResponseRedirect(_back(plan_id, line.pk if line else None))
    state = request.GET.get("state", "")
    found = queries.threads(plan_id)
    if state in {"open", "settled"}:
        found = found.filter(is_open=state == "open")
    page = Paginator(found, THREADS_AT_ONCE).get_page(request.GET.get("page") or 1)
    more = {"form": form, "line": line, "threads": page, "state_chosen": state, "states": STATES.items()}
    return _page(request, plan, more, form)


def thread(request: ActorRequest, plan_id: int, thread_id: int) -> HttpResponse:
    """One thread; posted: an answer to it, or that it is settled."""
    plan = plans.plan(request.actor, plan_id)
    found = queries.thread(plan_id, thread_id)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            answer_demand_comment(
                plan_id=plan_id, thread_id=thread_id, actor=request.actor, at=timezone.now(), **form.cleaned_data
            )
        except Refused as refused:
            add_refusal(form, refused)
        else:
            settled = form.cleaned_data["saying"] is Saying.SETTLE
            done(request, _("The comment is settled.") if settled else _("The answer stands with the comment."))
            return HttpResponseRedirect(_back(plan_id, found.line_id))
    return _page(request, plan, {"threads": [found], "one": found, "answer": form}, form)


def shown_with_plan(plan_id: int) -> dict[str, Any]:
    """What the page of a plan shows of its comments: how many are open, the newest of them, a form."""
    count = queries.open_count(plan_id)
    newest: list[DemandComment] = list(queries.threads(plan_id)[:THREADS_ON_PLAN]) if count else []
    return {
        "open_comments": count,
        "threads": [one for one in newest if one.is_open],
        "answer": AnswerForm(),
        "comment_form": CommentForm(),
    }


def shown_with_line(line: DemandLine) -> dict[str, Any]:
    """The same of one line, settled ones too."""
    found = queries.threads(line.plan_id).filter(line=line)
    return {"threads": list(found), "answer": AnswerForm(), "comment_form": CommentForm()}


def marked(lines: list[DemandLine]) -> list[DemandLine]:
    """Lines that know how many open comments are about them, as `open_comments`."""
    counts = queries.open_by_line(line.pk for line in lines)
    for line in lines:
        line.open_comments = counts.get(line.pk, 0)  # type: ignore[attr-defined]  # of the list only
    return lines


def _page(request: ActorRequest, plan: DemandPlan, more: dict[str, Any], form: forms.Form) -> HttpResponse:
    context = {"plan": plan, "state": words.state_badge(plan.state), "answer": AnswerForm()} | more
    return render(request, "planning/comments.html", context, status=422 if form.errors else 200)


def _line(request: ActorRequest, plan_id: int) -> DemandLine | None:
    asked = request.GET.get("line", "")
    return plans.line(plan_id, int(asked)) if asked.isdecimal() and len(asked) < len(str(2**63)) else None


def _back(plan_id: int, line_id: int | None) -> str:
    if line_id is not None:
        return reverse("planning:line", args=[plan_id, line_id]) + "#comments"
    return reverse("planning:comments", args=[plan_id])
