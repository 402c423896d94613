"""Ask for goods: what is suggested, and why; as suggested in one step, or changed line by line."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy

from zhixuan.modules.directory import queries as directory
from zhixuan.modules.directory.queries import Facility
from zhixuan.modules.orders import permissions
from zhixuan.modules.orders.operations.draw_order import draw_order
from zhixuan.modules.orders.queries import asking, orders, rhythm
from zhixuan.modules.orders.queries.asking import Askable
from zhixuan.modules.orders.screens import telling, words
from zhixuan.modules.stock.screens import doing
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Unknown
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.forms import PostingForm, add_refusal
from zhixuan.shared.ui.messages import done
from zhixuan.shared.ui.naming import localized

SHOWN = 60


class AskForm(PostingForm):
    """Whom, and whether it can wait."""

    supplier = forms.TypedChoiceField(label=pgettext_lazy("order", "Supplier"), coerce=int)
    emergency = forms.BooleanField(label=_lazy("Emergency order: it cannot wait"), required=False)
    reason = forms.CharField(
        label=_lazy("Why it cannot wait"),
        max_length=300,
        required=False,
        help_text=_lazy("Not needed when something is below its emergency point."),
    )
    note = forms.CharField(label=_lazy("Note"), max_length=300, required=False)

    def __init__(self, *args: Any, facility: Facility, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        siblings = [(one.pk, localized(one)) for one in directory.siblings(facility, on=timezone.localdate())]
        own = [(facility.supplied_by_id, localized(facility.supplied_by))] if facility.supplied_by else []
        groups = ((_lazy("Your supplier"), own), (_lazy("Places of the same level"), siblings))
        self.fields["supplier"].choices = [  # type: ignore[attr-defined]
            (label, choices) for label, choices in groups if choices
        ]


def ask(request: ActorRequest) -> HttpResponse:
    """See the suggestions; ask as suggested, or change them first."""
    facility = _facility(request)
    if facility is None:
        return doing.choose_facility(request, permissions.ASK, _("Ask for goods"))
    form = AskForm(request.POST or None, facility=facility, initial={"supplier": facility.supplied_by_id})
    if request.method == "POST" and form.is_valid():
        try:
            return _draw(request, facility, form)
        except Refused as refused:
            if (open_order := refused.fields.get("order_id")) is not None:
                return telling.lead_to_open(request, refused, reverse("orders:order", args=[open_order]))
            add_refusal(form, refused)
    return render(request, "orders/ask.html", _context(request, facility, form), status=422 if form.errors else 200)


def _facility(request: ActorRequest) -> Facility | None:
    """The place named, or the only one where the person may ask.

    Raises:
        Unknown, Forbidden: as for every posting screen.
    """
    try:
        return doing.facility_in(request, permissions.ASK)
    except Unknown:
        directory.facility(request.actor, int(request.POST.get("facility") or request.GET.get("facility") or 0))
        raise


def _draw(request: ActorRequest, facility: Facility, form: AskForm) -> HttpResponse:
    given = form.cleaned_data
    at_once = request.POST.get("step") == "ask"
    drawn = draw_order(
        asker_id=facility.pk,
        supplier_id=given["supplier"],
        emergency=given["emergency"],
        reason=given["reason"],
        note=given["note"],
        send_in=at_once,
        on=timezone.localdate(),
        actor=request.actor,
        command_id=given["command_id"],
        at=timezone.now(),
    )
    order = orders.order(request.actor, drawn.id)
    if not at_once:
        return HttpResponseRedirect(reverse("orders:change", args=[order.pk]))
    said = _("This had been asked before; it was not asked twice.") if drawn.repeated else _("Your order is sent in.")
    done(request, said, number=orders.number_of(order))
    return HttpResponseRedirect(reverse("orders:order", args=[order.pk]))


def _context(request: ActorRequest, facility: Facility, form: AskForm) -> dict[str, Any]:
    today = timezone.localdate()
    supplier = _chosen_supplier(form, facility)
    known = asking.askable(facility, supplier, today=today) if supplier else []
    suggested = [one for one in known if one.suggestion.pieces]
    urgent = [one for one in known if one.urgent and one.suggestion.pieces]
    due = rhythm.due_of([facility], today=today)
    return {
        **doing.place_bar(request, facility, permissions.ASK),
        "form": form,
        "supplier_known": bool(supplier),
        "lines": [line_of(one) for one in suggested[:SHOWN]],
        "more": max(0, len(suggested) - SHOWN),
        "others": len(known) - len(suggested),
        "urgent": len(urgent),
        "due": due[0].due if due else None,
    }


def _chosen_supplier(form: AskForm, facility: Facility) -> int | None:
    chosen = form.data.get("supplier") if form.is_bound else None
    return int(chosen) if chosen and chosen.isdigit() and len(chosen) < 19 else facility.supplied_by_id


def line_of(one: Askable) -> dict[str, Any]:
    """A suggestion with every term of its sum."""
    terms, product = one.suggestion.terms, one.product
    return {
        "product": localized(product),
        "unit": words.unit_of(product),
        "pieces": one.suggestion.pieces,
        "packs": words.in_packs(one.suggestion.pieces or 0, terms.pieces_per_pack),
        "urgent": one.urgent,
        **words.terms_words(asking.terms_as_json(one.suggestion)),
        "at_supplier": one.at_supplier,
    }
