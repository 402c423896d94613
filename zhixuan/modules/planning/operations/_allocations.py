"""What every operation on an allocation plan shares: find and lock it, work it out, take a step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import Any

from django.db.models import F, Q

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.directory.queries import Facility
from zhixuan.modules.planning import permissions
from zhixuan.modules.planning.models import (
    AllocationFacts,
    AllocationLine,
    AllocationLot,
    AllocationPlan,
    AllocationStep,
)
from zhixuan.modules.planning.queries import allocation_plans as plans
from zhixuan.modules.planning.queries.allocation_facts import Found
from zhixuan.rules.planning.allocation_steps import LEADS_TO, AllocationVerb
from zhixuan.rules.planning.place_facts import LotThere, PlaceFacts, Settings, by_series
from zhixuan.rules.planning.sharing_out import Report, Share, share_out
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared import audit, writing
from zhixuan.shared.access import Actor
from zhixuan.shared.ui.naming import LocalizedName

Decided = Mapping[tuple[int, int, int], AllocationLine]
"""Lines that a planner has touched, by giver, place and product."""


def locked(actor: Actor, plan_id: int) -> AllocationPlan:
    """The plan, so that nobody else changes it meanwhile, if the actor plans there.

    Raises:
        Unknown, Forbidden: see permissions.
    """
    permissions.require_plan(actor, plans.plan(actor, plan_id).area.path)
    return AllocationPlan.objects.select_for_update(of=("self",)).select_related("area").get(pk=plan_id)


def check_none_open(givers: Sequence[Facility]) -> None:
    """One plan of a store at a time.

    Raises:
        Refused: another is open (`plan_id`).
    """
    there = plans.open_plan_of([one.pk for one in givers])
    if there is not None:
        raise Refused(
            N_("Allocation plan {number} of such a store is open already. Go on with it, or revoke it."),
            code="open_plan",
            number=plans.number_of(there),
            plan_id=there.pk,
        )


def key_of(one: AllocationLine | PlaceFacts) -> tuple[int, int, int]:
    if isinstance(one, PlaceFacts):
        return (one.giver, one.place, one.product)
    return (one.giver_id, one.facility_id, one.product_id)


@dataclass(frozen=True, slots=True)
class Worked:
    """Rows of a plan as they come out: they only lack the plan, and the ids that its lines had before."""

    lots: Sequence[AllocationLot]
    lines: Sequence[AllocationLine]
    facts: Sequence[AllocationFacts]


def work_out(found: Found, settings: Settings, decided: Decided, report: Report | None = None) -> Worked:
    """Share out what is there today; what a planner decided stays, the rest is shared out around it. Writes nothing.

    Args:
        report: see `share_out`.

    Raises:
        Refused: what is decided is more than there is, by product.
    """
    facts = [_with_bounds(one, decided) for one in found.facts]
    try:
        proposed, around = _shares(facts, found, settings, decided, report)
    except Refused as refused:
        raise _with_product(refused) from refused
    lines = []
    for one, first, then in zip(facts, proposed, around, strict=True):
        kept = decided.get(key_of(one))
        changed = kept is not None and plans.is_changed(kept)
        line = _line(one, first if changed else then, found.next_on[one.place])
        if changed and kept is not None and kept.pieces != line.proposed:
            line.pieces, line.reason, line.changed_by = kept.pieces, kept.reason, kept.changed_by
        lines.append(line)
    return Worked(_lots(found.lots), lines, _facts(facts, settings))


def keep(plan: AllocationPlan, worked: Worked) -> list[list[int]]:
    """Write what was worked out; answers what it changed: giver, place, product, pieces before and after."""
    known = plans.rows_of(plan.pk).values_list("giver_id", "facility_id", "product_id", "pk", "pieces")
    ids, before = {}, {}
    for giver, place, product, pk, pieces in known:
        ids[giver, place, product], before[giver, place, product] = pk, pieces
    for kind in (AllocationLot, AllocationFacts, AllocationLine):
        kind._default_manager.filter(plan=plan).delete()
    for row in chain[AllocationLot | AllocationLine | AllocationFacts](worked.lots, worked.lines, worked.facts):
        row.plan = plan
    for line in worked.lines:
        line.pk = ids.get(key_of(line))  # open pages keep leading to their line
    writing.insert(worked.lots)
    writing.insert([line for line in worked.lines if line.pk is None])
    writing.insert([line for line in worked.lines if line.pk is not None], with_ids=True)
    writing.insert(worked.facts)
    after = {key_of(line): line.pieces for line in worked.lines}
    keys = sorted(before.keys() | after.keys())
    pairs = [(key, before.get(key, 0), after.get(key, 0)) for key in keys]
    return [[*key, was, now] for key, was, now in pairs if was != now]


def _lots(lots: Sequence[LotThere]) -> list[AllocationLot]:
    return [
        AllocationLot(
            giver_id=lot.giver,
            product_id=lot.product,
            lot_id=lot.lot_id,
            pieces=lot.pieces,
            months=str(lot.months),
        )
        for lot in lots
    ]


def _facts(facts: Sequence[PlaceFacts], settings: Settings) -> list[AllocationFacts]:
    from zhixuan.modules.planning.queries.allocation_series import as_kept
    from zhixuan.rules.planning.columns import columns_of

    return [
        AllocationFacts(
            giver_id=giver,
            product_id=product,
            **as_kept(columns_of([facts[row] for row in rows]), settings),
        )
        for (giver, product), rows in by_series(facts).items()
    ]


def _with_bounds(one: PlaceFacts, decided: Decided) -> PlaceFacts:
    kept = decided.get(key_of(one))
    return one if kept is None else one.bounded(kept.least, kept.most)


def _shares(
    facts: Sequence[PlaceFacts], found: Found, settings: Settings, decided: Decided, report: Report | None
) -> tuple[list[Share], list[Share]]:
    """Around what was decided only the products of which something was are shared out once more."""
    proposed = share_out(facts, found.lots, settings, report)
    changed = {key: line.pieces for key, line in decided.items() if plans.is_changed(line)}
    series = {(giver, product) for giver, _place, product in changed}
    rows = [row for row, one in enumerate(facts) if (one.giver, one.product) in series]
    around = list(proposed)
    again = share_out([facts[row].decided(changed.get(key_of(facts[row]))) for row in rows], found.lots, settings)
    for row, share in zip(rows, again, strict=True):
        around[row] = share
    return proposed, around


def _with_product(refused: Refused) -> Refused:
    product_id = int(refused.field.rpartition("-")[2])
    product = catalogue.products_by_id([product_id])[product_id]
    return Refused(
        N_(
            "{product}: what is decided or bounded adds up to {wanted} packs; only {there} can be sent and used in "
            "time. Take some away."
        ),
        code="too_much",
        product=LocalizedName(product.name_zh, product.name_en),
        wanted=refused.fields.get("wanted"),
        there=refused.fields.get("there"),
    )


def _line(one: PlaceFacts, share: Share, next_on: date) -> AllocationLine:
    return AllocationLine(
        giver_id=one.giver,
        facility_id=one.place,
        product_id=one.product,
        area_id=one.area,
        pieces_per_pack=one.pack,
        source=one.source.value,
        per_month="" if one.per_month is None else str(one.per_month),
        ahead=[[month.mean, *month.quantiles] for month in one.ahead],
        stock=one.stock,
        coming=one.coming,
        norm_months=str(one.norm_months),
        emergency_months=str(one.emergency_months),
        next_months=str(one.next_months),
        next_on=next_on,
        least=one.least,
        most=one.most,
        asked=share.asked,
        proposed=share.pieces,
        pieces=share.pieces,
        lots=[list(lot) for lot in share.lots],
        why=share.why.value,
        terms={
            "months": share.months,
            "floor": share.floor,
            "floor_months": share.floor_months,
            "here": share.worth_here,
            "there": share.worth_there,
            **({} if one.level is None else {"level": one.level.as_kept()}),
        },
    )


def touched(plan: AllocationPlan) -> dict[tuple[int, int, int], AllocationLine]:
    """Lines that carry a decision of the planner."""
    rows = AllocationLine.objects.filter(plan=plan)
    rows = rows.filter(~Q(pieces=F("proposed")) | Q(least__isnull=False) | Q(most__isnull=False))
    return {key_of(one): one for one in rows}


def note_change(plan: AllocationPlan) -> None:
    """Whoever decides on the plan must have seen this."""
    plan.version += 1
    plan.save(update_fields=["version"])


def take(
    plan: AllocationPlan,
    verb: AllocationVerb,
    *,
    note: str = "",
    details: dict[str, Any] | None = None,
    actor: Actor,
    at: datetime,
) -> None:
    """Record a step and move the state with it."""
    number = note_step(plan, verb, note=note, details=details, actor=actor, at=at)
    plan.state = LEADS_TO[verb]
    plan.save(update_fields=["state"])
    audit.record(
        actor, f"{verb.value}_allocation", "planning.allocationplan", plan.pk, plan.area.path, {"step": number}, at
    )


def note_step(
    plan: AllocationPlan,
    verb: AllocationVerb,
    *,
    note: str = "",
    details: dict[str, Any] | None = None,
    actor: Actor,
    at: datetime,
) -> int:
    """Record a step; answers its number."""
    number = AllocationStep.objects.filter(plan=plan).count() + 1
    AllocationStep.objects.create(
        plan=plan,
        number=number,
        verb=verb,
        at=at,
        actor_id=actor.user_id,
        actor_name=actor.name[:150],
        note=note.strip()[:500],
        details=details or {},
    )
    return number
