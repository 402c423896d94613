"""Adding a trade item to a product, and correcting one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.catalogue import permissions, queries
from zhixuan.modules.catalogue.models import Item, Product
from zhixuan.modules.catalogue.operations.add_item import add_item
from zhixuan.modules.catalogue.operations.change_item import change_item
from zhixuan.modules.catalogue.screens import _words as words
from zhixuan.rules.refusal import Refused
from zhixuan.shared.ui.forms import PostingForm, add_refusal
from zhixuan.shared.ui.naming import localized


class ItemForm(PostingForm):
    code = forms.CharField(label=_lazy("Code"), max_length=40)
    gtin = forms.CharField(
        label=_lazy("GTIN"),
        max_length=24,
        required=False,
        help_text=_lazy("The digits below the bar code; the last one is checked."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    brand_zh = forms.CharField(label=_lazy("Brand (Chinese)"), max_length=120, required=False)
    brand_en = forms.CharField(label=_lazy("Brand (English)"), max_length=120, required=False)
    holder = forms.CharField(label=_lazy("Holder of the registration"), max_length=160, required=False)
    registration_number = forms.CharField(label=_lazy("Registration number"), max_length=80, required=False)
    pieces_per_pack = forms.IntegerField(label=_lazy("Pieces a pack"), min_value=1)
    packs_per_carton = forms.IntegerField(label=_lazy("Packs a carton"), min_value=1)

    @property
    def facts(self) -> dict[str, Any]:
        """What the operations take."""
        return {name: value for name, value in self.cleaned_data.items() if name != "command_id"}


class ChangeItemForm(ItemForm):
    status = forms.ChoiceField(label=_lazy("State"), choices=Product.Status.choices)


def add(request: HttpRequest, product_id: int) -> HttpResponse:
    """Add a trade item to a product."""
    actor = words.actor_of(request)
    product = queries.product(product_id)
    permissions.require(actor, permissions.CHANGE_ITEMS)
    form = ItemForm(request.POST or None, initial={"pieces_per_pack": 1, "packs_per_carton": 1})
    if request.method == "POST" and form.is_valid():
        try:
            item = add_item(product_id=product.pk, **form.facts, actor=actor, at=timezone.now())
        except Refused as refused:
            add_refusal(form, refused)
        else:
            return _saved(request, item)
    return _page(request, product, form, _("Add a trade item"))


def change(request: HttpRequest, item_id: int) -> HttpResponse:
    """Correct or withdraw a trade item."""
    actor = words.actor_of(request)
    item = queries.item(item_id)
    permissions.require(actor, permissions.CHANGE_ITEMS)
    initial = {name: getattr(item, name) for name in ChangeItemForm.base_fields if name != "command_id"}
    form = ChangeItemForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            item = change_item(item_id=item.pk, **form.facts, actor=actor, at=timezone.now())
        except Refused as refused:
            add_refusal(form, refused)
        else:
            return _saved(request, item)
    return _page(request, item.product, form, item.code)


def _page(request: HttpRequest, product: Product, form: forms.Form, title: str) -> HttpResponse:
    return render(request, "catalogue/item.html", {"product": product, "form": form, "title": title})


def _saved(request: HttpRequest, item: Item) -> HttpResponse:
    name = f"{localized(item.product)} · {item.code}"
    messages.success(request, _("%(name)s has been saved.") % {"name": name})
    return HttpResponseRedirect(reverse("catalogue:product", args=[item.product_id]))
