"""What was asked for on a large allocation plan, as it is kept with its run, and as the rules take it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from zhixuan.modules.planning.operations._approving import Seen
from zhixuan.rules.planning.place_facts import Settings


def seen_from(said: Mapping[str, Any], on: date) -> Seen:
    """What an approver has looked at."""
    return Seen(said["version"], said["changes_seen"], said["note"], on)


def settings_from(said: Mapping[str, Any]) -> Settings:
    """Exact months, as they were kept."""
    horizon, floor = (
        None if said[name] is None else Fraction(said[name]) for name in ("horizon_months", "floor_months")
    )
    return Settings(horizon, floor, Fraction(said["area_floor_months"]), said["supply_percent"])


def settings_as_kept(settings: Settings) -> dict[str, Any]:
    """As JSON takes them, exact."""
    given = {"horizon_months": settings.horizon_months, "floor_months": settings.floor_months}
    months = {name: None if value is None else str(value) for name, value in given.items()}
    return months | {
        "area_floor_months": str(settings.area_floor_months),
        "supply_percent": settings.supply_percent,
    }
