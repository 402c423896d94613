"""What was found: every line against the books, the largest differences first; and the steps to the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.counting import permissions
from zhixuan.modules.counting.models import Count
from zhixuan.modules.counting.queries import counts
from zhixuan.modules.counting.queries.review import Reviewed, reviewed
from zhixuan.modules.counting.screens import words
from zhixuan.modules.counting.screens.sheet import head, since
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.modules.stock.screens.words import reason_label
from zhixuan.rules.counting.states import CountState, Step, can
from zhixuan.rules.counting.variance import rates
from zhixuan.rules.refusal import Refused
from zhixuan.shared import command_ids
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui import formats
from zhixuan.shared.ui.columns import Badge
from zhixuan.shared.ui.forms import sentence
from zhixuan.shared.ui.listing import ChoiceFilter, Column, Empty, Listing

SHOWN: dict[str, tuple[Promise, Callable[[Reviewed], bool]]] = {
    "differing": (_lazy("With a difference"), lambda row: bool(row.difference)),
    "unjudged": (_lazy("Not looked at yet"), lambda row: row.needs_look),
    "recount": (_lazy("To be counted again"), lambda row: row.line.recount or row.must_be_recounted),
    "left_out": (_lazy("Not counted"), lambda row: row.variance is None),
}

LINES = Listing(
    name="count-lines",
    title=_lazy("Lines of the count"),
    columns=(
        Column("product", _lazy("Product"), value=lambda row: words.line_facts(row.line)["product"]),
        Column(
            "lot", _lazy("Lot"), value=lambda row: words.line_facts(row.line)["lot"], secondary=lambda row: _where(row)
        ),
        Column(
            "expires", _lazy("Expires"), "date", value=lambda row: words.line_facts(row.line)["expires"], phone=False
        ),
        Column("expected", _lazy("Books then"), "number", value=lambda row: _expected(row), places=0),
        Column("counted", _lazy("Counted"), "number", value=lambda row: row.line.counted, places=0),
        Column(
            "difference",
            _lazy("Difference"),
            value=lambda row: words.signed(_difference(row)),
            export=lambda row: _difference(row),
        ),
        Column("judged", _lazy("State"), "badge", value=lambda row: judged(row), secondary=since),
        Column(
            "reason",
            _lazy("Reason"),
            value=lambda row: reason_label(row.line.reason),
            secondary=lambda row: row.line.reason_note,
        ),
        Column(
            "by",
            _lazy("Counted by"),
            value=lambda row: row.line.counted_by_name,
            secondary=lambda row: _when(row),
            phone=False,
        ),
    ),
    filters=(
        ChoiceFilter(
            "show",
            _lazy("Show"),
            [(name, label) for name, (label, _test) in SHOWN.items()],
            lambda rows, value: [row for row in rows if SHOWN[value][1](row)],
        ),
    ),
    page_size=50,
    empty=Empty(_lazy("No lines"), icon="clipboard-check"),
)


def _where(row: Reviewed) -> str:
    line = _("line %(n)s") % {"n": row.line.position}
    parts = [line, words.line_facts(row.line)["place"], _("found") if row.line.found else ""]
    return ", ".join(part for part in parts if part)


def _when(row: Reviewed) -> str:
    if row.line.counted_at is None:
        return ""
    again = _("counted %(n)s times") % {"n": row.line.tallies} if row.line.tallies > 1 else ""
    return ", ".join(text for text in (formats.moment(row.line.counted_at), again) if text)


def _expected(row: Reviewed) -> int | None:
    """Once posted, what was noted then; before, what the ledger says now about that moment."""
    if row.line.expected is not None:
        return row.line.expected
    return row.book.expected if row.variance else None


def _difference(row: Reviewed) -> int | None:
    expected = _expected(row)
    return None if expected is None or row.line.counted is None else row.line.counted - expected


def judged(row: Reviewed) -> Badge:
    """Where a line stands."""
    if not row.line.open:
        return Badge(_("Posted"), "green") if row.line.expected is not None else Badge(_("Not counted"), "secondary")
    if row.variance is None:
        return Badge(_("Not counted"), "secondary")
    if row.line.recount or row.must_be_recounted:
        return Badge(_("Count again"), "red")
    if not row.difference:
        return Badge(_("Agrees"), "green")
    if row.line.accepted:
        return Badge(_("Accepted"), "lime")
    return Badge(_("Look at it"), "orange") if row.variance.above else Badge(_("Within tolerance"), "lime")


def review(request: ActorRequest, count_id: int, refused: Refused | None = None) -> HttpResponse:
    """All lines; on one page the lines still to be judged, with what can be done with them."""
    one = counts.count(request.actor, count_id)
    if refused is None and _must_not_see(request, one):
        return HttpResponseRedirect(reverse("counting:count", args=[count_id]))
    rows = _rows(one)
    context = {
        **head(request, one),
        **_steps(request, one, rows),
        "refusals": [sentence(reason) for reason in refused.reasons] if refused else [],
        "marked": _marked(rows),
        "reasons": words.reasons(),
        "command_id": command_ids.new(),
        "sums": _sums(one, rows),
        "counters": counts.counter_names(count_id),
    }
    answer = LINES.response(request, rows, template="counting/review.html", context=context)
    if refused:
        answer.status_code = 422
    return answer


def _must_not_see(request: ActorRequest, one: Count) -> bool:
    """Who counts blind does not look into the books before counting is finished."""
    under_way = CountState(one.state) in {CountState.OPENED, CountState.COUNTING, CountState.RECOUNT}
    return one.blind and under_way and not permissions.may_approve(request.actor, places_of(one.facility_id))


def _rows(one: Count) -> list[Reviewed]:
    """The largest differences first, as long as anything can be done about them."""
    rows = reviewed(one, counts.lines_of(one.pk), places_of(one.facility_id))
    return sorted(rows, key=lambda row: (-abs(_difference(row) or 0), row.line.position))


MARKED_MAX = 200


def _marked(rows: Sequence[Reviewed]) -> list[dict[str, Any]]:
    """Lines with a difference that wait for a verdict."""
    waiting = [row for row in rows if row.line.open and row.variance is not None and row.difference]
    return [
        {
            **words.line_facts(row.line),
            "line": row.line,
            "expected": row.book.expected,
            "difference": words.signed(row.difference),
            "since": since(row),
            "late": words.signed(row.book.entered_late) if row.book.entered_late else "",
            "state": judged(row),
            "reason": reason_label(row.line.reason),
            "again": row.must_be_recounted,
        }
        for row in waiting[:MARKED_MAX]
    ]


def _sums(one: Count, rows: Sequence[Reviewed]) -> dict[str, Any]:
    counted = [row for row in rows if row.line.counted is not None]
    differences = [_difference(row) or 0 for row in counted]
    found = rates((row.line.counted or 0, _expected(row) or 0) for row in counted)
    return {
        "lots": len(counted),
        "exact": sum(value == 0 for value in differences),
        "more": sum(value for value in differences if value > 0),
        "less": -sum(value for value in differences if value < 0),
        "rate": words.percent(found.difference, 2),
    }


def _steps(request: ActorRequest, one: Count, rows: Sequence[Reviewed]) -> dict[str, Any]:
    """What can be done now, and by this person."""
    state, places = CountState(one.state), places_of(one.facility_id)
    above = any(row.variance is not None and row.variance.above for row in rows)
    may = counts.may_count(request.actor, one)
    counted_here = request.actor.user_id in counts.counter_ids(one.pk)
    ready = not any(row.needs_reason or row.must_be_recounted for row in rows)
    approving = state is CountState.COUNTED and above
    return {
        "may_judge": may and can(state, Step.JUDGE),
        "may_send_back": may and can(state, Step.SEND_BACK),
        "may_approve": approving and ready and permissions.may_approve(request.actor, places) and not counted_here,
        "waits_for_reasons": approving and not ready,
        "waits_for_approver": approving
        and ready
        and (counted_here or not permissions.may_approve(request.actor, places)),
        "may_post": may and can(state, Step.POST) and (not above or state is CountState.APPROVED) and ready,
        "ended": state in counts.ENDED,
    }
