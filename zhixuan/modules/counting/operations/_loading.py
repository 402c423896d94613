"""What the steps of a count load before they decide."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from zhixuan.modules.counting import permissions
from zhixuan.modules.counting.models import Count, CountLine
from zhixuan.modules.counting.queries import counts
from zhixuan.modules.stock.operations.lock_store import lock_store
from zhixuan.modules.stock.queries.places import FacilityPlaces, places_of
from zhixuan.rules.counting import states
from zhixuan.rules.counting.states import CountState, Step
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared import audit
from zhixuan.shared.access import Actor, Role


@dataclass(frozen=True, slots=True)
class Held:
    """A count that nobody else can change until the transaction ends, and the state that the step leads to."""

    count: Count
    places: FacilityPlaces
    following: CountState


def hold(actor: Actor, count_id: int, roles: Collection[Role] | None = None) -> tuple[Count, FacilityPlaces]:
    """Lock a count that the actor may work on.

    Args:
        roles: who may; those who count when None.

    Raises:
        Unknown, Forbidden: see permissions.
    """
    counts.count(actor, count_id)
    count = Count.objects.select_for_update().get(id=count_id)
    places = places_of(count.facility_id)
    permissions.require(actor, permissions.COUNT if roles is None else frozenset(roles), places)
    return count, places


def hold_for(actor: Actor, count_id: int, step: Step, *, stock: bool = False) -> Held:
    """Lock a count for one of its steps; with `stock`, also the store, so that the books stand still.

    Raises:
        Refused: the step is not possible now.
        Unknown, Forbidden: see permissions.
    """
    count, places = hold(actor, count_id)
    following = states.after(CountState(count.state), step)
    if stock:
        lock_store(places)
    return Held(count, places, following)


def check_moment(count: Count, counted_at: datetime, at: datetime, *, field: str = "counted_at") -> None:
    """A moment of counting lies between the opening of the sheet and now.

    Raises:
        Refused: it does not.
    """
    if counted_at < count.opened_at:
        raise Refused(N_("The sheet was opened later than that. Say when it was counted."), field=field)
    if counted_at > at:
        raise Refused(N_("That is in the future. Say when it was counted."), field=field)


def chosen_lines(count: Count, line_ids: Collection[int]) -> list[CountLine]:
    """The lines with these ids.

    Raises:
        Refused: one of them is not on this sheet, or there are none.
    """
    found = list(CountLine.objects.filter(count_id=count.pk, id__in=list(line_ids)))
    if not found or len(found) != len(set(line_ids)):
        raise Refused(N_("Choose lines of this sheet."), field="lines", code="unknown_line")
    return found


def note(actor: Actor, verb: str, held_count: Count, details: Mapping[str, object], at: datetime) -> None:
    """Note a step in the audit trail."""
    audit.record(actor, verb, "counting.count", held_count.pk, held_count.facility.area_path, details, at)
