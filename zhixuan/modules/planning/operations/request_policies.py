"""Ask for ways to order to be tried on the past of an area's own books; that is done in the background."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from zhixuan.modules.catalogue import queries as catalogue
from zhixuan.modules.directory import queries as directory
from zhixuan.modules.planning import permissions
from zhixuan.modules.planning.models import PolicyRun
from zhixuan.modules.planning.operations import _runs
from zhixuan.modules.stock.queries import monthly
from zhixuan.rules.periods import Month
from zhixuan.rules.planning import trial
from zhixuan.rules.refusal import N_, Refused
from zhixuan.shared.access import Actor
from zhixuan.shared.once import once

POLICY_JOB = "planning.policies"


@once
def request_policies(
    *,
    area_id: int,
    lead: int,
    review: int,
    shelf_life: int,
    since: Month,
    until: Month,
    product_ids: Sequence[int],
    on: date,
    actor: Actor,
    command_id: UUID,
    at: datetime,
) -> int:
    """A run that waits for the worker. Safe to repeat.

    Args:
        product_ids: none for all.

    Raises:
        Refused: terms out of bounds, months that are not over, or books that do not reach back far enough.
        Unknown, Forbidden: see permissions.
    """
    area = directory.area(actor, area_id)
    permissions.require_plan(actor, area.path)
    oldest = monthly.oldest_month(area.path)

    trial.check_terms(lead=lead, review=review, shelf_life=shelf_life)
    trial.check_played(since, until, monthly.newest_full_month(on))
    trial.check_history(oldest, since, until)
    if set(product_ids) - set(catalogue.active_products().values_list("pk", flat=True)):
        raise Refused(N_("Choose products of the catalogue."), field="product_ids")

    run = PolicyRun.objects.create(
        area=area,
        lead=lead,
        review=review,
        shelf_life=shelf_life,
        since=since.first_day,
        until=until.first_day,
        product_ids=sorted(set(product_ids)),
        **_runs.asked_by(actor, at, command_id),
    )
    _runs.queue(run, POLICY_JOB, actor, at)
    _runs.note(run, "request_policies", {"since": str(since), "until": str(until)}, actor, at)
    return run.pk
