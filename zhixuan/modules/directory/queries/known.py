"""Areas and facilities as the rules know them."""

from __future__ import annotations

from typing import Any

from zhixuan.modules.directory.models import Area, Facility
from zhixuan.rules.directory.facts import AreaFacts, FacilityFacts

_SAME = ("code", "name_zh", "name_en", "kind", "level", "longitude", "latitude", "address", "opening_hours", "phone")


def area_facts(area: Area) -> AreaFacts:
    """Facts of an area; its parent must be loaded, or is loaded now."""
    parent = area.parent.code if area.parent else ""
    return AreaFacts(area.code, area.name_zh, area.name_en, area.level, parent, area.valid_from)


def facility_facts(facility: Facility) -> FacilityFacts:
    """Facts of a facility; its area must be loaded, or is loaded now."""
    values: dict[str, Any] = {name: getattr(facility, name) for name in _SAME}
    return FacilityFacts(area=facility.area.code, valid_from=facility.valid_from, valid_to=facility.valid_to, **values)
