"""Contraceptive methods: classes, CYP factors, standard quantities; from `definitions/products/methods.toml`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Final

from zhixuan.rules.couple_years import CypFactor, CypVersion
from zhixuan.rules.definition import DefinitionTable
from zhixuan.rules.refusal import N_
from zhixuan.rules.rights_guard import breaches

_SOURCE_CODE: Final = re.compile(r"\bS\d{1,3}[a-z]?\b")


class Duration(StrEnum):
    """How long one unit protects; descriptive only, no duration is preferred to another."""

    SINGLE_USE = "single_use"
    SHORT = "short"
    LONG = "long"
    PERMANENT = "permanent"


class ReturnColumn(StrEnum):
    """Column of the national statistical form 2; `NONE` for what is no method."""

    STERILISATION_MALE = "sterilisation_male"
    STERILISATION_FEMALE = "sterilisation_female"
    IUD = "iud"
    IMPLANT = "implant"
    PILL_INJECTABLE = "pill_injectable"
    CONDOM = "condom"
    TOPICAL = "topical"
    OTHER = "other"
    NONE = "none"


MEC_COLUMNS: Final = ("Cu-IUD", "LNG-IUD", "Implant", "DMPA", "POP", "CHC")


@dataclass(frozen=True, slots=True)
class StandardQuantity:
    """Pieces that one user needs in a year, for estimating need; not a ration and not an aim."""

    per_user_year: Fraction
    unit_zh: str
    unit_en: str
    source: str
    verified: bool


@dataclass(frozen=True, slots=True)
class MethodClass:
    code: str
    name_zh: str
    name_en: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Method:
    """`mec_column` names the column of the medical eligibility criteria, empty where they have none."""

    code: str
    name_zh: str
    name_en: str
    method_class: str
    return_column: ReturnColumn
    duration: Duration
    mec_column: str
    historical: bool
    standard_quantity: StandardQuantity | None
    cyp_factors: tuple[CypFactor, ...]


@dataclass(frozen=True, slots=True)
class Methods:
    """All methods by code, with the classes and CYP versions they refer to."""

    methods: Mapping[str, Method]
    classes: Mapping[str, MethodClass]
    cyp_versions: tuple[CypVersion, ...]

    @property
    def cyp_factors(self) -> tuple[CypFactor, ...]:
        return tuple(factor for method in self.methods.values() for factor in method.cyp_factors)


def read_methods(content: object, *, file: str) -> Methods:
    """Methods from a parsed definition file.

    Raises:
        Refused: naming file, method, field and what is needed, all reasons at once.
    """
    root = DefinitionTable(content, file=file)
    root.reasons += breaches(content, file=file)
    read_head(root)
    sources = read_sources(root)
    versions = tuple(_version(table) for table in root.tables("cyp_versions"))
    classes = [_class(table) for table in named_by_code(root, "classes")]
    methods = [_method(table, sources) for table in named_by_code(root, "methods")]
    refuse_repeats(root, "cyp_versions", [one.version for one in versions])
    refuse_repeats(root, "classes", [one.code for one in classes])
    refuse_repeats(root, "methods", [one.code for one in methods])
    _refuse_loose_ends(root, methods, {one.code for one in classes}, {one.version for one in versions})
    root.finish()
    return Methods({one.code: one for one in methods}, {one.code: one for one in classes}, versions)


def _refuse_loose_ends(root: DefinitionTable, methods: list[Method], classes: set[str], versions: set[str]) -> None:
    for method in methods:
        if method.method_class not in classes:
            root.refuse(f"methods.{method.code}.class", N_("{file}, {place}: no such class."))
        if unknown := {factor.version for factor in method.cyp_factors} - versions:
            message = N_("{file}, {place}: the version {version} is not described.")
            root.refuse(f"methods.{method.code}.cyp_factors", message, version=", ".join(sorted(unknown)))


def read_head(root: DefinitionTable) -> None:
    """The [file] table that every definition of products begins with."""
    head = root.table("file")
    for field in ("title_zh", "title_en", "source"):
        head.text(field)
    for field in ("note_zh", "note_en"):
        head.text(field, optional=True)
    head.day("compiled_on")
    head.close()


def read_sources(root: DefinitionTable) -> frozenset[str]:
    """Codes of the [sources] table; its texts are read for their form only."""
    table = root.table("sources")
    codes = frozenset(table.fields)
    for code in codes:
        table.text(code)
    return codes


def read_source(table: DefinitionTable, sources: frozenset[str]) -> str:
    """A source text; every S-number in it must stand in [sources]."""
    text = table.text("source")
    if unknown := sorted(set(_SOURCE_CODE.findall(text)) - sources):
        message = N_("{file}, {place}: {source} is not in the table of sources.")
        table.refuse("source", message, source=", ".join(unknown))
    return text


def named_by_code(root: DefinitionTable, field: str) -> tuple[DefinitionTable, ...]:
    """Tables whose place is their code: a person looks for that and not for the 17th entry."""
    tables = root.tables(field)
    for table in tables:
        if code := table.peek("code"):
            table.place = f"{field}.{code}"
    return tables


def refuse_repeats(root: DefinitionTable, field: str, codes: Iterable[str]) -> None:
    """Two entries of one list must not share a code."""
    for code, times in Counter(codes).items():
        if times > 1 and code:
            root.refuse(field, N_("{file}, {place}: {repeated} is given twice."), repeated=code)


def _version(table: DefinitionTable) -> CypVersion:
    version = CypVersion(table.code("version"), table.day("effective_from") or date.min)
    for field in ("name_zh", "name_en"):
        table.text(field)
    table.text("note", optional=True)
    table.flag("verified")
    table.close()
    return version


def _class(table: DefinitionTable) -> MethodClass:
    read = MethodClass(table.code("code"), table.text("name_zh"), table.text("name_en"), table.flag("verified"))
    table.close()
    return read


def _method(table: DefinitionTable, sources: frozenset[str]) -> Method:
    code = table.code("code")
    standard = table.table("standard_quantity") if "standard_quantity" in table.fields else None
    method = Method(
        code=code,
        name_zh=table.text("name_zh"),
        name_en=table.text("name_en"),
        method_class=table.code("class"),
        return_column=ReturnColumn(table.choice("return_column", ReturnColumn) or ReturnColumn.NONE),
        duration=Duration(table.choice("duration", Duration) or Duration.SHORT),
        mec_column=table.choice("mec_column", MEC_COLUMNS, optional=True),
        historical=table.flag("historical", default=False),
        standard_quantity=None if standard is None else _standard_quantity(standard, sources),
        cyp_factors=tuple(_factor(one, code, sources) for one in table.tables("cyp_factors", optional=True)),
    )
    refuse_repeats(table, "cyp_factors", [factor.version for factor in method.cyp_factors])
    table.close()
    return method


def _standard_quantity(table: DefinitionTable, sources: frozenset[str]) -> StandardQuantity:
    quantity = StandardQuantity(
        per_user_year=table.exact("per_user_year", above_zero=True) or Fraction(1),
        unit_zh=table.text("unit_zh"),
        unit_en=table.text("unit_en"),
        source=read_source(table, sources),
        verified=table.flag("verified"),
    )
    table.close()
    return quantity


def _factor(table: DefinitionTable, method: str, sources: frozenset[str]) -> CypFactor:
    """A factor is written one way round only, so that 15 cycles cannot become 0.0067 by a slip of the pen."""
    units = table.exact("units_per_couple_year", optional=True, above_zero=True)
    years = table.exact("couple_years_per_unit", optional=True, above_zero=True)
    if (units is None) == (years is None):
        table.refuse("", N_("{file}, {place}: give either units_per_couple_year or couple_years_per_unit."))
    factor = CypFactor(
        method=method,
        version=table.code("version"),
        couple_years_per_unit=years or 1 / (units or Fraction(1)),
        source=read_source(table, sources),
        verified=table.flag("verified"),
    )
    table.close()
    return factor
