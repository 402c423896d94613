"""One screen for two verbs: sending on and sending back differ in receivers, in needs and in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.directory.queries import Facility
from zhixuan.modules.stock.queries.partners import Partners
from zhixuan.modules.stock.queries.places import FacilityPlaces, places_of
from zhixuan.modules.stock.queries.slips import Receipt
from zhixuan.modules.stock.screens import doing, offers, proposal
from zhixuan.modules.stock.screens.lines import Line, Lines, choice_field, lines_of, offered, pack_codes
from zhixuan.rules.stock.fefo import Needs
from zhixuan.rules.stock.flow import Deed
from zhixuan.shared.access import Actor, Role
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.forms import PostingForm
from zhixuan.shared.ui.naming import localized
from zhixuan.shared.ui.widgets import DayInput, SearchSelect

PREVIEW = "preview"


class SendingForm(PostingForm):
    """To whom, and on which day."""

    to_facility = forms.TypedChoiceField(label=_lazy("To"), coerce=int)
    on = forms.DateField(label=_lazy("Sent on"), widget=DayInput())
    reference = forms.CharField(label=_lazy("Reference"), max_length=120, required=False)
    note = forms.CharField(label=_lazy("Note"), max_length=500, required=False)

    def __init__(self, *args: Any, partners: Partners, line_label: Promise, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to_facility = self.fields["to_facility"]
        to_facility.widget = SearchSelect(placeholder=_lazy("Name or code"))
        groups = ((line_label, partners.line), (_lazy("Others in your area"), partners.others))
        to_facility.choices = [  # type: ignore[attr-defined]
            ("", ""),
            *((label, [_choice(one) for one in facilities]) for label, facilities in groups if facilities),
        ]


def _choice(facility: Facility) -> tuple[int, str]:
    return (facility.pk, f"{localized(facility)} ({facility.code})")


class SentLine(Line):
    """A product, or one of its packs, and how many."""

    counted = "product"
    field_order = ("product", "pieces", "unit")
    product = choice_field(_lazy("Product"), "stock", _lazy("Name, code or scan"))


LINES = lines_of(SentLine)


@dataclass(frozen=True, slots=True)
class Verb:
    """How sending on and sending back differ.

    Args:
        partners: receivers, given the actor, the giver and the day.
        needs: what makes a lot fit, given the day and the receiver.
        expired: whether what has expired counts as at hand.
    """

    name: str
    deed: Deed
    url_name: str
    roles: frozenset[Role]
    form: type[SendingForm]
    heading: Promise
    line_label: Promise
    again: Promise
    said: Promise
    partners: Callable[[Actor, Facility, date], Partners]
    needs: Callable[[date, FacilityPlaces], Needs]
    operation: Callable[..., Receipt]
    expired: bool = False
    first_is_usual: bool = False


def screen(request: ActorRequest, verb: Verb) -> HttpResponse:
    """Choose the receiver and the lines; see which lots would go; post."""
    facility = doing.facility_in(request, verb.roles)
    if facility is None:
        return doing.choose_facility(request, verb.roles, verb.heading)
    giver = places_of(facility.pk)
    if request.method != "POST" and (paper := doing.paper_instead(request, facility, verb.deed)):
        return paper
    form = _form(request, verb, facility)
    needs = Needs(on=timezone.localdate(), expired_allowed=verb.expired)
    lines = offered(request, LINES, offers.products(giver, needs), preset="product")
    chosen = _chosen_lot(request)
    if chosen and request.method != "POST":
        lines.initial = [{"product": chosen["product"], "pieces": chosen["pieces"], "unit": "piece"}]
    bar = doing.place_bar(request, facility, verb.roles)
    context = {**bar, "form": form, "lines": lines, "verb": verb, "chosen": chosen}
    if request.method != "POST":
        return render(request, "stock/send.html", context)
    sound = form.is_valid() & lines.is_valid()
    asked = proposal.asked_for(lines, request.POST)
    if request.POST.get("step") == PREVIEW:
        page = "stock/_proposal.html" if getattr(request, "htmx", False) else "stock/send.html"
        return render(request, page, {**context, **_explained(verb, giver, form, asked)})
    if sound and (receipt := _post(request, verb, facility, form, lines, asked)):
        again = (verb.again, f"{reverse(verb.url_name)}?facility={facility.pk}")
        return doing.prove(request, receipt, verb.said, again=again)
    return render(request, "stock/send.html", {**context, **_explained(verb, giver, form, asked)}, status=422)


def _chosen_lot(request: ActorRequest) -> dict[str, Any] | None:
    """A lot that another page proposes to send, with how much and why: `?product=&lot=&pieces=&why=`."""
    numbers = {name: doing.preset(request, name) for name in ("product", "lot", "pieces")}
    if not all(numbers.values()):
        return None
    return {**numbers, "why": request.GET.get("why", "")[:300]}


def _form(request: ActorRequest, verb: Verb, facility: Facility) -> SendingForm:
    today = timezone.localdate()
    partners = verb.partners(request.actor, facility, today)
    usual = partners.line[0].pk if partners.line and (verb.first_is_usual or len(partners.line) == 1) else None
    return verb.form(
        request.POST or None,
        initial={"on": today, "to_facility": doing.preset(request, "to") or usual},
        partners=partners,
        line_label=verb.line_label,
    )


def _explained(verb: Verb, giver: FacilityPlaces, form: SendingForm, asked: proposal.Asked) -> dict[str, Any]:
    """Which lots would go, as far as the form says already to whom and when."""
    given = form.cleaned_data
    if "to_facility" not in given or "on" not in given:
        return {"waits_for": _("Choose the receiver and the day first: how long a lot must keep depends on them.")}
    needs = verb.needs(given["on"], places_of(given["to_facility"]))
    found = proposal.proposals(giver, asked, needs)
    return proposal.shown(asked, found, needs.good_until, proposal.remarks(giver, found, given["on"]))


def _post(
    request: ActorRequest, verb: Verb, facility: Facility, form: SendingForm, lines: Lines, asked: proposal.Asked
) -> Receipt | None:
    if objections := asked.objections():
        doing.tell(form, objections, [lines], asked.positions)
        return None
    given = form.cleaned_data
    receipt = doing.attempt(
        form,
        lambda: verb.operation(
            from_facility_id=facility.pk,
            to_facility_id=given["to_facility"],
            lines=asked.wanted,
            on=given["on"],
            reference=given["reference"],
            note=given["note"],
            codes=pack_codes(lines.filled()),
            actor=request.actor,
            command_id=given["command_id"],
            at=timezone.now(),
        ),
        [lines],
        asked.positions,
    )
    doing.show_the_way(form, doing.paper_address(facility, verb.deed))
    return receipt
