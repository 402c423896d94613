"""Yearly demand plans of areas, their lines with every term, and their steps. Steps are only ever added."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from zhixuan.rules.planning.steps import State, Verb


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
