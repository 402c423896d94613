"""Two checks, seven matches: the checker goes line by line, scans what a code can show, and ends the check."""

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

from zhixuan.modules.documents import permissions
from zhixuan.modules.documents.operations.check_document import check_document
from zhixuan.modules.documents.operations.check_line import check_line
from zhixuan.modules.documents.queries import documents as queries
from zhixuan.modules.documents.queries.matching import line_of_code, open_rows
from zhixuan.modules.documents.screens import words
from zhixuan.modules.documents.screens.shown import head_facts, shown_line
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.rules.documents.checking import Answer, Check, Match
from zhixuan.rules.documents.states import DocumentState
from zhixuan.rules.refusal import Refused
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.forms import PostingForm, add_refusal, sentence
from zhixuan.shared.ui.messages import done

LINES_A_PAGE = 20
ANSWERS = ((Answer.OK.value, _lazy("OK")), (Answer.NOT_OK.value, _lazy("Not OK")))


class EndForm(PostingForm):
    """The two checks, and why it goes back."""

    reason = forms.CharField(
        label=_lazy("What is not right"),
        max_length=500,
        required=False,
        help_text=_lazy("Needed when something is not OK: the document goes back with it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for check in Check:
            self.fields[check.value] = forms.ChoiceField(
                label=str(words.CHECK_LABELS[check]),
                choices=ANSWERS,
                widget=forms.RadioSelect,
                error_messages={"required": _lazy("Look at the slip and answer: OK or not OK.")},
            )
        self.order_fields([*(check.value for check in Check), "reason"])


class MatchesForm(PostingForm):
    """The answers to one line; `all_ok` is the button for a line with nothing to say about it."""

    remark = forms.CharField(max_length=200, required=False)
    revision = forms.IntegerField(required=False)


def check(request: ActorRequest, document_id: int) -> HttpResponse:
    """The lines by the page with their seven matches, and the end of the check."""
    document = _to_check(request, document_id)
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = _end(request, document, form)
        if answer is not None:
            return answer
    return _page(request, document, form)


def _page(request: ActorRequest, document: Any, form: EndForm, **more: Any) -> HttpResponse:
    page = more.pop("lines_at", None) or request.GET.get("page")
    lines = Paginator(queries.lines_of(document.pk), LINES_A_PAGE).get_page(page)
    open_now = open_rows(document.pk, request.actor)
    context = {
        "document": document,
        "here": reverse("documents:check", args=[document.pk]),
        "number": queries.number_of(document),
        "kind": words.KIND_LABELS[document.kind],
        "facts": head_facts(document),
        "lines": [_mine(shown_line(row), request) for row in lines],
        "lines_page": lines,
        "open_count": len(open_now),
        "open_first": open_now[:10],
        "form": form,
        "matches_form": MatchesForm(),
        "unanswerable": document.state != DocumentState.DRAWN,
        **more,
    }
    return render(request, "documents/check.html", context, status=422 if form.is_bound else 200)


def _mine(line: Any, request: ActorRequest) -> dict[str, Any]:
    """What this checker answered; what somebody else began is asked again."""
    mine = line.answered_by == request.actor.name
    answers = [(name, label, answer if mine else "", proved and mine) for name, label, answer, proved in line.answers]
    finished = all(answer for _name, _label, answer, _proved in answers)
    wrong = any(answer == Answer.NOT_OK for _name, _label, answer, _proved in answers)
    return {
        "line": line,
        "answers": answers,
        "finished": finished,
        "wrong": wrong,
        "remark": line.remark if mine else "",
    }


def _end(request: ActorRequest, document: Any, form: EndForm) -> HttpResponse | None:
    given = form.cleaned_data
    try:
        answer = check_document(
            document_id=document.pk,
            head={one.value: given[one.value] for one in Check},
            reason=given["reason"],
            actor=request.actor,
            command_id=given["command_id"],
            at=timezone.now(),
        )
    except Refused as refused:
        add_refusal(form, refused)
        return None
    said = (
        _("Checked: all is in order.") if answer.state == DocumentState.CHECKED else _("It goes back for correction.")
    )
    done(request, said, number=answer.number)
    return HttpResponseRedirect(reverse("documents:document", args=[document.pk]))


def check_one(request: ActorRequest, document_id: int, line_id: int) -> HttpResponse:
    """Keep the answers to one line; asked by the page's own script only the line travels."""
    document = _to_check(request, document_id)
    form = MatchesForm(request.POST)
    answers = {match.value: request.POST[match.value] for match in Match if request.POST.get(match.value)}
    if request.POST.get("all_ok"):
        answers = {match.value: Answer.OK.value for match in Match}
    proved = [name for name in request.POST.getlist("proved") if name in {match.value for match in Match}]
    if form.is_valid():
        given = form.cleaned_data
        try:
            check_line(
                document_id=document_id,
                line_id=line_id,
                answers=answers,
                proved=[name for name in proved if answers.get(name) == Answer.OK],
                remark=given["remark"],
                revision=given["revision"],
                actor=request.actor,
                command_id=given["command_id"],
                at=timezone.now(),
            )
        except Refused as refused:
            add_refusal(form, refused)
    return _line_answer(request, document, line_id, form)


def _line_answer(request: ActorRequest, document: Any, line_id: int, form: MatchesForm) -> HttpResponse:
    if not request.htmx:
        if form.errors:
            return _page(request, document, EndForm(), refusals=form.non_field_errors())
        page = request.GET.get("page", "1")
        where = f"?page={page}#check-{line_id}" if page.isdigit() else f"#check-{line_id}"
        return HttpResponseRedirect(f"{reverse('documents:check', args=[document.pk])}{where}")
    row = queries.line(document.pk, line_id)
    context = {
        "document": document,
        **_mine(shown_line(row), request),
        "matches_form": MatchesForm(),
        "refusals": form.non_field_errors(),
        "open_count": len(open_rows(document.pk, request.actor)),
        "answered": True,
    }
    return render(request, "documents/_check_line.html", {"one": context, **context})


def scan(request: ActorRequest, document_id: int) -> HttpResponse:
    """A scanned code answers the matches that it proves, on the line it belongs to."""
    document = _to_check(request, document_id)
    form = MatchesForm(request.POST)
    text = request.POST.get("code", "")[:200]
    said, wrong, row = "", False, 0
    if form.is_valid():
        try:
            said, row = _scanned(request, document, text, form.cleaned_data["command_id"])
        except Refused as refused:
            said, wrong = sentence(refused), True
    lines_at = -(-queries.lines_of(document.pk).filter(row__lte=row).count() // LINES_A_PAGE)
    return _page(request, document, EndForm(), scanned=said, scan_failed=wrong, lines_at=lines_at, scanned_row=row)


def _scanned(request: ActorRequest, document: Any, text: str, command_id: Any) -> tuple[str, int]:
    found = line_of_code(document, text, today=timezone.localdate())
    check_line(
        document_id=document.pk,
        line_id=found.line_id,
        answers=dict.fromkeys(found.proved, Answer.OK.value),
        proved=found.proved,
        actor=request.actor,
        command_id=command_id,
        at=timezone.now(),
    )
    names = ", ".join(str(words.MATCH_LABELS[name]) for name in found.proved)
    return _("Line %(row)s: the code shows %(names)s.") % {"row": found.row, "names": names}, found.row


def _to_check(request: ActorRequest, document_id: int) -> Any:
    document = queries.document(request.actor, document_id)
    permissions.require(request.actor, permissions.CHECK, places_of(document.facility_id))
    return document
