"""What an imported table would do to the directory: what it adds, what it changes, and every row that cannot be.

Nothing here reads or writes: the present state comes in by code, the plan goes out. The same plan is shown as the dry
run and carried out on applying, so that the two cannot differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Generic

from zhixuan.rules.directory.areas import check_parent_level, path_under
from zhixuan.rules.directory.facilities import check_supply_line
from zhixuan.rules.directory.facts import AreaFacts, FacilityFacts, Facts
from zhixuan.rules.refusal import N_, Refused


@dataclass(frozen=True, slots=True)
class At:
    """Where a row stands in the file, as a person sees it."""

    sheet: str
    row: int


@dataclass(frozen=True, slots=True)
class Change(Generic[Facts]):
    """One row that adds or changes something. `fields` names what becomes different."""

    at: At
    after: Facts
    before: Facts | None
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LineChange:
    """A supply line that becomes another. "" is no supplier."""

    at: At
    facility: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class PermittedChange:
    """The list of products of a facility becomes another."""

    at: At
    facility: str
    added: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that cannot be taken, and why. `field` of the refusal is the column."""

    at: At
    refused: Refused


Row = tuple[At, Facts]


def differing(before: AreaFacts | FacilityFacts | None, after: AreaFacts | FacilityFacts) -> tuple[str, ...]:
    """Names of the fields in which the two differ; all filled ones when there was nothing before."""
    names = [field.name for field in fields(after)]
    if before is None:
        return tuple(name for name in names if getattr(after, name) not in ("", None))
    return tuple(name for name in names if getattr(before, name) != getattr(after, name))


def plan_areas(
    rows: Sequence[tuple[At, AreaFacts]], present: Mapping[str, AreaFacts]
) -> tuple[list[Change[AreaFacts]], list[Problem]]:
    """Areas to add and change, parents before children.

    Args:
        present: the areas named in the rows, their parents and all above them, by code.
    """
    problems = _repeated(rows)
    future = {**present, **{facts.code: facts for _, facts in rows}}
    changes = []
    for at, facts in rows:
        try:
            _check_area(facts, future, present.get(facts.code))
        except Refused as refused:
            problems.append(Problem(at, refused))
            continue
        before = present.get(facts.code)
        if changed := differing(before, facts):
            changes.append(Change(at, facts, before, changed))
    return sorted(changes, key=lambda change: len(chain_of(change.after.code, future))), problems


def chain_of(code: str, areas: Mapping[str, AreaFacts]) -> list[str]:
    """Codes from the root to the area; a circle or a missing parent ends it early.

    Raises:
        Refused: the area would lie inside itself.
    """
    chain: list[str] = []
    while code and code in areas:
        if code in chain:
            raise Refused(
                N_("An area cannot lie inside itself: choose another larger area."), field="parent", code="cycle"
            )
        chain.append(code)
        code = areas[code].parent
    return chain[::-1]


def path_of(code: str, areas: Mapping[str, AreaFacts]) -> str:
    """Path of an area in the given state.

    Raises:
        Refused: a circle, or too deep.
    """
    path = ""
    for part in chain_of(code, areas):
        path = path_under(path, part)
    return path


def _check_area(facts: AreaFacts, future: Mapping[str, AreaFacts], before: AreaFacts | None) -> None:
    if facts.parent and facts.parent not in future:
        raise Refused(
            N_("There is no area with the code {missing}."), field="parent", code="unknown_code", missing=facts.parent
        )
    check_parent_level(facts.level, future[facts.parent].level if facts.parent else None)
    if before is not None and before.level != facts.level:
        raise Refused(N_("The level of an area cannot be changed by a table."), field="level", code="level_fixed")
    path_of(facts.code, future)


def plan_facilities(
    rows: Sequence[tuple[At, FacilityFacts]], present: Mapping[str, FacilityFacts], areas: Iterable[str]
) -> tuple[list[Change[FacilityFacts]], list[Problem]]:
    """Facilities to add and change. `areas`: codes of the areas there will be."""
    problems = _repeated(rows)
    known = frozenset(areas)
    changes = []
    for at, facts in rows:
        if facts.area not in known:
            problems.append(Problem(at, _unknown(N_("There is no area with the code {missing}."), "area", facts.area)))
            continue
        before = present.get(facts.code)
        if changed := differing(before, facts):
            changes.append(Change(at, facts, before, changed))
    return changes, problems


def plan_supply_lines(
    rows: Sequence[tuple[At, str, str]], present: Mapping[str, str | None]
) -> tuple[list[LineChange], list[Problem]]:
    """Supply lines to set, each row (place, facility, supplier or "").

    Args:
        present: who feeds whom, by code, for all facilities named and all above them.
    """
    problems = []
    future = dict(present)
    for _, facility, supplier in rows:
        if facility in present and (not supplier or supplier in present):
            future[facility] = supplier or None
    changes = []
    for at, facility, supplier in rows:
        refused = _line_problem(facility, supplier, future)
        if refused is not None:
            problems.append(Problem(at, refused))
        elif (present[facility] or "") != supplier:
            changes.append(LineChange(at, facility, present[facility] or "", supplier))
    return changes, problems + _twice((at, facility) for at, facility, _ in rows)


def _line_problem(facility: str, supplier: str, future: Mapping[str, str | None]) -> Refused | None:
    for column, code in (("facility", facility), ("supplied_by", supplier)):
        if code and code not in future:
            return _unknown(N_("There is no facility with the code {missing}."), column, code)
    try:
        check_supply_line(facility, supplier or None, future, field="supplied_by")
    except Refused as refused:
        return refused
    return None


def plan_permitted(
    rows: Sequence[tuple[At, str, str]],
    present: Mapping[str, frozenset[str]],
    products: Iterable[str],
) -> tuple[list[PermittedChange], list[Problem]]:
    """Lists of products to set, each row (place, facility, product). A facility that is not named keeps its list.

    Args:
        present: the lists there are, by facility code; every facility that exists is a key.
    """
    known = frozenset(products)
    problems = []
    wanted: dict[str, tuple[At, set[str]]] = {}
    for at, facility, product in rows:
        if facility not in present:
            problems.append(
                Problem(at, _unknown(N_("There is no facility with the code {missing}."), "facility", facility))
            )
        elif product not in known:
            problems.append(
                Problem(at, _unknown(N_("There is no product with the code {missing}."), "product", product))
            )
        else:
            wanted.setdefault(facility, (at, set()))[1].add(product)
    changes = []
    for facility, (at, codes) in wanted.items():
        added, removed = codes - present[facility], present[facility] - codes
        if added or removed:
            changes.append(PermittedChange(at, facility, tuple(sorted(added)), tuple(sorted(removed))))
    return changes, problems


def refuse_strangers(rows: Iterable[tuple[At, str]]) -> list[Problem]:
    """Rows that touch what the person does not answer for, in the same words whether it exists or not."""
    return [
        Problem(at, Refused(N_("{missing} is not in your area."), field="code", code="not_yours", missing=code))
        for at, code in rows
    ]


def _repeated(rows: Sequence[tuple[At, Facts]]) -> list[Problem]:
    return _twice((at, facts.code) for at, facts in rows)


def _twice(codes: Iterable[tuple[At, str]]) -> list[Problem]:
    first: dict[str, At] = {}
    problems = []
    for at, code in codes:
        if code in first:
            refused = Refused(
                N_("{missing} stands in row {row} already: keep one of the two rows."),
                field="code",
                code="repeated",
                missing=code,
                row=first[code].row,
            )
            problems.append(Problem(at, refused))
        else:
            first[code] = at
    return problems


def _unknown(sentence: str, column: str, code: str) -> Refused:
    return Refused(sentence, field=column, code="unknown_code", missing=code)
