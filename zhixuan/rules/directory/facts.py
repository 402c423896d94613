"""What is known of an area or a facility, by code: the same shape in forms, in imported rows and in the database."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from zhixuan.rules.directory.areas import AREA_CODE_CHARACTERS_MAX, FACILITY_CODE_CHARACTERS_MAX, LEVELS, clean_code
from zhixuan.rules.directory.facilities import LEVEL_OF_KIND, check_coordinates
from zhixuan.rules.refusal import N_, Refused, raise_all


@dataclass(frozen=True, slots=True)
class AreaFacts:
    """An area. `parent` is the code of the area it lies in, "" for a root."""

    code: str
    name_zh: str
    name_en: str
    level: str
    parent: str
    valid_from: date | None = None


@dataclass(frozen=True, slots=True)
class FacilityFacts:
    """A facility. `area` is a code; coordinates are degrees (WGS 84), six decimals."""

    code: str
    name_zh: str
    name_en: str
    kind: str
    level: str
    area: str
    longitude: Decimal | None = None
    latitude: Decimal | None = None
    address: str = ""
    opening_hours: str = ""
    phone: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


Facts = TypeVar("Facts", AreaFacts, FacilityFacts)
_LONGEST: dict[type, dict[str, int]] = {
    AreaFacts: {"name_zh": 80, "name_en": 120},
    FacilityFacts: {"name_zh": 120, "name_en": 160, "address": 200, "opening_hours": 120, "phone": 40},
}


def checked_area(facts: AreaFacts) -> AreaFacts:
    """Facts as they are kept: code cleaned, texts trimmed, the English name standing in for a missing Chinese one.

    Raises:
        Refused: every field that is wrong, at once.
    """
    facts = _trimmed(facts)
    reasons = _problems_of_texts(facts)
    code = _cleaned(facts.code, AREA_CODE_CHARACTERS_MAX, reasons)
    raise_all(reasons)
    return replace(facts, code=code, name_zh=facts.name_zh or facts.name_en)


def checked_facility(facts: FacilityFacts) -> FacilityFacts:
    """Facts as they are kept; a missing level is the usual one of the kind.

    Raises:
        Refused: every field that is wrong, at once.
    """
    facts = replace(_trimmed(facts), level=facts.level.strip() or LEVEL_OF_KIND.get(facts.kind.strip(), ""))
    reasons = _problems_of_texts(facts)
    if facts.kind not in LEVEL_OF_KIND:
        reasons.append(Refused(N_("Choose a kind from the list."), field="kind"))
    if facts.valid_from and facts.valid_to and facts.valid_to < facts.valid_from:
        reasons.append(Refused(N_("It cannot close before it opens."), field="valid_to"))
    try:
        check_coordinates(facts.longitude, facts.latitude)
    except Refused as refused:
        reasons.append(refused)
    code = _cleaned(facts.code, FACILITY_CODE_CHARACTERS_MAX, reasons)
    raise_all(reasons)
    return replace(
        facts,
        code=code,
        name_zh=facts.name_zh or facts.name_en,
        longitude=_six(facts.longitude),
        latitude=_six(facts.latitude),
    )


def _trimmed(facts: Facts) -> Facts:
    trimmed: dict[str, Any] = {}
    for field in fields(facts):
        value = getattr(facts, field.name)
        trimmed[field.name] = value.strip() if isinstance(value, str) else value
    return replace(facts, **trimmed)


def _six(degrees: Decimal | None) -> Decimal | None:
    return None if degrees is None else degrees.quantize(Decimal("0.000001"))


def _cleaned(code: str, longest: int, reasons: list[Refused]) -> str:
    try:
        return clean_code(code, longest=longest)
    except Refused as refused:
        reasons.append(refused)
        return ""


def _problems_of_texts(facts: AreaFacts | FacilityFacts) -> list[Refused]:
    reasons = []
    if not facts.name_zh and not facts.name_en:
        reasons.append(Refused(N_("Give a name, in Chinese or in English."), field="name_zh", code="name_missing"))
    if facts.level not in LEVELS:
        reasons.append(Refused(N_("Choose a level from the list."), field="level"))
    for field, longest in _LONGEST[type(facts)].items():
        if len(getattr(facts, field)) > longest:
            sentence = N_("This is too long: {longest} characters at most.")
            reasons.append(Refused(sentence, field=field, code="too_long", longest=longest))
    return reasons
