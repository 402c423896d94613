"""What a facility must be: somewhere on the map, open and closed in order, and not supplied in a circle."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from zhixuan.rules.refusal import N_, Refused

LEVEL_OF_KIND: Mapping[str, str] = {
    "warehouse": "county",
    "township_store": "township",
    "village_cabinet": "village",
    "clinic": "township",
    "hospital_ward": "county",
    "marriage_registry": "village",
    "community_station": "village",
    "institution": "village",
    "vending_machine": "village",
}
"""Whose turnover norm a facility follows when nobody has said otherwise (domain.md 3.5, MY-28)."""


def check_coordinates(longitude: Decimal | None, latitude: Decimal | None) -> None:
    """Both or neither, in degrees east and north.

    Raises:
        Refused: one is missing, or outside the globe; a swapped pair is said to be one.
    """
    if longitude is None and latitude is None:
        return
    if longitude is None or latitude is None:
        missing = "longitude" if longitude is None else "latitude"
        raise Refused(N_("Give both longitude and latitude, or neither."), field=missing, code="coordinate_missing")
    if abs(latitude) > 90 and abs(longitude) <= 90:
        raise Refused(N_("Longitude and latitude look swapped."), field="latitude", code="coordinates_swapped")
    if abs(longitude) > 180:
        raise Refused(N_("Longitude goes from -180 to 180 degrees."), field="longitude", code="longitude_range")
    if abs(latitude) > 90:
        raise Refused(N_("Latitude goes from -90 to 90 degrees."), field="latitude", code="latitude_range")


def check_supply_line(
    facility: str, supplier: str | None, supplier_of: Mapping[str, str | None], *, field: str
) -> None:
    """A facility is fed by one other, and never, round some corner, by itself.

    Args:
        facility: its code.
        supplier: code of the one that is to feed it; None for none.
        supplier_of: who feeds whom at present, by code.

    Raises:
        Refused: the line would close a circle; names the facilities on it.
    """
    chain = [facility]
    at = supplier
    while at is not None and len(chain) <= len(supplier_of) + 1:
        chain.append(at)
        if at == facility:
            raise Refused(
                N_("{facility} would be supplied by itself: {chain}."),
                field=field,
                code="supply_circle",
                facility=facility,
                chain=" ← ".join(chain),
            )
        at = supplier_of.get(at)


def check_closing(on: date, *, valid_from: date | None, open_supplied: int) -> None:
    """A facility that others draw on, or that has not opened yet, cannot be closed.

    Raises:
        Refused: says which of the two.
    """
    if valid_from is not None and on < valid_from:
        raise Refused(N_("It opened on {day}: choose a later day."), field="on", day=valid_from)
    if open_supplied:
        raise Refused(
            N_("{count} facilities are still supplied from here. Give them another supplier first."),
            field="on",
            code="still_supplies",
            count=open_supplied,
        )
