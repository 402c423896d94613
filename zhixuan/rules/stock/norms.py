"""How much stock each level should hold: norms in months of stock, read from `definitions/stock_levels.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from zhixuan.rules.definition import DefinitionTable
from zhixuan.rules.refusal import N_


class FacilityLevel(StrEnum):
    """The five levels of the national norm; an outlet counts as `village`."""

    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"


@dataclass(frozen=True, slots=True)
class Bounds:
    """Minimum, maximum and emergency order point, all in months of stock.

    Raises:
        ValueError: the maximum is not above the minimum, or the emergency point is not below a minimum above zero.
    """

    min_months: Fraction
    max_months: Fraction
    emergency_months: Fraction

    def __post_init__(self) -> None:
        if not 0 <= self.min_months < self.max_months:
            raise ValueError("the maximum must be above the minimum, which is zero or more")
        if not 0 <= self.emergency_months <= self.min_months:
            raise ValueError("the emergency order point must lie between zero and the minimum")
        if self.emergency_months == self.min_months > 0:
            raise ValueError("the emergency order point must be below the minimum")


@dataclass(frozen=True, slots=True)
class NormSet:
    """Norms of one source. `verified` is false where the source could not be read in full."""

    code: str
    name_zh: str
    name_en: str
    source: str
    verified: bool
    bounds: Mapping[FacilityLevel, Bounds]


@dataclass(frozen=True, slots=True)
class StockNorms:
    """All sets, and the one in use unless a county chooses another."""

    sets: Mapping[str, NormSet]
    default: str

    def bounds(self, level: FacilityLevel, *, chosen: str = "") -> Bounds:
        """The bounds of the chosen set, or of the default set where the chosen one says nothing of this level.

        Raises:
            KeyError: no such set.
        """
        first = self.sets[chosen or self.default].bounds
        return first[level] if level in first else self.sets[self.default].bounds[level]


def read_norms(content: object, *, file: str) -> StockNorms:
    """Stock norms from a parsed definition file.

    Raises:
        Refused: naming file, place and what is needed, all reasons at once.
    """
    root = DefinitionTable(content, file=file)
    head = root.table("file")
    for field in ("title_zh", "title_en"):
        head.text(field)
    head.day("compiled_on")
    default = head.code("default")
    head.close()
    emergency = root.table("emergency")
    emergency.text("rule"), emergency.text("source"), emergency.flag("verified")
    emergency.close()
    bounds = _bounds_by_set(root)
    sets = {code: _norm_set(code, table, bounds.pop(code, {})) for code, table in root.named_tables("sets").items()}
    for unknown in bounds:
        root.refuse("norms", N_("{file}, {place}: the set {set} is not described."), set=unknown)
    if default not in sets or set(sets[default].bounds) != set(FacilityLevel):
        root.refuse("file.default", N_("{file}, {place}: must name a set with a norm for every level."))
    root.finish()
    return StockNorms(sets, default)


def _norm_set(code: str, table: DefinitionTable, bounds: Mapping[FacilityLevel, Bounds]) -> NormSet:
    norm_set = NormSet(
        code=code,
        name_zh=table.text("name_zh"),
        name_en=table.text("name_en"),
        source=table.text("source"),
        verified=table.flag("verified"),
        bounds=bounds,
    )
    table.close()
    return norm_set


def _bounds_by_set(root: DefinitionTable) -> dict[str, dict[FacilityLevel, Bounds]]:
    found: dict[str, dict[FacilityLevel, Bounds]] = {}
    for table in root.tables("norms"):
        code = table.code("set")
        level = table.choice("level", FacilityLevel)
        months = [table.exact(field) for field in ("min_months", "max_months", "emergency_months")]
        table.close()
        known = [one for one in months if one is not None]
        if not level or len(known) != 3:
            continue
        if FacilityLevel(level) in found.setdefault(code, {}):
            table.refuse("level", N_("{file}, {place}: this level is given twice in the set."))
        try:
            found[code][FacilityLevel(level)] = Bounds(*known)
        except ValueError:
            table.refuse("", N_("{file}, {place}: needs emergency point below minimum, and minimum below maximum."))
    return found
