"""The sheet: one lot a card, a big field for the number, each saved at once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhixuan.modules.counting import permissions
from zhixuan.modules.counting.models import Count, CountLine
from zhixuan.modules.counting.operations.enter_numbers import Counted, enter_numbers
from zhixuan.modules.counting.queries import counts
from zhixuan.modules.counting.queries.review import Reviewed, reviewed
from zhixuan.modules.counting.screens import words
from zhixuan.modules.stock.queries import scans
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.rules.counting.states import CountState, Step, can
from zhixuan.rules.refusal import N_, Refused
from zhixuan.rules.units import parse_quantity
from zhixuan.shared import command_ids
from zhixuan.shared.access import the_one
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui import formats, searches
from zhixuan.shared.ui.forms import sentence
from zhixuan.shared.ui.scanning import takes_scans

PAGE = 25
AGE_MAX = timedelta(days=14)
KEPT = ("search", "item", "lot", "show")


@takes_scans
def count(request: ActorRequest, count_id: int) -> HttpResponse:
    """Cards of one page: by default what is not counted yet. Searches come by POST: a code may name one pack."""
    one = counts.count(request.actor, count_id)
    if request.method == "POST":
        return HttpResponseRedirect(f"{reverse('counting:count', args=[count_id])}?{urlencode(_asked(request))}")
    if one.state in {CountState.COUNTED, CountState.APPROVED, CountState.POSTED, CountState.CANCELLED}:
        return HttpResponseRedirect(reverse("counting:review", args=[count_id]))
    text = _searched(request)
    rows, show = _chosen(request, one, text)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        **head(request, one),
        "cards": [card(one, row) for row in reviewed(one, page.object_list, places_of(one.facility_id))],
        "page": page,
        "command_id": command_ids.new(),
        "show": show,
        "q": text,
        "kept": urlencode({name: request.GET[name] for name in KEPT if request.GET.get(name)}),
        "scanned": {name: request.GET.get(name, "")[:40] for name in ("item", "lot", "expiry")},
    }
    return render(request, "counting/sheet.html", context)


def head(request: ActorRequest, one: Count) -> dict[str, Any]:
    """What every page of a count shows: where it stands and what can be done."""
    total = one.lines.count()
    left = one.lines.filter(counts.not_counted()).count()
    state = CountState(one.state)
    may = counts.may_count(request.actor, one)
    return {
        "count": one,
        "facility": one.facility,
        "state": words.state_badge(one.state),
        "scope": words.scope_of(one),
        "total": total,
        "left": left,
        "done": total - left,
        "may_count": may,
        "may_enter": may and can(state, Step.ENTER),
        "may_cancel": may and can(state, Step.CANCEL),
    }


def _asked(request: ActorRequest) -> dict[str, str | int]:
    """The address of what was scanned or typed: item and lot of a code that is known, else a token for the words."""
    text = searches.trimmed(request.POST.get("q", ""))
    if not text:
        return {}
    try:
        scanned = scans.read(text, today=timezone.localdate())
        (coded,) = scans.items_named([scanned], withdrawn=True)
    except Refused:
        coded = None
    if coded is None:
        return {"search": str(searches.keep(request, text))}
    expiry = scanned.expires_on.isoformat() if scanned.expires_on else ""
    return {"item": coded.item.pk, "lot": scanned.lot, "expiry": expiry}


def _searched(request: ActorRequest) -> str:
    token = request.GET.get("search", "")
    text = searches.kept(request, token) if token else ""
    if text is None:
        messages.info(request, _("This search has ended. Scan or type it again."))
    return text or ""


def _chosen(request: ActorRequest, one: Count, text: str) -> tuple[QuerySet[CountLine], str]:
    rows = counts.lines_of(one.pk)
    asked = request.GET
    item = asked.get("item", "")
    if item or asked.get("lot"):
        rows = rows.filter(item_id=int(item) if item.isdecimal() and len(item) < 19 else 0) if item else rows
        return (rows.filter(lot_number=asked["lot"][:40]) if asked.get("lot") else rows), "all"
    if text:
        named = Q(product__name_zh__icontains=text) | Q(product__name_en__icontains=text) | Q(item__gtin=text)
        return rows.filter(named | Q(lot_number__icontains=text) | Q(item__code__icontains=text)), "all"
    show = asked.get("show", "")
    show = show if show in {"open", "all"} else "open"
    return (rows.filter(counts.not_counted()) if show == "open" else rows), show


def card(one: Count, row: Reviewed) -> dict[str, Any]:
    """A line as its card shows it. A blind sheet shows neither the books nor what they lead to."""
    line = row.line
    return {
        **words.line_facts(line),
        "line": line,
        "command_id": command_ids.new(),
        "expires_iso": line.expires_on.isoformat(),
        "book": None if one.blind else row.book.now,
        "packs": line.item.pieces_per_pack if line.item.pieces_per_pack > 1 else 0,
        "since": since(row),
        "number": "" if line.recount or line.counted is None else line.counted,
    }


def since(row: Reviewed) -> str:
    """What has been carried since the line was counted."""
    if row.variance is None:
        return ""
    parts = []
    if row.book.lost:
        parts.append(_("%(n)s pieces issued since counted") % {"n": formats.number(row.book.lost)})
    if row.book.gained:
        parts.append(_("%(n)s pieces came in since counted") % {"n": formats.number(row.book.gained)})
    return ", ".join(parts)


@require_POST
def save_line(request: ActorRequest, count_id: int, line_id: int) -> HttpResponse:
    """Take the number of one card. The script gets JSON, a browser without script is led back."""
    one = counts.count(request.actor, count_id)
    permissions.require(request.actor, permissions.COUNT, places_of(one.facility_id))
    line = the_one(counts.lines_of(count_id).filter(pk=line_id))
    try:
        enter_numbers(count_id=count_id, numbers=[_counted(request, one, line)], actor=request.actor, at=timezone.now())
    except Refused as refused:
        return _refused(request, one, line, refused)
    return _saved(request, one, counts.lines_of(count_id).get(pk=line_id))


def _counted(request: ActorRequest, one: Count, line: CountLine) -> Counted:
    """What was typed, and when: the page says how many seconds ago, so that a wrong clock does no harm."""
    packing, piece_words = words.packing(line)
    seen, age = request.POST.get("seen", ""), request.POST.get("age", "0")
    try:
        command = UUID(request.POST.get("command_id", ""))
    except ValueError:
        raise Refused(N_("Load the page again.")) from None
    now = timezone.now()
    ago = min(timedelta(seconds=int(age) if age.isdigit() and len(age) < 9 else 0), AGE_MAX)
    return Counted(
        line.pk,
        parse_quantity(request.POST.get("pieces", "")[:60], packing=packing, words=piece_words),
        int(seen) if seen.isdigit() and len(seen) < 9 else 0,
        max(one.opened_at, now - ago),
        command,
    )


def _saved(request: ActorRequest, one: Count, line: CountLine) -> HttpResponse:
    if not _by_script(request):
        messages.success(request, _("Lot %(lot)s: saved.") % {"lot": line.lot_number or "—"})
        return HttpResponseRedirect(_back(request, one))
    left = one.lines.filter(counts.not_counted()).count()
    said = {"tallies": line.tallies, "counted": line.counted, "by": line.counted_by_name, "left": left}
    return JsonResponse({**said, "at": _time(line.counted_at)})


def _refused(request: ActorRequest, one: Count, line: CountLine, refused: Refused) -> HttpResponse:
    if not _by_script(request):
        messages.error(request, " ".join(sentence(reason) for reason in refused.reasons))
        return HttpResponseRedirect(_back(request, one))
    seen = counts.lines_of(one.pk).values_list("tallies", flat=True).get(pk=line.pk)
    said = {"message": sentence(refused), "code": refused.code, "seen": seen}
    return JsonResponse(said, status=409 if refused.code == "counted_meanwhile" else 422)


def _by_script(request: ActorRequest) -> bool:
    return request.headers.get("X-Requested-With") == "fetch"


def _back(request: ActorRequest, one: Count) -> str:
    kept = urlencode({name: request.POST[name] for name in ("page", "show") if request.POST.get(name)})
    return f"{reverse('counting:count', args=[one.pk])}?{kept}"


def _time(moment: datetime | None) -> str:
    return f"{timezone.localtime(moment):%H:%M}" if moment else ""
