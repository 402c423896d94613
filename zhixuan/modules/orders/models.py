"""Orders with their lines and steps, plans of distribution, and what was said about differences on arrival.

Steps are only ever added. What was shipped and received is not here: the documents and the ledger say it.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from zhixuan.rules.orders.differences import CaseVerb
from zhixuan.rules.orders.steps import State, Verb

FACILITY = "directory.Facility"
STAGES = (
    State.DRAWN,
    State.SUBMITTED,
    State.REVIEWED,
    State.APPROVED,
    State.CLOSED,
    State.REFUSED,
    State.WITHDRAWN,
)


class NumberSeries(models.Model):
    """The last number given at a place in a year: without gaps. Its row is the lock for drawing orders there."""

    class Series(models.TextChoices):
        ORDER = "order"
        PLAN = "plan"

    facility = models.ForeignKey(FACILITY, on_delete=models.PROTECT, related_name="+")
    series = models.CharField(max_length=5, choices=Series)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["facility", "series", "year"], name="number_series_once")]


class Plan(models.Model):
    """A distribution: what a store sends by a plan to many places at once. Approved, it becomes an order a place."""

    class State(models.TextChoices):
        DRAWN = "drawn"
        APPROVED = "approved"
        WITHDRAWN = "withdrawn"

    giver = models.ForeignKey(FACILITY, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=9, choices=State)
    note = models.CharField(max_length=300, blank=True)
    drawn_on = models.DateField()
    drawn_at = models.DateTimeField()
    drawn_by = models.BigIntegerField(null=True)
    drawn_by_name = models.CharField(max_length=150)
    approved_at = models.DateTimeField(null=True)
    approved_by_name = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["giver", "year", "number"], name="plan_number_once")]


class PlanLine(models.Model):
    """What one place gets of one product: proposed and decided, in pieces."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="lines")
    facility = models.ForeignKey(FACILITY, on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey("catalogue.Product", on_delete=models.PROTECT, related_name="+")
    proposed = models.BigIntegerField()
    pieces = models.BigIntegerField()
    why = models.CharField(max_length=16)
    terms = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "facility", "product"], name="plan_line_once"),
            models.CheckConstraint(condition=Q(pieces__gte=0, proposed__gte=0), name="plan_line_not_negative"),
        ]


class Order(models.Model):
    """Goods that a place asks for, or is to get by a plan. `stage` is the fold of its steps, moved with them."""

    class Kind(models.TextChoices):
        PULL = "pull"
        PUSH = "push"
        LATERAL = "lateral"
        DIRECT = "direct"

    asker = models.ForeignKey(FACILITY, on_delete=models.PROTECT, related_name="+")
    supplier = models.ForeignKey(FACILITY, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=7, choices=Kind)
    emergency = models.BooleanField(default=False)
    reason = models.CharField(max_length=300, blank=True, help_text="why it cannot wait")
    note = models.CharField(max_length=300, blank=True)
    stage = models.CharField(max_length=9, choices=[(one.value, one.value) for one in STAGES])
    drawn_on = models.DateField()
    submitted_on = models.DateField(null=True)
    plan = models.ForeignKey(Plan, null=True, on_delete=models.PROTECT, related_name="orders")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["asker", "year", "number"], name="order_number_once"),
            models.CheckConstraint(condition=~Q(asker=F("supplier")), name="order_goes_elsewhere"),
        ]
        indexes = [
            models.Index(fields=["asker", "stage"], name="order_of_asker"),
            models.Index(fields=["supplier", "stage"], name="order_of_supplier"),
        ]


class OrderLine(models.Model):
    """One product of an order, in pieces. `terms` are those of the suggestion on the day it was made."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    product = models.ForeignKey("catalogue.Product", on_delete=models.PROTECT, related_name="+")
    suggested = models.BigIntegerField(null=True)
    terms = models.JSONField(default=dict)
    asked = models.BigIntegerField()
    reason = models.CharField(max_length=300, blank=True)
    approved = models.BigIntegerField(null=True, help_text="empty until somebody reviewed or approved it")
    review_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "product"], name="order_line_once"),
            models.CheckConstraint(
                condition=Q(asked__gte=0) & (Q(approved=None) | Q(approved__gte=0)), name="order_line_not_negative"
            ),
        ]


class OrderStep(models.Model):
    """One step of an order: who did what, when, and what there was to say."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="steps")
    number = models.PositiveIntegerField()
    verb = models.CharField(max_length=8, choices=[(one.value, one.value) for one in Verb])
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=150)
    note = models.CharField(max_length=500, blank=True)
    details = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "number"], name="order_step_once")]


class DifferenceStep(models.Model):
    """What was said about an arrival whose count differed. The case itself is the slip of the arrival in the ledger."""

    arrival = models.ForeignKey("stock.Event", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    verb = models.CharField(max_length=9, choices=[(one.value, one.value) for one in CaseVerb])
    note = models.CharField(max_length=500, blank=True)
    correction = models.ForeignKey("stock.Event", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=150)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["arrival", "number"], name="difference_step_once")]
