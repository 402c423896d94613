"""The table of sites to areas and facilities of the directory."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext

from zhixuan.rules.directory.facts import AreaFacts, FacilityFacts, checked_area, checked_facility
from zhixuan.rules.imports import CardMapping, SiteTable, code_of_name
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared.spreadsheets.columns import locate
from zhixuan.shared.spreadsheets.fields import Collector
from zhixuan.shared.spreadsheets.tables import Row, TableStream, is_total

WRONG = N_("Sheet {sheet}, row {row}, column {column}: {why}")
TWICE = N_("Sheet {sheet}, row {row}, column {column}: facility {value} stands in row {first} already.")


class _Sentence:
    """The sentence of another refusal, in the language of whoever reads it."""

    def __init__(self, reason: Refused) -> None:
        self._reason = reason

    def __str__(self) -> str:
        return self._reason.text(lambda text: gettext(text) if text else "")

    def __format__(self, spec: str) -> str:
        return str(self)


def read(
    stream: TableStream, mapping: CardMapping, sites: SiteTable, mistakes: list[Refused]
) -> tuple[dict[str, AreaFacts], dict[str, FacilityFacts]]:
    """Areas from the largest to the smallest, and facilities, by code; mistakes are added to the list."""
    extra = {one: (one,) for level in sites.levels for one in (level.column, level.code) if one}
    optional = {"name", "latitude", "longitude"} - sites.columns.keys()
    collector = Collector(stream, locate(stream, {**sites.columns, **extra}, optional=optional))
    root = AreaFacts(sites.root.code, sites.root.zh, sites.root.en, sites.root.level, "")
    areas = {root.code: root}
    facilities: dict[str, FacilityFacts] = {}
    lines: dict[str, int] = {}
    for row in stream.rows:
        if is_total(row):
            continue
        smallest = _areas_of(row, collector, sites, areas)
        facts = _facility(row, collector, sites, smallest)
        if facts is None:
            continue
        if facts.code in facilities:
            collector.refuse(row, "code", TWICE, code="site_twice", value=facts.code, first=lines[facts.code])
        facilities[facts.code] = facts
        lines[facts.code] = row.number
    mistakes += collector.reasons
    return areas, facilities


def _areas_of(row: Row, collector: Collector, sites: SiteTable, areas: dict[str, AreaFacts]) -> AreaFacts:
    """The smallest area of a row; areas not met before are added."""
    above = areas[sites.root.code]
    for level in sites.levels:
        given = collector.text(row, level.column, required=True, maximum=80)
        code = collector.code(row, level.code, required=True) if level.code else code_of_name(level.prefix, given)
        if not given or not code:
            return above
        name = given.title() if sites.capitals else given
        try:
            facts = checked_area(AreaFacts(code, name, name, level.level, above.code))
        except Refused as refused:
            _pass_on(collector, row, level.column, refused)
            return above
        known = areas.setdefault(facts.code, facts)
        if known.parent != facts.parent:
            collector.refuse(
                row,
                level.column,
                N_("Sheet {sheet}, row {row}, column {column}: {value} lies in two different larger areas."),
                code="area_twice",
                value=given,
            )
        above = known
    return above


def _facility(row: Row, collector: Collector, sites: SiteTable, area: AreaFacts) -> FacilityFacts | None:
    code = collector.code(row, "code", required=True)
    kind = collector.choice(row, "kind", sites.kinds, required=True)
    name = collector.text(row, "name", maximum=120)
    longitude = collector.decimal(row, "longitude", minimum=Decimal(-1000), maximum=Decimal(1000))
    latitude = collector.decimal(row, "latitude", minimum=Decimal(-1000), maximum=Decimal(1000))
    if kind is None or not collector.clean(row):
        return None
    words = {"code": code, "name": name}
    try:
        return checked_facility(
            FacilityFacts(
                code,
                sites.name_zh.format(**words, kind=kind.zh, area=area.name_zh),
                sites.name_en.format(**words, kind=kind.en, area=area.name_en),
                kind.kind,
                kind.level,
                area.code,
                longitude,
                latitude,
            )
        )
    except Refused as refused:
        _pass_on(collector, row, "code", refused)
        return None


def _pass_on(collector: Collector, row: Row, column: str, refused: Refused) -> None:
    for reason in refused.reasons:
        place = reason.field if reason.field in {"longitude", "latitude"} else column
        collector.refuse(row, place, WRONG, code=reason.code, why=_Sentence(reason))
