"""How pieces were given out: what the dispensing register (发放登记册) says beside product, lot and number.

Nothing here tells who the client is, and nothing has to be said: left open, the register says so. A wish to be reminded
or visited cannot stand in a line without a name, so the register has no place for one (docs/documents/register.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Channel(StrEnum):
    """The way to the client (渠道)."""

    OUTLET = "outlet"
    SELF_SERVICE = "self_service"
    POST = "post"
    VISIT = "visit"
    DIRECT = "direct"


@dataclass(frozen=True, slots=True)
class HowGiven:
    """What the dispenser says of it.

    Args:
        channel: None where it is the usual one of the facility.
        first_time: the client takes this product for the first time (首次) or goes on with it (续领); None if not said.
        counselled: the client was counselled on it (咨询完成); None if not said.
    """

    channel: Channel | None = None
    first_time: bool | None = None
    counselled: bool | None = None

    def as_details(self) -> dict[str, Any]:
        """As it is kept with the slip: only what was said."""
        said = {"channel": self.channel, "first_time": self.first_time, "counselled": self.counselled}
        known = {name: value for name, value in said.items() if value is not None}
        return {"given": known} if known else {}


NOTHING_SAID = HowGiven()


def how_given(details: Mapping[str, Any]) -> HowGiven:
    """What was kept with a slip."""
    kept = details.get("given", {})
    channel = kept.get("channel")
    return HowGiven(Channel(channel) if channel else None, kept.get("first_time"), kept.get("counselled"))
