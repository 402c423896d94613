"""Yearly demand plans of areas, allocation plans of stores, with lines and steps. Steps are only ever added.

What the worker makes in the background (forecasts, policies tried on the past) stands in `run_models`.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from zhixuan.modules.planning.run_models import (
    AllocationRun,
    FileForecast,
    FileForecastLine,
    ForecastLine,
    ForecastRun,
    PolicyRun,
    ServiceChoice,
)
from zhixuan.rules.planning.allocation_steps import AllocationState, AllocationVerb
from zhixuan.rules.planning.comments import TEXT_MAX, Saying
from zhixuan.rules.planning.demand import Method
from zhixuan.rules.planning.place_facts import Source
from zhixuan.rules.planning.sharing_out import Why
from zhixuan.rules.planning.steps import State, Verb

__all__ = [
    "AllocationRun",
    "FileForecast",
    "FileForecastLine",
    "ForecastLine",
    "ForecastRun",
    "PolicyRun",
    "ServiceChoice",
]


class DemandPlan(models.Model):
    """What the places of an area ask for in a year. `state` is the fold of its steps, moved with them."""

    area = models.ForeignKey("directory.Area", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=9, choices=[(one.value, one.value) for one in State])
    drawn_on = models.DateField(help_text="the day whose stock and use it was drafted from")
    drawn_by = models.BigIntegerField(null=True)
    drawn_by_name = models.CharField(max_length=150)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["area", "year"], name="demand_plan_once")]


class DemandLine(models.Model):
    """One product at one place, in pieces. The terms are those of the day of drafting, fractions as text."""

    plan = models.ForeignKey(DemandPlan, on_delete=models.CASCADE, related_name="lines")
    facility = models.ForeignKey("directory.Facility", on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey("catalogue.Product", on_delete=models.PROTECT, related_name="+")
    own_use = models.CharField(max_length=60, help_text="handed out there in a month")
    passed = models.CharField(max_length=60, help_text="left the store in a month, places fed included")
    norm_months = models.CharField(max_length=20)
    stock = models.BigIntegerField()
    on_the_way = models.BigIntegerField()
    pieces_per_pack = models.PositiveIntegerField()
    quota = models.CharField(
        max_length=20, blank=True, help_text="pieces for a user-year, of the catalogue; may be none"
    )
    users = models.PositiveIntegerField(
        null=True, help_text="how many are expected: one number, never a list, no target"
    )
    users_source = models.CharField(max_length=200, blank=True)
    forecast_need = models.CharField(
        max_length=60, blank=True, help_text="own use in the year, as forecast; may be none"
    )
    method = models.CharField(
        max_length=11, choices=[(one.value, one.value) for one in Method], default=Method.CONSUMPTION.value
    )
    method_reason = models.CharField(max_length=300, blank=True)
    use_known = models.BooleanField()
    proposed = models.BigIntegerField()
    pieces = models.BigIntegerField()
    reason = models.CharField(max_length=300, blank=True)
    changed_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "facility", "product"], name="demand_line_once"),
            models.CheckConstraint(condition=Q(pieces__gte=0, proposed__gte=0), name="demand_line_not_negative"),
        ]


class DemandStep(models.Model):
    """One step of a plan: who did what, when, what there was to say; sent in, with the quantities of that version."""

    plan = models.ForeignKey(DemandPlan, on_delete=models.CASCADE, related_name="steps")
    number = models.PositiveIntegerField()
    verb = models.CharField(max_length=7, choices=[(one.value, one.value) for one in Verb])
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=150)
    note = models.CharField(max_length=500, blank=True)
    quantities = models.JSONField(default=dict, help_text="pieces by line id, as sent in")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="demand_step_once")]


class DemandComment(models.Model):
    """What somebody said about a plan, or one line of it. Only ever added.

    `thread` empty: it begins a thread, whose `is_open` is the fold of what was said in it, moved with it.
    """

    plan = models.ForeignKey(DemandPlan, on_delete=models.CASCADE, related_name="comments")
    line = models.ForeignKey(DemandLine, on_delete=models.CASCADE, null=True, related_name="comments")
    thread = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="answers")
    saying = models.CharField(max_length=6, choices=[(one.value, one.value) for one in Saying])
    text = models.CharField(max_length=TEXT_MAX, blank=True)
    is_open = models.BooleanField(default=False)
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=150)

    class Meta:
        indexes = [models.Index(fields=["plan", "-id"], name="demand_comment_newest")]


class ProductPrice(models.Model):
    """What a product costs in an area and all below it, from a day on. Only ever added: the newest holds."""

    area = models.ForeignKey("directory.Area", on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey("catalogue.Product", on_delete=models.PROTECT, related_name="+")
    cents = models.BigIntegerField()
    pieces = models.PositiveIntegerField(help_text="for how many: a piece may cost less than a cent")
    holds_from = models.DateField()
    source = models.CharField(max_length=200)
    entered_at = models.DateTimeField()
    entered_by = models.BigIntegerField(null=True)
    entered_by_name = models.CharField(max_length=150)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(cents__gt=0, pieces__gt=0), name="product_price_positive")]
        indexes = [models.Index(fields=["product", "area", "-holds_from"], name="product_price_newest")]


class PlanBudget(models.Model):
    """The money an area has for a year's contraceptives. Only ever added: the newest counts."""

    area = models.ForeignKey("directory.Area", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    cents = models.BigIntegerField()
    source = models.CharField(max_length=200)
    entered_at = models.DateTimeField()
    entered_by = models.BigIntegerField(null=True)
    entered_by_name = models.CharField(max_length=150)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(cents__gt=0), name="plan_budget_positive")]
        indexes = [models.Index(fields=["area", "year", "-id"], name="plan_budget_newest")]


class AllocationPlan(models.Model):
    """Who gets what of the lots of some stores. `state` is the fold of its steps, moved with them; months are exact.

    `version` counts changes of what it says: who decides on it names the version they have seen.
    """

    area = models.ForeignKey("directory.Area", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=9, choices=[(one.value, one.value) for one in AllocationState])
    horizon_months = models.CharField(max_length=20, blank=True, help_text="empty: until the next delivery")
    floor_months = models.CharField(max_length=20, blank=True, help_text="empty: of each place its own")
    area_floor_months = models.CharField(max_length=20, blank=True, help_text="empty: none")
    supply_percent = models.PositiveSmallIntegerField(default=100)
    note = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)
    worked_out_on = models.DateField(help_text="the day of the stock that it was worked out from")
    drawn_on = models.DateField()
    drawn_by = models.BigIntegerField(null=True)
    drawn_by_name = models.CharField(max_length=150)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["area", "year", "number"], name="allocation_number_once")]


class AllocationLot(models.Model):
    """A lot that could be given out on the day of working out, less what was promised already."""

    plan = models.ForeignKey(AllocationPlan, on_delete=models.CASCADE, related_name="lots")
    giver = models.ForeignKey("directory.Facility", on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey("catalogue.Product", on_delete=models.PROTECT, related_name="+")
    lot = models.ForeignKey("stock.Lot", on_delete=models.PROTECT, related_name="+")
    pieces = models.BigIntegerField()
    months = models.CharField(max_length=40, help_text="until it expires")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "giver", "lot"], name="allocation_lot_once"),
            models.CheckConstraint(condition=Q(pieces__gte=0), name="allocation_lot_not_negative"),
        ]


class AllocationLine(models.Model):
    """What one place gets of one product of one store, in pieces; with the facts it was worked out from.

    `proposed` is the system's, `pieces` what is decided; `lots` and `terms` are of the proposal.
    """

    plan = models.ForeignKey(AllocationPlan, on_delete=models.CASCADE, related_name="lines")
    giver = models.ForeignKey("directory.Facility", on_delete=models.PROTECT, related_name="+")
    facility = models.ForeignKey("directory.Facility", on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey("catalogue.Product", on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey("directory.Area", on_delete=models.PROTECT, related_name="+")
    pieces_per_pack = models.PositiveIntegerField()
    source = models.CharField(max_length=8, choices=[(one.value, one.value) for one in Source])
    per_month = models.CharField(max_length=60, blank=True)
    ahead = models.JSONField(default=list, help_text="of a forecast: mean and quantiles by month")
    stock = models.BigIntegerField()
    coming = models.BigIntegerField()
    norm_months = models.CharField(max_length=20)
    emergency_months = models.CharField(max_length=20)
    next_months = models.CharField(max_length=40)
    next_on = models.DateField(help_text="when the delivery after this one should arrive")
    least = models.BigIntegerField(null=True)
    most = models.BigIntegerField(null=True)
    asked = models.BigIntegerField()
    proposed = models.BigIntegerField()
    pieces = models.BigIntegerField()
    lots = models.JSONField(default=list)
    why = models.CharField(max_length=11, choices=[(one.value, one.value) for one in Why])
    terms = models.JSONField(default=dict)
    reason = models.CharField(max_length=300, blank=True)
    changed_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "giver", "facility", "product"], name="allocation_line_once"),
            models.CheckConstraint(
                condition=Q(pieces__gte=0, proposed__gte=0, asked__gte=0), name="allocation_line_not_negative"
            ),
        ]


class AllocationFacts(models.Model):
    """What the lines of one product of one store were worked out from, all of them together: the same facts as in the
    lines, so that what-if and sums read a row a product instead of one a line. Written whenever lines are worked out.
    """

    plan = models.ForeignKey(AllocationPlan, on_delete=models.CASCADE, related_name="facts")
    giver = models.ForeignKey("directory.Facility", on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey("catalogue.Product", on_delete=models.PROTECT, related_name="+")
    columns = models.JSONField(help_text="lists by name, a line at each place in them; bounds stand in the lines")
    need = models.JSONField(help_text="quantiles of the need over the time that the plan covers, a line each")
    ahead = models.JSONField(help_text="quantiles of the stored forecasts by month, a line each, packed: they are many")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "giver", "product"], name="allocation_facts_once")]


class AllocationStep(models.Model):
    """One step of an allocation plan: who did what, when, and what there was to say.

    `details`: sent in, the pieces by line id as they were then; approved, the ids of the orders that came of it.
    """

    plan = models.ForeignKey(AllocationPlan, on_delete=models.CASCADE, related_name="steps")
    number = models.PositiveIntegerField()
    verb = models.CharField(max_length=7, choices=[(one.value, one.value) for one in AllocationVerb])
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=150)
    note = models.CharField(max_length=500, blank=True)
    details = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="allocation_step_once")]
