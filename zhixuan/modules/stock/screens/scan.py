"""What a scanner gave, answered as JSON: the one place where codes are read, for every page that takes them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from zhixuan.modules.directory import queries as directory
from zhixuan.modules.stock import permissions
from zhixuan.modules.stock.queries import scans
from zhixuan.modules.stock.queries.places import FacilityPlaces, places_of
from zhixuan.modules.stock.screens import scan_words as words
from zhixuan.rules.refusal import Refused
from zhixuan.rules.scanning.scanned import Scanned
from zhixuan.rules.scanning.traces import Direction
from zhixuan.shared.requests import ActorRequest
from zhixuan.shared.ui.forms import sentence

AT_ONCE_MAX = 40


@require_POST
def scan(request: ActorRequest) -> HttpResponse:
    """`code=…&code=…&facility=…&use=receive` in the body: an answer for each code, in their order.

    Nothing is written. It is a POST because addresses are kept in logs, and a code may name one single pack.

    Raises:
        Unknown: the facility is out of sight.
    """
    codes = request.POST.getlist("code")[:AT_ONCE_MAX]
    use = request.POST.get("use", "")
    read = [_read(code) for code in codes]
    good = [one for one in read if isinstance(one, Scanned)]
    direction = Direction.OUT if use in words.OUTGOING else Direction.IN
    found = iter(
        scans.meanings(
            good,
            places=_places(request),
            direction=direction,
            today=timezone.localdate(),
            withdrawn=use not in words.INCOMING,
        )
    )
    answers = []
    for code, one in zip(codes, read, strict=True):
        if isinstance(one, Refused):
            answers.append({"code": code, "state": "bad", "why": one.code, "says": sentence(one)})
        else:
            answers.append({"code": code, **_answer(request, next(found), use)})
    return JsonResponse({"codes": answers}, headers={"Cache-Control": "no-store"})


def _read(code: str) -> Scanned | Refused:
    try:
        return scans.read(code, today=timezone.localdate())
    except Refused as refused:
        return refused


def _places(request: ActorRequest) -> FacilityPlaces | None:
    text = request.POST.get("facility", "")
    if not text:
        return None
    facility = directory.facility(request.actor, int(text) if text.isdigit() and len(text) < 19 else 0)
    places = places_of(facility.pk)
    permissions.require(request.actor, permissions.VIEW, places)
    return places


def _answer(request: ActorRequest, meaning: scans.Meaning, use: str) -> dict[str, Any]:
    """One code: what it says, what it means here, and what a person should know or decide."""
    told = _told(meaning)
    if meaning.coded is None:
        return {**told, "state": "bad", **words.unknown(request.actor, meaning.scanned)}
    warnings = words.warnings(meaning, use)
    return {
        **told,
        "state": "warn" if warnings else "good",
        "says": words.said(meaning, meaning.coded.item),
        "warnings": warnings,
        "question": words.question(request.actor, meaning, use),
    }


def _told(meaning: scans.Meaning) -> dict[str, Any]:
    facts = asdict(meaning.scanned) | {"pack_code": meaning.scanned.pack_code, "item": None}
    facts["expires_on"] = words.iso(meaning.expires_on)
    facts["made_on"] = words.iso(meaning.scanned.made_on or (meaning.lot.made_on if meaning.lot else None))
    facts["lot_id"] = meaning.lot.pk if meaning.lot else None
    facts["at_hand"] = meaning.on_shelf.pieces if meaning.on_shelf else 0
    if meaning.coded is not None:
        item = meaning.coded.item
        facts["item"] = {
            "id": item.pk,
            "product": item.product_id,
            "label": words.item_label(item),
            "holds": meaning.coded.holds,
            "pieces_per_pack": item.pieces_per_pack,
            "packs_per_carton": item.packs_per_carton,
        }
    return facts
