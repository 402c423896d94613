"""What the file of a temperature logger holds, before anything of it is kept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone

from zhixuan.modules.quality.queries.storage import limits_of, readings_of
from zhixuan.rules.quality import storage as rules
from zhixuan.rules.quality.storage import (
    HUMIDITY_LEAST,
    HUMIDITY_MOST,
    TEMPERATURE_LEAST,
    TEMPERATURE_MOST,
    Excursion,
    Reading,
)
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared.spreadsheets.columns import locate
from zhixuan.shared.spreadsheets.fields import Collector
from zhixuan.shared.spreadsheets.tables import Row, Table
from zhixuan.shared.uploads import Upload, tables_of

PURPOSE = "quality.storage"
COLUMNS: dict[str, tuple[str, ...]] = {
    "at": ("时间", "Time", "日期时间", "记录时间", "采集时间", "Date/Time", "DateTime", "Timestamp", "Date Time"),
    "temperature": ("温度", "Temperature", "温度(℃)", "温度(°C)", "温度℃", "Temp", "Temperature(°C)", "Temperature(C)"),
    "humidity": ("湿度", "Humidity", "相对湿度", "湿度(%)", "湿度(%RH)", "Humidity(%RH)", "Humidity(%)", "RH"),
}
_MOMENT = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?")
TENTH = Decimal("0.1")


@dataclass(slots=True)
class LoggerPlan:
    """What a file would add.

    Args:
        fresh: readings that the log does not have.
        known: how many it has already, with the same values.
        excursions: what lies outside the limits among the new ones.
    """

    fresh: list[Reading] = field(default_factory=list)
    known: int = 0
    excursions: list[Excursion] = field(default_factory=list)
    mistakes: list[Refused] = field(default_factory=list)


def planned(upload: Upload, facility_id: int, *, now: datetime) -> LoggerPlan:
    """Read the file and compare it with the log; changes nothing."""
    plan = LoggerPlan()
    try:
        titles = [title for titles in COLUMNS.values() for title in titles]
        readings = [one for table in tables_of(upload, titles=titles) for one in _readings(table, plan, now)]
    except Refused as refused:
        plan.mistakes.extend(refused.reasons)
        return plan
    if not readings and not plan.mistakes:
        plan.mistakes.append(Refused(N_("The file holds no readings: a row of a time and a temperature is needed.")))
    _compare(plan, readings, facility_id)
    return plan


def _compare(plan: LoggerPlan, readings: Sequence[Reading], facility_id: int) -> None:
    if not readings:
        return
    moments = [one.at for one in readings]
    kept = {one.at: one for one in readings_of(facility_id, min(moments), max(moments))}
    fresh: dict[datetime, Reading] = {}
    for one in readings:
        known = kept.get(one.at) or fresh.get(one.at)
        if known is None:
            fresh[one.at] = one
        elif known == one:
            plan.known += one.at in kept
        else:
            moment = f"{timezone.localtime(one.at):%Y-%m-%d %H:%M}"
            plan.mistakes.append(Refused(N_("Another reading of {moment} is in the log already."), moment=moment))
    plan.fresh = sorted(fresh.values(), key=lambda one: one.at)
    plan.excursions = rules.excursions(plan.fresh, limits_of(facility_id))


def _readings(table: Table, plan: LoggerPlan, now: datetime) -> list[Reading]:
    columns = locate(table, COLUMNS, optional=["humidity"])
    collector = Collector(table, columns)
    found = []
    for row in table.rows:
        at = _moment(collector, row, columns["at"])
        temperature = collector.decimal(
            row, "temperature", places=3, minimum=TEMPERATURE_LEAST, maximum=TEMPERATURE_MOST
        )
        humidity = collector.decimal(row, "humidity", places=3, minimum=HUMIDITY_LEAST, maximum=HUMIDITY_MOST)
        if at is not None and at > now:
            collector.refuse(
                row,
                "at",
                N_("Sheet {sheet}, row {row}, column {column}: this time is still to come. Set the logger's clock."),
            )
        elif at is not None and collector.clean(row) and not (temperature is None and humidity is None):
            found.append(Reading(at, _tenth(temperature), _tenth(humidity)))
    plan.mistakes.extend(collector.reasons)
    return found


def _tenth(value: Decimal | None) -> Decimal | None:
    """Loggers write hundredths that their sensors do not have."""
    return None if value is None else value.quantize(TENTH, ROUND_HALF_UP)


def _moment(collector: Collector, row: Row, index: int) -> datetime | None:
    cell = row.cell(index)
    if isinstance(cell, datetime):
        return timezone.make_aware(cell.replace(tzinfo=None))
    if isinstance(cell, str) and (match := _MOMENT.fullmatch(cell.strip())):
        try:
            year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
            return timezone.make_aware(datetime(year, month, day, hour, minute, second))  # noqa: DTZ001
        except ValueError:
            pass
    collector.refuse(
        row, "at", N_("Sheet {sheet}, row {row}, column {column}: write day and time, such as 2026-11-20 08:00.")
    )
    return None
