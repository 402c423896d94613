"""Temperature and humidity of a store: what is outside the limits, for how long, how far, and which lots it touches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from zhixuan.rules.definition import DefinitionTable
from zhixuan.rules.quality.inspection import read_head
from zhixuan.rules.refusal import N_, Refused, raise_all

TEMPERATURE_LEAST, TEMPERATURE_MOST = Decimal(-50), Decimal(80)
HUMIDITY_LEAST, HUMIDITY_MOST = Decimal(0), Decimal(100)


class Measure(StrEnum):
    """What is measured."""

    TEMPERATURE = "temperature"
    HUMIDITY = "humidity"


@dataclass(frozen=True, slots=True)
class Limits:
    """The range that is allowed, both ends included; None: no bound on that side.

    Temperatures in degrees Celsius, relative humidity in per cent.
    """

    temperature_least: Decimal | None = None
    temperature_most: Decimal | None = None
    humidity_least: Decimal | None = None
    humidity_most: Decimal | None = None
    source: str = ""
    verified: bool = False

    def bounds(self, measure: Measure) -> tuple[Decimal | None, Decimal | None]:
        if measure is Measure.TEMPERATURE:
            return self.temperature_least, self.temperature_most
        return self.humidity_least, self.humidity_most

    def allows(self, measure: Measure, value: Decimal) -> bool:
        """The value lies within the bounds."""
        least, most = self.bounds(measure)
        return (least is None or value >= least) and (most is None or value <= most)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the thermometer said; None where it was not read."""

    at: datetime
    temperature: Decimal | None = None
    humidity: Decimal | None = None

    def value(self, measure: Measure) -> Decimal | None:
        return self.temperature if measure is Measure.TEMPERATURE else self.humidity


@dataclass(frozen=True, slots=True)
class Excursion:
    """A time outside the limits.

    Args:
        ended_at: the first reading back inside; None while it lasts.
        last_at: the last reading outside.
        extreme: the value farthest outside.
        readings: how many lay outside.
    """

    measure: Measure
    began_at: datetime
    last_at: datetime
    ended_at: datetime | None
    extreme: Decimal
    readings: int


def excursions(readings: Iterable[Reading], limits: Limits) -> list[Excursion]:
    """Every run of readings outside the limits, each measure by itself, in order of their beginnings.

    Above and below are different excursions, even when one reading follows the other.
    """
    ordered = sorted(readings, key=lambda one: one.at)
    found = [one for measure in Measure for one in _of_measure(ordered, measure, limits)]
    return sorted(found, key=lambda one: (one.began_at, one.measure))


def _of_measure(readings: Sequence[Reading], measure: Measure, limits: Limits) -> list[Excursion]:
    runs: list[tuple[int, list[tuple[datetime, Decimal]], datetime | None]] = []
    before = 0
    for reading in readings:
        value = reading.value(measure)
        if value is None:
            continue
        side = _side(value, limits.bounds(measure))
        if before and side != before:
            runs[-1] = (before, runs[-1][1], reading.at)
        if side and side != before:
            runs.append((side, [], None))
        if side:
            runs[-1][1].append((reading.at, value))
        before = side
    return [_excursion(measure, *run) for run in runs]


def _side(value: Decimal, bounds: tuple[Decimal | None, Decimal | None]) -> int:
    least, most = bounds
    if most is not None and value > most:
        return 1
    return -1 if least is not None and value < least else 0


def _excursion(
    measure: Measure, side: int, outside: Sequence[tuple[datetime, Decimal]], ended_at: datetime | None
) -> Excursion:
    values = [value for _at, value in outside]
    return Excursion(
        measure=measure,
        began_at=outside[0][0],
        last_at=outside[-1][0],
        ended_at=ended_at,
        extreme=max(values) if side > 0 else min(values),
        readings=len(outside),
    )


def touches(measure: Measure, extreme: Decimal, limits: Limits) -> bool:
    """Whether a lot with these limits of its own has suffered; damp touches everything."""
    return measure is Measure.HUMIDITY or not limits.allows(measure, extreme)


def check_reading(reading: Reading, *, now: datetime, field: str = "") -> list[Refused]:
    """What is wrong with one reading; empty when it can be kept.

    Args:
        field: put before the names of the fields, for readings that come as lines.
    """
    found = []
    if reading.at > now:
        found.append(Refused(N_("The time of the reading is still to come: check day and time."), field=f"{field}at"))
    if reading.temperature is None and reading.humidity is None:
        found.append(Refused(N_("Give the temperature, the humidity or both."), field=f"{field}temperature"))
    if reading.temperature is not None and not TEMPERATURE_LEAST <= reading.temperature <= TEMPERATURE_MOST:
        found.append(
            Refused(
                N_("{value} °C cannot be a temperature of a store: check the number."),
                field=f"{field}temperature",
                value=reading.temperature,
            )
        )
    if reading.humidity is not None and not HUMIDITY_LEAST <= reading.humidity <= HUMIDITY_MOST:
        found.append(
            Refused(
                N_("{value} % cannot be a relative humidity: it is between 0 and 100."),
                field=f"{field}humidity",
                value=reading.humidity,
            )
        )
    return found


def check_limits(limits: Limits) -> None:
    """Limits that can be kept, with where they come from.

    Raises:
        Refused: everything that is wrong, at once.
    """
    found = []
    for measure in Measure:
        least, most = limits.bounds(measure)
        if least is not None and most is not None and least >= most:
            found.append(Refused(N_("The lower limit must be below the upper one."), field=f"{measure.value}_least"))
    if not limits.source.strip():
        found.append(Refused(N_("Say where these limits come from: rule, label or decision."), field="source"))
    raise_all(found)


@dataclass(frozen=True, slots=True)
class StorageLimits:
    """Limits of `definitions/quality/storage.toml`: of a room, and of classes of products."""

    room: Limits
    classes: tuple[tuple[frozenset[str], Limits], ...]

    def of_class(self, method_class: str) -> Limits:
        """Limits of products of that class of methods."""
        for names, limits in self.classes:
            if method_class in names or "*" in names:
                return limits
        return self.room


def read_limits(content: object, *, file: str) -> StorageLimits:
    """The limits of a definition file.

    Raises:
        Refused: every wrong field at once.
    """
    root = DefinitionTable(content, file=file)
    read_head(root)
    room = _limits(root.table("room"))
    classes = tuple((frozenset(table.texts("method_classes")), _limits(table)) for table in root.tables("classes"))
    root.finish()
    return StorageLimits(room, classes)


def _limits(table: DefinitionTable) -> Limits:
    numbers = {}
    for field in ("temperature_least", "temperature_most", "humidity_least", "humidity_most"):
        exact = table.exact(field, optional=True)
        numbers[field] = None if exact is None else Decimal(exact.numerator) / Decimal(exact.denominator)
    limits = Limits(**numbers, source=table.text("source"), verified=table.flag("verified"))
    table.close()
    return limits
