"""What every posting screen does: try the operation, show a refusal beside its field, prove success."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from zhixuan.modules.directory import queries as directory
from zhixuan.modules.stock import permissions
from zhixuan.modules.stock.queries.slips import Receipt
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Role
from zhixuan.shared.ui.forms import add_refusal
from zhixuan.shared.ui.messages import Link, done
from zhixuan.shared.ui.naming import localized


def attempt(
    form: forms.BaseForm, act: Callable[[], Receipt], formsets: Iterable[forms.BaseFormSet[Any]] = ()
) -> Receipt | None:
    """Carry out an operation; a refusal is put on the form, and nothing has been written."""
    try:
        return act()
    except Refused as refused:
        add_refusal(form, refused, formsets)
        return None


def prove(
    request: HttpRequest, receipt: Receipt, text: str | Promise, *, again: tuple[str | Promise, str] | None = None
) -> HttpResponse:
    """Lead to the slip, with its number in large figures; a repeat is told as one."""
    said = _("This had been posted before; nothing was posted twice.") if receipt.repeated else str(text)
    links = [Link(again[0], again[1], "plus")] if again else []
    done(request, said, number=receipt.slip, links=links)
    return HttpResponseRedirect(reverse("stock:slip", args=[receipt.event_id]))


def facility_choices(request: HttpRequest, roles: frozenset[Role]) -> list[tuple[int, str]]:
    """Facilities where the person holds one of the roles."""
    found = directory.facilities_for(request.actor, roles)
    return [(facility.id, f"{localized(facility)} ({facility.code})") for facility in found]


def preset(request: HttpRequest, name: str) -> int | None:
    """A number from the address, for presetting a field."""
    text = request.GET.get(name, "")
    return int(text) if text.isdigit() and len(text) < 19 else None


KEEPERS = permissions.KEEP
