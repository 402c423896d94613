"""What people do with an order, each by a button: send in, approve, refuse, withdraw, close, see, send out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.orders.operations.approve_order import approve_order
from zhixuan.modules.orders.operations.send_order import send_order
from zhixuan.modules.orders.operations.submit_order import submit_order
from zhixuan.modules.orders.operations.take_step import NEED_A_REASON, PLAIN, take_step
from zhixuan.modules.orders.queries import orders, plans, progress
from zhixuan.modules.orders.queries.orders import Order
from zhixuan.modules.orders.screens import telling, words
from zhixuan.rules.orders.steps import SIDE_OF, Verb
from zhixuan.rules.refusal import Refused, raise_all
from zhixuan.shared.access import Forbidden, Unknown
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.forms import PostingForm, sentence
from zhixuan.shared.ui.messages import done
from zhixuan.shared.ui.naming import localized

WORDS: dict[Verb, tuple[Promise, Promise]] = {
    Verb.WITHDRAW: (_lazy("Withdraw the order"), _lazy("The order is withdrawn.")),
    Verb.REFUSE: (_lazy("Refuse the order"), _lazy("The order is refused; whoever asked sees why.")),
    Verb.CLOSE: (_lazy("Close what is left"), _lazy("The rest will not be sent; the order is closed.")),
    Verb.SEE: (_lazy("Note as seen"), _lazy("Noted that you have seen it.")),
}


class StepForm(PostingForm):
    """A word about the step."""

    note = forms.CharField(label=_lazy("Reason"), max_length=500, required=False, widget=forms.Textarea({"rows": 2}))


def _page(order_id: int) -> str:
    return reverse("orders:order", args=[order_id])


def _order(request: ActorRequest, order_id: int, verb: Verb) -> Order:
    """The order, if it is this person's to do.

    Raises:
        Unknown, Forbidden: see permissions.
    """
    order = orders.order(request.actor, order_id)
    if SIDE_OF[verb] not in orders.sides(request.actor, order):
        raise Forbidden
    return order


@require_POST
def submit(request: ActorRequest, order_id: int) -> HttpResponse:
    """Send a draft in."""
    order = _order(request, order_id, Verb.SUBMIT)
    said = {"order_id": order_id, "on": timezone.localdate(), "actor": request.actor, "at": timezone.now()}
    return telling.act(
        request,
        lambda command_id: submit_order(command_id=command_id, **said),
        said=_("Your order is sent in."),
        back=_page(order_id),
        number=orders.number_of(order),
    )


@require_POST
def approve(request: ActorRequest, order_id: int) -> HttpResponse:
    """Agree to an order; what is missing is told in the grid, where it can be mended."""
    order = _order(request, order_id, Verb.APPROVE)
    note = request.POST.get("note", "")[:500]
    said: dict[str, Any] = {"order_id": order_id, "note": note, "actor": request.actor, "at": timezone.now()}
    return telling.act(
        request,
        lambda command_id: approve_order(command_id=command_id, **said),
        said=_("The order is approved. Draw the issue document when the goods are packed."),
        back=_page(order_id),
        number=orders.number_of(order),
    )


def step(request: ActorRequest, order_id: int, verb: str) -> HttpResponse:
    """Withdraw, refuse, close or note as seen."""
    if verb not in set(PLAIN):
        raise Unknown
    chosen = Verb(verb)
    order = _order(request, order_id, chosen)
    form = StepForm(request.POST or None)
    form.fields["note"].required = chosen in NEED_A_REASON
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        said: dict[str, Any] = {"note": given["note"], "actor": request.actor, "at": timezone.now()}
        return telling.act(
            request,
            lambda command_id: take_step(order_id=order_id, verb=chosen, command_id=command_id, **said),
            said=str(WORDS[chosen][1]),
            back=_page(order_id),
            number=orders.number_of(order),
        )
    context = {"form": form, "order": order, "number": orders.number_of(order), "heading": WORDS[chosen][0]}
    return render(request, "orders/step.html", context, status=422 if form.is_bound else 200)


def send(request: ActorRequest, order_id: int) -> HttpResponse:
    """How much goes out now, of what was agreed and is not on a document yet."""
    order = _order(request, order_id, Verb.SEND)
    form = telling.CommandForm(request.POST or None)
    lines = _to_send(order)
    if request.method == "POST" and form.is_valid():
        try:
            return _send(request, order, form, lines)
        except Refused as refused:
            _mark(form, lines, refused)
    context = {"form": form, "order": order, "number": orders.number_of(order), "lines": lines}
    return render(request, "orders/send.html", context, status=422 if form.is_bound else 200)


def _to_send(order: Order) -> list[dict[str, Any]]:
    """What is left to send, proposed as far as it is there, in whole packs."""
    known = progress.progress_of([order.pk]).get(order.pk, {})
    left = {product: line for product, line in known.items() if line.to_send}
    products = catalogue.products_by_id(left)
    packs = catalogue.usual_packs(left)
    usable = plans.usable_at(order.supplier_id, today=timezone.localdate())
    return [
        _line(products[product], line.to_send, usable.get(product, 0), packs.get(product, (1, 1)))
        for product, line in left.items()
    ]


def _line(product: Any, left: int, usable: int, packing: tuple[int, int]) -> dict[str, Any]:
    pack = packing[0]
    proposed = left if left <= usable else max(0, usable) // pack * pack
    return {
        "product_id": product.pk,
        "record": product,
        "packing": packing,
        "product": localized(product),
        "unit": words.unit_of(product),
        "left": left,
        "usable": usable,
        "typed": proposed,
        "packs": words.in_packs(proposed, pack),
        "error": "",
    }


def _send(request: ActorRequest, order: Order, form: PostingForm, lines: list[dict[str, Any]]) -> HttpResponse:
    wanted = []
    problems = []
    for line in lines:
        line["typed"] = request.POST.get(f"quantity-{line['product_id']}", "")[:60]
        try:
            wanted.append((line["product_id"], words.pieces_typed(line["typed"], line["record"], line["packing"])))
        except Refused as refused:
            refused.field = f"product-{line['product_id']}"
            problems.append(refused)
    raise_all(problems)
    drawn = send_order(
        order_id=order.pk,
        lines=wanted,
        on=timezone.localdate(),
        actor=request.actor,
        command_id=form.cleaned_data["command_id"],
        at=timezone.now(),
    )
    number = {one.paper.id: one.paper.number for one in progress.shipments_of([order.pk])[order.pk]}[drawn.id]
    done(request, _("The issue document is drawn: pick, check and post it."), number=number)
    return HttpResponseRedirect(reverse("documents:document", args=[drawn.id]))


def _mark(form: PostingForm, lines: list[dict[str, Any]], refused: Refused) -> None:
    """Each reason beside its line, the others above."""
    by_product = {str(line["product_id"]): line for line in lines}
    for reason in refused.reasons:
        head, _dash, product = reason.field.partition("-")
        if head == "product" and product in by_product:
            by_product[product]["error"] = sentence(reason)
            continue
        form.add_error(None, forms.ValidationError(sentence(reason), code=reason.code))
