"""How often is counted, how much may differ and who approves: read from `definitions/counting/rules.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from zhixuan.rules.counting.due import Every
from zhixuan.rules.counting.variance import Tolerance
from zhixuan.rules.definition import DefinitionTable
from zhixuan.rules.refusal import N_
from zhixuan.rules.stock.norms import FacilityLevel


@dataclass(frozen=True, slots=True)
class LevelRule:
    """What may differ without approval at a level, and the roles that approve."""

    tolerance: Tolerance
    approvers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cycle:
    """How often a kind of facility counts everything."""

    every: Every
    grace_days: int
    source: str
    verified: bool


@dataclass(frozen=True, slots=True)
class CountingRules:
    """All of it. Kinds without a cycle of their own count as `other`."""

    cycles: Mapping[str, Cycle]
    levels: Mapping[FacilityLevel, LevelRule]

    def cycle(self, kind: str) -> Cycle:
        return self.cycles.get(kind, self.cycles["other"])

    def level(self, level: str) -> LevelRule:
        known = FacilityLevel(level) if level in set(FacilityLevel) else FacilityLevel.VILLAGE
        return self.levels[known]


def read_rules(content: object, *, file: str) -> CountingRules:
    """The rules from a parsed definition file.

    Raises:
        Refused: naming file, place and what is needed, all reasons at once.
    """
    root = DefinitionTable(content, file=file)
    head = root.table("file")
    head.text("title_zh"), head.text("title_en"), head.day("compiled_on")
    head.close()
    cycles: dict[str, Cycle] = {}
    for table in root.tables("cycles"):
        kinds, every = table.texts("kinds"), table.choice("every", Every)
        cycle = Cycle(
            Every(every) if every else Every.MONTH,
            table.whole("grace_days", most=60) or 0,
            table.text("source"),
            table.flag("verified"),
        )
        cycles |= dict.fromkeys(kinds, cycle)
        table.close()
    levels = {}
    for table in root.tables("levels"):
        level = table.choice("level", FacilityLevel)
        rule = LevelRule(_tolerance(table), table.texts("approvers"))
        table.text("source"), table.flag("verified")
        table.close()
        if level:
            levels[FacilityLevel(level)] = rule
    if "other" not in cycles:
        root.refuse("cycles", N_("{file}, {place}: needs a cycle for the kind “other”."))
    if set(levels) != set(FacilityLevel):
        root.refuse("levels", N_("{file}, {place}: every level needs a rule."))
    root.finish()
    return CountingRules(cycles, levels)


def _tolerance(table: DefinitionTable) -> Tolerance:
    pieces, percent = table.whole("tolerance_pieces"), table.exact("tolerance_percent")
    return Tolerance(pieces or 0, (percent or Fraction(0)) / 100)
