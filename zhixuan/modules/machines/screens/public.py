"""A machine's page for everybody: where it is, what it has, whom to call, a button to report a fault."""

from __future__ import annotations

from typing import Any

from allauth.core.internal.httpkit import get_client_ip
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from zhixuan.modules.machines.queries import states
from zhixuan.modules.machines.queries.machines import public_machine
from zhixuan.modules.machines.screens import _words as words
from zhixuan.modules.machines.screens.faults import FaultForm, report
from zhixuan.shared.access import ANONYMOUS
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.naming import choose, localized


@login_not_required
def public(request: ActorRequest, code: str) -> HttpResponse:
    """The page; on POST a fault is noted. Whoever is signed in is nobody here: nothing of them is kept either."""
    today = timezone.localdate()
    found = public_machine(code, today)
    form = FaultForm(request.POST or None, machine_id=found.pk)
    if request.method == "POST" and form.is_valid():
        request.actor = ANONYMOUS
        if report(request, found.pk, form, address=get_client_ip(request) or ""):
            messages.success(request, _("Thank you. Somebody will look after it. Nothing about you was kept."))
            return HttpResponseRedirect(reverse("machines:public", args=[code]))
    (state,) = states.states([found], today=today)
    context: dict[str, Any] = {
        "machine": found,
        "name": words.name(found),
        "area": localized(found.facility.area),
        "where": words.where(found),
        "hint": words.hint(found),
        "address": found.facility.address,
        "hours": found.facility.opening_hours,
        "offered": [
            {
                "name": localized(slot.item.product),
                "form": choose(slot.item.product.form_zh, slot.item.product.form_en),
                "fill": words.fill_badge(fill),
            }
            for slot, fill in states.offered(state)
        ],
        "form": form,
    }
    return render(request, "machines/public.html", context, status=422 if form.is_bound else 200)
