"""Private: what a trade item must be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from zhixuan.modules.catalogue.models import Item
from zhixuan.rules.gtin import clean_gtin
from zhixuan.rules.refusal import N_, Refused, raise_all

LARGEST_PACK = 100_000
_LONGEST = {"code": 40, "brand_zh": 120, "brand_en": 120, "holder": 160, "registration_number": 80}


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """A trade item as a person enters it."""

    code: str
    gtin: str
    brand_zh: str
    brand_en: str
    holder: str
    registration_number: str
    pieces_per_pack: int
    packs_per_carton: int


def checked(facts: ItemFacts, *, item_id: int | None) -> dict[str, Any]:
    """Columns of the item.

    Args:
        item_id: the item that is being changed; None for a new one.

    Raises:
        Refused: every wrong field at once, among them a GTIN or code that another item has.
    """
    values = {field: str(getattr(facts, field)).strip() for field in _LONGEST}
    values["code"] = values["code"].upper()
    reasons = [
        Refused(N_("This is too long: {longest} characters at most."), field=field, code="too_long", longest=longest)
        for field, longest in _LONGEST.items()
        if len(values[field]) > longest
    ]
    others = Item.objects.all() if item_id is None else Item.objects.exclude(pk=item_id)
    if not values["code"]:
        reasons.append(Refused(N_("Give a code."), field="code", code="code_missing"))
    elif others.filter(code=values["code"]).exists():
        reasons.append(Refused(N_("The code {typed} is taken."), field="code", code="taken", typed=values["code"]))
    gtin = ""
    try:
        gtin = clean_gtin(facts.gtin)
    except Refused as refused:
        reasons.append(refused)
    holder_of_gtin = others.filter(gtin=gtin).first() if gtin else None
    if holder_of_gtin is not None:
        sentence = N_("Item {other} has this GTIN already.")
        reasons.append(Refused(sentence, field="gtin", code="taken", other=holder_of_gtin.code))
    reasons += _wrong_packing(facts)
    raise_all(reasons)
    packing = {"pieces_per_pack": facts.pieces_per_pack, "packs_per_carton": facts.packs_per_carton}
    return {**values, "gtin": gtin or None, **packing}


def _wrong_packing(facts: ItemFacts) -> list[Refused]:
    return [
        Refused(N_("Give a whole number from 1 to {largest}."), field=field, code="packing", largest=LARGEST_PACK)
        for field in ("pieces_per_pack", "packs_per_carton")
        if not 1 <= getattr(facts, field) <= LARGEST_PACK
    ]
