"""What replaces a product: said on its page, ended where it was a mistake."""

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
from django.views.decorators.http import require_POST

from zhixuan.modules.catalogue import permissions, queries
from zhixuan.modules.catalogue.models import Product, Replacement
from zhixuan.modules.catalogue.operations.end_replacement import end_replacement
from zhixuan.modules.catalogue.operations.replace_product import NOTE_MAX, PIECES_MAX, replace_product
from zhixuan.modules.catalogue.screens import _words as words
from zhixuan.rules.refusal import Refused
from zhixuan.shared.ui.forms import PostingForm, add_refusal
from zhixuan.shared.ui.naming import localized


class ReplaceForm(PostingForm):
    newer = forms.TypedChoiceField(label=_lazy("Replaced by"), coerce=int)
    holds_from = forms.DateField(label=_lazy("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    reason = forms.ChoiceField(label=_lazy("Reason"), choices=Replacement.Reason.choices)
    older_pieces = forms.IntegerField(
        label=_lazy("So many pieces of this product"),
        min_value=1,
        max_value=PIECES_MAX,
        initial=1,
        help_text=_lazy("1 and 1 where a piece of the one serves as long as a piece of the other."),
    )
    newer_pieces = forms.IntegerField(
        label=_lazy("are worth so many of the successor"), min_value=1, max_value=PIECES_MAX, initial=1
    )
    note = forms.CharField(label=_lazy("Note"), max_length=NOTE_MAX, required=False)


def context_of(request: HttpRequest, product: Product) -> dict[str, Any]:
    """What the page of a product shows of replacements."""
    rows = list(queries.replacements())
    return {
        "successors": [one for one in rows if one.older_id == product.pk],
        "predecessors": [one for one in rows if one.newer_id == product.pk],
        "may_replace": words.actor_of(request).has(permissions.REPLACE_PRODUCTS),
    }


def replace(request: HttpRequest, product_id: int) -> HttpResponse:
    """Say what replaces a product."""
    actor = words.actor_of(request)
    product = queries.product(product_id)
    permissions.require(actor, permissions.REPLACE_PRODUCTS)
    form = ReplaceForm(request.POST or None, initial={"holds_from": timezone.localdate()})
    form.fields["newer"].choices = _choices(product)  # type: ignore[attr-defined]  # a ChoiceField
    if request.method == "POST" and form.is_valid():
        given = {name: value for name, value in form.cleaned_data.items() if name != "command_id"}
        try:
            replace_product(older_id=product.pk, newer_id=given.pop("newer"), **given, actor=actor, at=timezone.now())
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, _("%(name)s has been saved.") % {"name": localized(product)})
            return HttpResponseRedirect(reverse("catalogue:product", args=[product.pk]))
    context = {"product": product, "form": form, "title": _("Say what replaces it")}
    return render(request, "catalogue/replace.html", context, status=422 if form.errors else 200)


def _choices(product: Product) -> list[tuple[str, Any]]:
    """Nothing is chosen before somebody chooses; products of the same method stand first."""
    groups: dict[str, list[tuple[int, str]]] = {localized(product.method): []}
    for one in queries.active_products().exclude(pk=product.pk).select_related("method"):
        groups.setdefault(localized(one.method), []).append((one.pk, f"{localized(one)} ({one.code})"))
    return [("", "–"), *((method, listed) for method, listed in groups.items() if listed)]


@require_POST
def end(request: HttpRequest, replacement_id: int) -> HttpResponse:
    """End a replacement that was a mistake."""
    ended = end_replacement(replacement_id=replacement_id, actor=words.actor_of(request), at=timezone.now())
    messages.success(request, _("The replacement has ended; both products stand apart again."))
    return HttpResponseRedirect(reverse("catalogue:product", args=[ended.older_id]))
