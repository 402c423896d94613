"""Keep what came of policies that the worker has tried."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhixuan.analytics.trial import Tried
from zhixuan.modules.planning.models import PolicyRun
from zhixuan.modules.planning.operations import _runs
from zhixuan.shared.access import Actor


@transaction.atomic
def store_policies(*, run_id: int, tried: Tried, actor: Actor, at: datetime) -> int:
    """Write all lines at once. Safe to repeat.

    Returns:
        How many lines there are; 0 when it was stopped meanwhile.
    """
    run = _runs.in_hand(PolicyRun, run_id)
    if run.state != PolicyRun.State.OPEN:
        return 0

    made = {"series": tried.series, "places": tried.places, "lines": tried.lines}

    _runs.keep_made(run, made, "store_policies", actor, at)
    return len(tried.lines)
