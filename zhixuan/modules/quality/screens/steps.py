"""What the screens of quality share: steps without a form of their own, and lots to choose from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.functional import Promise

from zhixuan.modules.stock.queries.places import FacilityPlaces
from zhixuan.modules.stock.screens import offers
from zhixuan.modules.stock.screens.offers import Offer
from zhixuan.rules.refusal import Refused
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.forms import sentence
from zhixuan.shared.ui.messages import done


def step(
    request: ActorRequest, act: Callable[[], Any], said: str | Promise | Callable[[Any], str], back: str
) -> HttpResponse:
    """Carry out a step that a button asks for, say on the page it leads back to what came of it."""
    try:
        outcome = act()
    except Refused as refused:
        for reason in refused.reasons:
            messages.error(request, sentence(reason))
    else:
        done(request, said(outcome) if callable(said) else said)
    return HttpResponseRedirect(back)


def lots_here(places: FacilityPlaces) -> Offer:
    """Lots in the store and in quarantine, each once."""
    offer, held = offers.lots(places.store_id), offers.lots(places.quarantine_id)
    for value, label in held.choices[1:]:
        if value not in offer.measures:
            offer.choices.append((value, label))
            offer.facts[value], offer.measures[value] = held.facts[value], held.measures[value]
    return offer


def lots_by_place(places: FacilityPlaces, in_quarantine: str | Promise) -> Offer:
    """Lots of the store and of the quarantine apart; a value is `12:store` or `12:quarantine`."""
    found = Offer()
    for name, place_id, mark in (("store", places.store_id, ""), ("quarantine", places.quarantine_id, in_quarantine)):
        offer = offers.lots(place_id)
        for value, label in offer.choices[1:]:
            key = f"{value}:{name}"
            found.choices.append((key, f"{label} · {mark}" if mark else label))
            found.facts[key], found.measures[key] = offer.facts[value], offer.measures[value]
    return found
