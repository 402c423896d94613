"""The facts that are kept with a plan are those of its lines, and what is worked out from them is what it proposes."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.allocation_builders import AllocatingCounty, a_forecast, an_allocating_county
from tests.builders import NOW
from zhixuan.modules.planning.models import AllocationFacts, AllocationLine, AllocationPlan
from zhixuan.modules.planning.operations.bound_allocation_line import bound_allocation_line
from zhixuan.modules.planning.queries import allocation_plans
from zhixuan.modules.planning.queries.allocation_series import series_of
from zhixuan.rules.planning.outcome import outcome
from zhixuan.rules.planning.place_facts import Settings
from zhixuan.rules.planning.sharing_out import work_out

NAMES = ("place", "area", "per_month", "there", "norm", "emergency", "upcoming", "told", "least", "most")


@pytest.fixture
def plan(db: None) -> AllocationPlan:
    """The second store has a forecast of three months, and is bounded."""
    county = an_allocating_county()
    figures = {
        name: [10.0 * at, 20.0 * at, 33.3 * at] for at, name in enumerate(("p10", "median", "p80", "p90", "p95"))
    }
    a_forecast(county.orders.stock.network.county, county.second, county.condom, figures | {"mean": [15.0, 30.0, 45.0]})
    plan = county.draw().id
    bound(county, plan)
    return AllocationPlan.objects.select_related("area").get(pk=plan)


def bound(county: AllocatingCounty, plan: int) -> None:
    line = AllocationLine.objects.get(plan=plan, facility=county.store)
    bound_allocation_line(plan_id=plan, line_id=line.pk, least=20, most=200, actor=county.actor, at=NOW)


@pytest.mark.parametrize("settings", [None, Settings(horizon_months=Fraction(5, 2)), Settings(supply_percent=40)])
def test_kept_together_as_in_the_lines(plan: AllocationPlan, settings: Settings | None) -> None:
    with CaptureQueriesContext(
        connection,
    ) as questions:
        (kept,) = series_of(plan, settings)
    assert len(questions) == 2
    AllocationFacts.objects.all().delete()
    (of_lines,) = series_of(plan, settings)
    for name in NAMES:
        np.testing.assert_array_equal(getattr(kept.lines, name), getattr(of_lines.lines, name))
    np.testing.assert_allclose(kept.need, of_lines.need)
    assert kept.key == of_lines.key
    assert (kept.ids.tolist(), kept.pieces.tolist()) == (of_lines.ids.tolist(), of_lines.pieces.tolist())
    assert outcome([(kept.lines, kept.need, kept.pieces)]) == outcome([(of_lines.lines, of_lines.need, kept.pieces)])


def test_tried_with_its_own_settings_a_plan_is_what_it_proposes(plan: AllocationPlan) -> None:
    AllocationLine.objects.update(least=None, most=None)
    (kept,) = series_of(plan)
    lots = allocation_plans.there(allocation_plans.lots_of(plan.pk))
    found = work_out(kept.key, kept.lines, kept.need, lots, allocation_plans.settings_of(plan))
    assert found.pieces.tolist() == kept.proposed.tolist()
    assert sum(kept.proposed) == 400
