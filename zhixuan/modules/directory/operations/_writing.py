"""Private: the only code that writes areas and facilities. Callers hold the lock, have permission and clean facts."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from django.db.models import F, Model, QuerySet, Value
from django.db.models.functions import Concat, Length, Substr

from zhixuan.modules.directory.models import Area, AreaHistory, Facility, PermittedProduct
from zhixuan.modules.directory.queries.known import facility_facts
from zhixuan.rules.directory.areas import PATH_CHARACTERS_MAX, path_under
from zhixuan.rules.directory.facts import AreaFacts, FacilityFacts, checked_facility
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared import audit, events
from zhixuan.shared.access import Actor, the_one

Found = TypeVar("Found", bound=Model)


def lock_network() -> None:
    """Let one change of the network be made at a time: two moves at once could close a circle neither can see."""
    list(Area.objects.select_for_update().filter(parent=None).order_by("pk").values_list("pk", flat=True))


def found(rows: QuerySet[Found], pk: int) -> Found:
    """The row with this id.

    Raises:
        Unknown: there is none.
    """
    return the_one(rows.filter(pk=pk))


def insert_area(facts: AreaFacts, parent: Area | None, *, verb: str, actor: Actor, at: datetime) -> Area:
    area = Area.objects.create(
        code=facts.code,
        name_zh=facts.name_zh,
        name_en=facts.name_en,
        level=facts.level,
        parent=parent,
        path=path_under(parent.path if parent else "", facts.code),
        valid_from=facts.valid_from,
    )
    audit.record(actor, verb, "directory.area", area.pk, area.path, plain(facts), at)
    return area


def rewrite_area(
    area: Area, facts: AreaFacts, parent: Area | None, *, on: date, verb: str, actor: Actor, at: datetime
) -> None:
    """Give an area other facts from a day on: what was goes into its history, and all paths below follow."""
    AreaHistory.objects.create(
        area=area,
        code=area.code,
        name_zh=area.name_zh,
        name_en=area.name_en,
        path=area.path,
        valid_to=on - timedelta(days=1),
    )
    before = area.path
    was = {"code": area.code, "name_zh": area.name_zh, "name_en": area.name_en, "path": before}
    area.code, area.name_zh, area.name_en = facts.code, facts.name_zh, facts.name_en
    area.parent, area.path = parent, path_under(parent.path if parent else "", facts.code)
    area.valid_from = facts.valid_from
    area.save()
    if area.path != before:
        _move_branch(before, area.path)
    audit.record(actor, verb, "directory.area", area.pk, area.path, {"before": was, "after": plain(facts)}, at)


def _move_branch(before: str, after: str) -> None:
    """Rewrite the paths of everything below an area: two statements, however much there is."""
    below = Area.objects.filter(path__startswith=before).exclude(path=before)
    longest = PATH_CHARACTERS_MAX - len(after) + len(before)
    if below.annotate(length=Length("path")).filter(length__gt=longest).exists():
        raise Refused(N_("The codes of areas below would become too long together."), field="parent", code="too_deep")
    below.update(path=Concat(Value(after), Substr(F("path"), len(before) + 1)))
    Facility.objects.filter(area_path__startswith=before).update(
        area_path=Concat(Value(after), Substr(F("area_path"), len(before) + 1))
    )


def clean_facts(facts: FacilityFacts, *, known_as: str = "") -> FacilityFacts:
    """What a person entered of a facility, tidied.

    Args:
        known_as: the code it has so far.

    Raises:
        Refused: every wrong field at once; a code that is another's.
    """
    clean = checked_facility(facts)
    if clean.code != known_as and Facility.objects.filter(code=clean.code).exists():
        raise Refused(N_("The code {typed} is taken."), field="code", code="taken", typed=clean.code)
    return clean


def insert_facility(facts: FacilityFacts, area: Area, *, verb: str, actor: Actor, at: datetime) -> Facility:
    facility = Facility(area=area, area_path=area.path, **_columns(facts))
    facility.save()
    events.tell(events.FacilityAdded(facility.pk))
    audit.record(actor, verb, "directory.facility", facility.pk, area.path, plain(facts), at)
    return facility


def rewrite_facility(
    facility: Facility, facts: FacilityFacts, area: Area, *, verb: str, actor: Actor, at: datetime
) -> None:
    was = plain(facility_facts(facility))
    for column, value in _columns(facts).items():
        setattr(facility, column, value)
    facility.area, facility.area_path = area, area.path
    facility.save()
    now = plain(facts)
    changed = {field: [was[field], now[field]] for field in now if was[field] != now[field]}
    audit.record(actor, verb, "directory.facility", facility.pk, area.path, changed, at)


def write_supply_line(facility: Facility, supplier: Facility | None, *, actor: Actor, at: datetime) -> None:
    details = {"supplied_by": supplier.code if supplier else None}
    facility.supplied_by = supplier
    facility.save(update_fields=["supplied_by"])
    audit.record(actor, "set_supply_line", "directory.facility", facility.pk, facility.area_path, details, at)


def write_permitted(facility: Facility, products: dict[str, int], *, actor: Actor, at: datetime) -> None:
    """`products`: ids by code; none means that the facility may hold all."""
    rows = PermittedProduct.objects.filter(facility=facility)
    rows.exclude(product_id__in=products.values()).delete()
    held = set(rows.values_list("product_id", flat=True))
    PermittedProduct.objects.bulk_create(
        PermittedProduct(facility=facility, product_id=product_id)
        for product_id in products.values()
        if product_id not in held
    )
    details = {"products": sorted(products)}
    audit.record(actor, "set_permitted_products", "directory.facility", facility.pk, facility.area_path, details, at)


def plain(facts: AreaFacts | FacilityFacts) -> dict[str, Any]:
    """Facts as JSON values."""
    return {field: value if isinstance(value, str | None) else str(value) for field, value in asdict(facts).items()}


def _columns(facts: FacilityFacts) -> dict[str, Any]:
    return {field: value for field, value in asdict(facts).items() if field != "area"}
