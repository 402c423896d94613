"""Telling the catalogue to which item a scanned code belongs."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.catalogue import permissions, queries
from zhixuan.modules.catalogue.models import ItemCode
from zhixuan.modules.catalogue.operations.link_code import link_code
from zhixuan.modules.catalogue.screens import _words as words
from zhixuan.rules.refusal import Refused
from zhixuan.shared.ui.forms import add_refusal
from zhixuan.shared.ui.naming import localized
from zhixuan.shared.ui.widgets import SearchSelect


class CodeForm(forms.Form):
    """The code as scanned, and what it stands on."""

    code = forms.CharField(
        label=_lazy("Code"),
        max_length=24,
        help_text=_lazy("A GTIN, or the first 7 digits of a drug trace code."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    item = forms.TypedChoiceField(label=_lazy("Trade item"), coerce=int)
    holds = forms.ChoiceField(label=_lazy("It stands on"), choices=ItemCode.Holds.choices)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # as Django has it
        item = self.fields["item"]
        item.widget = SearchSelect(placeholder=_lazy("Name, code or brand"))
        active = queries.items().filter(status="active")
        item.choices = [("", ""), *((one.pk, _label(one)) for one in active)]  # type: ignore[attr-defined]


def _label(item: queries.Item) -> str:
    return f"{localized(item.product)} · {item.code}"


def link(request: HttpRequest) -> HttpResponse:
    """Link a code to a trade item; the window it was opened from reads the code again."""
    actor = words.actor_of(request)
    permissions.require(actor, permissions.LINK_CODES)
    form = CodeForm(request.POST or None, initial={"code": request.GET.get("code", "")[:24]})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            linked = link_code(
                code=given["code"],
                item_id=given["item"],
                holds=given["holds"],
                actor=actor,
                at=timezone.now(),
            )
        except Refused as refused:
            add_refusal(form, refused)
        else:
            said = _("%(code)s is now known as %(item)s. Close this window and go on scanning.")
            messages.success(request, said % {"code": linked.code, "item": _label(linked.item)})
            return HttpResponseRedirect(reverse("catalogue:product", args=[linked.item.product_id]))
    return render(request, "catalogue/link_code.html", {"form": form}, status=422 if form.is_bound else 200)
