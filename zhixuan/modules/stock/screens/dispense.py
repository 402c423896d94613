"""The counter: products with what is left, a number, done. Nobody is asked who the client is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.stock import permissions
from zhixuan.modules.stock.operations.dispense import dispense as give
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.modules.stock.queries.shelf import Shelved, shelf
from zhixuan.modules.stock.screens import doing, how_given, offers, words
from zhixuan.rules.refusal import N_, Refused
from zhixuan.rules.stock.fefo import Needs, Wanted
from zhixuan.rules.stock.given_out import Channel, HowGiven
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.forms import PostingForm
from zhixuan.shared.ui.naming import localized
from zhixuan.shared.ui.scanning import takes_scans
from zhixuan.shared.ui.widgets import DayInput

USUAL_PACKS = (1, 2, 3)
AT_ONCE_MAX = 100_000


class CounterForm(PostingForm):
    """The day, and one number for each product of the store. There is no field for words: none could be kept."""

    on = forms.DateField(label=_lazy("Given out on"), widget=DayInput())
    already_happened = forms.BooleanField(
        label=_lazy("It has already happened"),
        required=False,
        help_text=_lazy(
            "For writing down later what was given out. Nothing is refused then: what the books do not have is shown "
            "as owed until somebody settles it."
        ),
    )

    channel = forms.TypedChoiceField(
        label=_lazy("Channel"), required=False, empty_value=None, coerce=Channel, choices=how_given.CHANNELS
    )
    first_time = forms.TypedChoiceField(
        label=_lazy("First time or continuing"),
        required=False,
        empty_value=None,
        coerce=how_given.said,
        choices=how_given.FIRST,
    )
    counselled = forms.TypedChoiceField(
        label=_lazy("Counselled"), required=False, empty_value=None, coerce=how_given.said, choices=how_given.COUNSELLED
    )

    def __init__(self, *args: Any, shelved: Sequence[Shelved], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in shelved:
            self.fields[_name(one)] = forms.IntegerField(
                label=localized(one.product),
                required=False,
                min_value=0,
                max_value=AT_ONCE_MAX,
                widget=forms.NumberInput({"inputmode": "numeric", "placeholder": "0"}),
            )


def _name(one: Shelved) -> str:
    return f"take_{one.product.pk}"


@dataclass(frozen=True, slots=True)
class Tile:
    """One product on the counter."""

    field: BoundField
    product_id: int
    name: str
    form: str
    pieces: int
    blocked: int
    piece: str
    pack: int
    amounts: list[tuple[int, str]]
    first_lot: str
    first_expiry: Any


@takes_scans
def dispense(request: ActorRequest) -> HttpResponse:
    """Give out; afterwards the counter is ready for the next."""
    facility = doing.facility_in(request, permissions.DISPENSE)
    if facility is None:
        return doing.choose_facility(request, permissions.DISPENSE, _("Dispense"))
    places = places_of(facility.pk)
    today = timezone.localdate()
    asked = doing.preset(request, "product")
    shelved = shelf(places, Needs(on=today), also=[asked] if asked else [])
    form = CounterForm(request.POST or None, initial={"on": today}, shelved=shelved)
    if request.method == "POST" and form.is_valid():
        receipt = _post(request, facility.pk, form, shelved)
        if receipt:
            here = f"{reverse('stock:dispense')}?facility={facility.pk}"
            return doing.prove(request, receipt, _("Given out. Ready for the next."), stay=here)
    tiles = [_tile(form, one) for one in shelved]
    tiles.sort(key=lambda tile: (not tile.field.errors, tile.pieces == 0))
    context = {**doing.place_bar(request, facility, permissions.DISPENSE), "form": form, "tiles": tiles}
    return render(request, "stock/dispense.html", context, status=422 if form.is_bound else 200)


def _post(request: ActorRequest, facility_id: int, form: CounterForm, shelved: Sequence[Shelved]) -> Any:
    given = form.cleaned_data
    wanted = [one for one in shelved if given[_name(one)]]

    def act() -> Any:
        if not wanted:
            raise Refused(N_("Say how much of which product was given out."), code="no_lines")
        try:
            return give(
                facility_id=facility_id,
                lines=[Wanted(one.product.pk, given[_name(one)]) for one in wanted],
                on=given["on"],
                already_happened=given["already_happened"],
                how=HowGiven(given["channel"], given["first_time"], given["counselled"]),
                actor=request.actor,
                command_id=given["command_id"],
                at=timezone.now(),
            )
        except Refused as refused:
            for reason in refused.reasons:
                index = reason.field.removeprefix("lines-").partition("-")[0]
                if index.isdigit() and int(index) < len(wanted):
                    reason.field = _name(wanted[int(index)])
            raise

    return doing.attempt(form, act)


def _tile(form: CounterForm, one: Shelved) -> Tile:
    pack = one.first.pieces_per_pack if one.first else 1
    return Tile(
        field=form[_name(one)],
        product_id=one.product.pk,
        name=localized(one.product),
        form=offers.form_of(one.product),
        pieces=one.pieces,
        blocked=one.blocked,
        piece=words.unit_of(one.product),
        pack=pack,
        amounts=[(packs * pack, _amount(packs, packs * pack, one.product)) for packs in USUAL_PACKS],
        first_lot=words.lot_label(one.first.number) if one.first else "",
        first_expiry=words.expiry(one.first.expires_on) if one.first else None,
    )


def _amount(packs: int, pieces: int, product: Any) -> str:
    """What a button of a usual amount says: packs where a pack is more than a piece."""
    piece = words.unit_of(product, pieces)
    if packs == pieces:
        return f"{pieces} {piece}"
    return _("%(packs)s pk = %(pieces)s %(unit)s") % {"packs": packs, "pieces": pieces, "unit": piece}
