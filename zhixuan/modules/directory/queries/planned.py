"""What a file would do to the directory: the dry run, and the very plan that applying it carries out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.directory import permissions
from zhixuan.modules.directory.models import Area, Facility, PermittedProduct
from zhixuan.modules.directory.queries._reading import read
from zhixuan.modules.directory.queries.known import area_facts, facility_facts
from zhixuan.modules.directory.queries.tables import TableKind
from zhixuan.rules.directory import areas as area_rules
from zhixuan.rules.directory import changes as rules
from zhixuan.rules.directory.changes import At, Change, LineChange, PermittedChange, Problem
from zhixuan.rules.directory.facts import AreaFacts, FacilityFacts, checked_area, checked_facility
from zhixuan.rules.refusal import Refused
from zhixuan.shared.access import Actor

Values = list[tuple[At, dict[str, Any]]]
Facts = TypeVar("Facts", AreaFacts, FacilityFacts)


@dataclass(slots=True)
class Plan:
    """Everything a file would add or change, and everything that stands in the way."""

    areas: list[Change[AreaFacts]] = field(default_factory=list)
    facilities: list[Change[FacilityFacts]] = field(default_factory=list)
    supply_lines: list[LineChange] = field(default_factory=list)
    permitted: list[PermittedChange] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    rows: dict[TableKind, int] = field(default_factory=dict)

    @property
    def fits(self) -> bool:
        return not self.problems and not self.refused

    @property
    def empty(self) -> bool:
        return not (self.areas or self.facilities or self.supply_lines or self.permitted)


def planned(content: bytes, *, file_name: str, actor: Actor) -> Plan:
    """Work out the plan of a file against the directory as it is now.

    Raises:
        Refused: the file as a whole cannot be read, or holds none of the tables.
    """
    found = read(content, file_name)
    plan = Plan(
        refused=found.refused, ignored=found.ignored, rows={kind: len(rows) for kind, rows in found.rows.items()}
    )
    areas = _plan_areas(plan, found.rows.get(TableKind.AREAS, []), actor)
    facilities = _plan_facilities(plan, found.rows.get(TableKind.FACILITIES, []), areas, actor)
    _plan_supply(plan, found.rows.get(TableKind.SUPPLY_LINES, []), facilities, actor)
    _plan_permitted(plan, found.rows.get(TableKind.PERMITTED_PRODUCTS, []), facilities, actor)
    plan.problems.sort(key=lambda problem: (problem.at.sheet, problem.at.row))
    return plan


def _plan_areas(plan: Plan, values: Values, actor: Actor) -> dict[str, AreaFacts]:
    """Plans the areas; returns all areas that matter, as they would be, by code."""
    present = _areas_with_those_above({value[column] for _, value in values for column in ("code", "parent")})
    known = {code: area_facts(area) for code, area in present.items()}
    blank = AreaFacts("", "", "", "", "")
    rows = []
    for at, facts in _checked(plan, values, known, blank, checked_area):
        parent = present.get(facts.parent)
        own = present.get(facts.code)
        touched = [own.path] if own else []
        if parent is not None and (own is None or own.parent_id != parent.pk):
            touched.append(parent.path)
        new_root = own is None and not facts.parent and not permissions.may_add_root(actor)
        if new_root or not _all_within(actor, permissions.CHANGE_AREAS, touched):
            plan.problems.extend(rules.refuse_strangers([(at, facts.code)]))
        else:
            rows.append((at, facts))
    plan.areas, problems = rules.plan_areas(rows, known)
    plan.problems.extend(problems)
    return known | {change.after.code: change.after for change in plan.areas}


def _plan_facilities(plan: Plan, values: Values, areas: dict[str, AreaFacts], actor: Actor) -> dict[str, str]:
    """Plans the facilities; returns the area paths of those that would be there, by code."""
    present = {
        one.code: one
        for one in Facility.objects.select_related("area").filter(code__in={value["code"] for _, value in values})
    }
    known = {code: facility_facts(one) for code, one in present.items()}
    future = {code: area_facts(area) for code, area in _areas_with_those_above({v["area"] for _, v in values}).items()}
    future |= areas
    blank = FacilityFacts("", "", "", "", "", "")
    rows = []
    paths: dict[str, str] = {}
    for at, facts in _checked(plan, values, known, blank, checked_facility):
        touched = [present[facts.code].area_path] if facts.code in present else []
        if facts.area in future:
            paths[facts.code] = rules.path_of(facts.area, future)
            touched.append(paths[facts.code])
        if _all_within(actor, permissions.CHANGE_FACILITIES, touched):
            rows.append((at, facts))
        else:
            plan.problems.extend(rules.refuse_strangers([(at, facts.code)]))
    plan.facilities, problems = rules.plan_facilities(rows, known, future)
    plan.problems.extend(problems)
    return {change.after.code: paths[change.after.code] for change in plan.facilities}


def _plan_supply(plan: Plan, values: Values, added: dict[str, str], actor: Actor) -> None:
    if not values:
        return
    named = {value[column] for _, value in values for column in ("facility", "supplied_by")}
    supplier_of, paths = _supply_with_those_above(named)
    for code in added:
        supplier_of.setdefault(code, None)
    paths = added | paths
    rows = []
    for at, value in values:
        facility, supplier = value["facility"], value["supplied_by"]
        mine = facility not in paths or _all_within(actor, permissions.CHANGE_FACILITIES, [paths[facility]])
        above = area_rules.ancestors(paths.get(facility, ""))
        if not mine:
            plan.problems.extend(rules.refuse_strangers([(at, facility)]))
        elif supplier in paths and paths[supplier] not in above and not _seen(actor, paths[supplier]):
            plan.problems.extend(rules.refuse_strangers([(at, supplier)]))
        else:
            rows.append((at, facility, supplier))
    plan.supply_lines, problems = rules.plan_supply_lines(rows, supplier_of)
    plan.problems.extend(problems)


def _plan_permitted(plan: Plan, values: Values, added: dict[str, str], actor: Actor) -> None:
    if not values:
        return
    named = {value["facility"] for _, value in values}
    paths = added | dict(Facility.objects.filter(code__in=named).values_list("code", "area_path"))
    held: dict[str, set[str]] = {code: set() for code in paths}
    lists = PermittedProduct.objects.filter(facility__code__in=named)
    for code, product in lists.values_list("facility__code", "product__code"):
        held[code].add(product)
    rows = []
    for at, value in values:
        code = value["facility"]
        if code in paths and not _all_within(actor, permissions.CHANGE_FACILITIES, [paths[code]]):
            plan.problems.extend(rules.refuse_strangers([(at, code)]))
        else:
            rows.append((at, code, value["product"]))
    products = catalogue.product_ids({value["product"] for _, value in values})
    present = {code: frozenset(codes) for code, codes in held.items()}
    plan.permitted, problems = rules.plan_permitted(rows, present, products)
    plan.problems.extend(problems)


def _checked(
    plan: Plan, values: Values, known: dict[str, Facts], blank: Facts, check: Callable[[Facts], Facts]
) -> Iterable[tuple[At, Facts]]:
    """Rows as facts: what a file leaves out stays as known."""
    for at, value in values:
        base = known.get(value["code"], blank)
        facts: dict[str, Any] = {name: getattr(base, name) for name in type(base).__slots__} | value
        try:
            yield at, check(type(base)(**facts))
        except Refused as refused:
            plan.problems.extend(Problem(at, reason) for reason in refused.reasons)


def _all_within(actor: Actor, roles: frozenset[Any], paths: Iterable[str]) -> bool:
    return all(actor.may(roles, area_path=path) for path in paths)


def _seen(actor: Actor, path: str) -> bool:
    return actor.may(permissions.VIEW, area_path=path)


def _areas_with_those_above(codes: Iterable[str]) -> dict[str, Area]:
    named = list(Area.objects.filter(code__in=set(codes)).values_list("path", flat=True))
    paths = {path for one in named for path in area_rules.ancestors(one)}
    return {area.code: area for area in Area.objects.select_related("parent").filter(path__in=paths)}


def _supply_with_those_above(codes: Iterable[str]) -> tuple[dict[str, str | None], dict[str, str]]:
    """Who feeds whom among these and all above them, and where they lie, by code."""
    supplier_of: dict[str, str | None] = {}
    paths: dict[str, str] = {}
    wanted = set(codes)
    while wanted:
        rows = Facility.objects.filter(code__in=wanted).values_list("code", "supplied_by__code", "area_path")
        for code, supplier, path in rows:
            supplier_of[code], paths[code] = supplier, path
        wanted = {supplier for supplier in supplier_of.values() if supplier is not None} - set(supplier_of)
    return supplier_of, paths
