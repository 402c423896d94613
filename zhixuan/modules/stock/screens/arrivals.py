"""What arrived of a transfer, lot by lot: for whoever takes it in at once, and for whoever draws a note of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from zhixuan.modules.stock import permissions
from zhixuan.modules.stock.queries import flow, slips
from zhixuan.modules.stock.queries.places import places_of
from zhixuan.modules.stock.screens import words
from zhixuan.modules.stock.screens.lines import in_pieces
from zhixuan.modules.stock.screens.offers import Measure, measure_of, packing_of
from zhixuan.modules.stock.screens.slips import number_of
from zhixuan.rules.refusal import Refused
from zhixuan.rules.stock.flow import Deed
from zhixuan.rules.stock.receiving import Arrived
from zhixuan.shared.access import Role, Unknown
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.addresses import address
from zhixuan.shared.ui.forms import sentence
from zhixuan.shared.ui.naming import localized

CODES_MAX = 200_000


@dataclass(frozen=True, slots=True)
class SentLot:
    """One lot on its way; `expires_on` None where it is not recorded."""

    lot_id: int
    product_id: int
    item_id: int
    measure: Measure
    number: str
    expires_on: date | None
    made_on: date | None
    product: str
    piece: str
    pieces: int

    @property
    def lot(self) -> str:
        return words.lot_label(self.number)


def count_field(label: Any, **more: Any) -> forms.CharField:
    """A number of pieces, or words such as “3 packs”; typed or scanned over, so no field of numbers alone."""
    told = {"inputmode": "numeric", "autocomplete": "off"}
    return forms.CharField(label=label, max_length=60, widget=forms.TextInput(told), **more)


class CountForm(forms.Form):
    """What arrived of one lot. Cleaned, the three are pieces, whatever unit was typed."""

    accepted = count_field(_lazy("Accepted"))
    damaged = count_field(_lazy("Damaged"), initial=0, required=False)
    missing = count_field(_lazy("Missing"), initial=0, required=False)

    def __init__(self, *args: Any, measure: Measure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.measure = measure

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        for name in ("accepted", "damaged", "missing"):
            if name in given:
                try:
                    given[name] = in_pieces(given[name] or "0", "piece", self.measure)
                except Refused as refused:
                    self.add_error(name, forms.ValidationError(sentence(refused), code=refused.code))
        return given


class ScannedCountForm(CountForm):
    """The same with what the scanner counted of it, so that a refused form goes on where it was."""

    scanned = forms.IntegerField(
        required=False, min_value=0, max_value=10**12, widget=forms.HiddenInput({"data-scanned-pieces": ""})
    )
    codes = forms.CharField(required=False, max_length=CODES_MAX, widget=forms.HiddenInput({"data-codes": ""}))


class Counts:
    """The form of every lot that was sent; everything is proposed as accepted."""

    def __init__(self, posted: Any, event_id: int) -> None:
        self.rows = [
            (
                lot,
                ScannedCountForm(
                    posted, measure=lot.measure, prefix=f"lot-{lot.lot_id}", initial={"accepted": lot.pieces}
                ),
            )
            for lot in sent_lots(event_id)
        ]

    def __iter__(self) -> Iterator[tuple[SentLot, ScannedCountForm]]:
        return iter(self.rows)

    def is_valid(self) -> bool:
        wrong = [count for _lot, count in self.rows if not count.is_valid()]  # all are asked: each says its own
        return not wrong

    @property
    def are_marked(self) -> bool:
        """Something is said at one of the lots."""
        return any(count.errors for _lot, count in self.rows)

    @property
    def pieces(self) -> int:
        return sum(lot.pieces for lot, _count in self.rows)

    @property
    def beside(self) -> Mapping[str, forms.BaseForm]:
        """By the field that a refusal names a lot with."""
        return {str(count.prefix): count for _lot, count in self.rows}

    def arrived(self) -> list[tuple[SentLot, Arrived]]:
        """What was counted of each lot; call when it is valid."""
        return [
            (lot, Arrived(lot.lot_id, given["accepted"], given["damaged"], given["missing"]))
            for lot, given in ((lot, count.cleaned_data) for lot, count in self.rows)
        ]


def sent_lots(event_id: int) -> list[SentLot]:
    """Lots of the transfer with their pieces, in the order of the slip."""
    found: dict[int, SentLot] = {}
    for line in slips.movements_of(event_id):
        before = found[line.lot_id].pieces if line.lot_id in found else 0
        found[line.lot_id] = SentLot(
            lot_id=line.lot_id,
            product_id=line.product_id,
            item_id=line.lot.item_id,
            measure=measure_of(line.product, packing_of(line.lot.item)),
            number=line.lot.number,
            expires_on=words.expiry(line.lot.expires_on),
            made_on=line.lot.made_on,
            product=localized(line.product),
            piece=words.unit_of(line.product),
            pieces=before + line.pieces,
        )
    return list(found.values())


def sent_here(request: ActorRequest, event_id: int, roles: frozenset[Role]) -> Any:
    """The transfer, if this person may take it in where it goes.

    Raises:
        Unknown: it is out of sight, or goes to no store.
        Forbidden: the person does not hold one of the roles there.
    """
    sent = slips.event(request.actor, event_id)
    receiver = sent.other_place.facility if sent.other_place is not None else None
    if receiver is None:
        raise Unknown
    permissions.require(request.actor, roles, places_of(receiver.pk))
    return sent


def taken_in_before(request: ActorRequest, sent: Any) -> HttpResponseRedirect | None:
    """Opened again after it was received: the way leads to the slip that took it in."""
    answer = slips.related(sent)["answered_by"]
    if answer is None:
        return None
    messages.info(
        request, _("This transfer has been received already, with slip %(slip)s.") % {"slip": number_of(answer)}
    )
    return HttpResponseRedirect(reverse("stock:slip", args=[answer.pk]))


def two_take_in(sent: Any) -> bool:
    """Whether two people take it in where it goes; `sent` is read with the facility of its other place."""
    return flow.two_needed_at(sent.other_place.facility, Deed.RECEIPT, on=timezone.localdate())


def take_in_address(sent: Any) -> str:
    """Where it is taken in: at once by one person, or on a note that somebody else checks."""
    return address("documents:draw_arrival" if two_take_in(sent) else "stock:receive_transfer", sent.pk)


def take_in_label(sent: Any) -> str:
    return _("Draw a note") if two_take_in(sent) else _("Receive")
